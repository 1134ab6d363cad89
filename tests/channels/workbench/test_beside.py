"""Both parties at one window over HTTP: a second card is read, each does his part, each counts one visit; nothing is lost."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from tests.cases import ground, two
from tests.channels.workbench.conftest import actor
from tests.channels.workbench.window import GENERAL, begins, comes, filled, office, picture, row, seated, seen, text, version
from tests.halls.receiving import number_of

from onevisit.access import Actor
from onevisit.cases import queries
from onevisit.halls.models import Presence, Visit
from onevisit.identity import actions as identity
from onevisit.identity import queries as people


@pytest.fixture
def clerk(city: None, tmp_path: Path) -> Client:
    """A browser of the general window's clerk; the sale of boats is offered."""
    who = next(one for one in people.demo_people() if one.key == GENERAL)
    office("services", ground.NEAR)
    identity.load_demo([replace(who, division=ground.NEAR)])
    two.offer(tmp_path)
    return seated(GENERAL)


@pytest.fixture
def taker(clerk: Client) -> Actor:
    """Who buys, and stands there."""
    return ground.person(two.TAKER)


@pytest.fixture
def case(clerk: Client, taker: Actor) -> str:
    """The sale, received at the window; its address."""
    case = begins(clerk, comes(clerk, two.TAKER), "boat-sale")
    for _ in range(2):
        sent = {"q.more": "one", **two.typed(), "version": version(clerk, case)}
        clerk.post(f"{case}/fill", sent)
    assert clerk.post(f"{case}/receive", {"seen": seen(clerk, case)}).status_code == 302
    return case


def card(key: str) -> dict[str, str]:
    """What the reader sends."""
    return {"number": number_of(key)}


def test_both_confirm_in_one_stay_and_each_counts_once(clerk: Client, taker: Actor, case: str) -> None:
    ground.person(two.GIVER)
    page = text(clerk.get(case))
    assert "还没有来的：卖方陈**" in page
    assert "就是受理" not in page, "it is not whole before both have confirmed"
    for _ in range(2):
        assert clerk.post(f"{case}/beside", card(two.GIVER)).status_code == 302
    page = text(clerk.get(case))
    assert re.search(r"和<b>陈\*\*</b>", page)
    assert "陈**本人在场，确认申请" in page
    clerk.post(f"{case}/confirm", {"step": "confirm", "who": who(page), "seen": seen(clerk, case)})
    page = text(clerk.get(case))
    both = re.findall(r'name="who" value="([^"]+)" checked', page)
    assert len(both) == 2
    clerk.post(f"{case}/confirm", {"step": "identity", "who": both[:1], "seen": seen(clerk, case)})
    assert "陈**本人在场，身份核验通过" in text(clerk.get(case)), "one of the two is left"
    before = seen(clerk, case)
    for _ in range(2):
        assert clerk.post(f"{case}/confirm", {"step": "identity", "who": both, "seen": before}).status_code == 302
    assert queries.turns(taker, str(row(case).public_id)) == ()
    assert queries.account(taker, str(row(case).public_id)).made == 1
    assert {one.reason for one in Presence.objects.all()} == {"chosen"}
    assert Visit.objects.filter(until=None).count() == 2
    assert clerk.post(case.partition("/cases/")[0] + "/leave").status_code == 302
    assert not Visit.objects.filter(until=None).exists()


def who(page: str) -> str:
    """The one whose turn it is."""
    found = re.search(r'name="who" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_stranger_and_the_visitor_himself_are_not_received_beside_him(clerk: Client, case: str) -> None:
    ground.person(two.OTHER)
    for key, why in ((two.OTHER, "不是这个办件的当事人"), (two.TAKER, "正在接待的这位")):
        answer = clerk.post(f"{case}/beside", card(key))
        assert answer.status_code == 422
        assert why in text(answer)
        assert f'value="{number_of(key)}"' in text(answer), "what was typed stays"
    assert Visit.objects.count() == 1


def test_a_party_who_comes_for_the_first_time_is_registered(clerk: Client, case: str) -> None:
    answer = clerk.post(f"{case}/beside", card(two.GIVER))
    assert answer.status_code == 200, "nothing was wrong"
    assert 'name="name"' in text(answer)
    assert clerk.post(f"{case}/beside", {**card(two.GIVER), "name": two.who(two.GIVER).name}).status_code == 302
    assert "本人在场，确认申请" in text(clerk.get(case))
    assert clerk.get(f"{case}/beside").status_code == 200


def test_a_buyer_who_has_done_his_part_does_not_stand_in_for_the_seller(clerk: Client, case: str) -> None:
    page = text(clerk.get(case))
    assert "确认申请" not in page
    assert clerk.post(f"{case}/confirm", {"step": "confirm"}).status_code == 302
    assert "party.confirmed" not in ground.kinds(case.rpartition("/")[2])


def test_a_further_visit_asks_for_the_reason_and_goes_on(clerk: Client, taker: Actor, case: str) -> None:
    ground.person(two.GIVER)
    visit = case.partition("/cases/")[0]
    clerk.post(f"{case}/beside", card(two.GIVER))
    clerk.post(f"{visit}/leave")
    again = comes(clerk, two.TAKER, forced="closed")
    clerk.post(f"{again}/cases/{row(case).public_id}/open", {"reason": "party"})
    here = f"{again}/cases/{row(case).public_id}"
    assert clerk.post(f"{here}/beside", {**card(two.GIVER), "forced": "closed"}).status_code == 302
    assert sorted(one.reason for one in Presence.objects.all()) == ["chosen", "chosen", "party", "party"]


def test_what_stands_on_the_page_is_kept_when_it_is_received(clerk: Client) -> None:
    zhang = actor("zhang-xiaoyue")
    case = begins(clerk, comes(clerk))
    filled(clerk, case)
    sent = {"shown-photo": "both", "material-photo": picture(), "delivery": "licence", "seen": seen(clerk, case)}
    assert clerk.post(f"{case}/receive", sent).status_code == 302
    held = queries.contents(zhang, str(row(case).public_id))
    assert held.handed["photo"]["how"] == "both"
    assert [one.material for one in held.attachments] == ["photo"]
    assert row(case).received_at is not None


def test_what_is_wrong_on_the_page_stops_the_receipt(clerk: Client) -> None:
    actor("zhang-xiaoyue")
    case = begins(clerk, comes(clerk))
    filled(clerk, case)
    answer = clerk.post(f"{case}/receive", {"shown-photo": "swallowed", "seen": seen(clerk, case)})
    assert answer.status_code == 422
    assert row(case).stage == "draft"
    assert clerk.post(f"{case}/receive", {"seen": "0~0"}).status_code == 409


def test_what_is_new_is_asked_before_what_is_empty_is_told(clerk: Client, taker: Actor) -> None:
    case = begins(clerk, comes(clerk, two.TAKER), "boat-sale")
    first = clerk.post(f"{case}/fill", {"q.more": "many", "boat": "水鸟一号", "version": version(clerk, case)})
    assert first.status_code == 302, "the others who buy are asked for now"
    again = clerk.post(f"{case}/fill", {"q.more": "many", "boat": "水鸟一号", "version": version(clerk, case)})
    assert again.status_code == 422
    assert "请填写“价格”" in text(again)
