"""The pages of a result that is brought: chosen, each fault at its field and nothing typed lost; tracked; sent otherwise."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.cases import ground
from tests.cases.test_handing import EVERY_WAY, RENEWED
from tests.channels.portal.conftest import logged_in

from onevisit.access import SYSTEM, Actor
from onevisit.cases import actions, follow, queries
from onevisit.deliveries import actions as deliveries
from onevisit.deliveries import queries as sent

ADDRESS = {"delivery.name": "张晓月", "delivery.phone": "15400000001", "delivery.address": "蚌埠市龙子湖区示例路1号"}


@pytest.fixture
def courier(city: None, tmp_path: Path) -> None:
    """The stall permit comes in every way."""
    ground.offer_stall(tmp_path / "more", EVERY_WAY)


def body(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def granted(zhang: Actor, kind: str) -> str:
    """A case whose permit is on its way."""
    view = ground.a_draft(zhang)
    address = sent.Address("张晓月", "15400000001", "蚌埠市龙子湖区示例路1号") if kind == "courier" else None
    actions.choose_delivery(zhang, view.id, kind, address)
    actions.file(zhang, view.id)
    follow.follow(view.id)
    chief = ground.officer()
    actions.take(chief, view.id)
    ground.granted(ground.holding(chief), view.id)
    return view.id


def test_the_check_page_asks_with_the_library_chosen_and_name_and_phone_filled_in(
    courier: None, browser: Client, zhang: Actor
) -> None:
    page = body(browser.get(f"/cases/{ground.a_draft(zhang).id}/check"))
    assert 'value="licence" checked' in page
    assert [way in page for way in ("快递寄来", "工作人员送上门", "到大厅领取")] == [True] * 3
    assert 'name="delivery.name" type="text" value="张晓月"' in page
    assert 'name="delivery.phone" type="tel" inputmode="tel" value="154' in page


def test_where_one_way_is_offered_nothing_is_asked(city: None, browser: Client, zhang: Actor, tmp_path: Path) -> None:
    ground.offer_stall(tmp_path / "more", ground.STALL.replace("at: [licence, hall], instant", "at: [licence], instant"))
    page = body(browser.get(f"/cases/{ground.a_draft(zhang).id}/check"))
    assert 'name="delivery' not in page


def test_faults_stand_at_their_fields_and_what_was_typed_stays(courier: None, browser: Client, zhang: Actor) -> None:
    case = ground.a_draft(zhang).id
    typed = {"delivery": "courier", "delivery.name": "", "delivery.phone": "15", "delivery.address": "示例路"}
    answer = browser.post(f"/cases/{case}/file", typed)
    assert answer.status_code == 422
    page = body(answer)
    for part in ("name", "phone"):
        assert f'href="#f-delivery-{part}"' in page
        assert f'id="f-delivery-{part}"' in page
    assert 'value="15"' in page
    assert 'value="示例路"' in page
    assert 'value="courier" checked' in page
    assert 'value="示例路"' in body(browser.get(f"/cases/{case}/check"))
    assert browser.post(f"/cases/{case}/file", {**typed, **ADDRESS}).status_code == 302
    assert queries.delivery_choice(zhang, case).typed["phone"] == "15400000001"


def test_no_way_chosen_is_said(city: None, browser: Client, zhang: Actor, tmp_path: Path) -> None:
    ground.offer_stall(tmp_path / "more", RENEWED)
    case = ground.a_draft(zhang).id
    page = body(browser.get(f"/cases/{case}/check"))
    assert "只要电子证照" not in page
    assert "旧摊位证要交回" in page
    assert "checked" not in page.partition('<h2 class="apart">送达</h2>')[2]
    answer = browser.post(f"/cases/{case}/file", ADDRESS)
    assert (answer.status_code, "请选结果怎样送到您手里" in body(answer)) == (422, True)


def test_an_old_paper_is_not_to_be_uploaded(city: None, browser: Client, zhang: Actor, tmp_path: Path) -> None:
    ground.offer_stall(tmp_path / "more", RENEWED)
    case = ground.a_draft(zhang).id
    page = body(browser.get(f"/cases/{case}/papers"))
    assert "摊位照片" in page
    assert 'name="material-old"' not in page


def test_what_is_typed_is_saved_by_itself(courier: None, browser: Client, zhang: Actor) -> None:
    case = ground.a_draft(zhang).id
    saved = browser.post(f"/cases/{case}/delivery/save", {"delivery": "courier", "delivery.address": "示例路"})
    assert set(saved.json()) == {"version", "at"}
    assert queries.delivery_choice(zhang, case).typed["address"] == "示例路"
    assert Client().post(f"/cases/{case}/delivery/save").status_code == 401
    assert logged_in("li-fugen").post(f"/cases/{case}/delivery/save", {"delivery": "pickup"}).status_code == 404


def test_it_is_changed_on_its_own_page_until_it_is_made(courier: None, browser: Client, zhang: Actor) -> None:
    case = ground.a_filed(zhang).id
    assert "办好以后：只要电子证照" in body(browser.get(f"/cases/{case}"))
    wrong = browser.post(f"/cases/{case}/delivery", {"delivery": "courier", **ADDRESS, "delivery.phone": "1"})
    assert (wrong.status_code, 'value="1"' in body(wrong)) == (422, True)
    assert browser.post(f"/cases/{case}/delivery", {"delivery": "courier", **ADDRESS})["Location"] == f"/cases/{case}"
    assert "办好以后：快递寄来" in body(browser.get(f"/cases/{case}"))


def test_a_pick_up_becomes_a_parcel_on_its_page(courier: None, browser: Client, zhang: Actor) -> None:
    case = granted(zhang, "pickup")
    page = body(browser.get(f"/cases/{case}"))
    assert "等您领取" in page
    for where in (page, body(browser.get(f"/cases/{case}/delivery"))):
        assert "请到<b>近山县政务服务大厅</b>领取" in where
        assert "<dt>地址</dt><dd>示例路1号</dd>" in where
    assert f"/cases/{case}/delivery#again" in page
    wrong = browser.post(f"/cases/{case}/delivery", {"delivery": "courier", **ADDRESS, "delivery.address": " "})
    assert (wrong.status_code, "请填写“详细地址”" in body(wrong)) == (422, True)
    assert browser.post(f"/cases/{case}/delivery", {"delivery": "courier", **ADDRESS}).status_code == 302
    assert sent.of_case(SYSTEM, case)[0].kind == "courier"
    assert "正在交给快递" in body(browser.get(f"/cases/{case}/delivery"))
    assert browser.post(f"/cases/{case}/delivery", {"delivery": "pickup"}).status_code == 409


def test_what_was_collected_is_shown_as_over(courier: None, browser: Client, zhang: Actor) -> None:
    case = granted(zhang, "pickup")
    clerk = ground.officer("window")
    delivery = sent.of_case(SYSTEM, case)[0]
    deliveries.hand_over(replace(clerk, holds=frozenset({case})), delivery.id, "本人签收")
    page = body(browser.get(f"/cases/{case}/delivery"))
    assert "已领取" in page
    assert "就这样送" not in page


def test_a_strange_callback_is_refused(courier: None, browser: Client) -> None:
    assert Client().post("/deliveries/callback", b"{}", content_type="application/json").status_code == 409
    assert Client().get("/deliveries/callback").status_code == 405
