"""Windows: set up by the manager, opened by a clerk whose department they serve, one clerk to a window and the other way."""

import pytest
from tests.cases import ground
from tests.catalogue import town
from tests.halls.receiving import a_seat, a_window, clerk, hall, manager, received

from onevisit.access import SYSTEM, Actor, Denied, Grant, Hidden, Refused
from onevisit.halls import actions, queries
from onevisit.halls.actions import NewWindow
from onevisit.halls.models import Window

pytestmark = pytest.mark.usefixtures("city")


def test_the_manager_sets_up_a_window_once() -> None:
    made = actions.found_window(manager(), NewWindow(hall(), "18", ("tax", "market")))
    assert actions.found_window(manager(), NewWindow(hall(), "18", ("market", "tax"))) == made
    assert (made.is_general, made.is_open, made.departments) == (False, False, ("market", "tax"))
    general = actions.found_window(manager(), NewWindow(hall(), "18"))
    assert (general.id, general.is_general) == (made.id, True)
    assert [one.number for one in queries.windows(hall())] == ["18"]
    assert Window.objects.get().stream.sequence == 2


def test_nobody_else_sets_up_a_window_and_nothing_is_made_up() -> None:
    with pytest.raises(Denied):
        actions.found_window(clerk(), NewWindow(hall(), "1"))
    with pytest.raises(Hidden):
        actions.found_window(manager(hall(town.FAR)), NewWindow(hall(), "1"))
    with pytest.raises(Refused, match="没有部门"):
        actions.found_window(manager(), NewWindow(hall(), "1", ("magic",)))
    with pytest.raises(Refused, match="没有这个大厅"):
        actions.found_window(manager(), NewWindow(hall(), " "))
    assert not Window.objects.exists()


def test_the_demo_s_halls_have_windows() -> None:
    assert actions.furnish_demo(town.CITY) == 3
    assert actions.furnish_demo(town.CITY) == 3
    assert [(one.number, one.is_general) for one in queries.windows(hall())] == [("1", True), ("2", True), ("3", True)]


def test_a_clerk_opens_one_window_and_a_window_has_one_clerk() -> None:
    one, other = a_window("1"), a_window("2")
    sitting = clerk()
    opened = actions.open_window(sitting, one.id)
    assert (opened.clerk, opened.is_open) == (sitting.id, True)
    assert actions.open_window(sitting, one.id) == opened == queries.seat(sitting)
    with pytest.raises(Refused, match="已经有同事"):
        actions.open_window(clerk(), one.id)
    with pytest.raises(Refused, match="还开着1号窗口"):
        actions.open_window(sitting, other.id)
    assert not actions.close_window(sitting, one.id).is_open
    assert queries.seat(sitting) is None
    assert actions.open_window(sitting, other.id).is_open


def test_a_special_window_is_opened_by_its_departments_only() -> None:
    special = a_window("1", ("tax",))
    with pytest.raises(Hidden):
        actions.open_window(clerk("market"), special.id)
    with pytest.raises(Hidden):
        actions.open_window(clerk("tax", town.FAR), special.id)
    with pytest.raises(Denied):
        actions.open_window(ground.officer("reviewer", "tax"), special.id)
    assert actions.open_window(clerk("tax"), special.id).is_open


def test_a_clerk_of_the_hall_opens_any_window_of_it() -> None:
    general = Actor(clerk().id, "officer", grants=(Grant("window", hall=hall()),), via="workbench")
    assert actions.open_window(general, a_window("1", ("tax",)).id).is_open
    elsewhere = Actor(clerk().id, "officer", grants=(Grant("window", hall=hall(town.FAR)),))
    with pytest.raises(Hidden):
        actions.open_window(elsewhere, a_window("2").id)


def test_a_window_is_not_closed_on_somebody_s_nose() -> None:
    ground.person()
    sitting = a_seat()
    visit = received(sitting)
    with pytest.raises(Refused, match="还有人在办事"):
        actions.close_window(sitting, visit.window)
    actions.leave(sitting, visit.id)
    with pytest.raises((Denied, Hidden)):
        actions.close_window(clerk(), visit.window)
    assert not actions.close_window(manager(), visit.window).is_open
    assert not actions.close_window(SYSTEM, visit.window).is_open
    with pytest.raises(Hidden):
        actions.open_window(sitting, "no-window")
