"""Where the visitor is, down to the village: what is offered there is found there, and elsewhere it says where to look."""

from pathlib import Path

import pytest
from django.test import Client
from tests.catalogue.town import NEAR, STANDARD, TOWN, small_city, small_pack

from onevisit.access import SYSTEM
from onevisit.catalogue import actions, queries
from onevisit.city.models import Department, DepartmentOffice, Division

pytestmark = pytest.mark.django_db
VILLAGE = "349901100201"


@pytest.fixture(autouse=True)
def _village(tmp_path: Path) -> None:
    small_city()
    town = Division.objects.get(code=TOWN)
    place = Division.objects.create(code=VILLAGE, name="东村", level="village", parent=town)
    Department.objects.get_or_create(id="township", defaults={"name": "乡镇人民政府", "levels": ["town", "village"]})
    DepartmentOffice.objects.create(
        department_id="township", division=place, name="东村村委会", credit_code="54349901DEMO0001XX", demo=True
    )
    actions.publish_pack(SYSTEM, small_pack(tmp_path, STANDARD.replace("level: county", "level: village")))
    actions.offer(SYSTEM, "shop-permit", VILLAGE)


def test_a_village_is_chosen_step_by_step() -> None:
    browser = Client()
    assert 'name="deeper"' in browser.get("/place").content.decode()
    answer = browser.post("/place", {"division": NEAR, "deeper": "yes"})
    assert answer["Location"] == f"/place?within={NEAR}"
    page = browser.get(answer["Location"]).content.decode()
    assert f'value="{TOWN}"' in page
    answer = browser.post("/place", {"division": TOWN, "deeper": "yes"})
    page = browser.get(answer["Location"]).content.decode()
    assert "东村" in page
    assert 'name="deeper"' not in page
    browser.post("/place", {"division": VILLAGE})
    assert "东村" in browser.get("/").content.decode()
    found = browser.get("/search?q=小店经营许可").content.decode()
    assert 'href="/items/shop-permit"' in found


def test_further_up_it_says_where_to_look() -> None:
    browser = Client()
    browser.post("/place", {"division": NEAR})
    page = browser.get("/search?q=小店经营许可").content.decode()
    assert "请先选到您所在的村（社区）" in page
    assert "/place?within=here" in page
    assert 'href="/items/shop-permit"' not in page
    assert queries.listed(["shop-permit"], NEAR)[0].below == "village"
    assert queries.listed(["shop-permit"], VILLAGE)[0].below == ""
    assert queries.listed(["shop-permit"], "349902000000")[0].below == ""


@pytest.mark.parametrize(
    "code", ["", "x", "349999000000", "1" * 4000, "340302000000", "349900000000", "３４９９０１００００００"]
)
def test_a_place_that_is_none_of_the_city_is_not_taken(code: str) -> None:
    browser = Client()
    answer = browser.post("/place", {"division": code, "deeper": "yes"})
    assert answer["Location"] == "/"
    assert "place" not in browser.cookies
    assert browser.get("/place", {"within": code}).status_code == 200
