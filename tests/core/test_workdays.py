"""The clock: days counted by the State Council's notices, and each row of the table of legal time limits that it can answer."""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from onevisit.core.workdays import (
    HOURS,
    SHANGHAI,
    Calendar,
    CalendarDay,
    ClockAnswer,
    Extension,
    Limit,
    NotCounted,
    Question,
    clock,
    due,
    notice_end,
    receipt,
    statutory,
    working_days_between,
)

ROOT = Path(__file__).parents[2]
CLOCKS = ROOT / "tests" / "data" / "legal_clocks.csv"
HOLIDAYS = ROOT / "data" / "cn_holidays_2024_2026.csv"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


CALENDAR = Calendar.from_rows(CalendarDay(date.fromisoformat(row["date"]), row["kind"]) for row in rows(HOLIDAYS))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def day(text: str) -> date:
    return date.fromisoformat(text)


def asked(start: str, moment: str, days: int = 20, now: str = "2026-12-31T00:00", **more: object) -> ClockAnswer:
    return clock(CALENDAR, Question(start, at(moment), Limit(days), at(now), **more))


def code(answer: ClockAnswer) -> str | None:
    return answer.refused.code if answer.refused else None


def marked(start: date, days: int, unit: str = "working_day") -> date:
    """The oracle: walk on from the day after, with chinesecalendar saying which days are worked."""
    reached, left = start, days
    while left:
        reached += timedelta(days=1)
        left -= unit == "calendar_day" or chinese_calendar.is_workday(reached)
    while not chinese_calendar.is_workday(reached):
        reached += timedelta(days=1)
    return reached


# Which rows of the table are a number of days that the clock counts: the days, their unit, what an extension adds.
CLOCKED: dict[str, tuple[int, str, int]] = {
    "P01": (5, "working_day", 0),
    "P02": (20, "working_day", 10),
    "P03": (45, "working_day", 15),
    "P04": (20, "working_day", 0),
    "P05": (10, "working_day", 0),
    "P07": (5, "working_day", 0),
    "P15": (30, "working_day", 0),
    "P17": (3, "working_day", 3),
    "P19": (1, "working_day", 0),
    "P20": (5, "working_day", 5),
    "P21": (1, "working_day", 0),
    "P22": (1, "working_day", 0),
    "P23": (90, "calendar_day", 0),
    "P26": (60, "calendar_day", 0),
    "P28": (20, "working_day", 20),
    "P29": (60, "calendar_day", 30),
}
ELSEWHERE = {
    "P06": "test_what_article_45_names_is_not_counted",
    "P08": "test_thirty_days_before_expiry_are_counted_backwards",
    "P12": "test_statutory_days_off_are_not_counted",
    "P13": "test_the_first_day_is_not_counted_and_a_day_off_is_never_the_last",
    "P14": "test_on_the_spot_silence_is_acceptance_at_once",
}
NO_CLOCK = {"P09", "P10", "P11", "P16", "P18", "P24", "P25", "P27"}
"""Persons, fees, bans and limits in months or years: nothing to count in days."""


def test_every_row_of_the_table_is_tested_or_is_no_clock() -> None:
    assert {row["id"] for row in rows(CLOCKS)} == {*CLOCKED, *ELSEWHERE, *NO_CLOCK}
    assert all(name in globals() for name in ELSEWHERE.values())


@pytest.mark.parametrize("row", [row for row in rows(CLOCKS) if row["id"] in CLOCKED], ids=lambda row: row["id"])
@pytest.mark.parametrize("accepted", ["2024-09-30", "2025-01-24", "2026-01-30", "2026-04-28", "2026-02-14"])
def test_a_legal_limit_ends_where_marking_days_ends(row: dict[str, str], accepted: str) -> None:
    days, unit, extra = CLOCKED[row["id"]]
    assert str(days) in row["value"]
    assert not extra or str(extra) in row["value"]
    for limit in (Limit(days, unit), Limit(days, unit, extra)):
        ends = due(CALENDAR, day(accepted), limit)
        assert ends.due == datetime.combine(marked(day(accepted), days + limit.extra_days, unit), time(17), SHANGHAI)
        assert len(ends.counted) == days + limit.extra_days
        assert not ends.provisional


