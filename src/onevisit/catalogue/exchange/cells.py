"""Tables as they stand in a file: rows of texts with the address of each cell, merged cells filled down.

What is read from XLSX, CSV and JSON has this one shape; nothing here knows what a column means.

>>> letters(1), letters(28), address("材料", 7, 3), address("", 7, 3)
('A', 'AB', '材料!C7', 'C7')
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

NUMBER_LOST = "位数太多，已经被表格软件改成了近似的数，请把这一列设为文本格式，重新填写。"
FORMULA_ERROR = "是公式错误（{said}），请改成具体的内容。"
ALPHABET = 26


@dataclass(frozen=True, slots=True)
class Line:
    """One row: column → text (blank cells are not there), which of them a merged cell filled, and what is wrong with a cell."""

    number: int
    cells: Mapping[int, str]
    filled: frozenset[int] = frozenset()
    wrong: Mapping[int, str] = field(default_factory=dict)
    places: Mapping[int, str] = field(default_factory=dict)
    """The address of a cell where it is none of a sheet: a path in JSON."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table (工作表); CSV has one without a name."""

    name: str
    lines: tuple[Line, ...]

    def address(self, line: Line, column: int) -> str:
        """Where a cell is, as its user finds it: 材料!C7."""
        return line.places.get(column) or address(self.name, line.number, column)


@cache
def letters(column: int) -> str:
    """The name of a column, counted from 1."""
    found = ""
    while column:
        column, rest = divmod(column - 1, ALPHABET)
        found = chr(ord("A") + rest) + found
    return found


def address(sheet: str, row: int, column: int) -> str:
    """The address of a cell; without the sheet where there is only one."""
    return f"{sheet}!{letters(column)}{row}" if sheet else f"{letters(column)}{row}"


def narrow(text: str) -> str:
    """Digits, letters and signs of a code in their half-width form, without blanks and invisible signs.

    >>> narrow(" ３４０３０４　０００００Ｘ\\u200b")
    '34030400000X'
    """
    if text.isascii() and text.isalnum():
        return text
    folded = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))
