"""Who acts (身份): persons, organisations, accounts, officers and grants; personal values and who opened them; other systems.

Besides models, queries and actions: `personal` seals values and opens them for a purpose (`records`, `keys`),
`login` ties a request to an Actor, `signing` signs and verifies messages, `peers` is the only HTTP client.
"""
