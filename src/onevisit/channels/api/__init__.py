"""Machine-readable doors: catalogue, guide, own case, health. OpenAPI 3.1, problem+json (RFC 9457), ETags (RFC 9110).

Besides `urls` and views: `kept` (open answers, kept whole), `problems` (errors), `middleware` (probes, records, troubles),
`shapes` (what answers look like), `asking` (what requests may hold).
"""
