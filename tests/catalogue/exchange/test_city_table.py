"""The table that a city really has: names and no codes, no sheet of steps, loose words; read without false alarms."""

import pytest
from openpyxl import Workbook
from tests.catalogue.exchange.messy import saved

from onevisit.catalogue import exchange
from onevisit.catalogue.exchange import CatalogueName, CellDiagnostic, Import

HEAD = (
    "事项名称,事项类型,行使层级,实施主体,设定依据,服务对象,办件类型,"
    "法定办结时限,承诺办结时限,办理形式,结果名称,咨询电话,监督电话,行政区划代码"
)
ROW = (
    "演示登记,公共服务事项,县级,演示局,《演示条例》第五条,自然人,承诺件,"
    "10,5,网上办理,演示证书,0552-3010001,0552-3010002,340302000000"
)
NAMES = (CatalogueName("demo-registration", "", "演示登记"), CatalogueName("demo-permit", "", "演示许可（甲）"))


def table(*rows: str, head: str = HEAD, **more: str) -> Import:
    """A table of these rows, each with the same further columns."""
    lines = [",".join([head, *more]), *(",".join([row, *more.values()]) for row in rows)]
    return exchange.read("清单.csv", "\n".join(lines).encode())


def told(found: Import, base: tuple[CatalogueName, ...] | None = None) -> list[CellDiagnostic]:
    return list(exchange.check(found, (), base))


def codes(found: Import, base: tuple[CatalogueName, ...] | None = None) -> set[tuple[str, str]]:
    return {(one.diagnostic.code, one.diagnostic.path) for one in told(found, base)}


def test_a_row_with_a_name_needs_neither_key_nor_code():
    found = table(ROW)
    assert [one.item for one in told(found) if one.diagnostic.path == "item.key"] == []
    assert not [one for one in told(found) if "name-" in one.diagnostic.message + one.diagnostic.mend]


def test_a_row_goes_by_the_base_item_of_its_name():
    found = exchange.matched(table(ROW.replace("演示登记", "演示许可(甲) ")), NAMES)
    assert (found.items[0].key, found.items[0].document["item"]["key"], found.items[0].offer["item"]) == ("demo-permit",) * 3


def test_a_code_that_the_base_catalogue_knows_goes_before_a_name():
    base = (CatalogueName("by-code", "340101234000", "另一事项"), *NAMES)
    found = exchange.matched(table(f"340101234000,{ROW}", head=f"基本编码,{HEAD}"), base)
    assert found.items[0].key == "by-code"


def test_a_name_that_the_base_catalogue_lacks_is_one_note_with_the_nearest():
    found = table(ROW.replace("演示登记", "演示登记证"), ROW.replace("演示登记", "毫不相干"), ROW)
    notes = [one for one in told(found, NAMES) if one.diagnostic.code == "OV903"]
    assert [(one.cell, one.diagnostic.severity, one.item) for one in notes] == [("A2", "warning", 0), ("A3", "warning", 1)]
    assert all("基本目录里没有这个名称，导入时会新增" in one.diagnostic.message for one in notes)
    assert "“演示登记”" in notes[0].diagnostic.mend
    assert "是不是" not in notes[1].diagnostic.mend


def test_one_item_at_two_levels_is_compared_by_its_name():
    found = table(ROW, ROW.replace("县级", "市级").replace("公共服务事项", "行政确认"))
    assert ("OV901", "item.type") in codes(found)


@pytest.mark.parametrize("form", ["网上办理", "全程网办", "网办", "线上"])
def test_who_does_all_on_line_fetches_nothing_in_the_hall(form):
    found = table(ROW.replace("网上办理", form), 到办事现场次数="0")
    assert not {code for code, _ in codes(found)} & {"OV501", "OV502", "OV404"}
    assert found.items[0].document["process"][-1]["at"] == ["licence", "courier"]


def test_who_says_the_hall_fetches_there_and_it_is_told_that_this_was_concluded():
    found = table(ROW.replace("网上办理", "窗口办理"), 到办事现场次数="0")
    visits = [one.diagnostic for one in told(found) if one.diagnostic.code in ("OV501", "OV502")]
    assert len(visits) == 2
    assert all(one.message.endswith("（流程是从“办理形式”推出来的）") for one in visits)


def test_the_same_item_twice_at_one_level_and_place_is_told_with_both_rows():
    found = table(ROW, ROW.replace("0552-3010001", "0552-3010003"), ROW.replace("340302", "340303"))
    (twice,) = [one for one in told(found) if one.diagnostic.code == "OV902"]
    assert (twice.cell, twice.item) == ("A3", 1)
    assert "A2" in twice.diagnostic.message
    assert "A3" in twice.diagnostic.message


TWO = [
    ["事项名称", "事项类型", "行使层级", "办理时限（工作日）", None, "申请材料", None, "联系电话", None, "行政区划代码"],
    [None, None, None, "法定", "承诺", "名称", "依据", "咨询", "投诉", None],
    ["演示登记", "公共服务事项", "县级", 10, 5, "申请书", "《演示条例》第五条", "0552-3010001", "0552-3010002", "340302000000"],
]


def two_rows(*, merged: bool) -> Import:
    """A header of two rows, merged as people do, or with blank cells as a CSV file has them."""
    book = Workbook()
    for row in TWO:
        book.active.append(row)
    for column, child in enumerate(TWO[1], start=1) if merged else ():
        if child is None:
            book.active.merge_cells(start_row=1, end_row=2, start_column=column, end_column=column)
    for first in (4, 6, 8) if merged else ():
        book.active.merge_cells(start_row=1, end_row=1, start_column=first, end_column=first + 1)
    return exchange.read("x.xlsx", saved(book))


