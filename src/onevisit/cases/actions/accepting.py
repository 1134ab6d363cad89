"""From receipt to acceptance (收件, 受理): at a window, by an officer, by the house, or by silence. 行政许可法 art. 32.

A general window receives; to accept is the department's, or the window's whose mandate entrusts it. What may follow (容缺) is
owed from acceptance; who says nothing within the notice period has accepted from the day of receipt.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import SYSTEM, Actor, Duty, Refused
from onevisit.cases import clocks, offices, queries
from onevisit.cases.actions import reminding, seating
from onevisit.cases.actions.beats import agreed, append, apply, lock, not_overtaken, state_of
from onevisit.cases.actions.opinions import keep_opinion
from onevisit.cases.actions.pausing import set_due
from onevisit.cases.models import Case, Owed
from onevisit.catalogue import queries as catalogue
from onevisit.core import parties, process, situations, stages, values, workdays
from onevisit.core.definition import Material, Standard
from onevisit.core.state import Act, Event, Mark
from onevisit.identity import mandates
from onevisit.identity.personal import purpose
from onevisit.ledger import numbers

FOLLOW_DAYS = 5
"""Working days for what may follow, where the material says nothing else."""


@transaction.atomic
def receive(actor: Actor, case_id: str) -> queries.CaseView:
    """What was handed in at a window is received (收件), complete or not; the applicant who stands there has applied.

    Raises `Refused` while a question is open, since without it nobody knows which process this is, and under rules that are gone.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_RECEIVE, queries.target(row, actor))
    row = lock(row)
    if row.stage == "draft":
        not_overtaken(row)
    standard = catalogue.standard(row.standard_id)
    data = opened(row, actor)
    open_questions = [q.ask for q in situations.asked(standard, data["answers"]) if q.id not in data["answers"]]
    if open_questions:
        raise Refused("open-question", f"还没有问：{open_questions[0]}", "请先问清情形，再收件。")
    now = settings.CLOCK()
    begin = entered(row, standard, data, now)
    events = agreed(stages.decide(standard, state_of(row), Act("receive", data=begin), now))
    state = stages.fold(events, state_of(row))
    applied = next((s.id for s in standard.process if s.does == "submit" and state.marks.get(s.id, Mark()).status == "ready"), "")
    if applied and not parties.several(standard, data["answers"], data["values"]):
        events += agreed(stages.decide(standard, state, Act("finish", applied), now))
    invited = _seated(actor, row, standard, data)
    apply(row, standard, events)
    watch(row, standard, data["answers"])
    append(row, actor, [*events, *invited, *seating.begun(row, standard)])
    return queries.view(row)


def _seated(actor: Actor, row: Case, standard: Standard, data: Mapping[str, Any]) -> list[Event]:
    """The parties have their seats; whom the form names wrongly is said first."""
    wrong = seating.faults(row, standard, data, at_window=True)
    if wrong:
        raise Refused("wrong-party", wrong[0].message, "请对照证件改好，再收件。")
    return seating.seat(actor, row, standard, data)


def entered(row: Case, standard: Standard, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What a filing fixes: process, receipt, number, place, affair; the data of its event."""
    plan = process.running(standard, data["answers"])
    received = workdays.receipt(now, workdays.HOURS, clocks.calendar_of(row))
    row.number = number(row.item_code, received)
    row.received_at = received
    row.place = offices.place(row, standard, data["values"])
    row.affair = queries.affair(row, now)
    return {"needs": {step.id: list(step.needs) for step in plan.steps}, "received": received.isoformat()}


def number(item_code: str, received: datetime) -> str:
    """The case number (办件编号): item code, day of receipt, serial of the item and day, gap-free."""
    day = received.strftime("%Y%m%d")
    return f"{item_code}{day}{numbers.next_number(f'case/{item_code}/{day}'):04d}"


def watch(row: Case, standard: Standard, answers: Mapping[str, str]) -> None:
    """When silence accepts the case is known: the end of its notice period, or None while a party still has to act."""
    state = state_of(row)
    by_applicant = {step.id for step in standard.process if step.by.partition(":")[0] == "applicant"}
    before = [name for name, mark in state.marks.items() if mark.status in ("ready", "waiting") and name in by_applicant]
    accepting = {step.id for step in standard.process if step.does == "accept"}
    owed_first = {need for step in accepting for need in ancestors(state.needs, step)}
    silent = row.stage == "received" and not owed_first.intersection(before)
    limits = clocks.limits(standard, answers, row.offer)
    row.notice_due_at = clocks.silence(limits, row.received_at, clocks.calendar_of(row)) if silent else None


def ancestors(needs: Mapping[str, tuple[str, ...]], step: str) -> set[str]:
    """All steps that must be over before this one."""
    found: set[str] = set()
    todo = list(needs.get(step, ()))
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += needs.get(one, ())
    return found


@transaction.atomic
def accept(actor: Actor, case_id: str, step: str = "") -> queries.CaseView:
    """The case is accepted (受理): its clocks run from today, or from when it counts as received. 行政许可法 art. 32.

    What may follow and is not there yet is owed from now on (容缺受理). The event names the mandate by which an officer accepts.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_ACCEPT, queries.target(row, actor))
    now = settings.CLOCK()
    by = mandates.mandate(actor, queries.target(row, actor)) if actor.kind == "officer" else None
    entrusted = {"mandate": by.id} if by else {}
    return _accepted(actor, row, Act("accept", step, entrusted), max(row.received_at or now, now), now)


