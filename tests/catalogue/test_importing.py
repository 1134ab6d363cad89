"""A spreadsheet becomes drafts; nothing is in force by it, nobody's work is lost, the base catalogue gets what it lacked."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.catalogue.town import NEAR, small_city, small_pack

from onevisit.access import SYSTEM, Actor, Denied, Grant, Refused
from onevisit.catalogue import actions, exchange, invariants, jobs, queries, revisions
from onevisit.catalogue.actions import importing
from onevisit.catalogue.exchange import Import
from onevisit.catalogue.models import BaseItem, Revision, Standard, Trial

pytestmark = pytest.mark.django_db
HEAD = (
    "事项名称",
    "事项类型",
    "行使层级",
    "承诺办结时限",
    "法定办结时限",
    "服务对象",
    "办理部门",
    "材料名称",
    "咨询方式",
    "行政区划代码",
)


def sheet(*rows: tuple[str, ...]) -> bytes:
    """A spreadsheet with these rows, as a file."""
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *rows])
    return out.getvalue().encode()


def table(*rows: tuple[str, ...]) -> Import:
    """A spreadsheet with these rows, read."""
    return exchange.read("事项.csv", sheet(*rows))


SHOP = ("小店经营许可", "行政许可", "县级", "4", "20", "自然人", "市场监督管理局", "房屋租赁合同；其他材料", "0552-1234567", NEAR)
NEW = ("演示新事项", "行政确认", "县级", "3", "10", "自然人", "市场监督管理局", "演示材料", "0552-1234567", NEAR)


def officer(*roles: str) -> Actor:
    return Actor(str(uuid4()), "officer", grants=tuple(Grant(role) for role in roles))


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path) -> None:
    small_city()
    actions.publish_pack(SYSTEM, small_pack(tmp_path))


def test_rows_become_drafts_and_nothing_is_in_force() -> None:
    done = actions.import_table(officer("editor"), table(SHOP, NEW))
    assert [one.name for one in done.begun] == ["小店经营许可", "演示新事项"]
    assert (done.added, done.left) == (["演示新事项"], [])
    assert Standard.objects.count() == 1
    base = BaseItem.objects.get(name="演示新事项")
    assert (base.key, base.type, base.department_id) == ("yan-shi-xin-shi-xiang", "行政确认", "market")
    draft = revisions.open_revision("shop-permit", "county")
    assert draft is not None
    assert (draft.origin_version, draft.document["item"]["key"]) == (1, "shop-permit")
    assert "其他材料" in draft.content
    assert "OV201" in {one.code for one in revisions.check(draft.key, draft.level, draft.content).errors}


def test_what_somebody_is_writing_is_not_touched() -> None:
    editor = officer("editor")
    mine = actions.begin(editor, "shop-permit", "county")
    done = actions.import_table(officer("editor"), table(SHOP, NEW))
    assert [(row.name, why) for row, why in done.left] == [("小店经营许可", "这个事项正在修订，没有覆盖。")]
    assert [one.name for one in done.begun] == ["演示新事项"]
    assert revisions.revision(mine.id).content == mine.content


def test_the_same_table_twice_makes_nothing_twice() -> None:
    actions.import_table(officer("editor"), table(NEW))
    again = actions.import_table(officer("editor"), table(NEW))
    assert (again.begun, again.added, len(again.left)) == ([], [], 1)
    assert (BaseItem.objects.filter(name="演示新事项").count(), Revision.objects.count()) == (1, 1)


def test_a_department_that_is_none_of_the_city_is_left_with_the_reason() -> None:
    row = (*NEW[:6], "没有这个局", *NEW[7:])
    done = actions.import_table(officer("editor"), table(row))
    assert done.begun == []
    assert "没有这个局" in done.left[0][1]


def test_nothing_that_divisions_say_of_themselves_is_taken() -> None:
    actions.offer(SYSTEM, "shop-permit", NEAR)
    before = queries.item("shop-permit", NEAR)
    done = actions.import_table(officer("editor", "publisher"), table((*SHOP[:8], "0552-9999999", NEAR)))
    assert (len(done.begun), done.left) == (1, [])
    assert queries.item("shop-permit", NEAR) == before


def found_anywhere(name: str) -> set[str]:
    """Where the public meets an item of this name."""
    search = {"search"} if name in [one.name for one in queries.search(name)] else set()
    return search | ({"listing"} if name in [one.name for one in queries.listing(limit=500)] else set())


def test_a_new_item_is_nowhere_before_its_first_standard_is_public() -> None:
    editor = officer("editor")
    themes = queries.themes()
    (begun,) = actions.import_table(editor, table(NEW)).begun
    assert found_anywhere("演示新事项") == set()
    actions.add_word(editor, "yan-shi-xin-shi-xiang", "演示的事")
    BaseItem.objects.filter(name="演示新事项").update(theme=["演示主题"])
    assert found_anywhere("演示新事项") == set()
    assert queries.themes() == themes
    assert not list(invariants.not_in_force())
    published(begun.revision, editor)
    assert found_anywhere("演示新事项") == {"search", "listing"}
    assert found_anywhere("小店经营许可") == {"search", "listing"}


def published(revision: str, editor: Actor) -> None:
    """The draft of an import, mended and put in force by another person."""
    draft = revisions.revision(revision)
    law = [{"law": "示例小店法", "article": "第三条"}]
    steps = [
        {"id": "submit", "by": "applicant", "does": "submit", "at": ["online"]},
        {"id": "decide", "by": "department", "does": "decide", "needs": ["submit"], "days": 3},
    ]
    made = {**draft.document, "item": {**draft.document["item"], "basis": law}, "process": steps}
    for material in made.get("materials", ()):
        material["basis"] = law
    Revision.objects.filter(public_id=revision).update(content=json.dumps(made, ensure_ascii=False))
    actions.submit(editor, revision, "导入。")
    actions.publish(officer("publisher"), revision)


def spoilt(bad: str) -> Import:
    """The shop, then a new item spoilt by this word in its JSON text, then another new item."""
    rows = [dict(zip(HEAD, one, strict=True)) for one in (SHOP, (f"演示X{NEW[0]}", *NEW[1:]), NEW)]
    return exchange.read("a.json", json.dumps(rows, ensure_ascii=False).replace("X", bad).encode())


@pytest.mark.parametrize("bad", ["\\u0000", "\\ud800", "名" * 300])
def test_a_row_that_no_table_could_keep_is_left_and_costs_no_other(bad: str) -> None:
    done = actions.import_table(officer("editor"), spoilt(bad))
    assert [one.name for one in done.begun] == ["小店经营许可", "演示新事项"]
    assert done.added == ["演示新事项"]
    ((_, why),) = done.left
    assert why in ("有不能显示的字符。", "事项名称超过300个字。")
    assert BaseItem.objects.filter(name__startswith="演示").count() == 1


def test_a_type_that_is_no_type_is_left() -> None:
    found = table(SHOP, NEW)
    document = {**found.items[1].document, "item": {**found.items[1].document["item"], "type": "型" * 41}}
    odd = replace(found, items=(found.items[0], replace(found.items[1], document=document)))
    done = actions.import_table(officer("editor"), odd)
    assert [(row.name, why) for row, why in done.left] == [("演示新事项", "事项类型超过40个字。")]
    assert len(done.begun) == 1


def test_a_draft_that_somebody_began_in_the_same_moment_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    actions.begin(officer("editor"), "shop-permit", "county")
    monkeypatch.setattr(Revision, "OPEN", ())
    done = actions.import_table(officer("editor"), table(SHOP, NEW))
    assert [(row.name, why) for row, why in done.left] == [("小店经营许可", "这个事项正在修订，没有覆盖。")]
    assert [one.name for one in done.begun] == ["演示新事项"]


def test_whoever_begins_a_draft_waits_for_an_import_of_the_same_item() -> None:
    with CaptureQueriesContext(connection) as asked:
        actions.import_table(officer("editor"), table(SHOP))
    statements = [one["sql"] for one in asked]
    locked = next(at for at, sql in enumerate(statements) if "catalogue_baseitem" in sql and "FOR UPDATE" in sql)
    looked = next(at for at, sql in enumerate(statements) if '"catalogue_revision"' in sql)
    assert locked < looked


def test_who_may_not_write_may_not_import() -> None:
    with pytest.raises(Denied):
        actions.import_table(officer("chief"), table(NEW))


def test_a_table_waits_for_a_day_and_is_imported_once(clock: Callable[[str], None]) -> None:
    clock("2026-03-02T10:00")
    editor = officer("editor")
    first, second = (actions.try_table(editor, "事项.csv", sheet(NEW)) for _ in range(2))
    assert not Revision.objects.exists()
    with pytest.raises(Refused, match="别人"):
        actions.import_trial(officer("editor"), first.ticket)
    name, done = actions.import_trial(editor, first.ticket)
    assert (name, done.added) == ("事项.csv", ["演示新事项"])
    with pytest.raises(Refused, match="已经导入过"):
        actions.import_trial(editor, first.ticket)
    clock("2026-03-03T10:00")
    jobs.let_go(0)
    assert Trial.objects.count() == 1
    clock("2026-03-03T10:01")
    with pytest.raises(Refused, match="过期"):
        actions.import_trial(editor, second.ticket)
    jobs.let_go(0)
    assert not Trial.objects.exists()


def test_who_may_not_write_leaves_nothing_behind_nor_does_a_table_that_is_too_long() -> None:
    with pytest.raises(Denied):
        actions.try_table(officer("publisher"), "事项.csv", sheet(NEW))
    many = [(f"演示新事项{number}", *NEW[1:]) for number in range(importing.MOST_ITEMS + 1)]
    with pytest.raises(Refused, match="3001项"):
        actions.try_table(officer("editor"), "事项.csv", sheet(*many))
    assert not Trial.objects.exists()


def test_a_name_in_other_signs_is_the_same_item() -> None:
    BaseItem.objects.filter(name="小店经营许可").update(name="小店（甲）经营许可")
    done = actions.import_table(officer("editor"), table(("小店(甲) 经营许可", *SHOP[1:])))
    assert (done.added, [one.name for one in done.begun]) == ([], ["小店（甲）经营许可"])


def test_what_the_table_has_no_column_for_stays_as_it_is_in_force() -> None:
    actions.import_table(officer("editor"), table(SHOP))
    draft = revisions.open_revision("shop-permit", "county")
    assert draft is not None
    before = revisions.headed(queries_definition(), BaseItem.objects.get(key="shop-permit"))
    for part in ("faq", "form", "questions", "process", "results"):
        assert draft.document[part] == before[part], part
    assert draft.document["limits"][0]["promised"] == 4


def queries_definition() -> dict[str, object]:
    """What is in force, as plain values."""
    found: dict[str, object] = json.loads(Standard.objects.get(state="published").definition)
    return found
