"""Sources that are down are asked again until they answer (催问): for the newest open case that waits, with its own purpose."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from onevisit.access import SYSTEM, Hidden
from onevisit.cases import prefill, queries
from onevisit.cases.sources import SHARED
from onevisit.core import stages
from onevisit.proofs import actions as proofs
from onevisit.proofs import queries as recorded
from onevisit.sharing import queries as sharing

PATIENCE = 5.0
"""Seconds that the chase waits for a source."""
LOCK = "SELECT pg_{}(hashtextextended('cases/chase', 0))"
"""Of the session, since calls go out while it is held: never inside a transaction."""

log = logging.getLogger(__name__)


def chase() -> None:
    """Each source that is down is asked again, for the newest open case that waits for it; one that answers is down no longer.

    One run at a time: nothing is done while another is at work. What befalls one source does not keep the others waiting.
    """
    with _alone() as is_alone:
        for source, cases in recorded.open_outages() if is_alone else ():
            try:
                _chase(source, cases)
            except Exception:
                log.exception("chasing a source failed", extra={"source": source})


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other run is at work; none begins meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format("try_advisory_lock"))
        (is_alone,) = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute(LOCK.format("advisory_unlock"))


def _chase(source: str, cases: Sequence[str]) -> None:
    word = source.removeprefix(SHARED)
    waiting = next((one for one in cases if _is_open(one)), "")
    if waiting and not _answers(word):
        _ask_again(waiting, word)
    if _answers(word):
        proofs.end_outage(SYSTEM, source)


def _is_open(case_id: str) -> bool:
    """Whether the case still has a purpose for the question."""
    try:
        return queries.row(case_id).stage not in stages.ENDS
    except Hidden:
        return False


def _answers(word: str) -> bool:
    """Whether the newest inquiry to it, of whatever case, got an answer."""
    last = sharing.heard(word)
    return last is not None and not last.failed


def _ask_again(case_id: str, word: str) -> None:
    """The same question once more, as soon as its time has come."""
    latest = prefill.latest(SYSTEM, case_id, word)
    if latest is None or latest.next_try_at is None or latest.next_try_at <= settings.REAL_CLOCK():
        prefill.fetch(SYSTEM, case_id, PATIENCE)
