"""The published lists: computed from what is in force and offered, an item in each place; punishments are not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.catalogue.town import FAR, NEAR, STANDARD, offered, small_city

from onevisit.access import SYSTEM
from onevisit.catalogue import actions, published
from onevisit.catalogue.models import BaseItem, Item

EXCEPTION = """level: county
exception: {basis: [{law: 示例小店法, article: 第九条}], why: 法律要求谈话以后隔几天再签字}"""
TWICE = STANDARD.replace(
    "{id: decide, by: department, does: decide, needs: [accept], days: 3}",
    """{id: talk, by: department, does: review, needs: [accept], days: 3}
  - {id: interview, by: applicant, does: consult, needs: [talk], at: [hall], presence: {reason: 当面谈话}}
  - {id: think, by: department, does: review, needs: [interview], days: 2}
  - {id: sign, by: applicant, does: sign, needs: [think], at: [hall], presence: {reason: 当面签字}}
  - {id: decide, by: department, does: decide, needs: [sign], instant: true}""",
).replace("level: county", EXCEPTION)


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    small_city()


def test_an_item_stands_once_with_its_promise_and_counts_in_each_place(tmp_path: Path) -> None:
    offered(tmp_path)
    actions.offer(SYSTEM, "shop-permit", FAR)
    (line,) = published.lines()
    assert (line.key, line.level_name, line.places, line.promise, line.word) == ("shop-permit", "县级", 2, "zero", "零跑")
    once, none = published.rates(published.lines())
    assert (once.part, once.whole, once.percent, none.percent) == (2, 2, "100.0%", "100.0%")
    Item.objects.filter(division__code=NEAR).update(active=False, changed_at=settings.CLOCK())
    assert published.lines()[0].places == 1
    Item.objects.update(active=False, changed_at=settings.CLOCK())
    assert published.lines() == ()
    assert published.rates(())[0].percent == "不足以公布"


def test_what_the_law_wants_more_visits_for_is_on_the_list_of_exceptions_and_in_the_rate(tmp_path: Path) -> None:
    offered(tmp_path, TWICE)
    rows = published.lines()
    (line,) = published.chosen(rows, "exceptions")
    assert (line.promise, line.exception) == ("many", "法律要求谈话以后隔几天再签字")
    assert published.chosen(rows, "once") == published.chosen(rows, "zero") == ()
    assert [(one.part, one.whole) for one in published.rates(rows)] == [(0, 1), (0, 1)]


def test_a_list_is_narrowed_by_level_and_department(tmp_path: Path) -> None:
    offered(tmp_path)
    rows = published.lines()
    assert published.chosen(rows, "zero", "county", "市场监督管理局") == rows
    assert published.chosen(rows, "zero", "town") == published.chosen(rows, "once", "", "税务局") == ()


def test_a_punishment_is_no_service(tmp_path: Path) -> None:
    offered(tmp_path)
    BaseItem.objects.update(type="行政处罚")
    assert published.lines() == ()


def test_a_request_does_not_read_the_definitions_again(tmp_path: Path, django_assert_num_queries: Callable[[int], Any]) -> None:
    offered(tmp_path, TWICE)
    rows = published.lines()
    with django_assert_num_queries(1):
        assert published.lines() is rows, "what the edition asks for, and no more"
    actions.offer(SYSTEM, "shop-permit", FAR)
    assert published.lines()[0].places == 2, "a change is seen at once"


def test_the_weighted_rate_counts_cases_and_names_items_without_any(tmp_path: Path) -> None:
    offered(tmp_path)
    rows = published.lines()
    rate = published.weighted(rows, {("shop-permit", "county"): 7, ("another", "county"): 5})
    assert (rate.part, rate.whole, published.idle(rows, {})) == (7, 7, 1)
    assert published.weighted(rows, {}).percent == "不足以公布"
    assert all(one.how for one in (*published.rates(rows), rate))
