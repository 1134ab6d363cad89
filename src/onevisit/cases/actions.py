"""Every write to a case. Each action has the five beats: require (access), lock, decide (core), apply (row), append (ledger).

No network, no rendering, no mail in here: `follow` does the steps, `reactions` says who acts on the news.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import clocks, queries
from onevisit.cases.models import Attachment, Case, Decision, Task
from onevisit.catalogue import queries as catalogue
from onevisit.city import queries as city
from onevisit.core import process, situations, stages, values, workdays
from onevisit.core.definition import Standard, Step
from onevisit.core.stages import Act, Event, Refusal
from onevisit.identity import actions as identity
from onevisit.identity.personal import purpose
from onevisit.ledger import actions as ledger
from onevisit.ledger import jobs, numbers
from onevisit.papers.models import StoredFile

FOLLOW_DELAY = timedelta(seconds=3)
"""The follow job is due one second after the request's time budget; whoever lacks a step's claim stops."""


class Invalid(Refused):
    """A form that can't be filed yet: every fault, by field or material."""

    def __init__(self, faults: Sequence[values.Fault]) -> None:
        super().__init__("invalid", f"有{len(faults)}处要改，改好后再提交。", "请按每处的提示修改。")
        self.faults = tuple(faults)


class Stale(Refused):
    """Somebody saved in between: both texts are shown."""

    def __init__(self, current: int) -> None:
        super().__init__("stale", "这份草稿在别处改过了，这次没有覆盖它。", "请核对两边的内容后再保存。")
        self.current = current


@dataclass(frozen=True)
class Ruling:
    """What is decided and why: `reasons` are rows {row, text, basis}; `opinion` the words of a person."""

    outcome: str
    reasons: tuple[Mapping[str, str], ...] = ()
    result: Mapping[str, str] = field(default_factory=dict)
    run: str = ""
    opinion: str = ""


@transaction.atomic
def start(actor: Actor, item_key: str, division: str, answers: Mapping[str, str]) -> queries.CaseView:
    """The open draft of this applicant for this item, made if there is none (开始办 = 继续办)."""
    owner = queries.owner(actor)
    access.require(actor, Duty.CASE_DRAFT, access.Target("case", owner=owner, division=division))
    item = catalogue.item(item_key, division)
    draft = Case.objects.filter(applicant=owner, item_key=item.key, division=division, stage="draft").first()
    if draft:
        return queries.view(draft)
    now = settings.CLOCK()
    draft = Case(
        stream=ledger.open_stream("case"), standard_id=item.standard_id, item_key=item.key, item_code=item.code, item_name=item.name,
        division=division, department=item.department_id, office_name=item.office_name, applicant=UUID(owner),
        applicant_kind="organisation" if actor.organisation else "person", filed_by=actor.id, created_at=now, updated_at=now,
    )  # fmt: skip
    draft.owner_key = draft.public_id
    draft.data = {"answers": situations.narrow(item.definition, answers), "values": {}}
    draft.save()
    return queries.view(draft)


@transaction.atomic
def save(actor: Actor, case_id: str, typed: Mapping[str, Any], version: int | None = None) -> int:
    """The draft's new version, with what was typed kept as it is, right or wrong; checked when it is filed (自动保存).

    `typed` maps a question as `?id` and a field as its id. Raises `Stale` if another page saved since `version`.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_DRAFT, queries.target(row))
    row = lock(row)
    _still_draft(row)
    if version is not None and version != row.version:
        raise Stale(row.version)
    standard = catalogue.standard(row.standard_id)
    with purpose(actor, "own", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    row.data = _with_typed(standard, data, typed)
    row.version += 1
    row.updated_at = settings.CLOCK()
    row.save(update_fields=["data", "version", "updated_at"])
    return row.version


def _with_typed(standard: Standard, data: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The draft's data with the typed answers and values; a fetched value is never overwritten by typing."""
    answers = {**data["answers"], **{key[1:]: value for key, value in typed.items() if key.startswith("?")}}
    known = {f.id: f for f in standard.form}
    kept = dict(data["values"])
    now = settings.CLOCK().isoformat(timespec="seconds")
    for name, value in typed.items():
        if name in known and values.is_typed(known[name]):
            kept[name] = {"value": value, "source": known[name].source, "at": now}
    return {**data, "answers": situations.narrow(standard, answers), "values": kept}


