"""The clean-up of proofs over HTTP: one proposes, another decides; the matrix, the circles in words and picture, the outages."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.catalogue import town
from tests.proofs import land

from onevisit.access import SYSTEM
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue.actions import publishing
from onevisit.channels.studio.proofs import ring
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.proofs import actions, queries
from onevisit.proofs.actions import Down
from onevisit.proofs.register import Arrow, Circle

WHY = "卫生部门已经共享体检结果。"


@pytest.fixture
def asked(db: None, tmp_path: Path) -> str:
    land.small_city()
    land.offered(tmp_path)
    known = {one.key: one for one in people.demo_people()}
    names = ("zhang-xiaoyue", "chen-xi", "xiang-yun", "fan-li")
    identity.load_demo([replace(known[name], department="market", division=town.NEAR) for name in names])
    return f"/studio/proofs/{land.PROOF}"


def logged_in(name: str) -> Client:
    client = Client()
    client.post("/login", {"person": name})
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_an_editor_proposes_and_a_publisher_decides(asked: str) -> None:
    editor, publisher = logged_in("chen-xi"), logged_in("xiang-yun")
    page = text(editor, asked)
    for needed in (
        "卫生健康委员会",
        "《示例小店法》第四条",
        "小店经营许可（县级）",
        "没有法律法规依据的一律取消",
        "交另一人决定",
    ):
        assert needed in page
    half = editor.post(f"{asked}/propose", {"rule": "network", "why": WHY, "instead": ""})
    assert half.status_code == 422
    assert "没有写用什么代替" in half.content.decode()
    assert WHY in half.content.decode(), "nothing typed is lost"
    assert 'value="network" checked' in half.content.decode()
    assert editor.post(f"{asked}/propose", {"rule": "network", "why": WHY, "instead": "共享数据"}).status_code == 302
    assert "您提的，要由另一个人决定" in text(editor, asked)
    page = text(publisher, asked)
    assert "同意取消" in page
    assert "交另一人决定" not in page
    review = queries.proof(land.PUBLISHER, land.PROOF).open
    assert review is not None
    assert editor.post(f"{asked}/reviews/{review.id}", {"outcome": "accepted"}).status_code == 403
    refused = publisher.post(f"{asked}/reviews/{review.id}", {"outcome": "rejected"})
    assert refused.status_code == 422
    assert publisher.post(f"{asked}/reviews/{review.id}", {"outcome": "accepted"}).status_code == 302
    page = text(editor, "/studio/proofs")
    assert "已经取消，还在要的" in page
    assert "/studio/items/shop-permit/county" in page


def test_who_is_both_cannot_decide_on_his_own(asked: str) -> None:
    both = logged_in("fan-li")
    assert both.post(f"{asked}/propose", {"rule": "keep", "why": "依法要有。"}).status_code == 302
    review = queries.proof(land.EDITOR, land.PROOF).open
    assert review is not None
    answer = both.post(f"{asked}/reviews/{review.id}", {"outcome": "accepted"})
    assert answer.status_code == 422
    assert "另一人" in answer.content.decode()


def test_the_list_is_sifted_by_its_address(asked: str) -> None:
    editor = logged_in("chen-xi")
    assert "健康证明" in text(editor, "/studio/proofs?level=county&department=market&rule=unobtainable&words=健康")
    assert "没有符合的证明" in text(editor, "/studio/proofs?level=town")
    matrix = text(editor, "/studio/proofs/matrix")
    assert matrix.count('<th scope="col"><abbr') == 8
    assert '<td class="is-ask">核对</td>' in matrix


def test_nobody_else_comes_in(asked: str) -> None:
    for path in (asked, "/studio/proofs", "/studio/proofs/matrix", "/studio/proofs/circles", "/studio/proofs/outages"):
        assert Client().get(path).status_code == 302
        assert logged_in("zhang-xiaoyue").get(path).status_code == 403
    assert logged_in("chen-xi").get("/studio/proofs/0000000000000000").status_code == 404
    assert logged_in("chen-xi").get(f"{asked}/propose").status_code == 405


def test_a_circle_is_drawn_and_said(asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_lint", lambda pack: None)  # as if it had been published before lint looked across packs
    editor = logged_in("chen-xi")
    assert "没有循环证明" in text(editor, "/studio/proofs/circles")
    first = land.TEXT.replace("issued_by: health", "result_of: other-permit")
    catalogue.publish_pack(SYSTEM, town.small_pack(tmp_path / "first", first))
    other = land.TEXT.replace("key: shop-permit", "key: other-permit").replace("小店经营许可", "健康许可")
    other = other.replace("issued_by: health", "result_of: shop-permit").replace("licence: shop-permit, ", "")
    catalogue.publish_pack(SYSTEM, town.small_pack(tmp_path / "second", other))
    page = text(editor, "/studio/proofs/circles")
    assert page.count('class="node"') == page.count('class="need"') == 2
    assert "办“小店经营许可（县级）”要《健康证明》，由“健康许可（县级）”开具" in page
    assert "1要《健康证明》，由2开具" in page


def test_every_arrow_ends_at_the_rim_of_its_node() -> None:
    names = tuple(f"事项{one}" for one in range(5))
    drawn = ring.drawn(Circle(names, names, True, tuple(Arrow(one, (one + 1) % 5, "证明") for one in range(5))))
    for place, need in enumerate(drawn.needs):
        x, y = (int(one) for one in need.line.split()[-2:])
        end = drawn.nodes[(place + 1) % 5]
        assert abs(((x - end.x) ** 2 + (y - end.y) ** 2) ** 0.5 - drawn.radius - 7) <= 1.5
        assert 0 <= x <= drawn.size
    (alone,) = ring.drawn(Circle(("甲",), ("a",), True, (Arrow(0, 0, "甲证"),))).needs
    assert (alone.words, " C " in alone.line) == ("1要《甲证》，由1开具", True)


def test_an_outage_is_listed_until_and_after_it_is_over(asked: str) -> None:
    editor = logged_in("chen-xi")
    assert "没有记录过来源中断" in text(editor, "/studio/proofs/outages")
    case = "11111111-1111-1111-1111-111111111111"
    down = Down("shared:police.person", "人口基本信息", "police", case, settings.CLOCK(), "timeout")
    actions.record_outage(SYSTEM, case, "identity", down)
    page = text(editor, "/studio/proofs/outages")
    for needed in ("人口基本信息", "公安局", "还没有应答", "11111111"):
        assert needed in page
    assert actions.end_outage(SYSTEM, "shared:police.person")
    assert not actions.end_outage(SYSTEM, "shared:police.person")
    assert "已恢复" in text(editor, "/studio/proofs/outages")
