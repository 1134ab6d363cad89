"""Merkle roots."""