@transaction.atomic
def put_fetched(actor: Actor, case_id: str, fetched: Mapping[str, Mapping[str, Any]]) -> None:
    """The case's values with what was fetched, each with source and time. Values of the applicant's own hand stay."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_DRAFT if row.stage == "draft" else Duty.SHARED_QUERY, queries.target(row))
    row = lock(row)
    with purpose(actor, "handle", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    row.data = {**data, "values": {**data["values"], **fetched}}
    row.updated_at = settings.CLOCK()
    row.save(update_fields=["data", "updated_at"])


@transaction.atomic
def attach(actor: Actor, case_id: str, material: str, file_id: str, name: str) -> Attachment:
    """The file, handed in for the material. Its content was inspected and stored by `papers`."""
    row = queries.row(case_id)
    access.require(actor, Duty.FILE_ADD, queries.target(row))
    row = lock(row)
    _still_draft(row)
    if material not in {m.id for m in catalogue.standard(row.standard_id).materials}:
        raise Refused("unknown-material", "这个事项没有这份材料。", "请从材料清单里选。")
    file = StoredFile.objects.get(public_id=file_id)
    attachment = Attachment(case=row, owner_key=row.public_id, material=material, file=file, added_at=settings.CLOCK())
    attachment.name = name
    attachment.save()
    return attachment


@transaction.atomic
def detach(actor: Actor, case_id: str, attachment_id: str) -> None:
    """The file is taken back; possible before filing."""
    row = queries.row(case_id)
    access.require(actor, Duty.FILE_ADD, queries.target(row))
    row = lock(row)
    _still_draft(row)
    row.attachments.filter(public_id=attachment_id, removed_at=None).update(removed_at=settings.CLOCK())


@transaction.atomic
def file(actor: Actor, case_id: str) -> queries.CaseView:
    """The draft is filed (申报): received, numbered, its process fixed. 行政许可法 art. 29.

    Raises `Invalid` with every fault, or `Refused` where the stage does not allow it.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_FILE, queries.target(row))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    now = settings.CLOCK()
    with purpose(actor, "own", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    if row.stage == "draft":
        _complete(row, standard, data, now)
    plan = process.plan(standard, data["answers"])
    received = workdays.receipt(now, workdays.HOURS, city.calendar())
    needs = {step.id: list(step.needs) for step in plan.steps}
    events = agreed(
        stages.decide(standard, state_of(row), Act("file", data={"needs": needs, "received": received.isoformat()}), now)
    )
    row.number = _number(row.item_code, received)
    row.received_at = received
    row.affair = queries.affair(row, now)
    apply(row, standard, events)
    append(row, actor, events)
    _follow_soon(row, now)
    return queries.view(row)


def _complete(row: Case, standard: Standard, data: Mapping[str, Any], now: datetime) -> None:
    """Raises `Invalid` unless every question, field and paper of this situation is there and right."""
    answers, typed = data["answers"], {name: value.get("value") for name, value in data["values"].items()}
    found = [values.Fault(f"?{q.id}", f"请回答“{q.ask}”") for q in situations.asked(standard, answers) if q.id not in answers]
    found += values.faults(values.fields(standard, answers), typed, now.date())
    handed = set(row.attachments.filter(removed_at=None).values_list("material", flat=True))
    found += missing_papers(values.materials(standard, answers), handed)
    if found:
        raise Invalid(found)


def missing_papers(materials: Sequence[Any], handed: set[str]) -> list[values.Fault]:
    """A fault for each paper that the applicant owes and has not handed in; one of a `one_of` group is enough."""
    groups = {m.one_of for m in materials if m.one_of and (m.id in handed or m.source != "applicant")}
    owed = [m for m in materials if m.source == "applicant" and not m.tolerance and m.id not in handed and m.one_of not in groups]
    return [values.Fault(f"material-{m.id}", f"请上传“{m.name}”。") for m in owed]


def _number(item_code: str, received: datetime) -> str:
    """The case number (办件编号): item code, day of receipt, serial of the item and day, gap-free."""
    day = received.strftime("%Y%m%d")
    return f"{item_code}{day}{numbers.next_number(f'case/{item_code}/{day}'):04d}"


@transaction.atomic
def accept(actor: Actor, case_id: str, step: str = "") -> queries.CaseView:
    """The case is accepted (受理) and its clocks run. 行政许可法 art. 32."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_ACCEPT, queries.target(row))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    received = row.received_at.astimezone(settings.ZONE).date()
    events = agreed(
        stages.decide(standard, state_of(row), Act("accept", step, {"accepted": received.isoformat()}), settings.CLOCK())
    )
    apply(row, standard, events)
    _set_clocks(row, actor, standard)
    append(row, actor, events)
    return queries.view(row)


def _set_clocks(row: Case, actor: Actor, standard: Standard) -> None:
    with purpose(actor, "handle", subject=str(row.applicant), case=str(row.public_id)):
        answers = row.data.reveal()["answers"]
    due = clocks.when_due(clocks.limits(standard, answers), state_of(row), city.calendar())
    row.accepted_at, row.due_at, row.legal_due_at = row.received_at, due.promised, due.legal
    row.save(update_fields=["accepted_at", "due_at", "legal_due_at"])


@transaction.atomic
def decide(actor: Actor, case_id: str, ruling: Ruling, step: str = "") -> queries.CaseView:
    """The case is decided (准予或者不予), with reasons; a refusal needs them and a person. 行政许可法 arts. 37, 38."""
    row = queries.row(case_id)
    access.require(actor, Duty.DECISION_SIGN, queries.target(row))
    if ruling.outcome == "refuse" and (actor.kind != "officer" or not ruling.opinion.strip()):
        raise Refused("refusal-needs-a-person", "不予的决定要由工作人员写明理由后签发。", "请填写理由和依据。")
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    now = settings.CLOCK()
    decision = Decision(case=row, owner_key=row.public_id, outcome=ruling.outcome, signed_by=actor.id, decided_at=now)
    decision.result = dict(ruling.result)
    decision.run = UUID(ruling.run) if ruling.run else None
    decision.reasons = [dict(reason) for reason in ruling.reasons]
    data = {"outcome": ruling.outcome, "decision": str(decision.public_id), "run": ruling.run, "by": actor.kind}
    events = agreed(stages.decide(standard, state_of(row), Act("decide", step, data), now))
    decision.opinion = ruling.opinion or None
    decision.save()
    row.decided_at, row.outcome = now, ruling.outcome
    apply(row, standard, events)
    append(row, actor, events)
    _follow_soon(row, now)
    return queries.view(row)


@transaction.atomic
def take(actor: Actor, case_id: str) -> queries.CaseView:
    """The case's open step for people is in this officer's hands (领取); nobody else's until given back."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_TAKE, queries.target(row))
    row = lock(row)
    task = row.tasks.filter(closed_at=None).exclude(hands__in=["system", "applicant"]).first()
    if task is None:
        raise Refused("nothing-to-take", "这个办件现在没有要人办的环节。", "请刷新待办列表。")
    if task.claimed_by not in ("", actor.id):
        raise Refused("taken", "同事已经领取了这个办件。", "要接手请找科长改派。")
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("start", task.step, {"by": actor.id}), settings.CLOCK()))
    apply(row, standard, events)
    row.tasks.filter(pk=task.pk).update(claimed_by=actor.id)
    identity.give_holding(actor.id, case_id, "task")
    append(row, actor, events)
    return queries.view(row)


