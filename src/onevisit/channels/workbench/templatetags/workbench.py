"""What the workbench's templates ask beyond the parts of `ui`."""

from django import template

from onevisit.access import Actor
from onevisit.channels.workbench.acts import GROUNDS, OUTCOMES

register = template.Library()


@register.filter
def works_as(actor: Actor, roles: str) -> bool:
    """Whether the officer has one of these roles anywhere: which parts of the navigation are his."""
    return any(grant.role in roles.split() for grant in actor.grants)


@register.filter
def outcome(word: str) -> str:
    """What a step found, or why a clock stands still, in words."""
    return OUTCOMES.get(word) or GROUNDS.get(word) or word
