"""Base items, standards, items; publishing, search, the guide."""
