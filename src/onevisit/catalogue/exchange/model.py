"""What an import is (导入): items as documents of the format, each with the cell of every value; faults; columns not read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with one cell and how to mend it, in one sentence. `code` is one of the linter's."""

    sheet: str
    row: int
    cell: str
    """The address: 材料!C7; C7 where there is one table only; a path such as [3].材料[1].材料名称 in JSON."""
    code: str
    path: str
    """The place in the document, "" for what belongs to none."""
    message: str
    item: int = -1
    """Which of the items, -1 for none."""


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A column (or a whole sheet) of which nothing was read; `official` ones are known and have no place with us."""

    sheet: str
    cell: str
    header: str
    why: str
    official: bool


@dataclass(frozen=True)
class Row:
    """One item at one level, as far as the table says it: a document of the format `onevisit/1`, and what its division adds."""

    sheet: str
    row: int
    key: str
    code: str
    name: str
    level: str
    division_code: str
    document: Mapping[str, Any]
    offer: Mapping[str, Any]
    """The body of an offer: item, level, division and local facts; empty if the table has no local facts."""
    cells: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Path in the document (`offer.…` in the offer) → address of its cell, blank cells of known columns too."""
    derived: tuple[str, ...] = ()
    """Paths that no cell says in so many words: they were concluded from official elements (办理形式, 办件类型, …)."""
    concluded_from: str = ""
    """The columns from which the process was concluded, “办理形式”; "" where the table says it or there is none."""

    def cell(self, path: str) -> str:
        """The cell of a path, or of the nearest thing around it; the row's own where there is none."""
        here = path
        while here:
            if here in self.cells:
                return self.cells[here]
            here = here.rpartition(".")[0]
        return self.cells.get("", "")

    def line(self, path: str) -> int:
        """The row of that cell in its sheet."""
        return row_of(self.cell(path)) or self.row


@dataclass(frozen=True)
class Import:
    """A table, read; nothing of it is kept anywhere yet (a dry run)."""

    name: str
    items: tuple[Row, ...]
    faults: tuple[CellFault, ...]
    unknown_columns: tuple[UnknownColumn, ...]


def row_of(cell: str) -> int:
    """The row of an address, the place of the item in JSON; 0 if it says none.

    >>> row_of("材料!C7"), row_of("AB12"), row_of("[3].材料[1].材料名称")
    (7, 12, 3)
    """
    found = re.match(r"\[(\d+)\]", cell) or re.search(r"[A-Z]{1,3}(\d+)$", cell)
    return int(found[1]) if found else 0
