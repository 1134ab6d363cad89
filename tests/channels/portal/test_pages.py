"""The pages of a draft and how far each is: five statuses, no others."""

from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings

from onevisit.catalogue import packs
from onevisit.channels.portal import pages
from onevisit.core.definition import Field, Question, Standard

TODAY = date(2026, 3, 2)
FIVE = {"未开始", "填写中", "已填好", "已从数据取得", "要您改"}
PHONE = Field("phone", "联系电话", type="phone")
NAME = Field("name", "姓名")
FETCHED = Field("area", "面积", type="decimal", source="shared:housing.contract.area")
ACT, WHO = Question("act", "怎么取得？", {"purchase": "购买"}), Question("buyer", "由谁取得？", {"person": "个人"})


def of(page: pages.Page, answers: dict[str, str] | None = None, **known: object) -> str:
    return pages.status(page, answers or {}, {name: {"value": value} for name, value in known.items()}, TODAY)


def test_there_are_five_statuses() -> None:
    assert {pages.NOT_BEGUN, pages.BEGUN, pages.FILLED, pages.FETCHED, pages.AMEND} == FIVE


@pytest.mark.parametrize(
    ("answers", "status"), [({}, "未开始"), ({"act": "x"}, "填写中"), ({"act": "x", "buyer": "y"}, "已填好")]
)
def test_questions_are_begun_by_an_answer_and_done_by_all(answers: dict[str, str], status: str) -> None:
    assert of(pages.Page(1, "您的情况", questions=(ACT, WHO)), answers) == status


def test_a_typed_page_is_done_when_nothing_is_wrong_and_nothing_missing() -> None:
    page = pages.Page(1, "请您填写", fields=(PHONE, NAME))
    assert of(page) == "未开始"
    assert of(page, name="张") == "填写中"
    assert of(page, name="张", phone="12") == "要您改"
    assert of(page, name="张", phone="15400000001") == "已填好"


def test_a_fetched_page_is_done_when_the_data_are_there() -> None:
    page = pages.Page(1, "我们替您取的", fields=(FETCHED,))
    assert of(page) == "未开始"
    assert of(page, area="0") == "已从数据取得"
    assert not page.is_typed


@pytest.fixture
def deed_tax() -> Standard:
    return packs.load(settings.PACKS / "deed-tax").definitions[0].standard


def test_questions_come_first_then_what_is_typed_then_what_we_fetched(deed_tax: Standard) -> None:
    answers = {"act": "purchase", "object": "home", "buyer": "person", "special": "no"}
    shown = pages.pages(deed_tax, answers)
    assert [p.number for p in shown] == list(range(1, len(shown) + 1))
    assert shown[0].questions
    assert [p.is_typed for p in shown] == sorted((p.is_typed for p in shown), reverse=True)
    assert all(len(p.fields) <= pages.FIELDS_A_PAGE for p in shown if p.is_typed)


def test_a_page_has_at_most_five_fields_and_a_group_stands_alone(deed_tax: Standard) -> None:
    fields = (*(Field(f"f{n}", f"第{n}项") for n in range(6)), Field("g", "组", type="group", fields=(NAME,)), Field("z", "末项"))
    shown = pages.pages(replace(deed_tax, questions=(), form=fields), {})
    assert [len(p.fields) for p in shown] == [5, 1, 1, 1]
