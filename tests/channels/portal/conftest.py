"""A small city with the stall permit, and browsers in which people of the demo are logged in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from tests.cases import ground

from onevisit.access import Actor
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.identity.models import Account

NAMES = ("zhang-xiaoyue", "li-fugen")


@pytest.fixture
def city(db: None, clock: Callable[[str], None], tmp_path: Path) -> None:
    """The small city on a Monday morning, with two people."""
    clock("2026-03-02T10:00")
    ground.small_city()
    ground.offer_stall(tmp_path)
    identity.load_demo([one for one in people.demo_people() if one.key in NAMES])


@pytest.fixture
def zhang(city: None) -> Actor:
    """Whom `browser` belongs to."""
    return people.actor(Account.objects.get(login="zhang-xiaoyue"), "portal", fresh=True)


@pytest.fixture
def browser(city: None) -> Client:
    """A browser in which 张晓月 is logged in."""
    return logged_in("zhang-xiaoyue")


def logged_in(name: str) -> Client:
    """A browser in which this demo person is logged in."""
    client = Client()
    client.post("/login", {"person": name})
    return client
