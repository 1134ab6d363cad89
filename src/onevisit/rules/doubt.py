"""What a table can't say while facts are unknown: three values, true, false, unknown, for every row (PIPL art. 24, SECURITY H18).

A row that could hold, were the unknown facts known, is in doubt, and so is everything that its table gives. Only rows before
the first certain one count. What is in doubt names the facts to blame. A row that holds and gives what can't be worked out is in
doubt too: the engine passes over it in silence and takes a later one, which must decide nothing.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from onevisit.core.tables import Column, Row, Table, names_read

Blame = frozenset[str]
Holds = Callable[[Column, str], bool]
"""Whether a cell of a column holds for what is known."""


@dataclass(frozen=True, slots=True)
class Look:
    """What looking at a table showed: the row that holds for certain, and the rows in doubt with the facts to blame.

    `open` are the rows in doubt that look at an unknown fact themselves, not at what another table left unknown.
    """

    table: Table
    row: Row | None
    doubtful: tuple[Row, ...] = ()
    blame: Blame = frozenset()
    open: tuple[Row, ...] = ()

    @property
    def hit(self) -> Row | None:
        """The row that decides; none while an earlier one is in doubt."""
        return None if self.doubtful else self.row


@dataclass
class Unknown:
    """The variables that are unknown, each with the facts to blame, as the tables are gone through in order."""

    blame: dict[str, Blame] = field(default_factory=dict)

    def among(self, names: Iterable[str]) -> Blame:
        """The facts to blame for what is unknown among these variables."""
        return frozenset[str]().union(*(self.blame[name] for name in names if name in self.blame))

    def look(self, table: Table, hit: int | None, holds: Holds) -> Look:
        """The table with its doubts; `hit` is the row that the engine took, None if it took none."""
        doubtful: list[tuple[Row, frozenset[str]]] = []
        certain: Row | None = None
        for place, row in enumerate(table.rows):
            unsure, given = self._unsure(table, row), _read_by_outputs(row)
            passed_over = not unsure and (hit is None or place < hit)
            if passed_over and hit is not None and not given:
                continue
            taken = not unsure and place == hit
            if not taken and not self._could_hold(table, row, unsure, holds):
                continue
            if not unsure and not (passed_over and given):
                certain = row
                break
            doubtful.append((row, unsure or frozenset(name for name in given if name in self.blame) or given))
        blame = frozenset[str]().union(*(self.among(names) or names for _, names in doubtful))
        if doubtful and certain:
            blame |= frozenset(_NAME.findall(certain.gives.get("missing", "")))
        asked = tuple(row for row, names in doubtful if any(self.blame.get(name, {name}) == {name} for name in names))
        return Look(table, certain, tuple(row for row, _ in doubtful), blame, asked)

    def after(self, look: Look, failed: frozenset[str] = frozenset()) -> None:
        """What the table gave is known or unknown from here on; `failed` are the outputs that could not be worked out."""
        for name in look.table.outputs:
            givers = [row for row in (*look.doubtful, look.row) if row is not None and name in row.gives]
            if not givers:
                continue
            read = names_read(givers[0].gives[name])
            blame = look.blame if look.doubtful else self.among(read) or (read if name in failed else frozenset())
            if blame:
                self.blame[name] = blame
            else:
                self.blame.pop(name, None)

    def _unsure(self, table: Table, row: Row) -> frozenset[str]:
        """The unknown variables that the row's cells look at."""
        names = (read_by(column, row.cells[column.id]) for column in table.columns if column.id in row.cells)
        return frozenset(name for some in names for name in some if name in self.blame)

    def _could_hold(self, table: Table, row: Row, unsure: frozenset[str], holds: Holds) -> bool:
        """Whether every cell whose variables are known holds."""
        cells = ((column, row.cells[column.id]) for column in table.columns if column.id in row.cells)
        return all(holds(column, cell) for column, cell in cells if not unsure & read_by(column, cell))


def _read_by_outputs(row: Row) -> frozenset[str]:
    """The variables that what the row gives is worked out from."""
    return frozenset[str]().union(*(names_read(cell) for cell in row.gives.values()))


def read_by(column: Column, cell: str) -> frozenset[str]:
    """The variables that a cell looks at, its column's field included."""
    return names_read(cell) | names_read(column.field)


_NAME = re.compile(r"[A-Za-z_]\w*")
