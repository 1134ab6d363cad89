"""Many cases accepted together (批量受理): each a legal act of its own, half a minute later, so that a slip can be called off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Denied, Duty, Hidden, Refused
from onevisit.cases import queries
from onevisit.cases.actions.accepting import accept
from onevisit.identity import queries as people
from onevisit.ledger import jobs

CALL_OFF = timedelta(seconds=30)
"""How long it can be called off."""
MOST = 50
TASK = "onevisit.cases.jobs.accept_together"


@dataclass(frozen=True, slots=True)
class Pending:
    """What will be accepted, and when."""

    at: datetime
    cases: tuple[str, ...]


@transaction.atomic
def accept_soon(actor: Actor, cases: Sequence[str]) -> Pending:
    """The cases, all in this officer's hands, are accepted in half a minute, unless he calls it off.

    Raises `Refused` while an earlier lot waits, and for a case that can't be accepted as things stand.
    """
    if not 0 < len(cases) <= MOST:
        raise Refused("too-many", f"一次可以受理1到{MOST}件。", "请重新勾选。")
    if pending(actor):
        raise Refused("lot-waits", "前一批还没有受理完。", "请过半分钟再批量受理，或者先撤销前一批。")
    for case_id in cases:
        row = queries.row(case_id)
        access.require(actor, Duty.CASE_ACCEPT, queries.target(row, actor))
        if row.stage != "received":
            raise Refused("not-received", f"编号末12位{(row.number or '')[-12:]}的办件现在不能受理。", "请刷新待办，重新勾选。")
    at = settings.REAL_CLOCK() + CALL_OFF
    jobs.defer(TASK, key=_key(actor.id), at=at, actor_id=actor.id, cases=list(cases))
    return Pending(at, tuple(cases))


def pending(actor: Actor) -> Pending | None:
    """The lot of this officer that waits to be accepted."""
    found = jobs.waiting(_key(actor.id))
    return Pending(found.at, tuple(found.args["cases"])) if found else None


@transaction.atomic
def call_off(actor: Actor) -> bool:
    """Whether the lot was still waiting and is not accepted (撤销)."""
    return jobs.call_off(_key(actor.id))


def accept_together(actor_id: str, cases: Sequence[str]) -> tuple[str, ...]:
    """The cases that could not be accepted any more: they stay in the officer's hands, as they are."""
    left = []
    for case_id in cases:
        try:
            accept(people.actor_of(actor_id, "workbench"), case_id)
        except (Denied, Hidden, Refused):
            left.append(case_id)
    return tuple(left)


def _key(actor_id: str) -> str:
    return f"accept/{actor_id}"
