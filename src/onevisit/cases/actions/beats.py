"""The beats that every action on a case shares: lock the row, agree or refuse, apply the events, append them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from onevisit.access import Actor, Hidden, Refused
from onevisit.cases import clocks, offices
from onevisit.cases.models import Case, Task
from onevisit.cases.queries import gate
from onevisit.catalogue import queries as catalogue
from onevisit.core import stages, workdays
from onevisit.core.definition import Standard, Step
from onevisit.core.rework import unrolled
from onevisit.core.state import Event, Mark, Refusal, State, from_json, to_json
from onevisit.identity import actions as identity
from onevisit.ledger import actions as ledger
from onevisit.ledger import jobs, rows
from onevisit.ledger.rows import Writes

FOLLOW_DELAY = timedelta(seconds=3)
"""The follow job is due one second after the request's time budget; whoever lacks a step's claim stops."""
NOBODY_ELSE = ("system", "applicant")
"""Whose hands are no officer's."""
NO_STEP = frozenset({"step.started", "facts.settled"})
"""What people do that gives the house nothing to do next."""


COLUMNS = tuple(one.attname for one in Case._meta.concrete_fields)
HOLD = f"SELECT {gate.MARK} FROM cases_case WHERE id = %s FOR UPDATE"
TASKS = "FROM cases_task WHERE case_id = %s ORDER BY id"
"""Asked after the lock: another may have changed tasks, and nothing of the case, while we waited for it."""


def lock(row: Case) -> Case:
    """The same case, newest, held until the transaction ends. Order of locks: case, bill, licence, stream.

    The stream is not locked: whoever appends finds out whether it has moved.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [row.pk])
        (mark,) = cursor.fetchone()
    if mark == row.mark and row.as_read:
        return row
    held = row if mark == row.mark else gate.read("id = %s", row.pk)
    if held is None:
        raise Hidden()
    held.as_read, held.writes = _columns(held), Writes()
    gate.remember(held, [task for (task,) in rows.fetch((Task,), TASKS, [held.pk])])
    return held


def _columns(row: Case) -> dict[str, Any]:
    return {name: vars(row)[name] for name in COLUMNS}


def agreed(outcome: list[Event] | Refusal) -> list[Event]:
    """The events; a refusal becomes the exception that every channel knows how to show."""
    if isinstance(outcome, Refusal):
        raise Refused(outcome.code, outcome.message, outcome.way_out)
    return outcome


def state_of(row: Case) -> State:
    """The state that the row caches."""
    return from_json(row.state)


def apply(row: Case, standard: Standard, events: Sequence[Event]) -> None:
    """The row and its tasks as the events leave them; stored when the events are appended."""
    state = stages.fold(events, state_of(row))
    row.state, row.stage, row.outcome = to_json(state), state.stage, state.outcome
    row.version += 1
    row.updated_at = events[-1].at
    _tasks(row, standard, state, events[-1].at)


def _tasks(row: Case, standard: Standard, state: State, now: datetime) -> None:
    """Opens a task for each step that became ready, closes those that are over or whose case has ended."""
    open_now = {} if state.stage in stages.ENDS else {step: state.marks[step] for step in state.ready()}
    known = {task.step: task for task in row.tasks.all()}
    _close(row, [task for task in known.values() if not task.closed_at and task.step not in open_now], now)
    steps = {step.id: step for step in unrolled(standard.process)}
    fresh = [_task(row, standard, steps[step], mark, now) for step, mark in open_now.items() if step not in known]
    row.writes.add(*fresh)
    for step, mark in open_now.items():
        if step in known:
            _rehand(row, standard, steps[step], known[step], mark)
    gate.remember(row, [*known.values(), *fresh])


def _close(row: Case, tasks: Sequence[Task], now: datetime) -> None:
    """The tasks are over, and with them what their officers had in hand."""
    for task in tasks:
        task.closed_at = now
        row.writes.change(task, ["closed_at"])
        if task.hands not in NOBODY_ELSE and task.claimed_by:
            row.writes.say(*identity.ending(task.claimed_by, str(row.public_id)))


def _rehand(row: Case, standard: Standard, step: Step, task: Task, mark: Mark) -> None:
    """A step that was given into other hands waits there, taken by nobody yet."""
    if not mark.hands or mark.hands == task.hands:
        return
    hands, department, division = offices.hands(row, standard, step, mark.hands)
    moved = {"hands": hands, "department": department, "division": division}
    if moved != {name: getattr(task, name) for name in moved}:
        task.hands, task.department, task.division = hands, department, division
        task.claimed_by, task.claimed_until, task.next_try_at, task.waiting_for = "", None, None, ""
        row.writes.change(task, [*moved, "claimed_by", "claimed_until", "next_try_at", "waiting_for"])


def _task(row: Case, standard: Standard, step: Step, mark: Mark, now: datetime) -> Task:
    hands, department, division = offices.hands(row, standard, step, mark.hands)
    return Task(
        case=row, step=step.id, does=step.does, hands=hands, party=offices.party(step), division=division,
        department=department, opened_at=now, due_at=_due(row, step, now),
    )  # fmt: skip


def _due(row: Case, step: Step, now: datetime) -> datetime | None:
    """By when this step should be done: its own days, and one for a check before receipt (预审)."""
    days = step.days or (1 if step.does == "precheck" else None)
    if not days:
        return None
    return workdays.due(clocks.calendar_of(row), now.astimezone(settings.ZONE).date(), workdays.Limit(days)).due


def append(row: Case, actor: Actor, events: Sequence[Event]) -> None:
    """All that the action stores, and the events in the case's stream, with the jobs that spread the news, in one statement.

    The house follows what people do.
    """
    _by_clock(row)
    row.writes.change(row, [name for name, value in row.as_read.items() if vars(row)[name] != value])
    followed = actor.kind != "system" and not NO_STEP.issuperset(event.kind for event in events)
    soon = [_soon(row)] if followed and _is_ours(row) else []
    entries = [ledger.Entry(event.kind, event.data, event.at) for event in events]
    ledger.append(row.stream, actor, entries, soon, row.writes)
    row.as_read = _columns(row)


def _is_ours(row: Case) -> bool:
    """Whether the house can do something next: a step, a bill for a payment, or the end."""
    if row.stage in stages.ENDS:
        return False
    ready = any(task.closed_at is None and (task.hands == "system" or task.does == "pay") for task in row.tasks.all())
    return ready or (row.stage == "decided" and state_of(row).finished())


def _by_clock(row: Case) -> None:
    """Open steps stand in the order of work by the case's promise, before acceptance by the end of the notice period."""
    by = row.due_at or row.notice_due_at
    for task in row.tasks.all():
        if task.closed_at is None and task.by_at != by:
            task.by_at = by
            if task.pk:
                row.writes.change(task, ["by_at"])


def _soon(row: Case) -> jobs.Later:
    """The house does what it can do next, in the worker, should the request not have done it by then."""
    at = settings.REAL_CLOCK() + FOLLOW_DELAY
    return jobs.Later("onevisit.cases.jobs.follow", {"case_id": str(row.public_id)}, at)


def still_draft(row: Case) -> None:
    if row.stage != "draft":
        raise Refused("filed", "已经提交，不能再改。", "要改请先撤回，或者联系办理部门。")


def not_overtaken(row: Case) -> None:
    """Raises `Refused` where the standard has changed since: nobody applies under rules that are gone."""
    if catalogue.successor(row.standard_id) != row.standard_id:
        raise Refused("renewed", "这个事项的规定刚刚改了，填过的都还在。", "请看看改了什么，核对以后再提交。")
