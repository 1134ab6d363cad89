"""One's own cases: for whoever is logged in, and nobody else's; page by page, never kept by anybody."""

import pytest
from django.test import Client
from tests.catalogue.town import FAR, NEAR

from onevisit.access import SYSTEM
from onevisit.cases import actions
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue.queries import ItemView
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.identity.models import Account


@pytest.fixture
def draft(item: ItemView) -> str:
    """A draft of 张晓月 for the small item."""
    identity.load_demo([one for one in people.demo_people() if one.key in ("zhang-xiaoyue", "li-fugen")])
    return start(NEAR)


def start(division: str) -> str:
    """The id of a draft of 张晓月 in this division."""
    actor = people.actor(Account.objects.get(login="zhang-xiaoyue"), "portal")
    return actions.start(actor, "shop-permit", division, {"food": "yes"}).id


def logged_in(name: str) -> Client:
    """A browser in which this demo person is logged in."""
    client = Client()
    client.post("/login", {"person": name})
    return client


def test_nobody_logged_in_is_told_to_log_in(client: Client, draft: str) -> None:
    for path in ("/api/v1/cases", f"/api/v1/cases/{draft}"):
        answer = client.get(path)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Session realm="onevisit"')


def test_one_s_own_cases_are_listed(draft: str) -> None:
    answer = logged_in("zhang-xiaoyue").get("/api/v1/cases")
    (case,) = answer.json()["cases"]
    assert case.items() >= {"id": draft, "item_key": "shop-permit", "item_name": "小店经营许可", "stage": "draft"}.items()
    assert case["updated_at"].endswith("+08:00")
    assert (answer.json()["next"], answer["Cache-Control"]) == (None, "no-store")


def test_one_s_own_case_comes_with_rail_and_account(draft: str) -> None:
    answer = logged_in("zhang-xiaoyue").get(f"/api/v1/cases/{draft}")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer.json()["case"]["id"] == draft
    assert answer.json()["visits"] == {"made": 0, "promised": 0}


def test_somebody_else_s_case_is_not_found(draft: str) -> None:
    other = logged_in("li-fugen")
    assert other.get("/api/v1/cases").json()["cases"] == []
    assert other.get(f"/api/v1/cases/{draft}").status_code == 404
    same = other.get("/api/v1/cases/00000000-0000-0000-0000-000000000000").json()
    hidden = other.get(f"/api/v1/cases/{draft}").json()
    assert {**same, "instance": ""} == {**hidden, "instance": ""}


@pytest.mark.parametrize("id", ["x", "0", "../etc"])
def test_an_id_that_is_none_is_not_found(draft: str, id: str) -> None:
    assert logged_in("zhang-xiaoyue").get(f"/api/v1/cases/{id}").status_code == 404


def test_a_cursor_that_is_none_is_named(draft: str) -> None:
    answer = logged_in("zhang-xiaoyue").get("/api/v1/cases?cursor=tomorrow")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/query/cursor")


def test_pages_of_one_s_cases_follow_each_other(draft: str) -> None:
    catalogue.offer(SYSTEM, "shop-permit", FAR)
    newer, client = start(FAR), logged_in("zhang-xiaoyue")
    first = client.get("/api/v1/cases?limit=1").json()
    second = client.get("/api/v1/cases", {"limit": 1, "cursor": first["next"]}).json()
    assert [one["id"] for one in (*first["cases"], *second["cases"])] == [newer, draft]
    assert second["next"] is None
