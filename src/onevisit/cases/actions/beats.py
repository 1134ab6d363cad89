"""The beats that every action on a case shares: lock the row, agree or refuse, apply the events, append them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from onevisit.access import Actor, Refused
from onevisit.cases import offices
from onevisit.cases.models import Case, Task
from onevisit.city import queries as city
from onevisit.core import stages, workdays
from onevisit.core.definition import Standard, Step
from onevisit.core.rework import unrolled
from onevisit.core.state import Event, Mark, Refusal, State, from_json, to_json
from onevisit.identity import actions as identity
from onevisit.ledger import actions as ledger
from onevisit.ledger import jobs

FOLLOW_DELAY = timedelta(seconds=3)
"""The follow job is due one second after the request's time budget; whoever lacks a step's claim stops."""
NOBODY_ELSE = ("system", "applicant")
"""Whose hands are no officer's."""
NO_STEP = frozenset({"step.started", "facts.settled"})
"""What people do that gives the house nothing to do next."""


def lock(row: Case) -> Case:
    """The same case, newest, held until the transaction ends. Order of locks: case, bill, licence, stream."""
    return Case.objects.select_for_update(of=("self",)).select_related("stream").get(pk=row.pk)


def agreed(outcome: list[Event] | Refusal) -> list[Event]:
    """The events; a refusal becomes the exception that every channel knows how to show."""
    if isinstance(outcome, Refusal):
        raise Refused(outcome.code, outcome.message, outcome.way_out)
    return outcome


def state_of(row: Case) -> State:
    """The state that the row caches."""
    return from_json(row.state)


def apply(row: Case, standard: Standard, events: Sequence[Event]) -> None:
    """The row and its tasks as the events leave them."""
    state = stages.fold(events, state_of(row))
    row.state, row.stage, row.outcome = to_json(state), state.stage, state.outcome
    row.version += 1
    row.updated_at = events[-1].at
    row.save()
    _tasks(row, standard, state, events[-1].at)


def _tasks(row: Case, standard: Standard, state: State, now: datetime) -> None:
    """Opens a task for each step that became ready, closes those that are over or whose case has ended."""
    open_now = {} if state.stage in stages.ENDS else {step: state.marks[step] for step in state.ready()}
    known = {task.step: task for task in row.tasks.all()}
    _close(row, [task for task in known.values() if not task.closed_at and task.step not in open_now], now)
    steps = {step.id: step for step in unrolled(standard.process)}
    fresh = [_task(row, standard, steps[step], mark, now) for step, mark in open_now.items() if step not in known]
    if fresh:
        Task.objects.bulk_create(fresh)
    for step, mark in open_now.items():
        if step in known:
            _rehand(row, standard, steps[step], known[step], mark)


def _close(row: Case, tasks: Sequence[Task], now: datetime) -> None:
    """The tasks are over, and with them what their officers had in hand."""
    if tasks:
        Task.objects.filter(pk__in=[task.pk for task in tasks]).update(closed_at=now)
    for task in tasks:
        if task.hands not in NOBODY_ELSE and task.claimed_by:
            identity.end_holding(task.claimed_by, str(row.public_id))


def _rehand(row: Case, standard: Standard, step: Step, task: Task, mark: Mark) -> None:
    """A step that was given into other hands waits there, taken by nobody yet."""
    if not mark.hands or mark.hands == task.hands:
        return
    hands, department, division = offices.hands(row, standard, step, mark.hands)
    moved = {"hands": hands, "department": department, "division": division}
    if moved != {name: getattr(task, name) for name in moved}:
        row.tasks.filter(pk=task.pk).update(**moved, claimed_by="", claimed_until=None, next_try_at=None, waiting_for="")


def _task(row: Case, standard: Standard, step: Step, mark: Mark, now: datetime) -> Task:
    hands, department, division = offices.hands(row, standard, step, mark.hands)
    return Task(
        case=row, step=step.id, does=step.does, hands=hands, party=offices.party(step), division=division,
        department=department, opened_at=now, due_at=_due(step, now),
    )  # fmt: skip


def _due(step: Step, now: datetime) -> datetime | None:
    """By when this step should be done: its own days, and one for a check before receipt (预审)."""
    days = step.days or (1 if step.does == "precheck" else None)
    return workdays.due(city.calendar(), now.astimezone(settings.ZONE).date(), workdays.Limit(days)).due if days else None


def append(row: Case, actor: Actor, events: Sequence[Event]) -> None:
    """The events in the case's stream, with the jobs that spread the news; the house follows what people do."""
    ledger.append(row.stream, actor, [ledger.Entry(event.kind, event.data, event.at) for event in events])
    if actor.kind != "system" and row.stage not in stages.ENDS and not NO_STEP.issuperset(event.kind for event in events):
        follow_soon(row)


def follow_soon(row: Case) -> None:
    """The house does what it can do next, in the worker, should the request not have done it by then."""
    jobs.defer("onevisit.cases.jobs.follow", at=settings.REAL_CLOCK() + FOLLOW_DELAY, case_id=str(row.public_id))


def still_draft(row: Case) -> None:
    if row.stage != "draft":
        raise Refused("filed", "已经提交，不能再改。", "要改请先撤回，或者联系办理部门。")
