"""The steps that wait for people (待办), in the order of their clocks, a page at a time and without counting them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from heapq import merge
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Collate, Reverse

from onevisit import access
from onevisit.access import Actor, Duty, Target
from onevisit.cases.models import Case, Task
from onevisit.cases.queries.gate import at
from onevisit.cases.queries.views import CaseView, view
from onevisit.catalogue import queries as catalogue
from onevisit.core import process, stages
from onevisit.core.rework import unrolled
from onevisit.identity import absences
from onevisit.identity import queries as identity

PAGE = 50

MANY = 19
"""Digits that no key has."""
Seen = tuple[datetime | None, int]
"""Up to where the list was read: clock and number of the last row."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which work: `whose`, `due`, one item, one kind of step, the last digits of a number.

    `whose`: mine, free, others, away (in hand of whom this officer stands in for) or all. `due`: today, over, applicant (it waits
    for him) or silence (accepted since nobody said anything in time).
    """

    whose: str = "all"
    due: str = ""
    item: str = ""
    does: str = ""
    number: str = ""


@dataclass(frozen=True)
class Work:
    """A step that waits for a person (待办): what it is called, by when, who has it; the applicant's name is masked.

    `may_take`: his grants reach it; `may_read`: he may open the case as things stand; `stands_in`: for whoever has it.
    """

    case: CaseView
    step: str
    does: str
    opened_at: datetime
    claimed_by: str
    name: str = ""
    by_at: datetime | None = None
    due_at: datetime | None = None
    applicant: str = ""
    holder: str = ""
    mark: str = ""
    may_take: bool = True
    may_read: bool = False
    stands_in: bool = False


def work(actor: Actor, wanted: Wanted | None = None, after: str = "", limit: int = PAGE) -> tuple[Work, ...]:
    """The steps that this officer may take, the earliest clock first, after the `mark` of the last one seen.

    Raises Denied for whoever takes no cases.
    """
    offices = [Target("case", department=g.department, division=g.division, item=min(g.items, default="")) for g in actor.grants]
    if not any(access.may(actor, Duty.CASE_TAKE, one) for one in offices):
        access.require(actor, Duty.CASE_TAKE, Target("case"))
    flows = [_flow(_chosen(actor, office, wanted or Wanted()), after, limit) for office in _offices(actor)]
    his = (task for task in merge(*flows, key=_order) if access.may(actor, Duty.CASE_TAKE, at(task.case, task)))
    found = list(islice(his, limit))
    names = identity.shown_names({*(str(task.case.applicant) for task in found)})
    holders = identity.titles({task.claimed_by for task in found if task.claimed_by})
    away = absences.stood_in_for(actor)
    return tuple(
        replace(
            _work(task, names, holders),
            may_read=access.may(actor, Duty.CASE_READ, at(task.case, task)),
            stands_in=task.claimed_by in away,
        )
        for task in found
    )


def _offices(actor: Actor) -> list[tuple[str, str]]:
    """The offices at which he works; each is asked on its own, so that the index gives its rows in their order."""
    return sorted({(grant.department, grant.division) for grant in actor.grants if grant.department and grant.division})


def _flow(rows: QuerySet[Task], after: str, size: int) -> Iterator[Task]:
    """The rows behind the mark, read a page at a time: what has a clock, then what has none."""
    seen = _seen(after)
    while True:
        page = list(_from(rows, seen)[:size])
        yield from page
        if len(page) == size:
            seen = page[-1].by_at, page[-1].pk
        elif seen and seen[0]:
            seen = None, 0
        else:
            return


def _mark(task: Task) -> str:
    return f"{task.by_at.astimezone(settings.ZONE).isoformat() if task.by_at else ''}~{task.pk}"


def _order(task: Task) -> tuple[bool, datetime, int]:
    return task.by_at is None, task.by_at or task.opened_at, task.pk


def _chosen(actor: Actor, office: tuple[str, str], wanted: Wanted) -> QuerySet[Task]:
    rows = Task.objects.filter(department=office[0], division=office[1], closed_at=None)
    rows = rows.exclude(hands__in=["system", "applicant"]).exclude(case__stage__in=["draft", *stages.ENDS])
    narrow = [grant.items for grant in actor.grants if (grant.department, grant.division) == office]
    if all(narrow):
        rows = rows.filter(case__item_key__in={one for items in narrow for one in items})
    for condition in _conditions(actor, wanted):
        rows = rows.filter(condition)
    return rows.select_related("case").defer("case__data", "case__offer").prefetch_related("case__tasks")


def _conditions(actor: Actor, wanted: Wanted) -> Iterator[Q]:
    yield from _in_hands(actor, wanted.whose)
    now = settings.CLOCK().astimezone(settings.ZONE)
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time(), settings.ZONE)
    if wanted.due in ("today", "over"):
        yield Q(by_at__lt=tomorrow if wanted.due == "today" else now)
    elif wanted.due == "applicant":
        yield Q(case__stage="noticed") | Q(case__state__contains={"pauses": [{"end": ""}]})
    elif wanted.due == "silence":
        yield Q(case__state__contains={"deemed": True})
    if wanted.item:
        yield Q(case__item_key=wanted.item)
    if wanted.does:
        yield Q(does=wanted.does)
    if wanted.number:
        numbered = Case.objects.alias(back=Collate(Reverse("number"), "C"))
        yield Q(case__in=numbered.filter(back__startswith=wanted.number[-12:][::-1]))


def _in_hands(actor: Actor, whose: str) -> Iterator[Q]:
    if whose == "mine":
        yield Q(claimed_by=actor.id)
    elif whose == "away":
        yield Q(claimed_by__in=absences.stood_in_for(actor))
    elif whose == "free":
        yield Q(claimed_by="")
    elif whose == "others":
        yield ~Q(claimed_by__in=["", actor.id])


def _seen(after: str) -> Seen | None:
    """The place that a mark speaks of; None for the beginning, and for what is no mark."""
    moment, _, pk = after.partition("~")
    try:
        return (
            (datetime.fromisoformat(moment) if moment else None, int(pk))
            if pk.isascii() and pk.isdecimal() and len(pk) < 19
            else None
        )
    except ValueError:
        return None


def _from(rows: QuerySet[Task], seen: Seen | None) -> QuerySet[Task]:
    """The rows behind the place, in the order of the index; behind a clock only rows that have one: the index begins there."""
    ordered = rows.order_by(F("by_at").asc(nulls_last=True), "id")
    if seen is None:
        return ordered
    moment, pk = seen
    if moment is None:
        return ordered.filter(by_at=None, pk__gt=pk)
    return ordered.filter(Q(by_at__gte=moment) & (Q(by_at__gt=moment) | Q(pk__gt=pk)))


def _work(task: Task, names: dict[str, str], holders: dict[str, str]) -> Work:
    standard = catalogue.standard(task.case.standard_id)
    name = next((process.name(step) for step in unrolled(standard.process) if step.id == task.step), task.step)
    return Work(
        view(task.case), task.step, task.does, task.opened_at, task.claimed_by, name, task.by_at, task.due_at,
        names.get(str(task.case.applicant), ""), holders.get(task.claimed_by, ""), _mark(task),
    )  # fmt: skip


def open_steps(actor: Actor, case_id: str) -> tuple[Work, ...]:
    """The open steps of one case that people do, those that this officer may take first (`may_take`)."""
    rows = Task.objects.filter(case__public_id=UUID(case_id), closed_at=None).exclude(hands__in=["system", "applicant"])
    found = list(rows.select_related("case").prefetch_related("case__tasks").order_by("id"))
    holders = identity.titles({task.claimed_by for task in found if task.claimed_by})
    away = absences.stood_in_for(actor)
    listed = [
        replace(
            _work(task, {}, holders),
            may_take=access.may(actor, Duty.CASE_TAKE, at(task.case, task)),
            may_read=True,
            stands_in=task.claimed_by in away,
        )
        for task in found
    ]
    return tuple(sorted(listed, key=lambda one: not one.may_take))
