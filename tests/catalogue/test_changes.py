"""What a reviewer is told of a change: nothing that differs may look alike, be left out, or hide behind a name."""

from dataclasses import replace

import pytest

from onevisit.catalogue.changes import changes
from onevisit.core.definition import Faq, Fee, ItemHead, LegalBasis, Material, MaterialForm, Question, Result, Standard, Step

LAW = (LegalBasis("示例小店法", "第九条"),)
SUBMIT = Step("submit", by="applicant", does="submit", at=("online",))
SHOP = Standard(
    ItemHead("小店经营许可", "行政许可", "market", "shop-permit", basis=LAW, theme=("企业开办",)),
    "county", ("person",), (SUBMIT,),
    questions=(Question("food", "卖不卖食品？", {"yes": "卖", "no": "不卖"}),),
    faq=(Faq("怎么办？", "您可以在网上办，也可以到大厅办，" * 8),),
    fees=(Fee("许可费", "0", LAW),),
    results=(Result("permit", "小店经营许可证", sample="permit.html"),),
)  # fmt: skip


def told(after: Standard) -> list[str]:
    return [one.text for one in changes(SHOP, after)]


def test_words_at_the_end_of_a_long_text_are_seen() -> None:
    (one,) = changes(SHOP, replace(SHOP, faq=(Faq("怎么办？", SHOP.faq[0].a + "但是要先交一百元。"),)))
    assert one.before != one.after
    assert one.after.endswith("但是要先交一百元。")
    assert one.after.startswith("…")
    assert len(one.after) < 60


def test_all_that_differs_between_two_long_texts_is_seen_with_what_stands_around() -> None:
    was = SHOP.faq[0].a
    (one,) = changes(SHOP, replace(SHOP, faq=(Faq("怎么办？", was[:40] + "一" + was[40:90] + "交钱" + was[90:]),)))
    assert one.before == f"…{was[10:120]}…"
    assert one.after == f"…{was[10:40]}一{was[40:90]}交钱{was[90:120]}…"


def test_what_an_added_paper_asks_is_told() -> None:
    extra = Material("extra", "收入情况说明", basis=LAW, form=MaterialForm("original", 9), when={"food": ("yes",)})
    (said,) = told(replace(SHOP, materials=(extra,)))
    assert said == (
        "增加申请材料“收入情况说明”：来源：申请人提供；适用情形：“卖不卖食品？”选“卖”；设定依据：《示例小店法》第九条；样式：原件9份"
    )


def test_what_an_added_step_takes_is_told() -> None:
    slow = Step("look", by="department:tax", does="inspect", needs=("submit",), days=30)
    (said,) = told(replace(SHOP, process=(SUBMIT, slow)))
    assert said == "增加办理流程“现场核查”：办理主体：部门tax；前置环节：提交申请；办理天数：30"


def test_an_entry_of_the_same_name_hides_nothing() -> None:
    costly = Fee("许可费", "100", LAW)
    said = told(replace(SHOP, fees=(costly, *SHOP.fees)))
    assert "收费“许可费”的金额：0，改为100" in said
    assert len(said) == 2


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({"name": "小型商店经营许可"}, "事项的名称：小店经营许可，改为小型商店经营许可"),
        ({"type": "行政确认"}, "事项的类型：行政许可，改为行政确认"),
        ({"theme": ("餐饮",)}, "事项的主题：企业开办，改为餐饮"),
        ({"basis": (*LAW, LegalBasis("示例新法"))}, "增加事项的设定依据“示例新法”"),
    ],
)
def test_what_the_item_is_called_is_compared_too(head: dict[str, object], said: str) -> None:
    after = replace(SHOP, item=replace(SHOP.item, **head))
    assert told(after) == [said]


def test_a_file_that_came_went_or_says_another_thing_is_named() -> None:
    before = {"permit.html": b"<h1>a</h1>", "gone.html": "0" * 64, "same.html": b"x"}
    after = {"permit.html": "<h1>请汇款</h1>".encode(), "new.html": b"n", "same.html": b"x"}
    found = changes(SHOP, SHOP, before, after)
    assert [(one.kind, one.where, one.path) for one in found] == [
        ("changed", "样本“permit.html”的内容", "files.permit.html"),
        ("added", "文件“new.html”", "files.new.html"),
        ("removed", "文件“gone.html”", "files.gone.html"),
    ]
    assert found[0].before != found[0].after
    assert changes(SHOP, SHOP, after, after) == ()
