"""A receipt at a counter (收件), whole within the request: followed as far as the house can go, its paper there to print."""

import logging
from collections.abc import Callable, Collection, Mapping

from onevisit.access import SYSTEM, Actor
from onevisit.cases import actions, follow, news, prefill, queries
from onevisit.cases.queries import CaseView
from onevisit.deliveries import actions as deliveries
from onevisit.ledger.queries import EventView

log = logging.getLogger(__name__)


def receive(actor: Actor, case_id: str) -> CaseView:
    """The case after its receipt (收件) and after each step that could be done at once; its receipt is told, and can be printed.

    Received before, it stays as it is: a second press finds what the first one did. Raises `Refused` as the action does.
    """
    if queries.case(actor, case_id).stage == "draft":
        actions.receive(actor, case_id)
        _go_on(case_id)
    _print(actor, case_id)
    return queries.case(actor, case_id)


def confirm(actor: Actor, case_id: str, step: str, who: str) -> CaseView:
    """Whoever stands at the window has done his part (确认, 核验身份); what follows at once is done within the request."""
    actions.confirm(actor, case_id, step, who)
    _go_on(case_id)
    return queries.case(actor, case_id)


def accept(actor: Actor, case_id: str, step: str) -> CaseView:
    """The case is accepted (受理), and its papers are there to print."""
    actions.accept(actor, case_id, step)
    _go_on(case_id)
    _print(actor, case_id)
    return queries.case(actor, case_id)


def hand_over(actor: Actor, case_id: str, delivery: str, note: str, back: Collection[str]) -> CaseView:
    """The result is in the hands of whoever stands there, against his signature (签收); what follows at once is done here."""
    found = deliveries.hand_over(actor, delivery, note, back)
    _go_on(found.case, found.handed_in)
    return queries.case(actor, case_id)


def _go_on(case_id: str, given_back: Collection[str] | None = None) -> None:
    """The house does what it can at once; a step that waits looks again if a result was handed over (`given_back`: for what)."""
    try:
        if given_back is not None:
            actions.give_back_papers(SYSTEM, case_id, given_back)
        follow.follow(case_id, follow.BUDGET, prefill.IN_REQUEST)
    except Exception:  # the case is received, whatever befalls a later step: the job of its receipt does that again
        log.exception("following at the counter failed", extra={"case": case_id})


PAPERS: Mapping[str, Callable[[EventView], None]] = {
    "case.received": news.tell_receipt,
    "case.filed": news.tell_receipt,
    "case.accepted": news.tell_accepted,
}
"""What is told, with its paper, of what happens at a counter."""


def _print(actor: Actor, case_id: str) -> None:
    """Receipt and acceptance are told now, so that their papers are there; the reactions of the same events find them told."""
    newest = {event.kind: event for event in queries.events(actor, case_id) if event.kind in PAPERS}
    for kind, event in newest.items():
        PAPERS[kind](event)
