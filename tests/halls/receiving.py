"""What tests of halls are built from: a hall with windows in a small city, its clerks and manager, people who come."""

from dataclasses import replace
from uuid import uuid4

from tests.cases import ground
from tests.catalogue import town

from onevisit.access import SYSTEM, Actor, Grant
from onevisit.city.models import Hall
from onevisit.halls import actions
from onevisit.halls.actions import Arrival
from onevisit.halls.queries import VisitView, WindowView
from onevisit.identity import queries as people

AT_THE_HALL = ground.STALL.replace("does: submit, at: [online, hall]", "does: submit, at: [hall]")
"""The stall permit, once at the window: one visit is promised."""


def hall(division: str = town.NEAR) -> str:
    """The hall of the near county, or a new one elsewhere."""
    found = Hall.objects.filter(division__code=division).first()
    return str((found or Hall.objects.create(division_id=_pk(division), name="远水县大厅", address="x", demo=True)).public_id)


def _pk(division: str) -> int:
    return int(town.Division.objects.get(code=division).pk)


def clerk(department: str = "market", division: str = town.NEAR) -> Actor:
    """A window clerk of a department."""
    return replace(ground.officer("window", department, division), via="workbench")


def manager(of: str = "") -> Actor:
    """Who manages the hall."""
    return Actor(str(uuid4()), "officer", grants=(Grant("hall-manager", hall=of or hall()),), via="control")


def a_window(number: str = "1", departments: tuple[str, ...] = (), of: str = "") -> WindowView:
    """A window that is shut."""
    return actions.found_window(SYSTEM, actions.NewWindow(of or hall(), number, departments))


def a_seat(number: str = "1", who: Actor | None = None) -> Actor:
    """A clerk at an open window."""
    sitting = who or clerk()
    actions.open_window(sitting, a_window(number).id)
    return sitting


def number_of(key: str = "zhang-xiaoyue") -> str:
    """Somebody's citizen number."""
    return next(one.number for one in people.demo_people() if one.key == key)


def arrival(key: str = "zhang-xiaoyue", why: str = "file", **other: str) -> Arrival:
    """Somebody of the demo at the window."""
    return Arrival(number_of(key), why, **other)


def received(at: Actor, key: str = "zhang-xiaoyue", **other: str) -> VisitView:
    """The same, received there."""
    return actions.receive_visitor(at, hall(), arrival(key, **other))


def passed(at: Actor, *cases: str, key: str = "zhang-xiaoyue", reason: str = "", forced: str = "") -> VisitView:
    """A whole visit in which these cases were worked on."""
    visit = received(at, key, forced=forced)
    for case in cases:
        actions.touch(at, visit.id, case, reason)
    return actions.leave(at, visit.id)
