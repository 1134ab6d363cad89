"""A founded city with the demo's people, and short ways to name them."""

from collections.abc import Callable

import pytest

from onevisit.access import Actor
from onevisit.city import actions as city
from onevisit.city.models import Department, Division
from onevisit.identity import actions, queries
from onevisit.identity.models import Account, Person

PEOPLE = frozenset({"zhang-xiaoyue", "wang-zhiyuan", "wu-min", "qin-lang", "you-jia"})
ActorOf = Callable[[str], Actor]


@pytest.fixture
def demo_city(db: None) -> None:
    """蚌埠 and one of its districts, with their offices and some people of the demo."""
    bengbu = Division.objects.create(code="340300000000", name="蚌埠市", level="city")
    Division.objects.create(code="340302000000", name="龙子湖区", level="county", parent=bengbu)
    for department in (("tax", "税务局"), ("services", "数据资源管理局")):
        Department.objects.create(id=department[0], name=department[1], levels=["city", "county"])
    city.furnish_demo("340300")
    actions.load_demo(row for row in queries.demo_people() if row.key in PEOPLE)


@pytest.fixture
def actor_of(demo_city: None) -> ActorOf:
    """`actor_of("wu-min")`: who that is now."""

    def found(login: str) -> Actor:
        return queries.actor(Account.objects.select_related("person", "organisation").get(login=login))

    return found


@pytest.fixture
def person_of(demo_city: None) -> Callable[[str], Person]:
    """`person_of("zhang-xiaoyue")`: the row of that person."""

    def found(key: str) -> Person:
        number = next(row.number for row in queries.demo_people() if row.key == key)
        return Person.objects.get(public_id=queries.person_with(number))

    return found
