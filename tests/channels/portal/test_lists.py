"""The city's lists on their page, as a table for a spreadsheet and for a program: the same rows in all three."""

import csv
from io import BytesIO, StringIO

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests.cases.ground import offer_deed_tax, small_city
from tests.catalogue.test_documents import text

from onevisit.catalogue.documents import tables


@pytest.fixture
def browser(db: None) -> Client:
    small_city()
    offer_deed_tax()
    return Client()


def test_the_page_the_table_and_the_program_see_the_same_rows(browser: Client) -> None:
    page = browser.get("/lists/zero").content.decode()
    assert "契税申报" in page
    assert "100.0%" in page
    table = list(csv.reader(StringIO(browser.get("/lists/zero.csv").content.decode("utf-8-sig"))))
    told = browser.get("/lists/zero.json").json()
    assert [row[0] for row in table[1:]] == [one["name"] for one in told["items"]] == ["契税申报"]
    first = told["rates"][0]
    assert (first["name"], first["part"], first["whole"], first["percent"]) == ("最多跑一次事项率", 1, 1, "100.0%")
    book = load_workbook(BytesIO(browser.get("/lists/zero.xlsx").content))
    assert [[str(cell.value or "") for cell in row] for row in book.worksheets[0].iter_rows()] == table


def test_on_paper_it_has_the_same_rows_the_figures_and_page_numbers(browser: Client) -> None:
    shown = text(browser.get("/lists/zero.pdf", {"level": "county"}).content)
    for needed in ("零跑腿事项清单（县级）", "契税申报", "事项名称", "第1页，共1页", "最多跑一次事项率：100.0%（1/1）"):
        assert needed in shown


def test_a_list_too_long_for_paper_says_what_to_do(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "PRINTED", 0)
    answer = browser.get("/lists/zero.pdf")
    assert answer.status_code == 409
    assert "请先选层级或者部门" in answer.content.decode()


def test_what_begins_like_a_formula_stays_text() -> None:
    made = tables.as_xlsx(tables.Table("清单", ("=2+2",), ("=1+1", "数"), (("=HYPERLINK()", 3),)))
    book = load_workbook(BytesIO(made))
    assert [one.data_type for sheet in book.worksheets for row in sheet.iter_rows() for one in row] == ["s", "s", "s", "n", "s"]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://example.org","点")', "+1+1", "-1", "@SUM", "\t=1", "\r=1", "＝1", "'=1"])
def test_what_begins_like_a_formula_is_marked_in_csv(text: str) -> None:
    made = tables.as_csv(tables.Table("清单", (), ("名称", text), ((text, 3),)))
    lines = list(csv.reader(StringIO(made.decode("utf-8-sig"), newline="")))
    assert lines == [["名称", f"'{text}"], [f"'{text}", "3"]]


@pytest.mark.parametrize("title", ["[甲]:*?/\\乙", "字" * 40, "'", "[]"])
def test_any_title_is_a_name_of_a_sheet(title: str) -> None:
    book = load_workbook(BytesIO(tables.as_xlsx(tables.Table(title, (), ("名称",), ()))))
    assert book.sheetnames[0]


def test_every_figure_stands_beside_its_formula_and_none_is_made_of_nothing(browser: Client) -> None:
    page = browser.get("/lists").content.decode()
    rates = browser.get("/lists/once.json").json()["rates"]
    assert [one["name"] for one in rates] == [
        "最多跑一次事项率", "零跑腿事项率", "按办件量计算的最多跑一次率", "规定口径的最多跑一次率", "真实的最多跑一次率",
    ]  # fmt: skip
    assert all(one["how"] in page for one in rates)
    assert [one["percent"] for one in rates[2:]] == ["不足以公布"] * 3
    assert page.count("不足以公布") == 3
    assert "没有办件的事项有1项" in page


def test_a_list_is_narrowed_by_its_address_and_keeps_what_was_chosen(browser: Client) -> None:
    page = browser.get("/lists/once", {"level": "town"}).content.decode()
    assert '<option value="town" selected>' in page
    assert "这里还没有事项" in page
    assert browser.get("/lists/once.json", {"level": "town"}).json()["items"] == []


@pytest.mark.parametrize("name", ["once", "kept-proofs", "cancelled-proofs"])
@pytest.mark.parametrize("asked", [{"department": "请汇款到指定账户"}, {"level": "中央"}, {"department": "[甲]*"}])
def test_only_what_the_city_knows_stands_in_a_title(browser: Client, name: str, asked: dict[str, str]) -> None:
    for ending in ("", ".csv", ".xlsx", ".pdf", ".json"):
        assert browser.get(f"/lists/{name}{ending}", asked).status_code == 404
    known = browser.get(f"/lists/{name}.xlsx", {"department": "市场监督管理局", "level": "town"})
    assert load_workbook(BytesIO(known.content)).properties.title.endswith("（乡镇级、市场监督管理局）")


def test_no_exception_is_said_to_be_none_and_another_list_is_none(browser: Client) -> None:
    assert "没有例外" in browser.get("/lists/exceptions").content.decode()
    for ending in ("", ".csv", ".xlsx", ".pdf", ".json"):
        assert browser.get(f"/lists/everything{ending}").status_code == 404
