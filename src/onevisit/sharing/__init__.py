"""Shared resources (数据共享): inquiries with purpose, case and whitelist; back-end verification.

Modules beside models, queries and actions: `connectors` (how a resource is asked, read from a pack), `answers` (what of an answer is
believed), `invariants`.
"""
