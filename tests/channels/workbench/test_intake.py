"""The general window over HTTP: from a number to receipt and acceptance; pressed twice, done once; nothing typed is lost."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from tests.cases import fair, ground
from tests.channels.workbench.conftest import actor, browser
from tests.channels.workbench.window import (
    GENERAL,
    WINDOW,
    begins,
    comes,
    filled,
    office,
    picture,
    row,
    seated,
    seen,
    text,
    version,
)
from tests.halls.receiving import number_of

from onevisit.access import Actor, Grant
from onevisit.cases import actions as cases
from onevisit.cases import follow, queries
from onevisit.cases.models import Case, Owed
from onevisit.catalogue import queries as catalogue
from onevisit.catalogue.models import Item
from onevisit.city.models import Hall
from onevisit.halls.models import Presence, Visit, Window
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.identity.models import OfficerGrant, Person, Reading
from onevisit.notices import queries as notices


@pytest.fixture
def zhang(city: None) -> Actor:
    """Who comes."""
    return actor("zhang-xiaoyue")


@pytest.fixture
def clerk(city: None) -> Client:
    """A browser of the general window's clerk, who sits at window 1."""
    row = next(one for one in people.demo_people() if one.key == GENERAL)
    office("services", ground.NEAR)
    identity.load_demo([replace(row, division=ground.NEAR)])
    return seated(GENERAL)


def test_from_number_to_receipt_nothing_is_typed_twice(clerk: Client, zhang: Actor) -> None:
    visit = comes(clerk)
    page = text(clerk.get(visit))
    assert "张**" in page
    assert number_of() not in page
    case = begins(clerk, visit)
    form = text(clerk.get(f"{case}/fill"))
    assert 'value="15400000001"' in form, "the phone of his account stands there"
    filled(clerk, case)
    page = text(clerk.get(case))
    assert "“摊位照片”：还没有交。" in page
    assert clerk.post(f"{case}/handed", {"shown-photo": "both", "seen": seen(clerk, case)}).status_code == 302
    assert "看过原件，留下复印件" in text(clerk.get(case))
    assert clerk.post(f"{case}/receive", {"seen": seen(clerk, case)}).status_code == 302
    page = text(clerk.get(case))
    assert "打印收件凭证" in page
    paper = clerk.get(f"{case}/papers/receipt.pdf")
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert row(case).stage == "accepted", "the house accepts by itself what asks for nobody"
    assert row(case).applicant == Person.objects.get(public_id=zhang.person).public_id
    assert queries.account(zhang, row(case).public_id.__str__()).made == 1
    assert any("window" in one.role for one in Reading.objects.filter(subject=zhang.person)), "he can see that the clerk looked"


def test_the_window_shows_the_revision_of_the_guide_that_hangs_out(clerk: Client, zhang: Actor) -> None:
    case = begins(clerk, comes(clerk))
    item = catalogue.item("stall", ground.NEAR)
    page = text(clerk.get(case))
    assert item.content_hash[:12] in page
    assert "这件按他申报时的版本办" not in page
    path = re.search(r'href="(/items/stall/guide\.pdf[^"]+)"', page)
    assert path
    assert clerk.get(path[1]).status_code == 200
    Item.objects.update(active=False)
    assert "内容校验" not in text(clerk.get(case)), "offered no more"


def test_a_second_press_does_nothing_more(clerk: Client, zhang: Actor) -> None:
    visit = comes(clerk)
    assert comes(clerk) == visit
    case = begins(clerk, visit)
    assert begins(clerk, visit) == case
    filled(clerk, case)
    before = seen(clerk, case)
    for _ in range(2):
        assert clerk.post(f"{case}/receive", {"seen": before}).status_code == 302
    assert ground.kinds(case.rpartition("/")[2]).count("case.received") == 1
    assert Case.objects.count() == Visit.objects.count() == 1
    assert len([one for one in notices.of_case(zhang, case.rpartition("/")[2]) if one.kind == "receipt"]) == 1


def test_who_comes_for_the_first_time_is_registered_once(clerk: Client) -> None:
    stranger = {"number": "340300194112039114", "why": "ask", "kind": "citizen", "proof": "face"}
    answer = clerk.post(f"{WINDOW}receive", stranger)
    assert answer.status_code == 200, "nothing was wrong"
    page = text(answer)
    assert 'value="340300194112039114"' in page, "what was typed stays"
    assert 'name="name"' in page
    assert not Visit.objects.exists()
    wrong = clerk.post(f"{WINDOW}receive", {**stranger, "name": "周国良", "phone": "12"})
    assert wrong.status_code == 422
    assert 'value="周国良"' in text(wrong)
    visit = comes(clerk, number="340300194112039114", name="周国良", phone="15400000077", proof="face")
    assert "周**" in text(clerk.get(visit))
    assert clerk.post(f"{visit}/leave").status_code == 302
    assert comes(clerk, number="340300194112039114") != visit
    assert Person.objects.filter(number_index=people.number_index("citizen", "340300194112039114")).count() == 1