@transaction.atomic
def settle_facts(actor: Actor, case_id: str, settled: Mapping[str, Any]) -> None:
    """The values that an officer has established from papers or registers, marked as such; the applicant sees them (核定)."""
    row = queries.row(case_id)
    access.require(actor, Duty.DECISION_SIGN, queries.target(row))
    row = lock(row)
    now = settings.CLOCK().isoformat(timespec="seconds")
    with purpose(actor, "handle", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    fresh = {
        name: {"value": value, "source": "officer", "at": now, "settled": True, "by": actor.id} for name, value in settled.items()
    }
    row.data = {**data, "values": {**data["values"], **fresh}}
    row.version += 1
    row.save(update_fields=["data", "version"])


@transaction.atomic
def withdraw(actor: Actor, case_id: str) -> queries.CaseView:
    """The case is withdrawn (撤回) by its applicant, before the decision."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_WITHDRAW, queries.target(row))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("withdraw"), settings.CLOCK()))
    apply(row, standard, events)
    append(row, actor, events)
    return queries.view(row)


@transaction.atomic
def conclude(actor: Actor, case_id: str) -> queries.CaseView:
    """The case is concluded (办结): no step is left."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_CONCLUDE, queries.target(row))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    now = settings.CLOCK()
    events = agreed(stages.decide(standard, state_of(row), Act("conclude"), now))
    row.concluded_at = now
    apply(row, standard, events)
    append(row, actor, events)
    return queries.view(row)


@transaction.atomic
def finish(actor: Actor, case_id: str, step: str, data: Mapping[str, Any]) -> queries.CaseView:
    """The step is done, or left out where that is allowed; what it made is its `ref`."""
    row = queries.row(case_id)
    access.require(actor, Duty.STEP_FINISH, queries.target(row))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("finish", step, data), settings.CLOCK()))
    apply(row, standard, events)
    append(row, actor, events)
    return queries.view(row)


