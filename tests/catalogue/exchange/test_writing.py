"""What is exported: the official columns, texts that stay texts, and for other systems their codes."""

import csv
import io
import json

import pytest
from openpyxl import load_workbook
from tests.core.test_lint import GOOD

from onevisit.catalogue import exchange
from onevisit.core.reading import read, to_json

FORMULAS = [
    "=1+1",
    "+86",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "'=1",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
]


def row(**changes: object) -> exchange.Row:
    document = {**to_json(read(GOOD).document), **changes}
    head = document["item"]
    return exchange.Row("", 0, head["key"], head["code"], head["name"], document["level"], "", document, {})


def sheet(content: bytes, name: str) -> list[dict[str, str]]:
    header, *rows = load_workbook(io.BytesIO(content))[name].iter_rows(values_only=True)
    return [{key: value for key, value in zip(header, one, strict=True) if value is not None} for one in rows]


def test_a_workbook_has_a_sheet_of_items_and_one_for_each_list():
    book = load_workbook(io.BytesIO(exchange.write("xlsx", [row()])))
    assert book.sheetnames == ["事项", "条件", "情形", "材料", "表单", "环节", "收费", "结果", "常见问题"]
    (item,) = sheet(exchange.write("xlsx", [row()]), "事项")
    official = {
        "事项名称": "食品经营许可", "基本编码": "340101234000", "事项类型": "行政许可", "事项类型代码": "01",
        "行使层级": "县级", "行使层级代码": "4",
        "服务对象": "企业法人", "服务对象代码": "2", "法定办结时限": "20", "承诺办结时限": "10", "到办事现场次数": "0",
        "是否收费": "是",
        "办理形式": "窗口办理；网上办理", "办理形式代码": "1^2", "网上办理深度": "1^2^3^4",
        "设定依据": "《中华人民共和国食品安全法》第三十五条",
    }  # fmt: skip
    assert {key: item.get(key) for key in official} == official


def test_materials_are_written_with_the_codes_of_their_sets():
    licence, plan, health = sheet(exchange.write("xlsx", [row()]), "材料")
    assert (licence["来源渠道"], plan["来源渠道"], plan["材料形式"], health["原件份数"]) == ("20", "10", "2", "1")
    assert {one["材料必要性"] for one in (licence, plan, health)} == {"1"}


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_is_written_as_text(text):
    item = row(faq=[{"q": text, "a": text}])
    book = load_workbook(io.BytesIO(exchange.write("xlsx", [item])))
    cells = [cell for line in book["常见问题"].iter_rows(min_row=2) for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    for line in csv.reader(io.StringIO(exchange.write("csv", [item]).decode("utf-8-sig"))):
        assert not [cell for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))]
    for kind in ("xlsx", "csv", "json"):
        assert exchange.read(f"x.{kind}", exchange.write(kind, [item])).items[0].document["faq"] == [{"q": text, "a": text}]


def test_a_text_longer_than_a_cell_goes_on_in_the_next_and_comes_back():
    long = "字" * 70_000
    item = row(faq=[{"q": "长吗？", "a": long}])
    content = exchange.write("xlsx", [item])
    cells = [cell for line in load_workbook(io.BytesIO(content))["常见问题"].iter_rows(values_only=True) for cell in line]
    assert max(len(cell) for cell in cells if cell) < 32_767
    assert exchange.read("x.xlsx", content).items[0].document["faq"][0]["a"] == long


def test_json_has_the_elements_as_nested_objects():
    (item,) = json.loads(exchange.write("json", [row()]))["事项"]
    assert item["事项名称"] == "食品经营许可"
    assert [one["材料名称"] for one in item["材料"]] == ["营业执照", "经营场所平面图", "从业人员健康证"]


def test_a_fault_in_json_is_told_by_its_path():
    text = json.dumps({"事项": [{"事项名称": "演示", "材料": [{"材料名称": "甲", "原件份数": "很多"}]}]}, ensure_ascii=False)
    (fault,) = exchange.read("x.json", text.encode()).faults
    assert (fault.cell, fault.row) == ("[1].材料[1].原件份数", 1)


def test_csv_opens_in_a_spreadsheet_as_utf_8():
    assert exchange.write("csv", [row()]).startswith(b"\xef\xbb\xbf")


def test_an_export_of_nothing_has_a_header_and_no_items():
    for kind in ("xlsx", "csv", "json"):
        assert exchange.read(f"x.{kind}", exchange.write(kind, [])).items == ()


def test_two_items_of_one_name_and_level_stay_two():
    found = exchange.read("x.csv", exchange.write("csv", [row(), row()])).items
    assert [one.document for one in found] == [row().document, row().document]
