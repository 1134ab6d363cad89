"""A holiday notice came out after a case was accepted: its due moments are counted anew (顺延).

A promise already given is not shortened by that: only the law's own limit may end it earlier (DEFINITION section 5).
"""

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM
from onevisit.cases import clocks, queries
from onevisit.cases.actions.beats import append, lock, state_of
from onevisit.cases.actions.pausing import limits_of
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.city import queries as city
from onevisit.core import stages
from onevisit.core.state import Event


def affected() -> list[str]:
    """The cases whose clocks run."""
    running = Case.objects.filter(stage="accepted").order_by("pk").values_list("public_id", flat=True)
    return [str(case_id) for case_id in running]


@transaction.atomic
def recount(case_id: str) -> bool:
    """Whether a due moment of the case moved with the calendar; then its event says so, and the applicant is told."""
    row = lock(queries.row(case_id))
    if row.stage in stages.ENDS or row.accepted_at is None or row.decided_at:
        return False
    due = clocks.when_due(limits_of(row, catalogue.standard(row.standard_id)), state_of(row), city.calendar())
    promised = max(filter(None, (due.promised, row.due_at)), default=None)
    promised = min(promised, due.legal) if promised and due.legal else promised
    kept = promised != due.promised
    if (promised, due.legal) == (row.due_at, row.legal_due_at) and not kept:
        return False
    moved = (promised, due.legal) != (row.due_at, row.legal_due_at)
    row.due_at, row.legal_due_at = promised, due.legal
    row.save(update_fields=["due_at", "legal_due_at"])
    data = {
        "promised": promised.astimezone(settings.ZONE).isoformat() if promised else "",
        "legal": due.legal.astimezone(settings.ZONE).isoformat() if due.legal else "",
    }
    append(row, SYSTEM, [Event("clock.moved" if moved else "clock.kept", settings.CLOCK(), data)])
    return moved
