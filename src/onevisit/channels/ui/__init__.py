"""Tokens, components, base templates and template tags that every channel of pages uses (墨·纸·门). Knows no channel.

Modules: `look` (size and theme), `forms` (a definition's fields as a page shows and reads them), `parts` (the clock bar as
values), `trouble` (what a page says when something can't be done).
"""
