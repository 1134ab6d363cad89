"""Working time (工作日): limits, suspensions, deemed acceptance (视为受理), extension (延长), due moments.

行政许可法 32, 42, 45, 82; 民法典 201-203; the State Council's yearly notices decide which days are worked. DEFINITION section 5.

>>> days_off = [date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))]
>>> calendar = Calendar.from_rows(CalendarDay(day, "holiday") for day in days_off)
>>> due(calendar, date(2026, 9, 24), Limit(5)).due.isoformat()
'2026-10-09T17:00:00+08:00'
>>> receipt(datetime(2026, 9, 24, 17, 1, tzinfo=SHANGHAI), HOURS, calendar).isoformat()
'2026-09-28T09:00:00+08:00'
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from holidays import country_holidays

from onevisit.core.state import Refusal

Hours = tuple[time, time]
Span = tuple[date, date]
Unit = Literal["working_day", "calendar_day"]
Why = Literal["weekend", "holiday", "suspended"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS: Hours = (time(9), time(17))
"""Office hours where the offer states none: opening and closing, both included."""
ONE_DAY = timedelta(days=1)
SATURDAY = 5
SWAPPED = "休息日"
"""How the library names a day off that a notice moved from a weekend; it is no statutory day."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that differs from its weekday; `hall` rows close a hall, not the law's clock."""

    day: date
    kind: Literal["holiday", "workday"]
    state: Literal["notice", "provisional", "hall"] = "notice"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked. A year without a notice is provisional: weekends and statutory days (法定节假日) are off."""

    listed: Mapping[date, str]
    noticed: frozenset[int]

    @classmethod
    def from_rows(cls, rows: Iterable[CalendarDay]) -> "Calendar":
        """The calendar of these rows; provisional ones count only in years without a notice."""
        kept = [row for row in rows if row.state != "hall"]
        noticed = frozenset(row.day.year for row in kept if row.state == "notice")
        valid = (row for row in kept if row.state == "notice" or row.day.year not in noticed)
        return cls({row.day: row.kind for row in valid}, noticed)

    def why_off(self, day: date) -> Literal["weekend", "holiday"] | None:
        """Why nobody works on that day; None on a working day."""
        kind = self.listed.get(day)
        if kind == "workday":
            return None
        if kind == "holiday" or (self.provisional(day) and day in statutory(day.year)):
            return "holiday"
        return "weekend" if day.weekday() >= SATURDAY else None

    def is_workday(self, day: date) -> bool:
        """Whether that day is worked."""
        return self.why_off(day) is None

    def provisional(self, day: date) -> bool:
        """Whether the notice for the year of that day is not loaded."""
        return day.year not in self.noticed

    def next_workday(self, day: date) -> date:
        """The first working day after that day."""
        day += ONE_DAY
        while not self.is_workday(day):
            day += ONE_DAY
        return day


@dataclass(frozen=True, slots=True)
class Limit:
    """One time limit (期限), and what an extension adds to it."""

    days: int
    unit: Unit = "working_day"
    extra_days: int = 0


@dataclass(frozen=True, slots=True)
class NotCounted:
    """A day on which the clock stood still."""

    day: date
    why: Why


@dataclass(frozen=True, slots=True)
class DueDate:
    """The end of a limit, every day up to it as counted or not, and whether a counted one may still change."""

    due: datetime
    counted: tuple[date, ...]
    not_counted: tuple[NotCounted, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension granted at a moment."""

    days: int
    on: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """What one asks of the clock: a start (`accepted`, `handed_in` or `received`) at a moment, and what happened since."""

    start: Literal["accepted", "handed_in", "received"]
    moment: datetime
    limit: Limit
    now: datetime
    suspensions: tuple[Span, ...] = ()
    extensions: tuple[Extension, ...] = ()
    notice_days: int = 5
    noticed: datetime | None = None
    hours: Hours = HOURS


@dataclass(frozen=True, slots=True)
class ClockAnswer:
    """What the clock says: `accepted` and `due` are None while a case is only received; `notice` ends its notice period."""

    received: datetime | None
    accepted: datetime | None
    deemed: bool
    due: DueDate | None
    notice: DueDate | None
    refused: Refusal | None


@lru_cache(maxsize=256)
def statutory(year: int) -> frozenset[date]:
    """The days off that the law itself names in that year (全国年节及纪念日放假办法)."""
    table = country_holidays("CN", years=year, observed=False, language="zh_CN")
    return frozenset(day for day, name in table.items() if SWAPPED not in name)


def receipt(moment: datetime, hours: Hours, calendar: Calendar) -> datetime:
    """When what was handed in at that moment counts as received: then, or at the next opening."""
    local = moment.astimezone(SHANGHAI)
    if calendar.is_workday(local.date()) and local.time() <= hours[1]:
        return max(local, _at(local.date(), hours[0]))
    return _at(calendar.next_workday(local.date()), hours[0])


