"""A reader's remark: on a part that the guide has, without numbers of persons, answered once by an editor."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.catalogue.town import FAR, NEAR, STANDARD, offered, small_city

from onevisit.access import ANONYMOUS, SYSTEM, Actor, Denied, Grant, Hidden, Refused
from onevisit.catalogue import actions, masking, queries, remarks
from onevisit.catalogue.models import Item, Remark
from onevisit.ledger.models import Event

KEY = "shop-permit"
EDITOR = Actor(str(uuid4()), "officer", grants=(Grant("editor"),))


@pytest.fixture(autouse=True)
def item(db: None, tmp_path: Path) -> queries.ItemView:
    small_city()
    return offered(tmp_path)


def test_every_part_of_the_guide_can_be_named(item: queries.ItemView) -> None:
    known = remarks.elements(item)
    assert {"materials.lease", "conditions.grown", "process.decide", "limits", "fees.0", "results.permit", "places.0", "phones.0",
            "faq.0", "item.name", "item.basis"} <= known.keys()  # fmt: skip
    assert (known["materials.lease"].section, known["materials.lease"].words) == ("要什么材料", "房屋租赁合同")
    assert all(one.words for one in known.values())


def test_a_section_offers_its_parts_and_a_part_itself(item: queries.ItemView) -> None:
    assert [one.path for one in remarks.choices(item, "materials.lease")] == ["materials.lease"]
    assert len(remarks.choices(item, "materials")) == 5
    assert {one.path for one in remarks.choices(item, "places")} == {"places.0", "phones.0", "phones.1"}
    assert remarks.choices(item, "") == remarks.choices(item, "colour") == ()


def test_anybody_may_and_the_ledger_keeps_no_words() -> None:
    made = actions.remark(ANONYMOUS, KEY, NEAR, "materials.lease", "  合同要写明\n面积，电话0552-3110012打不通 ")
    row = Remark.objects.get(public_id=made)
    assert (row.said, row.version, row.level, row.division) == ("合同要写明 面积，电话0552-3110012打不通", 1, "county", NEAR)
    event = Event.objects.get(kind="guide.remarked")
    assert event.data["element"] == "materials.lease"
    assert "面积" not in json.dumps(event.data, ensure_ascii=False)
    (waiting,) = remarks.open_remarks()
    assert (waiting.id, waiting.division_name, waiting.section, waiting.outdated) == (made, "近山县", "要什么材料", False)


@pytest.mark.parametrize(
    "number",
    ["34030219900101001X", "340302 1990 0101 0012", "154 0000 0001", "１５４００００００01", "6222020000000000123",
     "a.b@example.org", "一五四零零零零零零零一", "+8615400000001", "0086 15400000001", "154  0000  0001", "154\n\n00000001",
     "154.0000.0001", "154—0000–0001", "154 - 0000 - 0001", "340304.19900101.001X", "340304—19900101−001Ⅹ", 
     "⓵⓹⓸⓪⓪⓪⓪⓪⓪⓪⓵", "1️⃣5️⃣4️⃣0️⃣0️⃣0️⃣0️⃣0️⃣0️⃣0️⃣1️⃣", "٣٤٠٣٠٢١٩٩٠٠١٠١٠٠١X", "幺5四〇〇〇〇〇〇〇一", "一 五 四 零 零 零 零 零 零 零 一",
     "①⑤④０００００００1", "a.b＠example．org"],
)  # fmt: skip
def test_numbers_of_persons_are_masked(number: str) -> None:
    made = actions.remark(ANONYMOUS, KEY, NEAR, "", f"找不到窗口，请打{number}，谢谢")
    assert Remark.objects.get(public_id=made).said == f"找不到窗口，请打{masking.MASK}，谢谢"


def test_two_numbers_written_together_are_both_masked() -> None:
    assert masking.masked("我是34030219900101001X15400000001") == f"我是{masking.MASK * 2}"


@pytest.mark.parametrize(
    "said",
    [
        "电话0552-3110012不对，应该是12345",
        "周一至周五09:00-17:00，到2026-03-02止",
        "第①项、第②项写反了（见3.2）",
        "收费15.00元，不是18.5元",
    ],
)
def test_what_is_no_number_of_a_person_stays_as_it_was_written(said: str) -> None:
    assert masking.masked(said) == said


def test_an_unknown_part_too_few_or_too_many_words_and_an_item_that_is_not_offered_are_refused() -> None:
    for element, said in (
        ("materials.colour", "颜色不对吧"),
        ("", "不对"),
        ("", " \n\t\u200b好 "),
        ("", "长" * 501),
        ("", "长" * 9000),
    ):
        with pytest.raises(Refused):
            actions.remark(ANONYMOUS, KEY, NEAR, element, said)
    with pytest.raises(Hidden):
        actions.remark(ANONYMOUS, KEY, FAR, "", "这里也想办")
    assert not Remark.objects.exists()
    assert not Event.objects.filter(kind="guide.remarked").exists()


def test_an_editor_answers_once(tmp_path: Path) -> None:
    made = actions.remark(ANONYMOUS, KEY, NEAR, "fees.0", "现在还收费吗？")
    with pytest.raises(Denied):
        actions.answer_remark(ANONYMOUS, made, "不收费。")
    with pytest.raises(Hidden):
        actions.answer_remark(EDITOR, str(uuid4()), "不收费。")
    with pytest.raises(Refused):
        actions.answer_remark(EDITOR, made, "  ")
    actions.answer_remark(EDITOR, made, "不收费，2026年起取消。")
    assert (remarks.remark(made).answer, remarks.open_remarks(), len(remarks.answered())) == ("不收费，2026年起取消。", (), 1)
    with pytest.raises(Refused, match="已经有人答复"):
        actions.answer_remark(EDITOR, made, "再说一次。")
    offered(tmp_path, STANDARD.replace("您已满十八周岁", "您已经满十八周岁"))
    assert remarks.remark(made).outdated
    assert remarks.remark(made).words == "许可费：不收费"
    Item.objects.update(active=False, changed_at=settings.CLOCK())
    assert remarks.remark(made).words == "", "the guide is gone, the remark is not"


def test_a_list_of_remarks_asks_the_database_no_more_for_more_places() -> None:
    actions.offer(SYSTEM, KEY, FAR)
    counts = []
    for place in (NEAR, FAR):
        actions.remark(ANONYMOUS, KEY, place, "materials.lease", "这里写得不对")
        remarks.open_remarks()
        with CaptureQueriesContext(connection) as asked:
            assert all(one.words == "房屋租赁合同" for one in remarks.open_remarks())
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6
