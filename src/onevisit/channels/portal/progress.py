"""A case's rail and clock as a page draws them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from onevisit.access import Actor
from onevisit.cases import queries
from onevisit.cases.queries import CaseView, RailStep
from onevisit.channels.ui import parts
from onevisit.city import queries as city

WHO = {"applicant": "您", "system": "系统自动办理", "window": "窗口", "department": "工作人员", "regulator": "监管部门"}
NOW = {"applicant": "等您", "system": "正在办", "department": "工作人员在办", "window": "窗口在办"}


@dataclass(frozen=True)
class Shown:
    """A step of the rail in words."""

    name: str
    status: str
    group: int
    presence: bool
    who: str
    now: str
    at: datetime | None
    note: str


def steps(actor: Actor, case: CaseView) -> tuple[Shown, ...]:
    """The rail of the case."""
    return tuple(_shown(step) for step in queries.rail(actor, case.id))


def _shown(step: RailStep) -> Shown:
    by = step.by.partition(":")[0]
    note = f"正在等{step.note}的数据，不用您做什么" if step.note else ""
    return Shown(step.name, step.status, step.group, step.presence, WHO.get(by, by), NOW.get(by, "正在办"), step.at, note)


def clock(case: CaseView) -> parts.Clock | None:
    """The clock bar of an accepted case with a promise."""
    if not case.accepted_at or not case.due_at:
        return None
    calendar, accepted = city.calendar(), case.accepted_at.astimezone(settings.ZONE).date()
    due = case.due_at.astimezone(settings.ZONE).date()
    span = [accepted + timedelta(days=n) for n in range(1, (due - accepted).days + 1)]
    counted = [day for day in span if calendar.is_workday(day)]
    ended = case.decided_at.astimezone(settings.ZONE).date() if case.decided_at else None
    return parts.clock(counted, (), settings.CLOCK().date(), ended, len(counted))
