"""Officers are told of what happened to a case without them (内部提醒): acceptance by silence, withdrawal; each says 知道了.

行政许可法 art. 32: who does not tell in time what is missing has accepted. Clerk and chief are told; the chief may object.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from onevisit.access import Actor, Duty, Hidden, Target
from onevisit.cases import queries
from onevisit.cases.models import Case, Reminder
from onevisit.identity import mandates


def of_silence(row: Case, silent: Iterable[Target]) -> None:
    """Those who may accept at the offices that kept silent, and the chief of the case, are told."""
    clerks = [one for office in silent for one in mandates.who_may([Duty.CASE_ACCEPT], office)]
    chiefs = mandates.who_may([Duty.CASE_RENOTIFY], queries.target(row))
    _remind(row, Reminder.Kind.SILENCE, (*clerks, *chiefs))


def of_withdrawal(row: Case, holders: Iterable[str]) -> None:
    """Those who had the case in their hands are told."""
    _remind(row, Reminder.Kind.WITHDRAWN, holders)


def _remind(row: Case, kind: Reminder.Kind, accounts: Iterable[str]) -> None:
    now = settings.CLOCK()
    Reminder.objects.bulk_create(Reminder(case=row, account=one, kind=kind, at=now) for one in dict.fromkeys(accounts) if one)


@transaction.atomic
def seen(actor: Actor, reminder_id: str) -> None:
    """The officer has seen it (知道了); only his own."""
    row = Reminder.objects.select_for_update().filter(public_id=reminder_id, account=actor.id).first()
    if row is None:
        raise Hidden(f"reminder {reminder_id}")
    if row.seen_at is None:
        row.seen_at = settings.CLOCK()
        row.save(update_fields=["seen_at"])
