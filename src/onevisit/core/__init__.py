"""The meaning of an item: pure Python; no Django, no database, no clock of its own."""