@transaction.atomic
def accept_by_silence(case_id: str) -> bool:
    """Whether the case was accepted since nobody said anything in time (视为受理), from the day on which it was received."""
    row = lock(queries.row(case_id))
    access.require(SYSTEM, Duty.CASE_ACCEPT, queries.target(row))
    if row.stage != "received" or row.notice_due_at is None or row.notice_due_at > settings.CLOCK():
        return False
    ended = row.notice_due_at.astimezone(settings.ZONE)
    silent = [queries.at(row, task) for task in row.tasks.filter(closed_at=None, does="accept")]
    _accepted(SYSTEM, row, Act("accept", data={"deemed": True}), row.received_at or ended, ended)
    reminding.of_silence(row, silent)
    return True


def _accepted(actor: Actor, row: Case, act: Act, at: datetime, now: datetime) -> queries.CaseView:
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    data = {**act.data, "accepted": at.astimezone(settings.ZONE).date().isoformat()}
    events = agreed(stages.decide(standard, state_of(row), Act("accept", act.on, data), now))
    row.accepted_at = at
    apply(row, standard, events)
    set_due(row, standard)
    _owe(row, actor, standard)
    append(row, actor, events)
    return queries.view(row)


def _owe(row: Case, actor: Actor, standard: Standard) -> None:
    """The papers that may follow and have not come yet, each with its day."""
    if not any(material.tolerance for material in standard.materials):
        return
    for material in missing_tolerated(row, standard, opened(row, actor)):
        days = material.supplement_days or FOLLOW_DAYS
        until = workdays.due(
            clocks.calendar_of(row), settings.CLOCK().astimezone(settings.ZONE).date(), workdays.Limit(days)
        ).due.date()
        Owed.objects.get_or_create(case=row, material=material.id, defaults={"until": until, "promised_at": settings.CLOCK()})


def missing_tolerated(row: Case, standard: Standard, data: Mapping[str, Any]) -> list[Material]:
    """The materials of this situation that may follow and were not handed in, neither as a file nor at a window."""
    handed = {*row.attachments.filter(removed_at=None).values_list("material", flat=True), *data.get("handed", {})}
    asked = values.materials(standard, data["answers"])
    return [one for one in asked if one.tolerance and one.source == "applicant" and one.id not in handed]


@transaction.atomic
def supply(actor: Actor, case_id: str, material: str) -> queries.CaseView:
    """What was owed has come: its file is attached (容缺补交)."""
    row = queries.row(case_id)
    duty = Duty.FILE_ADD if actor.kind == "officer" else Duty.CASE_CORRECT
    access.require(actor, duty, queries.target(row, actor))
    row = lock(row)
    due = row.owed.filter(material=material, supplied_at=None).first()
    if due is None or row.stage in stages.ENDS:
        raise Refused("nothing-owed", "这份材料不用补交。", "请刷新页面再看。")
    if not row.attachments.filter(material=material, removed_at=None).exists():
        raise Refused("no-file", "还没有上传这份材料。", "请先上传，再点“补交”。")
    due.supplied_at = settings.CLOCK()
    due.save(update_fields=["supplied_at"])
    append(row, actor, [Event("paper.supplied", settings.CLOCK(), {"material": material})])
    return queries.view(row)


@transaction.atomic
def object_to_silence(actor: Actor, case_id: str, reason: str) -> queries.CaseView:
    """The chief objects to an acceptance by silence, with his reason; it stands, and is counted against the office."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_RENOTIFY, queries.target(row, actor))
    row = lock(row)
    if not state_of(row).deemed:
        raise Refused("not-by-silence", "这个办件不是视为受理的。", "请刷新页面再看。")
    if not reason.strip():
        raise Refused("reason-needed", "对视为受理提出异议要写明理由。", "请填写理由。")
    if row.opinions.filter(on="silence").exists():
        raise Refused("objected", "对这次视为受理已经提过异议。", "请继续办理。")
    keep_opinion(actor, row, "silence", "", reason)
    append(row, actor, [Event("silence.objected", settings.CLOCK(), {"by": actor.id})])
    return queries.view(row)


def opened(row: Case, actor: Actor) -> dict[str, Any]:
    """What the case holds: opened by its owner, else by the house, which reckons with it and shows it to nobody."""
    mine = queries.owner(actor) == str(row.applicant)
    with purpose(actor if mine else SYSTEM, "own" if mine else "handle", subject=str(row.applicant), case=str(row.public_id)):
        data: dict[str, Any] = row.data.reveal()
    return data
