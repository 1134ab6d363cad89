"""What a page shows of a field, and what it reads back: nothing typed is lost, nothing fetched is typed."""

from django.http import QueryDict

from onevisit.channels.ui import forms
from onevisit.core.definition import Field, Question
from onevisit.core.values import Fault

PHONE = Field("phone", "联系电话", type="phone", source="applicant.phone")
AREA = Field("area", "建筑面积", type="decimal", unit="m²", source="shared:housing.contract.area")
PRICE = Field("price", "合同价格", type="money", unit="元", source="shared:housing.contract.price")
RATE = Field("rate", "税率", type="decimal", required=False, source="shared:tax.invoice.rate")
HOMES = Field(
    "homes", "房屋", type="group", fields=(Field("address", "坐落", type="address"), Field("size", "面积", type="decimal"))
)
ACT = Question("act", "怎么取得？", {"purchase": "购买", "gift": "受赠"})


def known(value: object, at: str = "2026-03-02T09:41:07+08:00", **more: object) -> dict[str, object]:
    return {"value": value, "source_name": "住房和城乡建设局", "at": at, **more}


def test_a_wrong_value_comes_back_as_it_was_typed() -> None:
    (control,) = forms.controls([PHONE], {"phone": {"value": "12号"}}, {"phone": "要填11位手机号"})
    assert (control.value, control.error) == ("12号", "要填11位手机号")
    assert control.described_by == "f-phone-error"


def test_a_fetched_value_says_where_it_comes_from_and_is_not_read_from_a_form() -> None:
    (control,) = forms.controls([AREA], {"area": known("140.00")}, {})
    assert (control.fetched, control.source_name) == (True, "住房和城乡建设局")
    assert forms.words(control) == "140.00m²"
    assert forms.typed((), [AREA, PHONE], QueryDict("area=1&phone=0552")) == {"phone": "0552"}


def test_an_objection_stands_beside_the_value_as_long_as_it_is_raised() -> None:
    raised, taken_back = (known("1", objection="已经卖了", disputed=disputed) for disputed in (True, False))
    assert forms.controls([AREA], {"area": raised}, {})[0].objection == "已经卖了"
    assert forms.controls([AREA], {"area": taken_back}, {})[0].objection == ""


def test_what_one_source_told_stands_together_and_what_has_not_come_is_last() -> None:
    shown = forms.controls([PRICE, AREA], {"area": known("140.00")}, {})
    told = forms.by_source(shown)
    assert [(one.source_name, [c.name for c in one.controls]) for one in told] == [
        ("住房和城乡建设局", ["area"]),
        ("", ["price"]),
    ]


def test_nought_is_something() -> None:
    assert forms.has_value(forms.controls([AREA], {"area": known(0)}, {})[0])


def test_what_need_not_be_there_and_is_not_is_not_shown() -> None:
    assert forms.controls([RATE], {}, {}) == ()


def test_amounts_and_dates_are_written_as_people_write_them() -> None:
    (price,) = forms.controls([PRICE], {"price": known("2800000")}, {})
    (day,) = forms.controls([Field("day", "日期", type="date")], {"day": {"value": "2026-03-02"}}, {})
    (broken,) = forms.controls([Field("cost", "价格", type="money", unit="元")], {"cost": {"value": "很多"}}, {})
    assert forms.words(price) == "2,800,000.00元"
    assert forms.words(day) == "2026年3月2日"
    assert forms.words(broken) == "很多元"


def test_records_of_a_group_are_read_row_by_row_and_empty_rows_are_none() -> None:
    post = QueryDict("homes.0.address=甲路&homes.0.size=80&homes.1.address=&homes.1.size=&homes.x.size=3")
    assert forms.typed((), [HOMES], post) == {"homes": [{"address": "甲路", "size": "80"}]}
    (control,) = forms.controls([HOMES], {"homes": {"value": [{"address": "甲路"}]}}, {})
    assert [[c.name for c in row] for row in control.rows] == [
        ["homes.0.address", "homes.0.size"],
        ["homes.1.address", "homes.1.size"],
    ]


def test_a_lone_control_does_not_say_its_heading_twice() -> None:
    shown = forms.controls([PHONE], {}, {})
    assert forms.titled(shown, "联系电话")[0].alone
    assert not forms.titled(shown, "请您填写")[0].alone


def test_the_summary_leads_to_questions_and_fields() -> None:
    problems = forms.summary([Fault("?act", "请回答"), Fault("phone", "请填写")])
    assert [p.target for p in problems] == ["f-q-act", "f-phone"]
    assert forms.questions([ACT], {}, {"?act": "请回答"})[0].id == "f-q-act"


def test_answers_are_what_stands_under_their_prefix() -> None:
    assert forms.answers({"q.act": "gift", "division": "340300", "act": "x"}) == {"act": "gift"}
