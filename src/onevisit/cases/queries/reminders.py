"""What an officer has been told and has not yet seen (内部提醒)."""

from dataclasses import dataclass
from datetime import datetime

from onevisit.access import Actor
from onevisit.cases.models import Reminder

MOST = 5


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that an officer is told of a case."""

    id: str
    case: str
    short: str
    item_name: str
    words: str
    at: datetime


def reminders(actor: Actor) -> tuple[Told, ...]:
    """What this officer has not seen yet, the oldest first, a few at a time."""
    rows = Reminder.objects.filter(account=actor.id, seen_at=None).select_related("case").defer("case__data", "case__offer")
    return tuple(
        Told(
            str(one.public_id),
            str(one.case.public_id),
            (one.case.number or "")[-12:],
            one.case.item_name,
            one.get_kind_display(),
            one.at,
        )
        for one in rows.order_by("at")[:MOST]
    )
