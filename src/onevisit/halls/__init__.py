"""Windows of the halls and who came to them (窗口, 到场): what is behind every figure of visits.

Besides models, queries and actions: `jobs` (what a day leaves open), `invariants` 13 and 18. The hall itself is a place: `city`.
"""
