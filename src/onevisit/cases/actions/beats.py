"""The beats that every action on a case shares: lock the row, agree or refuse, apply the events, append them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from onevisit.access import Actor, Refused
from onevisit.cases.models import Case, Task
from onevisit.core import stages
from onevisit.core.definition import Standard, Step
from onevisit.core.state import Event, Refusal, State, from_json, to_json
from onevisit.ledger import actions as ledger
from onevisit.ledger import jobs

FOLLOW_DELAY = timedelta(seconds=3)
"""The follow job is due one second after the request's time budget; whoever lacks a step's claim stops."""


def lock(row: Case) -> Case:
    """The same case, newest, held until the transaction ends. Order of locks: case, bill, licence, stream."""
    return Case.objects.select_for_update().get(pk=row.pk)


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
    before = state_of(row)
    state = stages.fold(events, before)
    row.state, row.stage = to_json(state), state.stage
    row.version += 1
    row.updated_at = events[-1].at
    row.save()
    _tasks(row, standard, state, events[-1].at)


def _tasks(row: Case, standard: Standard, state: State, now: datetime) -> None:
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


def follow_soon(row: Case, now: datetime) -> None:
    jobs.defer(
        "onevisit.cases.jobs.follow",
        lock=f"case/{row.public_id}",
        at=settings.REAL_CLOCK() + FOLLOW_DELAY,
        case_id=str(row.public_id),
    )


def still_draft(row: Case) -> None:
    if row.stage != "draft":
        raise Refused("filed", "已经提交，不能再改。", "要改请先撤回，或者联系办理部门。")
