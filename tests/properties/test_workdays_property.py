"""The clock against two oracles: chinesecalendar for which days are worked, marking days one by one for where a limit ends."""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import chinese_calendar
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core.workdays import (
    HOURS,
    SHANGHAI,
    Calendar,
    CalendarDay,
    Limit,
    Span,
    Unit,
    due,
    receipt,
    working_days_between,
)

FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
HOLIDAYS = Path(__file__).parents[2] / "data" / "cn_holidays_2024_2026.csv"

with HOLIDAYS.open(encoding="utf-8") as lines:
    SHIPPED = Calendar.from_rows(CalendarDay(date.fromisoformat(row["date"]), row["kind"]) for row in csv.DictReader(lines))

days_of_2026 = st.dates(date(2026, 1, 1), date(2026, 12, 31))
units = st.sampled_from(["working_day", "calendar_day"])
spans = st.lists(
    st.tuples(days_of_2026, st.integers(0, 20)).map(lambda pair: (pair[0], pair[0] + timedelta(days=pair[1]))), max_size=5
)
calendars = st.dictionaries(days_of_2026, st.sampled_from(["holiday", "workday"]), min_size=1, max_size=60)


def a_calendar(listed: dict[date, str]) -> Calendar:
    years = [CalendarDay(date(year, 7, 1), "workday" if date(year, 7, 1).weekday() < 5 else "holiday") for year in (2027, 2028)]
    return Calendar.from_rows([*years, *(CalendarDay(day, kind) for day, kind in listed.items())])


def marked(listed: dict[date, str], accepted: date, days: int, unit: Unit, suspended: list[Span]) -> date:
    """Every day of three years, struck out one by one; the last of the first `days` that are left."""
    every = [accepted + timedelta(days=n) for n in range(1, 1000)]
    off = {day for day in every if listed.get(day, "holiday" if day.weekday() >= 5 else "workday") == "holiday"}
    struck = {day for day in every for first, last in suspended if first <= day <= last}
    if unit == "working_day":
        return [day for day in every if day not in off | struck][days - 1]
    last = [day for day in every if day not in struck][days - 1]
    return next(day for day in every if day >= last and day not in off | struck)


def test_our_table_and_chinesecalendar_agree_on_every_day() -> None:
    every = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert [day for day in every if SHIPPED.is_workday(day) != chinese_calendar.is_workday(day)] == []
    assert not any(map(SHIPPED.provisional, every))


@given(calendars, days_of_2026, st.integers(1, 60), units, spans)
def test_a_limit_ends_where_marking_days_ends(
    listed: dict[date, str], accepted: date, days: int, unit: Unit, suspended: list[Span]
) -> None:
    ends = due(a_calendar(listed), accepted, Limit(days, unit), suspended)
    assert ends.due == datetime.combine(marked(listed, accepted, days, unit, suspended), time(17), SHANGHAI)


@given(days_of_2026, st.integers(1, 45), st.integers(0, 15), units, spans)
def test_each_day_up_to_the_end_is_counted_or_not_and_never_both(
    accepted: date, days: int, extra: int, unit: Unit, suspended: list[Span]
) -> None:
    ends = due(SHIPPED, accepted, Limit(days, unit, extra), suspended)
    passed = [accepted + timedelta(days=n) for n in range(1, (ends.due.date() - accepted).days + 1)]
    assert sorted([*ends.counted, *(one.day for one in ends.not_counted)]) == passed
    assert len(ends.counted) == days + extra
    assert ends.counted[-1] == ends.due.date()
    assert SHIPPED.is_workday(ends.due.date())
    assert ends.provisional == any(day.year > 2026 for day in ends.counted)


@given(days_of_2026, st.integers(1, 30), units, spans, spans)
def test_a_suspension_never_makes_a_limit_end_earlier_and_its_order_does_not_matter(
    accepted: date, days: int, unit: Unit, some: list[Span], more: list[Span]
) -> None:
    limit = Limit(days, unit)
    ends = due(SHIPPED, accepted, limit, some + more)
    assert ends == due(SHIPPED, accepted, limit, (some + more)[::-1])
    assert ends.due >= due(SHIPPED, accepted, limit, some).due


@given(days_of_2026, st.integers(1, 60))
def test_a_limit_of_working_days_has_that_many_between_its_ends(accepted: date, days: int) -> None:
    ends = due(SHIPPED, accepted, Limit(days))
    assert working_days_between(SHIPPED, accepted, ends.due.date()) == days


@given(st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 20)))
def test_what_is_received_is_received_in_office_hours_and_not_before_it_was_handed_in(moment: datetime) -> None:
    handed_in = moment.replace(tzinfo=SHANGHAI)
    received = receipt(handed_in, HOURS, SHIPPED)
    assert received >= handed_in
    assert chinese_calendar.is_workday(received.date())
    assert HOURS[0] <= received.time() <= HOURS[1]
    assert receipt(received, HOURS, SHIPPED) == received
