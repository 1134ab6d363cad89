"""A list that is published, as a table for spreadsheets (XLSX, CSV) and on paper: the same rows, with the figures above them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from django.conf import settings
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from onevisit.catalogue import spreadsheets
from onevisit.catalogue.documents.word import plain
from onevisit.papers import render

Value = str | int
PRINTED = 400
"""Rows that a list on paper has at most: making more takes longer than anybody waits; who wants all takes the spreadsheet."""
REFUSED = re.compile(r"[\[\]:*?/\\']")
"""Characters that no name of a sheet may have."""
WIDEST = 46
"""Characters of the widest column of a spreadsheet."""


@dataclass(frozen=True)
class Table:
    """A list: its title, what was counted (each a sentence), the heads of its columns and its rows."""

    title: str
    figures: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def too_long(self) -> bool:
        """Whether it has too many rows for paper."""
        return len(self.rows) > PRINTED


def as_csv(table: Table) -> bytes:
    """Heads and rows as CSV, with a byte-order mark so that spreadsheets read it."""
    return spreadsheets.csv_file([table.heads, *table.rows])


def as_xlsx(table: Table) -> bytes:
    """Two sheets: the list with its heads fixed and filters on, and the figures with how they are counted."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name(table.title))
    for number, width in enumerate(_widths(table), 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.heads))}{len(table.rows) + 1}"
    sheet.append([_cell(sheet, one, bold=True) for one in table.heads])
    for row in table.rows:
        sheet.append([_cell(sheet, one) for one in row])
    beside = book.create_sheet("指标和算法")
    beside.column_dimensions["A"].width = 110
    for one in table.figures:
        beside.append([_cell(beside, one)])
    book.properties.title, book.properties.creator = plain(table.title), ""
    book.properties.created = book.properties.modified = settings.CLOCK().replace(tzinfo=None)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def sheet_name(title: str) -> str:
    """The title as a workbook takes it for a sheet: without the characters that it refuses, 31 at most, never empty.

    >>> sheet_name("清单[甲/乙]：'丙'")
    '清单 甲 乙 ： 丙'
    """
    return " ".join(REFUSED.sub(" ", plain(title)).split())[:31].strip() or "清单"


def _cell(sheet: WriteOnlyWorksheet, value: Value, *, bold: bool = False) -> WriteOnlyCell:
    """A cell whose text stays text: what begins with = is no formula."""
    cell = spreadsheets.cell(sheet, plain(value)) if isinstance(value, str) else WriteOnlyCell(sheet, value)
    cell.font, cell.alignment = Font(bold=bold), Alignment(wrap_text=True, vertical="top")
    return cell


def _widths(table: Table) -> Sequence[int]:
    """How wide each column must be: a Chinese character takes two places."""
    lengths = [max((len(str(one)) for one in column), default=0) for column in zip(table.heads, *table.rows, strict=True)]
    return [min(WIDEST, 2 * length + 2) for length in lengths]


@lru_cache(maxsize=32)
def as_pdf(table: Table) -> bytes:
    """The list on A4, its heads on every page; made once while it says the same. The caller looks whether it is `too_long`."""
    shown: Mapping[str, object] = {"table": table, "sample": settings.DEMO, "office": ""}
    return render.pdf("catalogue/table.html", shown)
