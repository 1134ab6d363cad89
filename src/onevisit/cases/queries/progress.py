"""How far a case is: its rail of steps, its account of visits, what happened to it, and the affair that it belongs to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import prefetch_related_objects

from onevisit import access
from onevisit.access import Actor, Duty
from onevisit.cases import offices
from onevisit.cases.models import Case, Task
from onevisit.cases.queries.gate import known_tasks, row, standing, target
from onevisit.cases.queries.seats import PARTS, waits_for, whose
from onevisit.catalogue import queries as catalogue
from onevisit.core import process, visits
from onevisit.core.definition import Standard, Step
from onevisit.core.rework import unrolled
from onevisit.core.state import Mark, from_json
from onevisit.ledger import queries as ledger
from onevisit.ledger.queries import EventView

AFFAIR = timedelta(days=30)
"""Filings of a person for the same item within this span of a withdrawal, refusal or lapse are one affair (FIGURES)."""
EARLIER = """
SELECT affair FROM cases_case
WHERE applicant = %s AND item_key = %s AND updated_at >= %s AND id <> %s AND number IS NOT NULL
  AND (stage IN ('withdrawn', 'turned_away', 'lapsed') OR outcome = 'refuse')
ORDER BY updated_at DESC, id DESC LIMIT 1
"""


@dataclass(frozen=True)
class RailStep:
    """One step on the rail (流程): who does it (`pushed`: a department's own system), when it was done, and what it waits for.

    `whose`: who does an applicant's step, as the viewer knows them (您, 卖方); `turn`: whom an open one still waits for.
    """

    id: str
    does: str
    name: str
    status: str
    by: str
    presence: bool
    group: int
    at: datetime | None = None
    note: str = ""
    whose: str = ""
    turn: str = ""


@dataclass(frozen=True)
class Account:
    """The running account of visits (跑腿账): made and promised."""

    made: int
    promised: int

    @property
    def broken(self) -> bool:
        return self.made > self.promised


def rail(actor: Actor, case_id: str) -> tuple[RailStep, ...]:
    """The case's steps with their marks, in the order they can be done; parallel ones share a group."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    standard = catalogue.standard(found.standard_id)
    state = from_json(found.state)
    tasks = {task.step: task for task in known_tasks(found)}
    steps = {step.id: step for step in unrolled(standard.process)}
    needs = {name: state.needs[name] for name in steps if name in state.needs}
    layers = enumerate(process.layers(needs))
    theirs = {name for name in needs if offices.is_pushed(standard, steps[name]) and not state.marks[name].hands}
    drawn = (_on_rail(steps[name], state.marks[name], tasks.get(name), group) for group, layer in layers for name in layer)
    drawn = (replace(one, by="pushed") if one.id in theirs else one for one in drawn)
    me = standing(found, actor)
    if standard.parties:
        prefetch_related_objects([found], "parties")
    own = [one if not one.by.startswith("applicant") else _named(found, tasks.get(one.id), one, me) for one in drawn]
    return tuple(own)


def _named(case: Case, task: Task | None, one: RailStep, me: str) -> RailStep:
    """An applicant's step with the names of whoever does it."""
    standard = catalogue.standard(case.standard_id)
    turn = waits_for(case, standard, task, me) if task and task.does in PARTS and not task.closed_at else ""
    return replace(one, whose=whose(case, standard, one.id, me), turn=turn)


def _on_rail(step: Step, mark: Mark, task: Task | None, group: int) -> RailStep:
    at = datetime.fromisoformat(mark.at) if mark.at else None
    waiting = task.waiting_for if task and not task.closed_at else ""
    by, presence = mark.hands or step.by, step.presence is not None
    return RailStep(step.id, step.does, process.name(step), mark.status, by, presence, group, at, waiting)


def account(actor: Actor, case_id: str) -> Account:
    """Visits made and promised: made are the stays recorded at the windows, of the applicant or party who came most often."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    recorded = (event.data for event in ledger.events(str(found.stream.public_id)) if event.kind == "visit.recorded")
    made = Counter(str(data["whose"]) for data in recorded)
    return Account(max(made.values(), default=0), promised_visits(catalogue.standard(found.standard_id)))


def promised_visits(standard: Standard) -> int:
    """The most visits that the standard promises."""
    counted = visits.visits(standard)
    return min(counted.zero.visits, counted.hall.visits) if counted.promise == "zero" else counted.hall.visits


def handed_over(actor: Actor, case_id: str) -> Mapping[str, Any]:
    """Why a step went to a person: the newest such event's data ({step, run, missing, proposal})."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    events = [e for e in ledger.events(str(found.stream.public_id)) if e.kind == "step.returned"]
    return events[-1].data if events else {}


def events(actor: Actor, case_id: str) -> tuple[EventView, ...]:
    """What happened to the case, in order, for whoever may read it."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    return ledger.events(str(found.stream.public_id))


def affair(case_row: Case, now: datetime) -> UUID:
    """The affair that this filing belongs to: that of an earlier one which ended without a grant within 30 days, else its own."""
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, [case_row.applicant, case_row.item_key, now - AFFAIR, case_row.pk])
        found = cursor.fetchone()
    return found[0] if found else uuid4()