def test_the_worked_example() -> None:
    ends = due(CALENDAR, day("2026-09-24"), Limit(5))
    assert ends.due == at("2026-10-09T17:00")
    assert ends.counted == tuple(map(day, ("2026-09-28", "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09")))
    assert [one.why for one in ends.not_counted] == ["holiday"] * 3 + ["holiday"] * 7
    assert ends.due.utcoffset() == timedelta(hours=8)


def test_the_saturday_that_is_worked_counts() -> None:
    assert due(CALENDAR, day("2026-10-09"), Limit(1)).due == at("2026-10-10T17:00")


def test_statutory_days_off_are_not_counted() -> None:
    ends = due(CALENDAR, day("2026-05-08"), Limit(2))
    assert ends.counted == (day("2026-05-09"), day("2026-05-11"))
    assert ends.not_counted == (NotCounted(day("2026-05-10"), "weekend"),)


def test_the_first_day_is_not_counted_and_a_day_off_is_never_the_last() -> None:
    ends = due(CALENDAR, day("2026-09-21"), Limit(5, "calendar_day"))
    assert ends.due == at("2026-09-28T17:00")
    assert ends.counted[0] == day("2026-09-22")
    assert ends.counted[-1] == day("2026-09-28")
    assert [one.day.day for one in ends.not_counted] == [26, 27]
    assert due(CALENDAR, day("2026-09-21"), Limit(4, "calendar_day")).due == at("2026-09-28T17:00")
    assert due(CALENDAR, day("2026-09-21"), Limit(3, "calendar_day")).due == at("2026-09-24T17:00")


def test_no_days_at_all_end_on_the_day_itself_or_the_next_worked_one() -> None:
    assert due(CALENDAR, day("2026-03-02"), Limit(0)).due == at("2026-03-02T17:00")
    assert due(CALENDAR, day("2026-03-07"), Limit(0)).due == at("2026-03-09T17:00")


def test_what_article_45_names_is_not_counted() -> None:
    plain = due(CALENDAR, day("2026-03-02"), Limit(5))
    expert_review = [(day("2026-03-04"), day("2026-03-05"))]
    ends = due(CALENDAR, day("2026-03-02"), Limit(5), expert_review)
    assert plain.due == at("2026-03-09T17:00")
    assert ends.due == at("2026-03-11T17:00")
    assert NotCounted(day("2026-03-04"), "suspended") in ends.not_counted
    assert NotCounted(day("2026-03-05"), "suspended") in ends.not_counted


def test_suspensions_that_overlap_count_once_in_any_order() -> None:
    spans = [
        (day("2026-03-04"), day("2026-03-06")),
        (day("2026-03-05"), day("2026-03-10")),
        (day("2026-03-05"), day("2026-03-05")),
    ]
    ends = due(CALENDAR, day("2026-03-02"), Limit(5), spans)
    assert ends == due(CALENDAR, day("2026-03-02"), Limit(5), spans[::-1])
    assert [one.day.day for one in ends.not_counted if one.why == "suspended"] == [4, 5, 6, 9, 10]
    assert [one.day.day for one in ends.not_counted if one.why == "weekend"] == [7, 8, 14, 15]
    assert ends.due == at("2026-03-16T17:00")


def test_a_suspension_of_the_last_day_moves_it_and_one_after_it_does_not() -> None:
    assert due(CALENDAR, day("2026-03-02"), Limit(2), [(day("2026-03-04"), day("2026-03-04"))]).due == at("2026-03-05T17:00")
    assert due(CALENDAR, day("2026-03-02"), Limit(2), [(day("2026-03-05"), day("2026-03-09"))]).due == at("2026-03-04T17:00")
    assert due(CALENDAR, day("2026-03-02"), Limit(2), [(day("2026-02-02"), day("2026-03-02"))]).due == at("2026-03-04T17:00")


def test_suspended_calendar_days_do_not_count_either_and_days_off_among_them_are_suspended() -> None:
    ends = due(CALENDAR, day("2026-03-05"), Limit(3, "calendar_day"), [(day("2026-03-07"), day("2026-03-08"))])
    assert ends.counted == (day("2026-03-06"), day("2026-03-09"), day("2026-03-10"))
    assert {one.why for one in ends.not_counted} == {"suspended"}


