"""Append-only events in streams (事件, 存证链), and the jobs that follow them: the only tables that every action writes.

Besides models, queries, actions and invariants: `suite` (algorithms and keys), `jobs` (deferred in the same transaction), `once`
(idempotency), `numbers` (gap-free), `roots` (Merkle roots, witness), `triggers` (append-only tables), `faults` (for trials),
`health` (probes).
"""
