"""Every read of cases. What is returned is frozen; whoever asks sees only what access allows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Target
from onevisit.cases.models import Case, Task
from onevisit.catalogue import queries as catalogue
from onevisit.core import process, stages, visits
from onevisit.core.definition import Standard, Step
from onevisit.core.state import Mark, from_json
from onevisit.identity.personal import purpose
from onevisit.ledger import queries as ledger
from onevisit.ledger.queries import EventView

AFFAIR = timedelta(days=30)
"""Filings of a person for the same item within this span of a withdrawal, refusal or lapse are one affair (FIGURES)."""


COPIED = (
    "item_key", "item_name", "division", "office_name", "stage", "outcome", "version", "standard_id",
    "received_at", "accepted_at", "due_at", "legal_due_at", "decided_at", "concluded_at", "updated_at",
)  # fmt: skip
"""What a view takes from the row as it is."""


@dataclass(frozen=True)
class CaseView:
    """What a list or a page's head shows of a case; no personal value."""

    id: str
    number: str
    item_key: str
    item_name: str
    division: str
    office_name: str
    stage: str
    stage_name: str
    outcome: str
    version: int
    applicant: str
    standard_id: int
    received_at: datetime | None
    accepted_at: datetime | None
    due_at: datetime | None
    legal_due_at: datetime | None
    decided_at: datetime | None
    concluded_at: datetime | None
    updated_at: datetime
    waiting_for: str = ""
    with_people: bool = False
    to_mend: bool = False

    @property
    def short(self) -> str:
        """The last twelve digits, as people quote the number."""
        return self.number[-12:]


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
    """What was answered, typed and fetched: values as {value, source, source_name, at}."""

    answers: Mapping[str, str]
    values: Mapping[str, Mapping[str, Any]]
    attachments: tuple[Attached, ...]


@dataclass(frozen=True)
class ToMend:
    """One thing that the applicant is asked to mend, and until when."""

    target: str
    wrong: str
    mend: str
    until: date
    told_at: datetime


@dataclass(frozen=True)
class RailStep:
    """One step on the rail (流程): who does it, when it was done, and what it waits for."""

    id: str
    does: str
    name: str
    status: str
    by: str
    presence: bool
    group: int
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class Account:
    """The running account of visits (跑腿账): made and promised."""

    made: int
    promised: int

    @property
    def broken(self) -> bool:
        return self.made > self.promised


@dataclass(frozen=True)
class Work:
    """A step that waits for a person (待办)."""

    case: CaseView
    step: str
    does: str
    opened_at: datetime
    claimed_by: str


@dataclass(frozen=True)
class DecisionView:
    """A decision as its parties may read it."""

    id: str
    outcome: str
    by_rule: bool
    run: str
    result: Mapping[str, str]
    reasons: tuple[Mapping[str, str], ...]
    opinion: str
    at: datetime


