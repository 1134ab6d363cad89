"""Who does a system step: a claim by one conditional UPDATE (attempt, until), so that request and worker never do it twice.

Whoever lacks the claim stops; a claim that ran out is taken over with the next attempt. Leases run on the database's clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from onevisit.access import Refused
from onevisit.cases.models import Task

LEASE = timedelta(seconds=30)
"""Longer than any step may take: sources are waited for 20 s at most (`prefill.PATIENCE`), all of them together."""
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(hours=1)
"""How long to wait before the next try: half as long as the step has waited already."""

CLAIM = """
UPDATE cases_task SET attempt = attempt + 1, claimed_by = %s, claimed_until = now() + %s * interval '1 second'
WHERE id = (SELECT task.id FROM cases_task task JOIN cases_case held ON held.id = task.case_id
            WHERE held.public_id = %s AND task.closed_at IS NULL AND task.hands = 'system'
              AND held.stage <> 'noticed' AND (task.claimed_until IS NULL OR task.claimed_until < now())
              AND (task.next_try_at IS NULL OR task.next_try_at <= now())
            ORDER BY task.id LIMIT 1 FOR UPDATE OF task SKIP LOCKED)
RETURNING step, does, attempt, (SELECT standard_id FROM cases_case WHERE id = cases_task.case_id)
"""
PENDING = """
SELECT task.step, task.attempt, greatest(task.claimed_until, task.next_try_at, now() + interval '1 second')
FROM cases_task task JOIN cases_case held ON held.id = task.case_id
WHERE held.public_id = %s AND task.closed_at IS NULL AND task.hands = 'system' AND held.stage <> 'noticed' ORDER BY task.id
"""
"""While the applicant mends, the house waits; his correction makes the next job."""


class Lost(Refused):
    """The claim ran out and another took the step over: what was found out now is not written."""

    def __init__(self) -> None:
        super().__init__("claim-lost", "这个环节已由别的进程接手。", "请刷新页面再看。")


@dataclass(frozen=True)
class Claim:
    """The right to do one step of one case now; `attempt` is the fencing number."""

    case: str
    step: str
    does: str
    attempt: int
    standard: int


@dataclass(frozen=True)
class Pending:
    """A step that the house still has to do, and when it can be claimed at the earliest."""

    step: str
    attempt: int
    at: datetime


def claim(case_id: str, who: str) -> Claim | None:
    """The next system step of the case, claimed; None if there is none to be had."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [who, LEASE.total_seconds(), case_id])
        found = cursor.fetchone()
    return Claim(case_id, *found) if found else None


def require(held: Claim) -> None:
    """Nothing, if the claim is still the current one; asked under the case's lock before anything is written. Raises `Lost`."""
    if not _held(held).filter(closed_at=None).exists():
        raise Lost


@contextmanager
def ours(held: Claim) -> Iterator[None]:
    """A transaction in which the case is locked and the claim is still the current one. Raises `Lost`."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM cases_case WHERE public_id = %s FOR UPDATE", [held.case])
        require(held)
        yield


def wait(held: Claim, waiting_for: str = "", pause: timedelta | None = None) -> None:
    """The claim is given back, the step tried again after the pause, or later and later; the page says whom it waits for."""
    task = _held(held).first()
    waited = settings.CLOCK() - task.opened_at if task else SHORTEST
    delay = pause or min(max(waited / 2, SHORTEST), LONGEST)
    _held(held).update(claimed_by="", claimed_until=None, waiting_for=waiting_for, next_try_at=Now() + delay)


def hasten(case_id: str, step: str) -> None:
    """The step may be claimed at once: whom it waits for has spoken."""
    Task.objects.filter(case__public_id=case_id, step=step, hands="system", closed_at=None).update(next_try_at=None)


def release(held: Claim) -> None:
    """The claim is given back at once, by whoever failed for a reason of his own."""
    _held(held).update(claimed_by="", claimed_until=None)


def pending(case_id: str) -> tuple[Pending, ...]:
    """The steps that the house still has to do in this case, now or later."""
    with connection.cursor() as cursor:
        cursor.execute(PENDING, [case_id])
        return tuple(Pending(*row) for row in cursor.fetchall())


def _held(held: Claim) -> QuerySet[Task]:
    return Task.objects.filter(case__public_id=held.case, step=held.step, attempt=held.attempt)
