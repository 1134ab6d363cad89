"""What a spreadsheet opens (CSV, XLSX): a text that begins like a formula stays a text (SECURITY H20, CWE-1236).

Every CSV and every cell of text that the catalogue hands out is written here.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
"""What a program could take for a formula, some of them also in full width; and what has such marks before it."""


def csv_file(lines: Iterable[Sequence[str | int]]) -> bytes:
    """The lines as CSV in UTF-8, with the mark by which Excel knows it, every text guarded."""
    made = StringIO(newline="")
    writer = csv.writer(made, lineterminator="\r\n")
    for line in lines:
        writer.writerow([guarded(one) if isinstance(one, str) else one for one in line])
    return made.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """The text with a mark before it where it could be a formula.

    >>> guarded("=1+1"), guarded("小店"), unguarded(guarded("'=1"))
    ("'=1+1", '小店', "'=1")
    """
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def cell(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    """A cell of a workbook that holds this text, whatever it begins with."""
    made = WriteOnlyCell(sheet, value=text)
    made.data_type = "s"
    made.quotePrefix = bool(FORMULA.match(text))
    return made