@pytest.mark.parametrize("merged", [True, False])
def test_a_header_of_two_rows_is_one_header(merged):
    found = two_rows(merged=merged)
    (item,) = found.items
    assert (found.faults, found.unknown_columns) == ((), ())
    assert item.document["limits"] == [{"legal": 10, "promised": 5}]
    assert item.offer["phones"] == {"consult": "0552-3010001", "complaint": "0552-3010002"}
    assert item.document["materials"][0]["basis"] == [{"law": "演示条例", "article": "第五条"}]
    assert item.cell("limits.promised") == "Sheet!E3"


def test_a_sheet_of_notes_is_no_fault():
    book = Workbook()
    book.active.title = "填表说明"
    book.active.append(["请认真填写"])
    sheet = book.create_sheet("清单")
    sheet.append(["事项名称", "事项类型"])
    sheet.append(["演示", "行政许可"])
    found = exchange.read("x.xlsx", saved(book))
    assert [(one.sheet, one.official) for one in found.unknown_columns] == [("填表说明", True)]
    assert not [one for one in told(found) if one.diagnostic.code == "OV101"]


def materials(said: str) -> list[str]:
    (item,) = table(ROW, 材料名称=f'"{said}"').items
    return [one["name"] for one in item.document.get("materials", ())]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        (
            "1、申请表（一式三份）2、房屋产权证明 3、户口本、身份证原件及复印件",
            ["申请表（一式三份）", "房屋产权证明", "户口本、身份证原件及复印件"],
        ),
        ("身份证、照片2张、户籍证明", ["身份证", "照片2张", "户籍证明"]),
        ("①申请书②身份证", ["申请书", "身份证"]),
        ("一、申请书 二、身份证", ["申请书", "身份证"]),
        ("居住证明（居委会、村委会出具）", ["居住证明（居委会、村委会出具）"]),
        ("法人、其他组织的登记证书", ["法人、其他组织的登记证书"]),
        ("身份证、护照或者军官证", ["身份证、护照或者军官证"]),
        ("近3.5年的证明", ["近3.5年的证明"]),
        ("无", []),
    ],
)
def test_papers_in_one_cell_are_told_apart(said, names):
    assert materials(said) == names


def test_conditions_are_split_by_numbers_only():
    (item,) = table(ROW, 受理条件="1.年满18周岁、有本市户籍 2.有住所").items
    assert [one["text"] for one in item.document["conditions"]] == ["年满18周岁、有本市户籍", "有住所"]
    assert "conditions" not in table(ROW, 受理条件="无").items[0].document


@pytest.mark.parametrize("said", ["免费", "无", "不收费", "否"])
def test_free_is_no(said):
    found = table(ROW, 是否收费=said, 收费项目名称="工本费", 收费标准="不收费")
    assert found.faults == ()
    assert not {code for code, _ in codes(found)} & {"OV701", "OV702"}
    assert "fees" not in found.items[0].document


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("乡镇（街道）", "town"),
        ("区（县）级", "county"),
        ("县（市、区）", "county"),
        ("县（区）级", "county"),
        ("村（社区）", "village"),
    ],
)
def test_levels_are_known_in_their_brackets(said, level):
    assert table(ROW.replace("县级", f'"{said}"')).items[0].level == level


@pytest.mark.parametrize(
    ("said", "days"),
    [("当日", 0), ("当场", 0), ("即办", 0), ("六十日", 60), ("一百二十个工作日", 120), ("十五日", 15), ("二十", 20), ("两日", 2)],
)
def test_limits_are_known_in_words(said, days):
    found = table(ROW.replace("10,5,", f"{said},0,"))
    assert found.faults == ()
    assert found.items[0].document["limits"] == [{"legal": days, "promised": 0}]


@pytest.mark.parametrize(("said", "visits"), [("最多跑一次", 1), ("跑2次", 2), ("一次", 1), ("零跑动", 0)])
def test_visits_are_known_in_words(said, visits):
    assert table(ROW, 到办事现场次数=said).items[0].document["visits"] == visits


@pytest.mark.parametrize(
    ("said", "phone"),
    [
        ("0552-3014567转801", "0552-3014567-801"),
        ("0552-3022222/3022223", "0552-3022222/0552-3022223"),
        ("0552—3019999", "0552-3019999"),
        ("3012345", "3012345"),
    ],
)
def test_phones_are_known_with_extensions_and_several(said, phone):
    found = table(ROW.replace("0552-3010001", said))
    assert found.items[0].offer["phones"]["consult"] == phone
    assert (("OV801", "offer.phones.consult") in codes(found)) == (said == "3012345")


def test_mends_name_the_column_that_can_hold_it():
    found = table(ROW, 受理条件="有住所", 材料名称="申请书")
    mends = {one.diagnostic.code + one.diagnostic.path.split(".")[0]: one.diagnostic.mend for one in told(found)}
    assert "“条件·设定依据”列" in mends["OV301conditions"]
    assert "“要求提供材料的依据”列" in mends["OV301materials"]
    assert "“结果样本”列" in mends["OV802results"]
    assert "“空白表格”列" in mends["OV309materials"]
    assert not [one for one in told(found) if "form" in one.diagnostic.mend or "sample" in one.diagnostic.message]
