"""What people write in a case (意见, 理由): sealed with the case, named by step or act; events only say that there is one."""

from django.conf import settings

from onevisit.access import Actor
from onevisit.cases.models import Case, Opinion


def keep_opinion(actor: Actor, row: Case, on: str, outcome: str, text: str) -> None:
    """The words are kept with the events of their act."""
    made = Opinion(case=row, owner_key=row.public_id, on=on, outcome=outcome, by=actor.id, at=settings.CLOCK())
    made.text = text.strip() or None
    row.writes.add(made)
