"""A small city with two items and the staff that handles them: a village point, a town, the county's bureau with its chief."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from tests.cases import fair, ground

from onevisit.access import Actor
from onevisit.cases.queries import CaseView
from onevisit.city.models import DepartmentOffice
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.identity.models import Account

APPLICANTS = ("zhang-xiaoyue", "li-fugen")
STAFF = {
    "han-mei": ("window acceptor", "township", fair.VILLAGE),
    "shi-lei": ("reviewer", "township", fair.TOWN),
    "jiang-bo": ("reviewer", "township", fair.TOWN),
    "zhou-haifeng": ("reviewer", "market", fair.NEAR),
    "peng-jun": ("reviewer", "market", fair.NEAR),
    "wu-min": ("chief", "market", fair.NEAR),
    "sun-yulan": ("window acceptor", "market", fair.NEAR),
}
"""Who of the demo works here, as what, and where."""


@pytest.fixture
def city(db: None, clock: Callable[[str], None], tmp_path: Path) -> None:
    """The small city on a Monday morning."""
    clock("2026-03-02T10:00")
    furnish(tmp_path)


def furnish(folder: Path) -> None:
    """The city with its items, applicants and staff."""
    ground.small_city()
    ground.offer_stall(folder)
    fair.offer(folder)
    for division, code in ((fair.TOWN, "11349900DEM00090XX"), (fair.VILLAGE, "11349900DEM00091XX")):
        DepartmentOffice.objects.create(
            department_id="township", division_id=_key(division), name="近山镇便民服务", credit_code=code, phone="", demo=True
        )
    known = {one.key: one for one in people.demo_people()}
    staff = [replace(known[key], role=r, department=d, division=v) for key, (r, d, v) in STAFF.items()]
    identity.load_demo([*(known[key] for key in APPLICANTS), *staff])


def _key(code: str) -> int:
    return int(DepartmentOffice._meta.get_field("division").related_model.objects.get(code=code).pk)


def actor(key: str) -> Actor:
    """Who that is now, with what he has in hand."""
    account = Account.objects.select_related("person", "organisation").get(login=key)
    return people.actor(account, "portal", fresh=True)


def browser(key: str) -> Client:
    """A browser in which this demo person is logged in."""
    client = Client()
    client.post("/login", {"person": key})
    return client


@pytest.fixture
def zhang(city: None) -> Actor:
    """Whose cases they are."""
    return actor("zhang-xiaoyue")


@pytest.fixture
def stall(zhang: Actor) -> CaseView:
    """A case that the house has accepted: it waits for the bureau's decision."""
    return ground.a_followed(zhang)


@pytest.fixture
def a_fair(zhang: Actor) -> CaseView:
    """A case that the village point has to accept; a paper that may follow is lacking."""
    return fair.filed(zhang)
