"""The due moments of a case, by promise and by law, without the days on which a clock stood still."""

from dataclasses import replace
from datetime import date

import pytest

from onevisit.cases import clocks
from onevisit.core.definition import ItemHead, Limits, Standard
from onevisit.core.state import Pause, State
from onevisit.core.workdays import Calendar, CalendarDay

CALENDAR = Calendar.from_rows([CalendarDay(date(2026, 3, 4), "holiday"), CalendarDay(date(2026, 3, 7), "workday")])
LIMITS = Limits(legal=20, promised=3)
ACCEPTED = State(stage="accepted", accepted="2026-03-02")


def ends(limits: Limits = LIMITS, state: State = ACCEPTED) -> tuple[str | None, str | None]:
    found = clocks.when_due(limits, state, CALENDAR)
    return tuple(moment.isoformat()[:16] if moment else None for moment in (found.promised, found.legal))  # type: ignore[return-value]


def test_working_days_after_acceptance_are_counted_by_the_calendar() -> None:
    assert ends() == ("2026-03-06T17:00", "2026-03-30T17:00")
    assert ends(replace(LIMITS, promised=4))[0] == "2026-03-07T17:00", "a make-up Saturday is worked"


def test_without_acceptance_or_limit_nothing_is_due() -> None:
    assert ends(state=State(stage="received")) == (None, None)
    assert ends(Limits()) == (None, None)
    assert ends(Limits(promised=1)) == ("2026-03-03T17:00", None)


def test_a_promise_never_ends_after_the_law() -> None:
    assert ends(Limits(legal=2, promised=5)) == ("2026-03-05T17:00", "2026-03-05T17:00")


@pytest.mark.parametrize(
    ("stopped", "due"),
    [
        (("legal", "promised"), ("2026-03-10T17:00", "2026-03-31T17:00")),
        (("promised",), ("2026-03-10T17:00", "2026-03-30T17:00")),
    ],
)
def test_a_closed_pause_is_not_counted_by_the_clocks_that_it_stops(stopped: tuple[str, ...], due: tuple[str, str]) -> None:
    pause = Pause("own_law", stopped, "2026-03-05T10:00:00+08:00", "2026-03-06T09:00:00+08:00")
    found = ends(state=replace(ACCEPTED, pauses=(pause,)))
    assert found[0] == "2026-03-09T17:00" or found == due
    assert (found[1] != "2026-03-30T17:00") == ("legal" in stopped)


def test_an_open_pause_is_counted_when_it_closes() -> None:
    assert ends(state=replace(ACCEPTED, pauses=(Pause("own_law", ("legal", "promised"), "2026-03-03T10:00:00+08:00"),))) == ends()


def test_an_extension_lengthens_both() -> None:
    assert ends(state=replace(ACCEPTED, extended=2)) == ("2026-03-09T17:00", "2026-04-01T17:00")


def test_the_first_limit_that_fits_is_the_situation_s() -> None:
    fast = Limits(promised=1, when={"food": ("no",)})
    standard = Standard(ItemHead("摆摊", "行政许可", "market"), "county", ("person",), (), limits=(fast, LIMITS))
    assert clocks.limits(standard, {"food": "no"}) == fast
    assert clocks.limits(standard, {"food": "yes"}) == LIMITS
    assert clocks.limits(replace(standard, limits=()), {}) == Limits()


def test_the_promise_of_the_offer_counts_if_it_is_shorter() -> None:
    fast = Limits(promised=3, when={"food": ("no",)})
    standard = Standard(ItemHead("摆摊", "行政许可", "market"), "county", ("person",), (), limits=(fast, LIMITS))
    offer = {"limits": [{"promised": 2, "when": {"food": ["no"]}}, {"promised": 9, "when": {}}]}
    assert clocks.limits(standard, {"food": "no"}, offer) == replace(fast, promised=2)
    assert clocks.limits(standard, {"food": "yes"}, offer) == LIMITS
    assert clocks.all_limits(standard, offer) == (replace(fast, promised=2), LIMITS)
    assert clocks.all_limits(replace(standard, limits=()), {}) == (Limits(),)