def test_a_year_without_a_notice_is_provisional_and_takes_weekends_and_statutory_days() -> None:
    ends = due(CALENDAR, day("2026-12-30"), Limit(2))
    assert ends.counted == (day("2026-12-31"), day("2027-01-04"))
    assert ends.provisional
    assert ends.not_counted[0] == NotCounted(day("2027-01-01"), "holiday")
    assert not due(CALENDAR, day("2026-12-30"), Limit(1)).provisional
    assert not CALENDAR.is_workday(day("2027-02-08"))


def test_the_statutory_days_are_thirteen_and_no_moved_weekend_is_among_them() -> None:
    assert {len(statutory(year)) for year in range(2025, 2040)} <= {12, 13}
    assert len(statutory(2024)) == 11
    assert day("2026-02-20") not in statutory(2026)
    assert sorted(statutory(2027))[1:5] == [day("2027-02-05"), day("2027-02-06"), day("2027-02-07"), day("2027-02-08")]


def test_provisional_rows_count_until_the_notice_is_there_and_hall_rows_never() -> None:
    guess = CalendarDay(day("2027-03-01"), "holiday", "provisional")
    before = Calendar.from_rows([guess, CalendarDay(day("2027-03-02"), "holiday", "hall")])
    assert (before.is_workday(guess.day), before.is_workday(day("2027-03-02")), before.provisional(guess.day)) == (
        False,
        True,
        True,
    )
    after = Calendar.from_rows([guess, CalendarDay(day("2027-01-01"), "holiday")])
    assert (after.is_workday(guess.day), after.provisional(guess.day)) == (True, False)
    assert after.is_workday(day("2027-02-05"))


@pytest.mark.parametrize(
    ("handed_in", "received"),
    [
        ("2026-03-02T09:00", "2026-03-02T09:00"),
        ("2026-03-02T16:59:59", "2026-03-02T16:59:59"),
        ("2026-03-02T17:00", "2026-03-02T17:00"),
        ("2026-03-02T17:00:01", "2026-03-03T09:00"),
        ("2026-03-02T00:00", "2026-03-02T09:00"),
        ("2026-03-02T08:59", "2026-03-02T09:00"),
        ("2026-03-06T23:59:59", "2026-03-09T09:00"),
        ("2026-03-07T10:00", "2026-03-09T09:00"),
        ("2026-02-28T10:00", "2026-02-28T10:00"),
        ("2026-09-30T18:00", "2026-10-08T09:00"),
    ],
)
def test_what_is_handed_in_after_hours_is_received_at_the_next_opening(handed_in: str, received: str) -> None:
    assert receipt(at(handed_in), HOURS, CALENDAR) == at(received)


def test_the_hall_is_in_shanghai_wherever_the_server_is() -> None:
    assert receipt(datetime.fromisoformat("2026-03-02T09:00:00+00:00"), HOURS, CALENDAR) == at("2026-03-02T17:00")
    assert receipt(datetime.fromisoformat("2026-03-02T09:00:01+00:00"), HOURS, CALENDAR) == at("2026-03-03T09:00")
    assert receipt(datetime.fromisoformat("2026-03-02T23:30:00-05:00"), HOURS, CALENDAR) == at("2026-03-03T12:30")


def test_an_office_with_hours_of_its_own_keeps_them() -> None:
    hours = (time(8, 30), time(12))
    assert receipt(at("2026-03-02T12:01"), hours, CALENDAR) == at("2026-03-03T08:30")
    assert due(CALENDAR, day("2026-03-02"), Limit(1), (), hours).due == at("2026-03-03T12:00")


def test_handed_in_is_received_and_accepted() -> None:
    answer = asked("handed_in", "2026-03-06T18:00", 1)
    assert answer.received == answer.accepted == at("2026-03-09T09:00")
    assert answer.due
    assert answer.due.due == at("2026-03-10T17:00")
    assert not answer.deemed


def test_before_the_notice_period_is_over_nothing_is_accepted_yet() -> None:
    answer = asked("received", "2026-03-02T10:00", now="2026-03-09T17:00")
    assert (answer.accepted, answer.due, answer.deemed, code(answer)) == (None, None, False, None)
    assert answer.notice
    assert answer.notice.due == at("2026-03-09T17:00")


def test_silence_past_the_notice_period_is_acceptance_on_the_day_of_receipt() -> None:
    answer = asked("received", "2026-03-02T10:00", 5, now="2026-03-09T17:00:01")
    assert answer.deemed
    assert answer.accepted == at("2026-03-02T10:00")
    assert answer.due == due(CALENDAR, day("2026-03-02"), Limit(5))


