"""Words of pages at which a clerk reads what was written for the applicant."""

from django import template

register = template.Library()


@register.filter
def theirs(words: str) -> str:
    """What waits for the applicant, as the clerk reads it: 等您补正 becomes 等申请人补正."""
    return words.replace("您", "申请人")
