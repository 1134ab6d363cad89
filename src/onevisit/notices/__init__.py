"""What the city says to people (告知): one event, one sentence, one link; the inbox; receipts and decisions on paper.

Besides models, queries and actions: `sheets` (what the printed forms say).
"""
