"""What the city says to people (告知): one event, one sentence, one link; receipts, one-time notices and decisions on paper; the inbox.

Besides models, queries, actions and invariants: `sheets` (what the printed forms say).
"""
