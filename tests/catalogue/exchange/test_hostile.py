"""Files that are none, or mean harm: a refusal in words, within seconds and little memory; nothing of them is run or fetched."""

import zipfile
from io import BytesIO
from time import perf_counter

import pytest
from openpyxl import Workbook
from tests.catalogue.exchange.messy import saved

from onevisit.access import Refused
from onevisit.catalogue import exchange

SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SECONDS = 20


def small() -> bytes:
    book = Workbook()
    book.active.append(["事项名称", "事项类型"])
    book.active.append(["演示", "行政许可"])
    return saved(book)


def changed(**parts: bytes | None) -> bytes:
    """A workbook with other parts: `__` stands for a slash, `_xml` for the ending."""
    made = BytesIO()
    new = {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in parts.items()}
    with zipfile.ZipFile(BytesIO(small())) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in old.namelist():
            if name not in new:
                archive.writestr(name, old.read(name))
        for name, content in new.items():
            if content is not None:
                archive.writestr(name, content)
    return made.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{cell("A1", "事项名称")}{cell("B1", "事项类型")}</row>'


def sheet(rows: str, more: str = "", before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<worksheet {MAIN}>{more}<sheetData>{rows}</sheetData></worksheet>'.encode()


def refusal(content: bytes, name: str = "x.xlsx") -> Refused:
    begin = perf_counter()
    with pytest.raises(Refused) as why:
        exchange.read(name, content)
    assert perf_counter() - begin < SECONDS
    assert why.value.args[0].endswith("。")
    assert why.value.way_out.startswith("请")
    return why.value


def test_the_small_workbook_is_read():
    assert [one.name for one in exchange.read("x.xlsx", small()).items] == ["演示"]


def test_a_zip_bomb_is_not_unpacked():
    bomb = sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>' + "0" * 500_000_000 + "</t></is></c></row>")
    content = changed(xl__worksheets__sheet1_xml=bomb)
    assert len(content) < 1_000_000
    assert refusal(content).code == "table-too-large"


def test_a_file_with_thousands_of_parts_is_refused():
    assert refusal(changed(**{f"p{number}_xml": b"<a/>" for number in range(2_100)})).code == "table-too-large"


ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 50 + '">]>'


@pytest.mark.parametrize("before", [ENTITY, LAUGHS, " " * 2_000_000 + ENTITY])
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_anybody_reads_them(before, coding):
    text = f'<?xml version="1.0" encoding="{coding}"?>{before}<worksheet {MAIN}><sheetData/></worksheet>'
    why = refusal(changed(xl__worksheets__sheet1_xml=text.encode(coding)))
    assert "DOCTYPE" in why.args[0]


def test_a_million_declared_rows_cost_nothing():
    rows = HEADER
    rows += '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>演示</t></is></c></row>'
    content = changed(xl__worksheets__sheet1_xml=sheet(rows, '<dimension ref="A1:XFD1048576"/>'))
    begin = perf_counter()
    (item,) = exchange.read("x.xlsx", content).items
    assert perf_counter() - begin < 2
    assert (item.name, item.row) == ("演示", 1_048_576)


def test_a_merged_range_over_the_whole_sheet_costs_nothing():
    text = sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>事项名称</t></is></c></row><row r="1048576"/>').decode()
    text = text.replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    begin = perf_counter()
    exchange.read("x.xlsx", changed(xl__worksheets__sheet1_xml=text.encode()))
    assert perf_counter() - begin < 2


def test_too_many_rows_and_too_wide_ones_are_refused():
    many = "".join(f'<row r="{number}"><c r="A{number}"/></row>' for number in range(1, 200_100))
    assert refusal(changed(xl__worksheets__sheet1_xml=sheet(many))).code == "table-too-large"
    assert (
        refusal(changed(xl__worksheets__sheet1_xml=sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>'))).code == "table-too-large"
    )
    assert refusal(("a\n" * 200_100).encode(), "x.csv").code == "table-too-large"
    assert refusal(("," * 700).encode(), "x.csv").code == "table-too-large"


def test_a_file_that_is_too_large_is_refused_unread():
    assert refusal(b"a" * 50_000_001, "x.csv").code == "table-too-large"


def test_an_old_workbook_and_one_with_a_password_say_what_to_do():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert ".xlsx" in refusal(ole, "x.xls").way_out
    assert "密码" in refusal(ole + "EncryptedPackage".encode("utf-16-le")).args[0]


def test_a_zip_with_a_password_is_refused():
    content = bytearray(small())
    with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
        first = archive.infolist()[0]
    central = content.rindex(first.filename.encode()) - 46
    content[central + 8] |= 1
    assert "密码" in refusal(bytes(content)).args[0]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 no zip at all",
        small()[:-200],
        changed(xl__workbook_xml=None),
        changed(xl__worksheets__sheet1_xml=b"<worksheet"),
        changed(xl__worksheets__sheet1_xml=sheet('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>')),
        changed(xl__worksheets__sheet1_xml=sheet('<row r="x"><c r="A1"><v>1</v></c></row>')),
    ],
    ids=["no zip", "cut", "no workbook", "no xml", "no such text", "no row"],
)
def test_a_broken_workbook_is_refused_in_words(content):
    assert refusal(content).code == "table-unreadable"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", b""),
        ("x.csv", b"\x00\x01\x02\xff\xfe\x80" * 100),
        ("x.csv", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("x.csv", b"a,b\n" + b"x" * 3_000_000),
        ("x.json", b"[" * 100_000),
        ("x.json", b'{"a": '),
        ("x.json", b'{"a": 1}'),
        ("x.json", b"[1, 2]"),
    ],
)
def test_what_is_no_table_is_refused_in_words(name, content):
    refusal(content, name)


def test_formulas_are_never_run_and_their_stored_value_counts():
    rows = HEADER
    rows += '<row r="2"><c r="A2" t="str"><f>HYPERLINK("http://x")</f><v>演示</v></c>'
    rows += '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    found = exchange.read("x.xlsx", changed(xl__worksheets__sheet1_xml=sheet(rows)))
    assert [one.name for one in found.items] == ["演示"]
    assert [(one.cell, one.code) for one in found.faults] == [("Sheet!B2", "OV103")]
    assert "#DIV/0!" in found.faults[0].message