@transaction.atomic
def hand_over(actor: Actor, case_id: str, step: str, to: str, data: Mapping[str, Any]) -> queries.CaseView:
    """The step goes to people (转人工): `to` says whose hands, `data` why."""
    row = queries.row(case_id)
    access.require(actor, Duty.STEP_FINISH, queries.target(row))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("return", step, {"to": to, **data}), settings.CLOCK()))
    apply(row, standard, events)
    append(row, actor, events)
    return queries.view(row)


def lock(row: Case) -> Case:
    """The same case, newest, held until the transaction ends. Order of locks: case, bill, licence, stream."""
    return Case.objects.select_for_update().get(pk=row.pk)


def agreed(outcome: list[Event] | Refusal) -> list[Event]:
    """The events; a refusal becomes the exception that every channel knows how to show."""
    if isinstance(outcome, Refusal):
        raise Refused(outcome.code, outcome.message, outcome.way_out)
    return outcome


def state_of(row: Case) -> stages.State:
    """The state that the row caches."""
    return stages.from_json(row.state)


def apply(row: Case, standard: Standard, events: Sequence[Event]) -> None:
    """The row and its tasks as the events leave them."""
    before = state_of(row)
    state = stages.fold(events, before)
    row.state, row.stage = stages.to_json(state), state.stage
    row.version += 1
    row.updated_at = events[-1].at
    row.save()
    _tasks(row, standard, state, events[-1].at)


def _tasks(row: Case, standard: Standard, state: stages.State, now: datetime) -> None:
    """Opens a task for each step that became ready, closes those that are over or whose case has ended."""
    open_now = {} if state.stage in stages.ENDS else {step: state.marks[step] for step in state.ready()}
    row.tasks.filter(closed_at=None).exclude(step__in=open_now).update(closed_at=now)
    known = dict(row.tasks.values_list("step", "hands"))
    steps = {step.id: step for step in standard.process}
    fresh = [_task(row, steps[step], mark.hands, now) for step, mark in open_now.items() if step not in known]
    Task.objects.bulk_create(fresh)
    for step, mark in open_now.items():
        if step in known and mark.hands and known[step] != mark.hands:
            row.tasks.filter(step=step).update(hands=mark.hands, claimed_by="", claimed_until=None, next_try_at=None)


def _task(row: Case, step: Step, hands: str, now: datetime) -> Task:
    by = hands or step.by
    department = by.partition(":")[2] if by.startswith("department:") else row.department
    return Task(
        case=row,
        step=step.id,
        does=step.does,
        hands=by.partition(":")[0],
        division=row.division,
        department=department,
        opened_at=now,
    )


def append(row: Case, actor: Actor, events: Sequence[Event]) -> None:
    """The events in the case's stream, and the jobs that spread the news, in the same transaction."""
    ledger.append(row.stream, actor, [ledger.Entry(event.kind, event.data, event.at) for event in events])


def _follow_soon(row: Case, now: datetime) -> None:
    jobs.defer(
        "onevisit.cases.jobs.follow",
        lock=f"case/{row.public_id}",
        at=settings.REAL_CLOCK() + FOLLOW_DELAY,
        case_id=str(row.public_id),
    )


def _still_draft(row: Case) -> None:
    if row.stage != "draft":
        raise Refused("filed", "已经提交，不能再改。", "要改请先撤回，或者联系办理部门。")