def test_a_notice_in_time_keeps_the_case_from_being_accepted_for_good() -> None:
    answer = asked("received", "2026-03-02T10:00", now="2026-06-01T10:00", noticed=at("2026-03-09T17:00"))
    assert (answer.accepted, answer.due, answer.deemed, code(answer)) == (None, None, False, None)


@pytest.mark.parametrize("now", ["2026-03-05T10:00", "2026-06-01T10:00"])
def test_a_late_notice_is_refused_and_changes_nothing(now: str) -> None:
    late = asked("received", "2026-03-02T10:00", now=now, noticed=at("2026-03-09T17:01"))
    silent = asked("received", "2026-03-02T10:00")
    assert code(late) == "late-notice"
    assert (late.accepted, late.deemed, late.due) == (silent.accepted, True, silent.due)
    assert late.refused
    assert "2026-03-09 17:00" in late.refused.message


def test_on_the_spot_silence_is_acceptance_at_once() -> None:
    answer = asked("received", "2026-03-02T10:00", now="2026-03-02T10:00", notice_days=0)
    assert (answer.deemed, answer.accepted) == (True, at("2026-03-02T10:00"))
    told = asked("received", "2026-03-02T10:00", notice_days=0, noticed=at("2026-03-02T10:00"))
    assert (told.deemed, told.accepted, code(told)) == (False, None, None)
    assert code(asked("received", "2026-03-02T10:00", notice_days=0, noticed=at("2026-03-02T10:01"))) == "late-notice"
    assert notice_end(CALENDAR, at("2026-03-02T10:00"), 0).due == at("2026-03-02T10:00")


def extended(*extensions: tuple[int, str], days: int = 5) -> ClockAnswer:
    return asked("accepted", "2026-03-02T10:00", days, extensions=tuple(Extension(n, at(on)) for n, on in extensions))


@pytest.mark.parametrize(
    ("extensions", "due_at", "refused"),
    [
        ([], "2026-03-09T17:00", None),
        ([(10, "2026-03-09T17:00")], "2026-03-23T17:00", None),
        ([(10, "2026-03-09T17:01")], "2026-03-09T17:00", "late-extension"),
        ([(10, "2026-03-05T10:00"), (5, "2026-03-06T10:00")], "2026-03-23T17:00", "second-extension"),
        ([(10, "2026-03-05T10:00"), (5, "2026-12-06T10:00")], "2026-03-23T17:00", "second-extension"),
        ([(10, "2026-03-10T10:00"), (5, "2026-03-06T10:00")], "2026-03-16T17:00", "late-extension"),
    ],
)
def test_a_limit_is_extended_once_and_before_it_is_due(
    extensions: list[tuple[int, str]], due_at: str, refused: str | None
) -> None:
    answer = extended(*extensions)
    assert answer.due
    assert answer.due.due == at(due_at)
    assert code(answer) == refused


def test_a_suspension_leaves_more_time_to_extend() -> None:
    suspended = ((day("2026-03-05"), day("2026-03-06")),)
    answer = asked("accepted", "2026-03-02T10:00", 5, suspensions=suspended, extensions=(Extension(1, at("2026-03-11T10:00")),))
    assert code(answer) is None
    assert answer.due
    assert answer.due.due == at("2026-03-12T17:00")


def test_what_is_not_accepted_yet_cannot_be_extended() -> None:
    answer = asked("received", "2026-03-02T10:00", now="2026-03-03T10:00", extensions=(Extension(10, at("2026-03-03T10:00")),))
    assert (code(answer), answer.due) == ("not-accepted", None)


def test_thirty_days_before_expiry_are_counted_backwards() -> None:
    assert working_days_between(CALENDAR, day("2026-09-30"), day("2026-10-10")) == 3
    assert working_days_between(CALENDAR, day("2026-03-02"), day("2026-03-02")) == 0
    assert working_days_between(CALENDAR, day("2026-03-03"), day("2026-03-02")) == 0
    expiry = day("2026-11-30")
    asked_on = next(
        day("2026-11-30") - timedelta(days=n)
        for n in range(90)
        if working_days_between(CALENDAR, expiry - timedelta(days=n), expiry) == 30
    )
    assert asked_on == day("2026-10-19")
