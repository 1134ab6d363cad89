"""What a case holds: answers, values, files, what is to be mended, decisions; opening them is a reading that the person sees."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Refused
from onevisit.cases.models import Case
from onevisit.cases.queries.gate import owner, row, standing, target
from onevisit.identity.personal import Opening, purpose


@dataclass(frozen=True)
class Attached:
    """A file handed in for a material."""

    id: str
    material: str
    name: str
    file: str
    size: int
    added_at: datetime


@dataclass(frozen=True)
class Contents:
    """What was answered, typed and fetched: values as {value, source, source_name, at}; `delivery`: how the result shall come.

    `handed`: what was shown or handed over at a counter, by material: {how, by, at}.
    """

    answers: Mapping[str, str]
    values: Mapping[str, Mapping[str, Any]]
    attachments: tuple[Attached, ...]
    delivery: Mapping[str, Any] = field(default_factory=dict)
    handed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    renewed: tuple[str, ...] = ()
    """What the item's definition has changed since the draft was begun, in words."""


@dataclass(frozen=True)
class ToMend:
    """One thing that the applicant is asked to mend, and until when."""

    target: str
    wrong: str
    mend: str
    until: date
    told_at: datetime


@dataclass(frozen=True)
class DecisionView:
    """A decision as its parties may read it; `by_system`: the department's own system made it (推送办理)."""

    id: str
    outcome: str
    by_rule: bool
    run: str
    result: Mapping[str, str]
    reasons: tuple[Mapping[str, str], ...]
    opinion: str
    at: datetime
    by_system: bool = False


def reading(actor: Actor, found: Case, reason: str = "") -> AbstractContextManager[Opening]:
    """The purpose in which the case's values open: its owner's own, else that of whoever has it in hand or gives a reason.

    Raises `Hidden` for another party, who sees of it what concerns both (`parties`), and `Refused` for an officer without either.
    """
    own = owner(actor) == str(found.applicant)
    if actor.kind == "applicant" and not own:
        raise Hidden(f"case {found.public_id}")
    if actor.kind == "officer" and str(found.public_id) not in actor.holds and not reason.strip():
        raise Refused("reason-needed", "没有领取的办件，要写明理由才能看内容，当事人看得到。", "请先领取，或者写明查看的理由。")
    why = "" if own else reason.strip()
    return purpose(actor, "own" if own else "handle", subject=str(found.applicant), case=str(found.public_id), reason=why)


def contents(actor: Actor, case_id: str, reason: str = "") -> Contents:
    """What the case holds; opening it is a reading that the person can see (谁看过我)."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    with transaction.atomic(), reading(actor, found, reason):
        data = found.data.reveal()
        files = found.attachments.filter(removed_at=None).select_related("file").order_by("id")
        attached = tuple(
            Attached(str(a.public_id), a.material, a.name.reveal(), str(a.file.public_id), a.file.size, a.added_at) for a in files
        )
    return Contents(
        data["answers"], data["values"], attached, data.get("delivery") or {}, data.get("handed") or {},
        tuple(data.get("renewed", ())),
    )  # fmt: skip


def to_mend(actor: Actor, case_id: str, reason: str = "") -> tuple[ToMend, ...]:
    """What the newest notice asks the applicant to mend, as far as it is not mended yet."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    asked = list(found.defects.filter(mended_at=None).order_by("id"))
    if not asked:
        return ()
    with transaction.atomic(), reading(actor, found, reason):
        return tuple(ToMend(one.target, one.wrong.reveal(), one.mend.reveal(), one.until, one.told_at) for one in asked)


def may_ask(actor: Actor, case_id: str) -> bool:
    """Whether this officer may ask for a correction of the case that he has in hand."""
    found = row(case_id)
    return found.stage == "accepted" and access.may(actor, Duty.CASE_SUSPEND, target(found, actor))


def attachment(actor: Actor, case_id: str, attachment_id: str) -> Attached:
    """One file of the case, for whoever may read files of it."""
    found = row(case_id)
    access.require(actor, Duty.FILE_READ, target(found, actor))
    one = next((a for a in contents(actor, case_id).attachments if a.id == attachment_id), None)
    if one is None:
        raise Hidden()
    return one


def decision(actor: Actor, case_id: str, reason: str = "") -> DecisionView | None:
    """The decision in force with its words, for whoever may read it: it is served on every party."""
    found = row(case_id)
    access.require(actor, Duty.DECISION_READ, target(found, actor))
    one = found.decisions.filter(superseded=False).first()
    if one is None:
        return None
    opinion = ""
    if one.opinion is not None:
        with transaction.atomic(), _served(actor, found, reason):
            opinion = one.opinion.reveal()
    return DecisionView(
        str(one.public_id),
        one.outcome,
        one.run is not None,
        str(one.run or ""),
        one.result,
        tuple(one.reasons),
        opinion,
        one.decided_at,
        one.signed_by.startswith("peer:"),
    )


def _served(actor: Actor, found: Case, reason: str) -> AbstractContextManager[Opening]:
    """As `reading`; another party too reads what was said to all."""
    me = standing(found, actor)
    if me in ("", str(found.applicant)):
        return reading(actor, found, reason)
    return purpose(actor, "handle", subject=str(found.applicant), case=str(found.public_id))
