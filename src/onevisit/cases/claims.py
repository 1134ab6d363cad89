"""Who does a system step: a claim by one conditional UPDATE (attempt, until), so that request and worker never do it twice.

Whoever lacks the claim stops; a claim that ran out is taken over with the next attempt. Leases run on the database's clock.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from onevisit.cases.models import Task

LEASE = timedelta(seconds=30)
"""Longer than any step may take: a partner's answer is waited for 10 s at most, three are asked in a row at most."""
RETRIES = tuple(timedelta(seconds=s) for s in (5, 15, 60, 300, 900, 3600))
"""How long to wait before the next try; the last one repeats for 72 hours."""

CLAIM = """
UPDATE cases_task SET attempt = attempt + 1, claimed_by = %s, claimed_until = now() + %s * interval '1 second'
WHERE case_id = (SELECT id FROM cases_case WHERE public_id = %s) AND closed_at IS NULL AND hands = 'system'
  AND (claimed_until IS NULL OR claimed_until < now()) AND (next_try_at IS NULL OR next_try_at <= now())
  AND id = (SELECT id FROM cases_task t WHERE t.case_id = cases_task.case_id AND closed_at IS NULL AND hands = 'system'
              AND (claimed_until IS NULL OR claimed_until < now()) AND (next_try_at IS NULL OR next_try_at <= now())
            ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING step, does, attempt
"""


@dataclass(frozen=True)
class Claim:
    """The right to do one step of one case now; `attempt` is the fencing number."""

    case: str
    step: str
    does: str
    attempt: int


def claim(case_id: str, who: str) -> Claim | None:
    """The next system step of the case, claimed; None if there is none to be had."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [who, LEASE.total_seconds(), case_id])
        found = cursor.fetchone()
    return Claim(case_id, *found) if found else None


def holds(held: Claim) -> bool:
    """Whether the claim is still the current one; asked again under the case's lock before anything is written."""
    return Task.objects.filter(case__public_id=held.case, step=held.step, attempt=held.attempt, closed_at=None).exists()


def wait(held: Claim, waiting_for: str) -> timedelta:
    """The claim is given back, the step tried again later; the page says whom it waits for. How long that is."""
    delay = RETRIES[min(held.attempt, len(RETRIES)) - 1]
    _held(held).update(claimed_by="", claimed_until=None, waiting_for=waiting_for, next_try_at=Now() + delay)
    return delay


def open_claims(case_id: str) -> bool:
    """Whether the house still has a step to do in this case, now or later."""
    return Task.objects.filter(Q(case__public_id=case_id), closed_at=None, hands="system").exists()


def _held(held: Claim) -> QuerySet[Task]:
    return Task.objects.filter(case__public_id=held.case, step=held.step, attempt=held.attempt)