def due(calendar: Calendar, accepted: date, limit: Limit, suspensions: Sequence[Span] = (), hours: Hours = HOURS) -> DueDate:
    """The end of a limit that runs from the day after `accepted`; suspended days do not count, both ends included.

    A limit in calendar days never ends on a day off (民法典 art. 203): its last day is the next working day.
    """
    counted: list[date] = []
    skipped: list[NotCounted] = []
    wanted, day = limit.days + limit.extra_days, accepted
    while len(counted) < wanted:
        day += ONE_DAY
        suspended = any(first <= day <= last for first, last in suspensions)
        off = calendar.why_off(day) if limit.unit == "working_day" or len(counted) == wanted - 1 else None
        why = _why(off, suspended, limit.unit)
        if why:
            skipped.append(NotCounted(day, why))
        else:
            counted.append(day)
    if not counted and not calendar.is_workday(day):
        day = calendar.next_workday(day)
    return DueDate(_at(day, hours[1]), tuple(counted), tuple(skipped), any(map(calendar.provisional, counted)))


def notice_end(calendar: Calendar, received: datetime, days: int, hours: Hours = HOURS) -> DueDate:
    """The last moment for the one-time notice (一次告知); with no days it is owed on the spot, at the moment of receipt."""
    if days == 0:
        return DueDate(received, (), (), False)
    return due(calendar, received.astimezone(SHANGHAI).date(), Limit(days), (), hours)


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """How many working days lie after `start`, up to and with `end`; 0 if `end` is not after `start`."""
    return sum(calendar.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def clock(calendar: Calendar, question: Question) -> ClockAnswer:
    """Whether and when the case counts as accepted, and when it is due; a refused notice or extension changes nothing."""
    moment = question.moment.astimezone(SHANGHAI)
    if question.start == "accepted":
        return _running(calendar, question, ClockAnswer(None, moment, False, None, None, None))
    if question.start == "handed_in":
        received = receipt(moment, question.hours, calendar)
        return _running(calendar, question, ClockAnswer(received, received, False, None, None, None))
    ends = notice_end(calendar, moment, question.notice_days, question.hours)
    late = question.noticed is not None and question.noticed > ends.due
    asked_at = max(question.now, question.noticed or question.now)
    silent = question.noticed is None or late
    over = asked_at >= ends.due if question.notice_days == 0 else asked_at > ends.due
    if silent and over:
        return _running(
            calendar, question, ClockAnswer(moment, moment, True, None, ends, _late_notice(moment, ends) if late else None)
        )
    refused = (
        Refusal("not-accepted", "尚未受理，办理期限还没有开始，不能延长。", "请先作出受理决定。") if question.extensions else None
    )
    return ClockAnswer(moment, None, False, None, ends, refused)


def _running(calendar: Calendar, question: Question, answer: ClockAnswer) -> ClockAnswer:
    """The answer with its due moment: extensions are taken in their order, once, and only in time."""
    accepted = (answer.accepted or question.moment).date()
    limit, refused = question.limit, answer.refused
    ends = due(calendar, accepted, limit, question.suspensions, question.hours)
    for extension in question.extensions:
        refusal = _not_extended(extension, limit, ends)
        refused = refused or refusal
        if refusal is None:
            limit = replace(limit, extra_days=extension.days)
            ends = due(calendar, accepted, limit, question.suspensions, question.hours)
    return replace(answer, due=ends, refused=refused)


def _not_extended(extension: Extension, limit: Limit, ends: DueDate) -> Refusal | None:
    if limit.extra_days:
        return Refusal(
            "second-extension", f"期限只能延长一次，已经延长{limit.extra_days}天，不能再延长。", "请在现有期限内作出决定。"
        )
    if extension.on > ends.due:
        return Refusal("late-extension", f"期限已于{_written(ends.due)}届满，期满后不能延长。", "请立即作出决定。")
    return None


def _late_notice(received: datetime, ends: DueDate) -> Refusal:
    message = (
        f"一次告知应在{_written(ends.due)}前作出；期满没有告知，自{received:%Y-%m-%d}收到申请之日起即为受理，不能再要求补正。"
    )
    return Refusal("late-notice", message, "请按已受理的办件继续办理。")


def _why(off: Why | None, suspended: bool, unit: Unit) -> Why | None:
    """Why a day does not count: of working days a day off is off whatever else, of calendar days a suspension comes first."""
    if unit == "calendar_day" and suspended:
        return "suspended"
    return off or ("suspended" if suspended else None)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, SHANGHAI)


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
