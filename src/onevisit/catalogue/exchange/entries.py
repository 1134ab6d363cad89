"""What rows say of one thing, with the cells that say it; an item on its way is a thing with lists of things.

The address of a cell is made when somebody asks: a city's table has millions of cells and a few faults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from onevisit.catalogue.exchange.cells import Line
from onevisit.catalogue.exchange.columns import FACT, Path
from onevisit.catalogue.exchange.model import CellFault, row_of
from onevisit.catalogue.exchange.tables import Table

NONE = "#"
"""A place that begins with this is the blank cell where a list could stand."""


@dataclass(slots=True)
class Entry:
    """What some cells say of one thing: values by their place, and the rows whose cells say them."""

    where: str = ""
    row: int = 0
    values: dict[Path, Any] = field(default_factory=dict)
    told: dict[Path, str] = field(default_factory=dict)
    """Cells of places that have no column of their own."""
    rows: list[tuple[Table, Line, str]] = field(default_factory=list)
    """Table, row, and of which list its columns are."""
    faults: list[CellFault] = field(default_factory=list)
    """With paths that begin at this entry."""

    def fault(self, code: str, path: Path, cell: str, message: str) -> None:
        """A fault at a cell; of a fact that has no place it is told of the whole entry."""
        told = ".".join(path) if path[:1] != (FACT,) else ""
        self.faults.append(CellFault(cell.rpartition("!")[0], row_of(cell) or self.row, cell, code, told, message))

    def cells(self) -> dict[Path, str]:
        """The cell of every place that has a column: the first that says something, else the first blank one."""
        paths = dict.fromkeys([*self.told, *(path for table, _, part in self.rows for path in table.places[part])])
        return {path: cell for path in paths if (cell := self._cell(path))}

    def _cell(self, path: Path) -> str:
        if path in self.told:
            return self.told[path]
        blank = ""
        for table, line, part in self.rows:
            places = table.places[part].get(path, ())
            said = next((place for place in places if line.cells.get(place, "").strip()), None)
            if said is not None:
                return table.sheet.address(line, said)
            blank = blank or (table.sheet.address(line, places[0]) if places else "")
        return blank

    def cell(self, *paths: Path) -> str:
        """The cell of the first of these places that has one, else where the entry stands."""
        return next((cell for path in paths if (cell := self._cell(path))), self.where)

    def fact(self, name: str) -> Any:
        """What a column says that is weighed with others, None if it says nothing."""
        return self.values.get((FACT, name))


@dataclass(slots=True)
class Draft(Entry):
    """One item on its way: what tells it from others, and the entries of its lists."""

    sheet: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the row before said of each list: a table that repeats itself in every row brings nothing new."""
