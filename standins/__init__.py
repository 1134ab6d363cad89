"""The outside world of the demo city (演示环境): shared data, a payment gateway, a courier, the police's system, a process each.

They speak to the house by docs/partners.md alone and share no code with it; the house never imports them.
All people and amounts are invented.
"""