def test_a_wrong_number_is_said_at_the_number_and_all_values_stay(clerk: Client) -> None:
    wrong = {"number": "340300199408169024", "why": "collect", "kind": "citizen", "proof": "code"}
    answer = clerk.post(f"{WINDOW}receive", wrong)
    page = text(answer)
    assert answer.status_code == 422
    assert "有错误：" in page
    assert 'value="340300199408169024"' in page
    assert re.search(r'value="collect" checked', page)
    assert re.search(r'value="code" checked', page)


def test_a_draft_from_the_web_goes_on_at_the_window_and_back(clerk: Client, zhang: Actor) -> None:
    draft = ground.a_draft(zhang, remark="网上写的")
    visit = comes(clerk)
    assert clerk.post(f"{visit}/cases/{draft.id}/open").status_code == 302
    case = f"{visit}/cases/{draft.id}"
    assert "网上写的" in text(clerk.get(f"{case}/fill"))
    filled(clerk, case, remark="窗口改的")
    kept = queries.contents(zhang, draft.id).values["remark"]["value"]
    assert kept == "窗口改的"
    clerk.post(f"{visit}/leave")
    assert clerk.get(f"{case}/fill").status_code in (404, 409), "what was held is let go"
    assert browser("zhang-xiaoyue").get(f"/cases/{draft.id}/tasks").status_code == 200
    assert cases.file(zhang, draft.id).stage == "received"


def test_a_stale_form_says_so_and_shows_both_texts(clerk: Client, zhang: Actor) -> None:
    case = begins(clerk, comes(clerk))
    old = version(clerk, case)
    cases.save(zhang, case.rpartition("/")[2], {"goods": "凉皮"})
    answer = clerk.post(f"{case}/fill", {"q.food": "no", "goods": "布鞋", "area": "5", "version": old})
    assert answer.status_code == 409
    assert "凉皮" in text(answer)
    assert "布鞋" in text(answer)
    assert queries.contents(zhang, case.rpartition("/")[2]).values["goods"]["value"] == "凉皮"
    before = seen(clerk, case)
    cases.save(zhang, case.rpartition("/")[2], {"goods": "米线"})
    stale = clerk.post(f"{case}/receive", {"seen": before})
    assert stale.status_code == 409
    assert row(case).stage == "draft"


def test_a_faulty_form_is_saved_and_says_what_is_wrong(clerk: Client) -> None:
    case = begins(clerk, comes(clerk))
    clerk.post(f"{case}/fill", {"q.food": "yes", "version": version(clerk, case)})
    typed = {"q.food": "yes", "goods": "凉皮", "area": "很大", "phone": "12"}
    answer = clerk.post(f"{case}/fill", {**typed, "version": version(clerk, case)})
    page = text(answer)
    assert answer.status_code == 422
    assert 'value="很大"' in page
    assert "有错误：" in page
    later = clerk.post(f"{case}/fill", {"area": "很大", "later": "1", "version": version(clerk, case)})
    assert later["Location"] == case


def test_the_form_saves_itself(clerk: Client, zhang: Actor) -> None:
    case = begins(clerk, comes(clerk))
    answer = clerk.post(f"{case}/save", {"goods": "风筝", "version": version(clerk, case)})
    assert answer.json()["at"] == "10:00"
    assert queries.contents(zhang, case.rpartition("/")[2]).values["goods"]["value"] == "风筝"
    assert clerk.post(f"{case}/save", {"goods": "x", "version": "0"}).status_code == 409
    assert Client().post(f"{case}/save", {"goods": "x"}).status_code in (401, 403)


def test_above_the_promise_the_office_says_why(clerk: Client, zhang: Actor, clock: Callable[[str], None]) -> None:
    draft = ground.a_filed(zhang)
    visit = comes(clerk)
    answer = clerk.post(f"{visit}/cases/{draft.id}/open")
    assert answer.status_code == 200
    assert "承诺最多到场0次，这是第1次" in text(answer)
    assert not Presence.objects.exists()
    assert clerk.post(f"{visit}/cases/{draft.id}/open", {"reason": "weather"}).status_code == 422
    assert clerk.post(f"{visit}/cases/{draft.id}/open", {"reason": "untold"}).status_code == 302
    assert Presence.objects.get().reason == "untold"


