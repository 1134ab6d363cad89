"""Editors read what readers say and answer; nobody else sees the page."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from tests.catalogue.town import NEAR, offered, small_city

from onevisit.access import ANONYMOUS
from onevisit.catalogue import actions, remarks
from onevisit.identity import actions as identity
from onevisit.identity import queries as people

KEY = "shop-permit"


@pytest.fixture
def made(db: None, tmp_path: Path) -> str:
    small_city()
    offered(tmp_path)
    known = {one.key: one for one in people.demo_people()}
    identity.load_demo([known["zhang-xiaoyue"], replace(known["chen-xi"], department="market", division=NEAR)])
    return actions.remark(ANONYMOUS, KEY, NEAR, "materials.lease", "<b>面积</b>要不要写")


def logged_in(name: str) -> Client:
    client = Client()
    client.post("/login", {"person": name})
    return client


def test_the_page_names_item_part_words_and_time(made: str) -> None:
    page = logged_in("chen-xi").get("/studio/remarks").content.decode()
    told = (
        "1条等答复",
        "小店经营许可",
        "要什么材料：<q>房屋租赁合同</q>",
        "materials.lease",
        "&lt;b&gt;面积&lt;/b&gt;要不要写",
        "近山县，第1版",
    )
    for needed in (*told, f'href="/items/{KEY}?division={NEAR}"'):
        assert needed in page


def test_an_answer_reaches_whoever_wrote(made: str) -> None:
    editor = logged_in("chen-xi")
    wrong = editor.post(f"/studio/remarks/{made}", {"text": "好"})
    assert wrong.status_code == 422
    assert ">好</textarea>" in wrong.content.decode()
    assert editor.post(f"/studio/remarks/{made}", {"text": "不用写面积。"}).status_code == 302
    assert "没有等答复的" in editor.get("/studio/remarks").content.decode()
    assert "不用写面积。" in Client().get(f"/items/{KEY}/remark/{made}").content.decode()
    assert editor.post(f"/studio/remarks/{made}", {"text": "再答一次。"}).status_code == 422
    assert editor.post(f"/studio/remarks/{uuid4()}", {"text": "没有这一条。"}).status_code == 404


def test_only_editors_come_in(made: str) -> None:
    assert Client().get("/studio/remarks").status_code == 302
    assert logged_in("zhang-xiaoyue").get("/studio/remarks").status_code == 403
    assert logged_in("zhang-xiaoyue").post(f"/studio/remarks/{made}", {"text": "不是编辑。"}).status_code == 403
    assert remarks.remark(made).answered_at is None
    assert Client().get(f"/items/other/remark/{made}").status_code == 404
