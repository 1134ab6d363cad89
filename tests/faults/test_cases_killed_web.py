"""T01: the web is killed at random while it files, decides and issues: one decision, one licence, same key same number."""

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from tests.conftest import Databases
from tests.faults.visitor import CHEN, GIFT, Visitor, a_city, case
from tests.living import City

KILLS = 200 if os.environ.get("ONEVISIT_SOAK") == "1" else 20
NUMBERS = "SELECT right(number, 4)::int FROM cases_case WHERE number IS NOT NULL ORDER BY 1"
LICENCES = "SELECT serial FROM licences_licence WHERE serial IS NOT NULL ORDER BY serial"
UNDONE = "SELECT count(*) FROM cases_case WHERE stage NOT IN ('draft', 'concluded')"


@pytest.fixture(scope="module")
def city(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with a_city(databases, tmp_path_factory.mktemp("killed")) as running:
        yield running


def test_a_killed_web_loses_nothing_and_does_nothing_twice(city: City) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    lin = Visitor(city, "lin-ruoxi")
    filed = []
    for _ in range(KILLS):
        number, key = lin.prepared(GIFT, CHEN)
        pressed = threading.Thread(target=lambda n=number, k=key: press(lin, n, k))
        pressed.start()
        time.sleep(chance.uniform(0, 0.8))
        city.kill("web")
        pressed.join(30)
        city.start("web")
        assert lin.file(number, key).status_code == 302
        told = case(city, number)
        assert told["number"]
        assert lin.file(number, key).status_code == 302
        assert case(city, number)["number"] == told["number"]
        filed.append(number)
    city.wait_for(lambda: city.rows(UNDONE) == [(0,)], "every case to be concluded", 90)
    for number in filed:
        told = case(city, number)
        assert (told["outcome"], told["decisions"], told["licences"]) == ("grant", 1, 1)
    assert [row[0] for row in city.rows(NUMBERS)] == list(range(1, KILLS + 1))
    assert [row[0] for row in city.rows(LICENCES)] == list(range(1, KILLS + 1))
    city.wait_for(city.idle, "the worker to finish")
    city.checked()


def press(who: Visitor, number: str, key: str) -> None:
    with suppress(httpx.TransportError):
        who.file(number, key)