def test_an_item_is_found_in_people_s_words_and_begun(clerk: Client) -> None:
    visit = comes(clerk)
    page = text(clerk.get(f"{visit}?q=摆摊"))
    assert re.search(r'value="stall" data-digit="1"', page)
    assert "没有“火星移民”这样的事项" in text(clerk.get(f"{visit}?q=火星移民"))


def test_a_department_s_window_begins_its_own_only(city: None) -> None:
    other = next(one for one in people.demo_people() if one.key == "jiang-tao")
    office("tax", ground.NEAR)
    identity.load_demo([replace(other, role="window", department="tax", division=ground.NEAR)])
    client = seated("jiang-tao")
    visit = comes(client)
    assert 'value="stall"' not in text(client.get(f"{visit}?q=摆摊"))
    assert client.post(f"{visit}/begin", {"item": "stall"}).status_code == 404
    assert not Case.objects.exists()


def test_nobody_without_a_window_or_a_visit_gets_anywhere(clerk: Client, zhang: Actor) -> None:
    case = begins(clerk, comes(clerk))
    for path in (WINDOW, case, f"{case}/fill"):
        assert browser("zhang-xiaoyue").get(path).status_code in (403, 404)
        assert browser("zhou-haifeng").get(path).status_code in (403, 404)
        assert Client().get(path)["Location"].startswith("/workbench/login")
    stranger = ground.a_draft(actor("li-fugen"))
    visit = case.partition("/cases/")[0]
    assert clerk.post(f"{visit}/cases/{stranger.id}/open").status_code == 404
    assert clerk.get(f"{visit}/cases/{stranger.id}").status_code == 404


def test_the_village_point_accepts_by_its_level_and_its_mandate(zhang: Actor) -> None:
    OfficerGrant.objects.filter(officer__account__login="han-mei", role="acceptor").update(
        items=["fair"], document="授权书7号", seal="受理专用章（7）"
    )
    client = seated("han-mei", fair.VILLAGE)
    case = begins(client, comes(client), "fair")
    for more in ({}, {"phone": "15400000001"}):
        client.post(f"{case}/fill", {"q.night": "no", "where": fair.VILLAGE, **more, "version": version(client, case)})
    client.post(f"{case}/handed", {"shown-plan": "original", "seen": seen(client, case)})
    assert client.post(f"{case}/receive", {"seen": seen(client, case)}).status_code == 302
    assert "本人在场，身份核验通过" in text(client.get(case))
    client.post(f"{case}/confirm", {"step": "identity", "seen": seen(client, case)})
    page = text(client.get(case))
    assert "受托受理：授权书7号，用受理专用章（7）" in page
    before = seen(client, case)
    for _ in range(2):
        assert client.post(f"{case}/accept", {"seen": before}).status_code == 302
    assert row(case).stage == "accepted"
    accepted = row(case).stream.events.get(kind="case.accepted").data
    mandate = OfficerGrant.objects.get(role="acceptor", officer__account__login="han-mei")
    assert accepted["mandate"] == str(mandate.public_id)
    assert [one.material for one in Owed.objects.all()] == ["insurance"], "the plan was shown, the insurance may follow"
    client.post(f"{case}/supply", {"material": "insurance", "material-insurance": picture(), "seen": seen(client, case)})
    assert Owed.objects.get().supplied_at is not None


def test_a_draft_from_the_web_reaches_the_village_point(zhang: Actor) -> None:
    draft = cases.start(zhang, "fair", ground.NEAR, {"night": "no"})
    client = seated("han-mei", fair.VILLAGE)
    visit = comes(client)
    assert "举办庙会许可" in text(client.get(visit))
    client.post(f"{visit}/cases/{draft.id}/open", {"reason": "chosen"})
    assert client.get(f"{visit}/cases/{draft.id}/fill").status_code == 200


def test_without_a_mandate_for_the_item_the_back_office_gets_it(zhang: Actor) -> None:
    OfficerGrant.objects.filter(officer__account__login="han-mei", role="acceptor").update(items=["something-else"])
    client = seated("han-mei", fair.VILLAGE)
    view = fair.filed(zhang)
    visit = comes(client)
    client.post(f"{visit}/cases/{view.id}/open", {"reason": "chosen"})
    case = f"{visit}/cases/{view.id}"
    page = text(client.get(case))
    assert "受理</button>" not in page
    assert "期限内没有答复的，就是受理" in page
    assert client.post(f"{case}/accept", {"seen": seen(client, case) if 'name="seen"' in page else ""}).status_code == 404
    assert client.get(f"{case}/notify").status_code in (302, 200)
    assert row(case).stage == "received"