def row(case_id: str) -> Case:
    """The row of this id; `Hidden` if there is none. For this room's own modules: what leaves it is a view."""
    try:
        found = Case.objects.filter(public_id=UUID(case_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise Hidden()
    return found


def owner(actor: Actor) -> str:
    """Whose cases this actor files: who is acted for, else oneself."""
    return actor.on_behalf_of or actor.organisation or actor.person


def target(case: Case) -> Target:
    """What `access.require` is asked about. A draft is before no office yet: only its applicant sees it."""
    division, department = ("", "") if case.stage == "draft" else (case.division, case.department)
    return Target(
        "case",
        id=str(case.public_id),
        division=division,
        department=department,
        owner=str(case.applicant),
        open=case.stage not in stages.ENDS,
        item=case.item_key,
    )


def case(actor: Actor, case_id: str) -> CaseView:
    """The case, for whoever may read it."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found))
    return view(found)


def at_desk(actor: Actor, case_id: str) -> CaseView:
    """The case, for an officer who takes such cases and may read this one."""
    access.require(actor, Duty.CASE_TAKE, target(row(case_id)))
    return case(actor, case_id)


def view(found: Case) -> CaseView:
    """The row as a page shows it."""
    tasks = _open_tasks(found)
    waiting = next((t.waiting_for for t in tasks if t.waiting_for), "")
    people = any(t.hands not in ("system", "applicant") for t in tasks)
    return CaseView(
        id=str(found.public_id),
        number=found.number or "",
        stage_name=_stage_name(found, tasks),
        applicant=str(found.applicant),
        **{name: getattr(found, name) for name in COPIED},
        waiting_for=waiting,
        with_people=people,
        to_mend=_to_mend(found),
    )


def _open_tasks(found: Case) -> list[Task]:
    """The case's open tasks, in one query, or none where they were fetched with it."""
    return [task for task in found.tasks.all() if task.closed_at is None]


def _to_mend(found: Case) -> bool:
    """Whether the applicant has something to mend: before acceptance by the stage, after it by the open pause."""
    asked = any(pause["reason"] == "correction" and not pause["end"] for pause in found.state.get("pauses", ()))
    return found.stage == "noticed" or (found.stage == "accepted" and asked)


def _stage_name(found: Case, tasks: Sequence[Task]) -> str:
    if _to_mend(found):
        return "等您补正"
    if found.stage in ("decided", "concluded") and found.outcome == "refuse":
        return "不予办理"
    if found.stage == "decided":
        return "等您缴费" if any(task.does == "pay" for task in tasks) else "正在出证"
    return stages.STAGE_NAMES[found.stage]


def mine(actor: Actor, limit: int = 50, before: datetime | None = None) -> tuple[CaseView, ...]:
    """The applicant's cases and drafts, newest first."""
    found = Case.objects.filter(applicant=UUID(owner(actor))).exclude(stage="withdrawn", number=None).prefetch_related("tasks")
    if before:
        found = found.filter(updated_at__lt=before)
    return tuple(view(one) for one in found.order_by("-updated_at")[:limit])


def draft(actor: Actor, item_key: str, division: str) -> CaseView | None:
    """The open draft for this item, if there is one (继续上次)."""
    if not owner(actor) or not f"{item_key}{division}".isprintable():
        return None
    found = Case.objects.filter(applicant=UUID(owner(actor)), item_key=item_key, division=division, stage="draft").first()
    return view(found) if found else None


def contents(actor: Actor, case_id: str) -> Contents:
    """What the case holds; opening it is a reading that the person can see (谁看过我)."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found))
    code = "own" if owner(actor) == str(found.applicant) else "handle"
    with transaction.atomic(), purpose(actor, code, subject=str(found.applicant), case=case_id):
        data = found.data.reveal()
        files = found.attachments.filter(removed_at=None).select_related("file").order_by("id")
        attached = tuple(
            Attached(str(a.public_id), a.material, a.name.reveal(), str(a.file.public_id), a.file.size, a.added_at) for a in files
        )
    return Contents(data["answers"], data["values"], attached)


def to_mend(actor: Actor, case_id: str) -> tuple[ToMend, ...]:
    """What the newest notice asks the applicant to mend, as far as it is not mended yet."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found))
    asked = list(found.defects.filter(mended_at=None).order_by("id"))
    if not asked:
        return ()
    code = "own" if owner(actor) == str(found.applicant) else "handle"
    with transaction.atomic(), purpose(actor, code, subject=str(found.applicant), case=case_id):
        return tuple(ToMend(one.target, one.wrong.reveal(), one.mend.reveal(), one.until, one.told_at) for one in asked)


def may_ask(actor: Actor, case_id: str) -> bool:
    """Whether this officer may ask for a correction of the case that he has in hand."""
    found = row(case_id)
    return found.stage == "accepted" and access.may(actor, Duty.CASE_SUSPEND, target(found))


def attachment(actor: Actor, case_id: str, attachment_id: str) -> Attached:
    """One file of the case, for whoever may read files of it."""
    found = row(case_id)
    access.require(actor, Duty.FILE_READ, target(found))
    one = next((a for a in contents(actor, case_id).attachments if a.id == attachment_id), None)
    if one is None:
        raise Hidden()
    return one


def rail(actor: Actor, case_id: str) -> tuple[RailStep, ...]:
    """The case's steps with their marks, in the order they can be done; parallel ones share a group."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found))
    standard = catalogue.standard(found.standard_id)
    state = from_json(found.state)
    tasks = {task.step: task for task in found.tasks.all()}
    steps = {step.id: step for step in standard.process}
    needs = {name: state.needs[name] for name in steps if name in state.needs}
    layers = enumerate(process.layers(needs))
    return tuple(_on_rail(steps[name], state.marks[name], tasks.get(name), group) for group, layer in layers for name in layer)


def _on_rail(step: Step, mark: Mark, task: Task | None, group: int) -> RailStep:
    at = datetime.fromisoformat(mark.at) if mark.at else None
    waiting = task.waiting_for if task and not task.closed_at else ""
    by, presence = mark.hands or step.by, step.presence is not None
    return RailStep(step.id, step.does, process.name(step), mark.status, by, presence, group, at, waiting)


def account(actor: Actor, case_id: str) -> Account:
    """Visits made and promised: made are the stays recorded at the windows, of the applicant or party who came most often."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found))
    recorded = (event.data for event in ledger.events(str(found.stream.public_id)) if event.kind == "visit.recorded")
    made = Counter(str(data["whose"]) for data in recorded)
    return Account(max(made.values(), default=0), promised_visits(catalogue.standard(found.standard_id)))


def promised_visits(standard: Standard) -> int:
    """The most visits that the standard promises."""
    counted = visits.visits(standard)
    return min(counted.zero.visits, counted.hall.visits) if counted.promise == "zero" else counted.hall.visits


def decision(actor: Actor, case_id: str) -> DecisionView | None:
    """The decision in force, for whoever may read it."""
    found = row(case_id)
    access.require(actor, Duty.DECISION_READ, target(found))
    one = found.decisions.filter(superseded=False).first()
    if one is None:
        return None
    opinion = ""
    if one.opinion is not None:
        code = "own" if owner(actor) == str(found.applicant) else "handle"
        with transaction.atomic(), purpose(actor, code, subject=str(found.applicant), case=case_id):
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
    )


def handed_over(actor: Actor, case_id: str) -> Mapping[str, Any]:
    """Why a step went to a person: the newest such event's data ({step, run, missing, proposal})."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found))
    events = [e for e in ledger.events(str(found.stream.public_id)) if e.kind == "step.returned"]
    return events[-1].data if events else {}


def events(actor: Actor, case_id: str) -> tuple[EventView, ...]:
    """What happened to the case, in order, for whoever may read it."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found))
    return ledger.events(str(found.stream.public_id))


def work(actor: Actor, limit: int = 100) -> tuple[Work, ...]:
    """The steps that this officer may take, the earliest promise first. Raises Denied for whoever takes no cases."""
    held = {(grant.department, grant.division) for grant in actor.grants}
    offices = [Target("case", department=g.department, division=g.division, item=min(g.items, default="")) for g in actor.grants]
    if not any(access.may(actor, Duty.CASE_TAKE, one) for one in offices):
        access.require(actor, Duty.CASE_TAKE, Target("case"))
    there = reduce(or_, (Q(department=department, division=division) for department, division in held), Q(pk=None))
    waiting = Task.objects.filter(there, closed_at=None).exclude(hands__in=["system", "applicant"])
    waiting = waiting.exclude(case__stage__in=["draft", *stages.ENDS]).select_related("case").prefetch_related("case__tasks")
    return tuple(
        Work(view(task.case), task.step, task.does, task.opened_at, task.claimed_by)
        for task in waiting.order_by("case__due_at", "id")[:limit]
        if access.may(actor, Duty.CASE_TAKE, _at(task))
    )


def _at(task: Task) -> Target:
    """The case as the gate sees it where this step of it is done."""
    return replace(target(task.case), department=task.department, division=task.division)


def affair(case_row: Case, now: datetime) -> UUID:
    """The affair that this filing belongs to: that of an earlier one which ended without a grant within 30 days, else its own."""
    earlier = (
        Case.objects.filter(applicant=case_row.applicant, item_key=case_row.item_key, updated_at__gte=now - AFFAIR)
        .exclude(pk=case_row.pk)
        .exclude(number=None)
        .order_by("updated_at", "pk")
    )
    ended = [one for one in earlier if one.stage in ("withdrawn", "turned_away", "lapsed") or one.outcome == "refuse"]
    return ended[-1].affair if ended else uuid4()
