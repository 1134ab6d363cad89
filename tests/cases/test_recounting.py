"""T16: the calendar changes after acceptance. Due moments move with it, told; a promise given is not shortened."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.conf import settings
from tests.cases import ground

from onevisit.access import Actor
from onevisit.cases import invariants, news, queries
from onevisit.city import actions as city
from onevisit.city import queries as calendar
from onevisit.city.actions import Day, Year
from onevisit.ledger import queries as ledger
from onevisit.ledger.models import Event

Act = Callable[..., Any]


def entered(*days: tuple[str, str]) -> None:
    """The year's notice says this now, and the house has heard of it."""
    listed = tuple(Day(date.fromisoformat(day), kind, "") for day, kind in days)
    city.enter_year(ground.officer("system-admin", "", ""), Year(2026, "notice", "示例通知", listed))
    news.recount(ledger.event(Event.objects.filter(kind="calendar.entered").latest("pk").pk))


@pytest.fixture(autouse=True)
def _fresh_calendar() -> Iterator[None]:
    """Rolled back, a version of the calendar is another test's."""
    calendar._calendar.cache_clear()
    yield
    calendar._calendar.cache_clear()


def told(case: str) -> list[str]:
    return [kind for kind in ground.kinds(case) if kind.startswith("clock.")]


def due(view: queries.CaseView) -> datetime:
    assert view.due_at is not None
    return view.due_at.astimezone(settings.ZONE)


def holds() -> bool:
    return not [offence for one in invariants.INVARIANTS if one.number in (11, 12) for offence in one.check()]


@pytest.fixture
def running(zhang: Actor) -> str:
    """A stall case accepted on Monday, due on the next."""
    view = ground.a_followed(zhang)
    assert due(view) == datetime(2026, 3, 9, 17, tzinfo=settings.ZONE)
    return view.id


def test_a_new_holiday_moves_the_day_and_is_told(act: Act, zhang: Actor, running: str) -> None:
    act(entered, ("2026-03-05", "holiday"))
    assert due(queries.case(zhang, running)) == datetime(2026, 3, 10, 17, tzinfo=settings.ZONE)
    assert told(running) == ["clock.moved"]
    assert holds()


def test_a_working_saturday_does_not_shorten_a_promise(act: Act, zhang: Actor, running: str) -> None:
    act(entered, ("2026-03-07", "workday"))
    assert due(queries.case(zhang, running)) == datetime(2026, 3, 9, 17, tzinfo=settings.ZONE)
    assert told(running)[-1:] in (["clock.kept"], ["clock.moved"])
    assert holds()


def test_a_notice_that_changes_nothing_tells_nothing(act: Act, zhang: Actor, running: str) -> None:
    act(entered, ("2026-10-01", "holiday"))
    assert told(running) == []
    assert holds()


def test_a_decided_case_keeps_its_day(act: Act, zhang: Actor) -> None:
    view, chief = ground.a_taken(zhang)
    before = ground.granted(chief, view.id).due_at
    act(entered, ("2026-03-05", "holiday"))
    assert queries.case(zhang, view.id).due_at == before
