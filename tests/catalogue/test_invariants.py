"""Every invariant of the catalogue holds on what the house publishes, and names what was broken: each mutation is caught."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from tests.catalogue.town import NEAR, STANDARD, all_departments, offered, small_city, small_pack

from onevisit.access import SYSTEM
from onevisit.catalogue import actions, packs
from onevisit.catalogue.invariants import INVARIANTS
from onevisit.catalogue.models import BaseItem, Item, Standard

pytestmark = pytest.mark.django_db
Tampering = Callable[[], Any]


@pytest.fixture(autouse=True)
def _published(tmp_path: Path) -> None:
    small_city()
    all_departments()
    offered(tmp_path)


def offenders(number: int) -> list[str]:
    return [one for invariant in INVARIANTS if invariant.number == number for one in invariant.check()]


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, parameters)


def test_all_hold_on_the_house_s_own_catalogue(tmp_path: Path) -> None:
    actions.publish_pack(SYSTEM, packs.load(settings.PACKS / "deed-tax"))
    actions.offer_everywhere(SYSTEM, "deed-tax")
    actions.publish_pack(SYSTEM, small_pack(tmp_path, STANDARD.replace("promised: 5", "promised: 4")))
    assert {one.number: list(one.check()) for one in INVARIANTS} == {12: [], 21: [], 22: [], 40: []}


def test_a_promise_longer_than_the_law_is_named(tampering: Tampering) -> None:
    row = Standard.objects.get()
    with tampering():
        Standard.objects.update(definition=row.definition.replace('"promised": 5', '"promised": 50'))
    wrong = "promises 50, the law says 20"
    assert offenders(12) == [f"standard {row.pk} {wrong}", f"item {Item.objects.get().code} {wrong}"]


def test_an_item_that_keeps_another_name_is_named() -> None:
    sql("ALTER TABLE catalogue_item DROP CONSTRAINT item_offer_is_local")
    Item.objects.update(offer={"name": "别的名字"})
    assert offenders(21) == [f"item {Item.objects.get().code} keeps name"]


def test_an_item_that_is_looser_than_its_standard_is_named() -> None:
    Item.objects.update(offer={"limits": [{"promised": 9}]})
    (found,) = offenders(21)
    assert "承诺时限9比规程的5长" in found


def test_two_base_items_of_one_code_or_name_are_named() -> None:
    sql("ALTER TABLE catalogue_baseitem DROP CONSTRAINT catalogue_baseitem_name_key")
    sql("DROP INDEX base_item_code_once")
    BaseItem.objects.filter(key="shop-permit").update(code="340190001000")
    BaseItem.objects.create(
        key="twin", name="小店经营许可", code="340190001000", type="行政许可", department_id="market", source="x"
    )
    assert offenders(21) == ["shop-permit twin", "shop-permit twin"]


@pytest.mark.parametrize("column", ["definition", "text", "content_hash"])
def test_a_standard_that_was_changed_after_publication_is_named(tampering: Tampering, column: str) -> None:
    row = Standard.objects.get()
    changed = "0" * 64 if column == "content_hash" else getattr(row, column).replace("店名", "字号")
    with tampering():
        Standard.objects.update(**{column: changed})
    assert offenders(22) == [f"standard {row.pk} is not what was published"]


def test_a_form_that_was_changed_after_publication_is_named(tmp_path: Path, tampering: Tampering) -> None:
    actions.publish_pack(SYSTEM, packs.load(settings.PACKS / "deed-tax"))
    with tampering():
        sql("UPDATE catalogue_standardfile SET content = 'x' WHERE name = 'will.html'")
    assert offenders(22) == [f"standard {Standard.objects.get(base_item__key='deed-tax').pk} is not what was published"]


@pytest.mark.parametrize(("decided", "late"), [("2026-03-06T09:00", 1), ("2026-03-05T09:00", 2), ("2026-03-08T12:00", 1)])
def test_a_change_is_public_within_a_working_day(tmp_path: Path, clock: Callable[[str], None], decided: str, late: int) -> None:
    Item.objects.all().delete()
    clock(decided)
    moment = settings.CLOCK()
    clock("2026-03-09T16:00")
    changed = STANDARD.replace("promised: 5", "promised: 3")
    (published,) = actions.publish_pack(SYSTEM, small_pack(tmp_path, changed), moment)
    expected = [f"standard {published.standard_id} was public {late} working days after the decision"] if late > 1 else []
    assert offenders(22) == expected


def test_an_item_on_offer_without_a_standard_is_named(tampering: Tampering) -> None:
    with tampering():
        Standard.objects.update(state="draft")
    assert offenders(40) == [f"item {Item.objects.get(division__code=NEAR).code} has no standard"]


def test_a_base_item_that_search_would_miss_is_named() -> None:
    BaseItem.objects.update(indexed_at=None)
    assert offenders(40) == ["base item shop-permit is not indexed"]
