"""The life of a case (办件): filing, acts, clocks, decisions.

Modules beside models, queries and actions: `prefill` (what the city already knows), `follow` (the steps that the house does
itself), `facts` (what a rule is told), `clocks` (due moments), `jobs` (the worker's side), `invariants`.
"""
