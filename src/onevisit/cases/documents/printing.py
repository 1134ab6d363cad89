"""The papers that a case has served, and each of them as a sealed PDF, for whom it was served on and for who holds the case."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Target
from onevisit.cases import queries
from onevisit.cases.models import Case
from onevisit.notices import actions as notices
from onevisit.notices import queries as told
from onevisit.notices.queries import NoticeView


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the case: `name` is its address within the case, `title` and `number` stand on it; how and when it came."""

    name: str
    kind: str
    title: str
    number: str
    case: str
    notice: str
    to: str
    at: datetime
    how: str
    served_at: datetime | None


def papers(actor: Actor, case_id: str, to: str = "") -> tuple[Paper, ...]:
    """The papers of the case that the actor may print, oldest first: a party's own, an officer's who holds it all.

    One that was served on several is listed once, in the applicant's copy, or in that of `to`. The newest of a kind has the
    kind's name, earlier ones their place behind it.
    """
    found = queries.row(case_id)
    access.require(actor, Duty.CASE_READ, queries.target(found, actor))
    return listed(told.of_case(actor, case_id, queries.target(found, actor)), to or str(found.applicant))


def listed(said: Sequence[NoticeView], to: str = "") -> tuple[Paper, ...]:
    """The papers among what was said in a case, each once: in the copy of `to` where there are several."""
    chosen: dict[str, NoticeView] = {}
    for one in said:
        number = one.number or one.id
        if one.has_paper and (number not in chosen or one.to == to):
            chosen[number] = one
    return _named(tuple(chosen.values()))


def _named(found: tuple[NoticeView, ...]) -> tuple[Paper, ...]:
    """The papers with their addresses."""
    last = {one.kind: one.id for one in found}
    seen: dict[str, int] = {}
    listed = []
    for one in found:
        seen[one.kind] = seen.get(one.kind, 0) + 1
        name = one.kind if last[one.kind] == one.id else f"{one.kind}-{seen[one.kind]}"
        listed.append(
            Paper(name, one.kind, one.paper_name, one.number, one.case, one.id, one.to, one.at, one.how_name, one.served_at)
        )
    return tuple(listed)


def paper(actor: Actor, case_id: str, name: str, to: str = "") -> bytes:
    """The sealed PDF of this paper of the case, for whom it was served on or for the officer who holds it (`to`: whose copy).

    Raises `Hidden` while there is none.
    """
    found = queries.row(case_id)
    access.require(actor, Duty.NOTICE_READ, _gate(found, actor))
    one = next((one for one in papers(actor, case_id, to) if one.name == name), None)
    if one is None:
        raise Hidden(f"{name} {case_id}")
    return notices.file_of(actor, one.notice, at=queries.target(found, actor))


def may_print(actor: Actor, case_id: str) -> bool:
    """Whether the actor may print papers of the case, those too that are still to come."""
    return access.may(actor, Duty.NOTICE_READ, _gate(queries.row(case_id), actor))


def _gate(found: Case, actor: Actor) -> Target:
    """The papers of the case as the gate sees them: a party's own, an officer's who has it in hand."""
    me = queries.standing(found, actor) or str(found.applicant)
    return replace(queries.target(found, actor), kind="notice", owner=me)


def serve(actor: Actor, one: Paper, how: str, signed: str) -> None:
    """This paper has reached its recipient at the window or by post, against the signature that `signed` tells of (送达)."""
    notices.serve(actor, one.notice, how, signed, queries.target(queries.row(one.case), actor))
