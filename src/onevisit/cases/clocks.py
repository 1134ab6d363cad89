"""The due moments of a case (承诺时限, 法定时限), from its state and the city's calendar. 行政许可法 arts. 42, 45, 82."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from onevisit.cases.models import Case
from onevisit.city import queries as city
from onevisit.core import limits as promises
from onevisit.core.definition import Limits, Standard
from onevisit.core.state import State
from onevisit.core.workdays import HOURS, SHANGHAI, Calendar, Limit, due, notice_end


@dataclass(frozen=True, slots=True)
class Due:
    """When a case must be decided: by promise and by law; `provisional` if a day's holiday notice is not out yet."""

    promised: datetime | None
    legal: datetime | None
    provisional: bool


def calendar_of(row: Case) -> Calendar:
    """The working calendar as entered now; asked once for each row that is read."""
    if row.calendar is None:
        row.calendar = city.calendar()
    return row.calendar


def limits(standard: Standard, answers: Mapping[str, str], offer: Mapping[str, Any] | None = None) -> Limits:
    """The limits of this situation, the first that fits, with the shorter promise of the offer that the case has kept."""
    return promises.chosen(standard, answers, promises.kept((offer or {}).get("limits", ())))


def all_limits(standard: Standard, offer: Mapping[str, Any]) -> tuple[Limits, ...]:
    """The limits of every situation, each as `limits` gives it."""
    local = promises.kept(offer.get("limits", ()))
    return tuple(promises.tighter(one, local) for one in standard.limits or (Limits(),))


def when_due(chosen: Limits, state: State, calendar: Calendar, hours: tuple[time, time] = HOURS) -> Due:
    """The due moments of an accepted case; None where there is no limit, or no acceptance yet."""
    if not state.accepted:
        return Due(None, None, False)
    accepted = date.fromisoformat(state.accepted[:10])
    ends: dict[str, datetime | None] = {}
    provisional = False
    for clock, days, extra in (("legal", chosen.legal, state.extended), ("promised", chosen.promised, state.extended)):
        if days is None:
            ends[clock] = None
            continue
        answer = due(calendar, accepted, Limit(days, chosen.unit, extra), _pauses(state, clock), hours)
        ends[clock], provisional = answer.due, provisional or answer.provisional
    legal, promised = ends["legal"], ends["promised"]
    return Due(min(promised, legal) if promised and legal else promised, legal, provisional)


def silence(chosen: Limits, received: datetime | None, calendar: Calendar, hours: tuple[time, time] = HOURS) -> datetime | None:
    """When a case that nobody accepted counts as accepted (视为受理); what is owed on the spot is owed until closing that day."""
    if received is None:
        return None
    if chosen.notice:
        return notice_end(calendar, received, chosen.notice, hours).due
    local = received.astimezone(SHANGHAI)
    return max(local, datetime.combine(local.date(), hours[1], SHANGHAI))


def _pauses(state: State, clock: str) -> list[tuple[date, date]]:
    """The closed spans in which this clock stood still; an open one is counted when it closes."""
    return [
        (date.fromisoformat(pause.start[:10]), date.fromisoformat(pause.end[:10]))
        for pause in state.pauses
        if clock in pause.clocks and pause.end
    ]