def test_everything_is_told_at_once_and_mended_at_the_window(zhang: Actor, clock: Callable[[str], None]) -> None:
    client = seated("han-mei", fair.VILLAGE)
    view = fair.filed(zhang)
    visit = comes(client)
    client.post(f"{visit}/cases/{view.id}/open", {"reason": "chosen"})
    case = f"{visit}/cases/{view.id}"
    clock("2026-03-02T10:30")
    page = text(client.get(f"{case}/notify"))
    mark = re.search(r'name="seen" value="([^"]+)"', page)
    assert mark
    empty = client.post(f"{case}/notify", {"seen": mark[1]})
    assert empty.status_code == 422
    told = {"ask-material:plan": "1", "wrong-material:plan": "看不清", "mend-material:plan": "重新画", "seen": mark[1]}
    assert client.post(f"{case}/notify", told).status_code == 302
    assert row(case).stage == "noticed"
    assert "在窗口补正" in text(client.get(case))
    assert client.post(f"{case}/mend", {}).status_code == 422
    assert client.post(f"{case}/mend", {"material-plan": picture("new.jpg")}).status_code == 302
    assert row(case).stage == "received"


def test_turned_away_with_reason_and_basis(zhang: Actor) -> None:
    client = seated("han-mei", fair.VILLAGE)
    view = fair.filed(zhang)
    visit = comes(client)
    client.post(f"{visit}/cases/{view.id}/open", {"reason": "chosen"})
    case = f"{visit}/cases/{view.id}"
    page = text(client.get(f"{case}/turn-away"))
    mark = re.search(r'name="seen" value="([^"]+)"', page)
    assert mark
    wrong = client.post(f"{case}/turn-away", {"seen": mark[1], "reason": "不归我们管"})
    assert wrong.status_code == 422
    assert "不归我们管" in text(wrong)
    whole = {"seen": mark[1], "reason": "不归我们管", "basis": "《示例庙会条例》第一条"}
    assert client.post(f"{case}/turn-away", whole).status_code == 302
    assert row(case).stage == "turned_away"


def test_a_window_is_opened_by_one_and_closed(clerk: Client, city: None) -> None:
    window = Window.objects.get()
    assert str(window.clerk) == actor(GENERAL).id
    visit = comes(clerk)
    assert clerk.post(f"{WINDOW}close").status_code == 409
    assert clerk.get(WINDOW)["Location"] == visit
    clerk.post(f"{visit}/leave")
    assert clerk.post(f"{WINDOW}close").status_code == 302
    assert Window.objects.get().clerk is None
    assert "在哪个窗口办公" in text(clerk.get(WINDOW))
    assert clerk.post(f"{WINDOW}receive", {"number": number_of()}).status_code == 302


def test_a_general_window_s_clerk_accepts_nothing(clerk: Client, zhang: Actor) -> None:
    assert actor(GENERAL).grants == (Grant("window", hall=str(Hall.objects.get().public_id)),)
    view = fair.filed(zhang)
    visit = comes(clerk)
    clerk.post(f"{visit}/cases/{view.id}/open", {"reason": "chosen"})
    assert clerk.post(f"{visit}/cases/{view.id}/accept", {}).status_code == 403


def test_a_result_is_handed_over_against_a_signature(clerk: Client, zhang: Actor) -> None:
    draft = ground.a_draft(zhang)
    cases.choose_delivery(zhang, draft.id, "pickup")
    cases.file(zhang, draft.id)
    follow.follow(draft.id)
    chief = ground.officer()
    cases.take(chief, draft.id)
    ground.granted(ground.holding(chief), draft.id)
    visit = comes(clerk, why="collect")
    assert "有结果可以领" in text(clerk.get(visit))
    clerk.post(f"{visit}/cases/{draft.id}/open", {"reason": "chosen"})
    case = f"{visit}/cases/{draft.id}"
    page = text(clerk.get(case))
    address = re.search(rf'action="({case}/collect/[^"]+)"', page)
    assert address
    assert clerk.post(address[1], {"note": " "}).status_code == 422
    for _ in range(2):
        clerk.post(address[1], {"note": "本人签收，读取证件"})
    assert "发给他" not in text(clerk.get(case))
    assert row(case).stage == "concluded", "what follows is done within the request"
