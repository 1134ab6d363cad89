"""The clocks of a case for whoever handles it: the promise as a bar, the law's in words, each suspension with its reason."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings

from onevisit.cases.queries import CaseView
from onevisit.channels.ui import parts
from onevisit.channels.ui.parts import Clock
from onevisit.channels.workbench.acts import GROUNDS
from onevisit.city import queries as city
from onevisit.core.state import Pause, State

WHY: Mapping[str, str] = {**GROUNDS, "correction": "等申请人补正", "rework": "等申请人整改"}
"""What a clock waits for."""


def bar(case: CaseView, state: State) -> Clock | None:
    """The promise's bar, a cell a working day; None where nothing is promised or nothing was accepted yet."""
    if not case.accepted_at or not case.due_at:
        return None
    today = _day(settings.CLOCK())
    accepted, due = _day(case.accepted_at), _day(case.due_at)
    pauses = [pause for pause in state.pauses if "promised" in pause.clocks]
    last = max(due, today) if any(not pause.end for pause in pauses) else due
    span = [accepted + timedelta(days=n) for n in range(1, (last - accepted).days + 1)]
    calendar = city.calendar()
    working = [day for day in span if calendar.is_workday(day)]
    off = [day for day in working if any(_covers(pause, day, today) for pause in pauses)]
    counted = [day for day in working if day not in off and day <= due]
    ended = _day(case.decided_at) if case.decided_at else None
    return parts.clock(counted, off, today, ended, [told(pause) for pause in pauses])


def told(pause: Pause) -> str:
    """Since when, until when and why a clock stood still."""
    until = f"到{parts.day_text(date.fromisoformat(pause.end[:10]))}" if pause.end else "起"
    legal = "，法定时限也停" if "legal" in pause.clocks else "，法定时限照走"
    return f"{parts.day_text(date.fromisoformat(pause.start[:10]))}{until}{WHY.get(pause.reason, pause.reason)}{legal}"


def _covers(pause: Pause, day: date, today: date) -> bool:
    end = date.fromisoformat(pause.end[:10]) if pause.end else today
    return date.fromisoformat(pause.start[:10]) <= day <= end


def _day(moment: datetime) -> date:
    return moment.astimezone(settings.ZONE).date()
