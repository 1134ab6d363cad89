"""Who acts (身份): persons, organisations, accounts, officers and their grants; personal values and who opened them; other systems.

Besides queries and actions: `personal` seals values and opens them for a purpose, `keys` reads the key files, `login` and `middleware`
tie a request to an Actor, `signing` signs and verifies messages of systems, `peers` is the only HTTP client of the house.
"""
