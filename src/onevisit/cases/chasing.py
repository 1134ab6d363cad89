"""Sources that are down are asked again until they answer (催问): for the newest case that waits, with its own purpose."""

from django.conf import settings

from onevisit.access import SYSTEM
from onevisit.cases import prefill, queries
from onevisit.cases.sources import SHARED
from onevisit.core import stages
from onevisit.proofs import actions as proofs
from onevisit.proofs import queries as recorded
from onevisit.sharing import queries as sharing

PATIENCE = 5.0
"""Seconds that the chase waits for a source."""


def chase() -> None:
    """Each source that is down is asked again, for the newest case that waits for it; one that answers is down no longer."""
    for source, case_id in recorded.open_outages():
        word = source.removeprefix(SHARED)
        if not _answers(word):
            _ask_again(case_id, word)
        if _answers(word):
            proofs.end_outage(SYSTEM, source)


def _answers(word: str) -> bool:
    """Whether the newest inquiry to it, of whatever case, got an answer."""
    last = sharing.heard(word)
    return last is not None and not last.failed


def _ask_again(case_id: str, word: str) -> None:
    """The same question once more, while the case has a purpose for it and its time has come."""
    if queries.row(case_id).stage in stages.ENDS:
        return
    latest = prefill.latest(SYSTEM, case_id, word)
    if latest is None or latest.next_try_at is None or latest.next_try_at <= settings.REAL_CLOCK():
        prefill.fetch(SYSTEM, case_id, PATIENCE)
