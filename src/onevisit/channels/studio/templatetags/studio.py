"""What templates of the studio need beside the house's own: a row of a mapping, how tall a text is."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()
WIDTH = 36


@register.filter
def of(rows: Mapping[int, Any], key: int) -> Any:
    """The value of a mapping under a key that a template holds."""
    return rows.get(key)


@register.filter
def rows(text: str) -> int:
    """How many lines a text wants: two at least, twelve at most."""
    return min(12, max(2, sum(1 + len(line) // WIDTH for line in text.split("\n"))))
