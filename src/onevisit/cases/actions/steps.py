"""Steps done: by the house, by officers with their opinion or record; or handed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import queries
from onevisit.cases.actions.beats import agreed, append, apply, lock, state_of
from onevisit.cases.actions.opinions import keep_opinion
from onevisit.cases.actions.pausing import set_due
from onevisit.cases.models import Case, Record
from onevisit.catalogue import queries as catalogue
from onevisit.core import stages
from onevisit.core.state import Act, Event

FEWEST: Mapping[str, int] = {"inspection": 2, "meeting": 3}
"""How many officers an inspection (行政许可法 art. 34: two or more) and a meeting need."""


@dataclass(frozen=True)
class NewRecord:
    """What was held, by whom (account ids), when, and what was found (勘验笔录, 会议纪要)."""

    kind: str
    officers: tuple[str, ...]
    held_at: datetime
    text: str


@dataclass(frozen=True)
class Said:
    """What an officer says of a step that he ends: his opinion, and the record of what was held."""

    opinion: str = ""
    record: NewRecord | None = None


@transaction.atomic
def finish(actor: Actor, case_id: str, step: str, data: Mapping[str, Any], said: Said | None = None) -> queries.CaseView:
    """The step is done, or left out where that is allowed; what it made is its `ref`.

    An officer has taken it and writes his opinion; an inspection needs its dated record by two officers. A check before receipt
    (预审) is a window's to do as well.
    """
    row, said = queries.row(case_id), said or Said()
    standard = catalogue.standard(row.standard_id)
    on = queries.target(row, actor)
    checks = any(one.id == step and one.does == "precheck" for one in standard.process) and access.may(
        actor, Duty.CASE_PRECHECK, on
    )
    access.require(actor, Duty.CASE_PRECHECK if checks else Duty.STEP_FINISH, on)
    row = lock(row)
    if actor.kind == "officer":
        _his_own(row, actor, step, said)
    events = agreed(stages.decide(standard, state_of(row), Act("finish", step, data), settings.CLOCK()))
    apply(row, standard, events)
    if said.record:
        keep_record(row, step, said.record)
    if said.opinion.strip():
        keep_opinion(actor, row, step, str(data.get("outcome", "")), said.opinion)
    if row.accepted_at:
        set_due(row, standard)
    append(row, actor, events)
    return queries.view(row)


def _his_own(row: Case, actor: Actor, step: str, said: Said) -> None:
    """An officer finishes what he has taken, and says what he found."""
    task = next((one for one in row.tasks.all() if one.step == step and one.closed_at is None), None)
    if task is None or task.claimed_by != actor.id:
        raise Refused("not-yours", "这个环节不在您手里。", "请先领取，再办理。")
    if task.does == "inspect" and said.record is None:
        raise Refused("no-record", "现场核查要有笔录：两名以上工作人员、时间和查到的情况。", "请填写现场核查笔录。")
    if not said.opinion.strip() and said.record is None:
        raise Refused("no-opinion", "办完一个环节要写明意见。", "请填写意见。")


@transaction.atomic
def keep_minutes(actor: Actor, case_id: str, step: str, record: NewRecord) -> queries.CaseView:
    """The minutes of the meeting that decides are kept (会议纪要), for whoever signs by them."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_MEET, queries.target(row, actor))
    row = lock(row)
    keep_record(row, step, record)
    append(row, actor, [Event("minutes.kept", settings.CLOCK(), {"step": step})])
    return queries.view(row)


def keep_record(row: Case, step: str, new: NewRecord) -> None:
    """The record is kept with the case, sealed, if enough officers held it and it lies in the past."""
    if len(set(new.officers)) < FEWEST[new.kind]:
        raise Refused("too-few", f"至少要有{FEWEST[new.kind]}名工作人员。", "请补上一起去的人。")
    if not new.text.strip() or new.held_at > settings.CLOCK():
        raise Refused("half-record", "笔录要写明查到的情况，时间不能晚于现在。", "请核对时间和内容。")
    made = Record(
        case=row, owner_key=row.public_id, kind=new.kind, step=step, officers=sorted(set(new.officers)),
        held_at=new.held_at, made_at=settings.CLOCK(),
    )  # fmt: skip
    made.text = new.text.strip()
    made.save()


@transaction.atomic
def hand_over(actor: Actor, case_id: str, step: str, to: str, data: Mapping[str, Any]) -> queries.CaseView:
    """The step goes to people (转人工): `to` says whose hands, `data` why."""
    row = queries.row(case_id)
    access.require(actor, Duty.STEP_FINISH, queries.target(row, actor))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("return", step, {"to": to, **data}), settings.CLOCK()))
    apply(row, standard, events)
    append(row, actor, events)
    return queries.view(row)
