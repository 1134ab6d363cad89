"""Data that nobody knew yet: the correction's page has nothing to type and nothing to send, only to ask once more."""

from collections.abc import Callable
from pathlib import Path

from django.test import Client
from tests.cases import ground

from onevisit.access import SYSTEM, Actor
from onevisit.cases import actions, queries
from onevisit.catalogue import actions as catalogue
from onevisit.channels.ui import mending
from onevisit.core.definition import Material


def test_what_is_fetched_is_asked_for_again_at_the_press_of_a_button(
    city: None, browser: Client, zhang: Actor, tmp_path: Path
) -> None:
    text = ground.STALL.replace(
        "materials:\n",
        """materials:
  - {id: permit, name: 旧的许可证, source: "licence:stall-permit", basis: [{law: 示例摊贩条例, article: 第二条}]}
""",
    )
    catalogue.publish_pack(SYSTEM, ground.stall_pack(tmp_path / "new", text))
    case = ground.a_filed(zhang)
    actions.notify(SYSTEM, case.id, [actions.Fault("material:permit", "电子证照库里没有。", "办好以后再核对一次。")])
    page = browser.get(f"/cases/{case.id}/mend").content.decode()
    assert "再核对一次</button>" in page
    assert "有1份材料没有查到" in page
    assert 'type="file"' not in page
    assert browser.post(f"/cases/{case.id}/mend").status_code == 302
    assert queries.case(zhang, case.id).stage == "accepted"


def test_beside_it_what_has_to_be_sent_is_still_asked(
    city: None, browser: Client, zhang: Actor, clock: Callable[[str], None]
) -> None:
    case = ground.a_filed(zhang)
    clock("2026-03-02T11:00")
    actions.notify(SYSTEM, case.id, [actions.Fault("material:photo", "看不清。", "请重拍。")])
    page = browser.get(f"/cases/{case.id}/mend").content.decode()
    assert "交来补正</button>" in page
    assert browser.post(f"/cases/{case.id}/mend").status_code == 422
    assert queries.case(zhang, case.id).stage == "noticed"


def test_a_paper_that_data_may_stand_for_need_not_be_sent() -> None:
    paper, data = Material("paper", "证明", one_of="a"), Material("data", "信息", source="shared:x", one_of="a")
    lone = Material("lone", "照片")
    assert [mending.comes_by_itself((paper, data, lone), one) for one in (paper, lone)] == [True, False]
