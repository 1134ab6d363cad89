"""XLSX (ECMA-376) read with a bound on everything: unpacked size, rows, columns, cells; no entities, no formulas, no links.

openpyxl's own sparse reader of a sheet is used below its public face: that one pads every row to the width that a file declares
and does not tell of merged cells.
"""

import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import coordinate_to_tuple
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

from onevisit.access import Refused
from onevisit.catalogue.exchange.bounds import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_FILLED,
    MOST_PARTS,
    MOST_ROWS,
    UNPACKED,
    broken,
    swollen,
    too_large,
)
from onevisit.catalogue.exchange.cells import FORMULA_ERROR, NUMBER_LOST, Line, Sheet

INLINE, TEXT = f"{{{SHEET_MAIN_NS}}}is", f"{{{SHEET_MAIN_NS}}}t"
EXACT = 10**15
"""Whole numbers from here on are no longer what was typed."""
ENTITIES = tuple("<!DOCTYPE".encode(coding) for coding in ("ascii", "utf-16-le", "utf-16-be"))
CHUNK = 1 << 20


def sheets_of(content: bytes) -> tuple[Sheet, ...]:
    """Every sheet of a workbook, blank rows left out. Raises `Refused`."""
    try:
        _guard(content)
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return tuple(_sheet(book, one) for one in book.worksheets)
    except Refused:
        raise
    except Exception as why:  # a broken file makes the library raise whatever it likes: KeyError, IndexError, TypeError, …
        raise broken() from why


def _guard(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        if any(one.flag_bits & 1 for one in parts):
            raise Refused("table-locked", "文件设了密码，不能读取。", "请去掉密码，另存以后再导入。")
        if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > UNPACKED:
            raise swollen()
        if not any(one.filename == "[Content_Types].xml" for one in parts):
            raise broken()
        for one in parts:
            if one.filename.endswith((".xml", ".rels")):
                _without_entities(archive, one)


def _without_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A table needs no document type; who writes one wants to read files or to swell (XXE, billion laughs)."""
    tail = b""
    with archive.open(part) as source:
        while chunk := source.read(CHUNK):
            if any(mark in tail + chunk for mark in ENTITIES):
                raise Refused("table-unreadable", "文件里有不允许的声明（DOCTYPE），不能读取。", "请用表格软件另存为新的.xlsx。")
            tail = chunk[-32:]


def _sheet(book: Any, sheet: Any) -> Sheet:
    with sheet._get_source() as source:
        parser = _Parser(
            source, sheet._shared_strings, data_only=True, epoch=book.epoch,
            date_formats=book._date_formats, timedelta_formats=book._timedelta_formats,
        )  # fmt: skip
        lines = [line for line in _lines(parser) if line.cells]
        merged = parser.merged_cells.mergeCell if parser.merged_cells else ()
        return Sheet(str(sheet.title), tuple(_filled(lines, [one.bounds for one in merged])))


class _Parser(WorkSheetParser):  # type: ignore[misc]
    """The library's own, but for texts that stand in their cell: of them only the text is taken, ten times as fast."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """One cell as row, column, value and kind."""
        inline = element.find(INLINE) if element.get("t") == "inlineStr" else None
        plain = inline.find(TEXT) if inline is not None and len(inline) == 1 else None
        if plain is None or not element.get("r"):
            found: dict[str, Any] = super().parse_cell(element)
            return found
        row, column = coordinate_to_tuple(element.get("r"))
        self.col_counter = column
        return {"row": row, "column": column, "value": plain.text, "data_type": "s", "style_id": 0}


def _lines(parser: Any) -> Iterator[Line]:
    count = 0
    for rows, (number, cells) in enumerate(parser.parse()):
        count += len(cells)
        if rows > MOST_ROWS or count > MOST_CELLS:
            raise too_large()
        given = {one["column"]: one for one in cells if one["value"] not in (None, "")}
        if given and max(given) > MOST_COLUMNS:
            raise too_large("表格太宽")
        said = {column: _said(one["value"]) for column, one in given.items()}
        yield Line(number, said, wrong=_wrong(given))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _wrong(cells: Mapping[int, Any]) -> dict[int, str]:
    found = {}
    for column, one in cells.items():
        if one["data_type"] == "e":
            found[column] = FORMULA_ERROR.format(said=one["value"])
        elif isinstance(one["value"], int | float) and abs(one["value"]) >= EXACT:
            found[column] = NUMBER_LOST
    return found


def _filled(lines: list[Line], merged: list[tuple[int, int, int, int]]) -> Iterator[Line]:
    """The rows with what merged cells say in each cell that they cover; rows that a file only declares are not made."""
    numbered = {line.number: line for line in lines}
    more: dict[int, dict[int, str]] = {}
    left = MOST_FILLED
    for first, top, last, bottom in merged:
        said = numbered[top].cells.get(first) if top in numbered else None
        covered = range(top, min(bottom, lines[-1].number) + 1)
        width = min(last, MOST_COLUMNS) - first + 1
        left -= len(covered) * width
        if left < 0:
            raise swollen()
        given = dict.fromkeys(range(first, first + width), said) if said else {}
        for number in covered if said else ():
            if number in numbered:
                more.setdefault(number, {}).update(given)
    for line in lines:
        added = {column: said for column, said in more.get(line.number, {}).items() if column not in line.cells}
        yield Line(line.number, {**line.cells, **added}, frozenset(added), line.wrong) if added else line
