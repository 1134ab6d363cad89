"""Tokens, components, base templates, template tags."""
