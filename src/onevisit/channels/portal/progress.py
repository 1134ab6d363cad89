"""A case's rail, clock and story as a page draws them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings

from onevisit.access import Actor
from onevisit.cases import queries
from onevisit.cases.queries import CaseView, RailStep
from onevisit.channels.portal.story import Pause
from onevisit.channels.ui import parts
from onevisit.city import queries as city

WHO = {"applicant": "您", "system": "系统自动办理", "window": "窗口", "department": "工作人员", "regulator": "监管部门",
       "pushed": "部门自己的系统"}  # fmt: skip
NOW = {"applicant": "等您", "system": "正在办", "department": "工作人员在办", "window": "窗口在办", "pushed": "部门系统在办"}

MENDING = "等您补正"


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
    return tuple(_shown(step, case) for step in queries.rail(actor, case.id))


def _shown(step: RailStep, case: CaseView) -> Shown:
    by, ended = step.by.partition(":")[0], case.stage == "withdrawn"
    status = "waiting" if ended and step.status == "ready" else step.status
    now = MENDING if case.to_mend and by != "applicant" else NOW.get(by, "正在办")
    note = _awaited(step, case) if step.note and not ended else ""
    now = f"等{step.turn}" if step.turn else now
    return Shown(step.name, status, step.group, step.presence, step.whose or WHO.get(by, by), now, step.at, note)


def _awaited(step: RailStep, case: CaseView) -> str:
    """Whom the step waits for; whether that is the viewer."""
    if step.does == "deliver":
        return f"正在{case.stage_name}"
    return f"正在等{step.note}的数据，不用您做什么" if step.does == "verify" else f"正在等{step.note}答复，不用您做什么"


def clock(case: CaseView, pauses: Sequence[Pause] = ()) -> parts.Clock | None:
    """The clock bar of an accepted case with a promise; days off the clock are hatched and told why."""
    if not case.accepted_at or not case.due_at or case.stage == "withdrawn":
        return None
    calendar, today = city.calendar(), settings.CLOCK().date()
    accepted, due = (moment.astimezone(settings.ZONE).date() for moment in (case.accepted_at, case.due_at))
    last = max([due, *(today for pause in pauses if pause.end is None)])
    span = [accepted + timedelta(days=n) for n in range(1, (last - accepted).days + 1)]
    working = [day for day in span if calendar.is_workday(day)]
    off = [day for day in working if any(p.start <= day <= (p.end or today) for p in pauses)]
    counted = [day for day in working if day not in off and day <= due]
    ended = case.decided_at.astimezone(settings.ZONE).date() if case.decided_at else None
    bar = parts.clock(counted, off, today, ended, tuple(p.words for p in pauses))
    standing = next((p for p in pauses if p.end is None), None)
    return replace(bar, headline=f"计时暂停：{standing.why}") if standing and not ended else bar
