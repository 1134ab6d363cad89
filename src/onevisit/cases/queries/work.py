"""The steps that wait for people (待办)."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from onevisit import access
from onevisit.access import Actor, Duty, Target
from onevisit.cases.models import Task
from onevisit.cases.queries.gate import at
from onevisit.cases.queries.views import CaseView, view
from onevisit.core import stages


@dataclass(frozen=True)
class Work:
    """A step that waits for a person (待办)."""

    case: CaseView
    step: str
    does: str
    opened_at: datetime
    claimed_by: str


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
        if access.may(actor, Duty.CASE_TAKE, at(task.case, task))
    )
