"""A spreadsheet becomes drafts; nothing is in force by it, nobody's work is lost, the base catalogue gets what it lacked."""

import csv
import io
from pathlib import Path
from uuid import uuid4

import pytest
from tests.catalogue.town import NEAR, small_city, small_pack

from onevisit.access import SYSTEM, Actor, Denied, Grant
from onevisit.catalogue import actions, exchange, queries, revisions
from onevisit.catalogue.exchange import Import
from onevisit.catalogue.models import BaseItem, Item, Revision, Standard

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


def table(*rows: tuple[str, ...]) -> Import:
    """A spreadsheet with these rows."""
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *rows])
    return exchange.read("事项.csv", out.getvalue().encode())


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


def test_only_a_publisher_brings_what_divisions_say_of_themselves() -> None:
    actions.import_table(officer("editor"), table(SHOP))
    assert not Item.objects.exists()
    Revision.objects.all().delete()
    actions.import_table(officer("editor", "publisher"), table(SHOP))
    assert queries.item("shop-permit", NEAR).phones.consult == "0552-1234567"


def test_who_may_not_write_may_not_import() -> None:
    with pytest.raises(Denied):
        actions.import_table(officer("chief"), table(NEW))
