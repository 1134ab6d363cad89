"""The outside world of the demo city (演示环境): the province's shared data and a payment gateway, each a process of its own.

They speak to the house by docs/partners.md alone and share no code with it; the house never imports them.
All people and amounts are invented.
"""
