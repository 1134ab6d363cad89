"""What officers wrote and held (意见, 笔录), what may follow and is owed (容缺), and what they may do now."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty
from onevisit.cases.queries.contents import reading
from onevisit.cases.queries.gate import row, target
from onevisit.catalogue import queries as catalogue
from onevisit.core import process
from onevisit.core.rework import unrolled
from onevisit.core.state import State, from_json
from onevisit.identity import queries as identity

ON = {"turn_away": "不予受理", "suspend": "中止计时", "extend": "延长期限", "silence": "对视为受理的异议"}
"""What an opinion speaks of that is on no step."""


@dataclass(frozen=True, slots=True)
class OpinionView:
    """What somebody wrote, on what, with which outcome."""

    on: str
    outcome: str
    text: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordView:
    """What was held by several officers: an inspection or a meeting."""

    kind: str
    step: str
    who: tuple[str, ...]
    held_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class OwedView:
    """A material that may follow, its last day, and when it came."""

    material: str
    name: str
    until: date
    supplied_at: datetime | None


def may(actor: Actor, case_id: str, duty: Duty) -> bool:
    """Whether the gate would let the actor do this with the case."""
    return access.may(actor, duty, target(row(case_id), actor))


def state(actor: Actor, case_id: str) -> State:
    """The state of the case, for whoever may read it."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    return from_json(found.state)


def opinions(actor: Actor, case_id: str, reason: str = "") -> tuple[OpinionView, ...]:
    """What was written, oldest first; opening it is a reading."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    rows = list(found.opinions.order_by("id"))
    names, steps = identity.titles({one.by for one in rows}), _steps(found.standard_id)
    if not rows:
        return ()
    with transaction.atomic(), reading(actor, found, reason):
        return tuple(
            OpinionView(
                steps.get(one.on) or ON.get(one.on, one.on), one.outcome, one.text.reveal() if one.text else "",
                names.get(one.by, ""), one.at,
            )
            for one in rows
        )  # fmt: skip


def records(actor: Actor, case_id: str, reason: str = "") -> tuple[RecordView, ...]:
    """What was held, oldest first; opening it is a reading."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    rows = list(found.records.order_by("held_at", "id"))
    if not rows:
        return ()
    names, steps = identity.titles({who for one in rows for who in one.officers}), _steps(found.standard_id)
    with transaction.atomic(), reading(actor, found, reason):
        return tuple(
            RecordView(
                one.get_kind_display(), steps.get(one.step, one.step), tuple(names.get(who, who) for who in one.officers),
                one.held_at, one.text.reveal(),
            )
            for one in rows
        )  # fmt: skip


def owed(actor: Actor, case_id: str) -> tuple[OwedView, ...]:
    """What may follow, that which is first due first."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    names = {one.id: one.name for one in catalogue.standard(found.standard_id).materials}
    return tuple(
        OwedView(one.material, names.get(one.material, one.material), one.until, one.supplied_at)
        for one in found.owed.order_by("until", "id")
    )


def _steps(standard_id: int) -> dict[str, str]:
    return {step.id: process.name(step) for step in unrolled(catalogue.standard(standard_id).process)}
