"""A small city, a licence type, a licence of somebody, and the people around it."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from onevisit.access import SYSTEM, Actor, Grant
from onevisit.city.models import Department, DepartmentOffice, Division
from onevisit.licences import actions
from onevisit.licences.actions import NewLicence
from onevisit.licences.packs import NewType
from onevisit.licences.queries import LicenceView

CITY, COUNTY = "340300000000", "340304000000"
FIELDS = (
    {"label": "店主", "from": "holder"},
    {"label": "种类", "from": "value:sort"},
    {"label": "金额（元）", "from": "result:sum", "capitals": True},
)
SHOP = NewType("shop-permit", "小店许可证", "market", FIELDS, basis="《示例法》第一条", valid_years=5)
HOLDER = str(uuid4())
OWNER = Actor(str(uuid4()), "applicant", person=HOLDER)
STRANGER = Actor(str(uuid4()), "applicant", person=str(uuid4()))
REGULATOR = Actor(str(uuid4()), "officer", person=str(uuid4()), grants=(Grant("regulator", "market", COUNTY),))


def a_chief(*held: str) -> Actor:
    """A chief of the market office who has these in hand."""
    return Actor(str(uuid4()), "officer", person=str(uuid4()), grants=(Grant("chief", "market", COUNTY),), holds=frozenset(held))


def new(**changes: object) -> NewLicence:
    """A licence to issue, by a decision of its own unless one is given."""
    made = NewLicence(
        case=str(uuid4()), decision=str(uuid4()), type=SHOP.key, holder=HOLDER, holder_name="张晓月（演示）",
        office="禹会区市场监督管理局（演示）", division=COUNTY, data={"sort": "food", "sum": "28000.00"},
        rows=({"label": "种类", "value": "食品"}, {"label": "金额（元）", "value": "28000.00", "capitals": True}),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def found_city() -> None:
    """The city and one county, each with its market office, and the licence type."""
    city = Division.objects.create(code=CITY, name="蚌埠市", level="city")
    county = Division.objects.create(code=COUNTY, name="禹会区", level="county", parent=city)
    market = Department.objects.create(id="market", name="市场监督管理局", levels=["city", "county"])
    for place, code in ((city, "11340300003100001A"), (county, "11340304003100002B")):
        name = f"{place.name}市场监督管理局（演示）"
        DepartmentOffice.objects.create(department=market, division=place, name=name, credit_code=code, demo=True)
    actions.define(SYSTEM, SHOP, CITY)


@pytest.fixture
def city(db: None, clock: Callable[[str], None]) -> None:
    clock("2026-03-02T10:00")
    found_city()


@pytest.fixture
def licence(city: None) -> LicenceView:
    return actions.issue(SYSTEM, new())
