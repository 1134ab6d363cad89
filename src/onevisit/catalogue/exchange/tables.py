"""A sheet as a table: which row is its header, which column means what, which columns nobody knows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from onevisit.catalogue.exchange import columns, heads
from onevisit.catalogue.exchange.cells import Line, Sheet
from onevisit.catalogue.exchange.columns import FACT, Column, Path
from onevisit.catalogue.exchange.model import UnknownColumn

SEARCHED = 15
"""A header stands in one of the first rows."""
CONTINUED = re.compile(r"(.+)（续\d+）")
"""A text too long for one cell goes on in the next column."""
TELLING = frozenset(
    {
        ("item", "type"),
        ("item", "basis"),
        ("audience",),
        ("handling",),
        (FACT, "body"),
        (FACT, "forms"),
        (FACT, "flow"),
        ("item", "theme"),
    }
)
"""What only a table of items says."""


@dataclass(frozen=True)
class Table:
    """`columns` by their place, `more` where a column goes on; `part` is the list of whose entries it tells, "" = items."""

    sheet: Sheet
    columns: Mapping[int, Column]
    more: Mapping[int, tuple[int, ...]]
    part: str
    lines: tuple[Line, ...]
    headers: Mapping[int, str]

    @cached_property
    def groups(self) -> Mapping[str, Mapping[int, Column]]:
        """The columns of the items and of each list."""
        found: dict[str, dict[int, Column]] = {}
        for place, column in self.columns.items():
            found.setdefault(column.part, {})[place] = column
        return found

    @cached_property
    def places(self) -> Mapping[str, Mapping[Path, tuple[int, ...]]]:
        """Of the items and of each list: the columns of every place."""
        found: dict[str, dict[Path, tuple[int, ...]]] = {"": {}}
        for place, column in self.columns.items():
            own = found.setdefault(column.part, {})
            own[column.path] = (*own.get(column.path, ()), place)
        return found

    def text(self, line: Line, column: int) -> str:
        """What a row says in a column, whole."""
        said = line.cells.get(column, "")
        if column not in self.more:
            return said
        return said + "".join(line.cells.get(one, "") for one in self.more[column])


def table(sheet: Sheet) -> tuple[Table | None, tuple[UnknownColumn, ...]]:
    """The table of a sheet, None if it has no header that we know; and the columns that are not read."""
    if heads.NOTES.search(sheet.name):
        return None, tuple(_notes(sheet))
    head = max(range(min(SEARCHED, len(sheet.lines))), key=lambda place: (_known(sheet, place), -place), default=None)
    if head is None:
        return None, ()
    if _known(sheet, head) < 2:
        first = next(iter(sheet.lines[0].cells.values()))
        where = sheet.address(sheet.lines[0], min(sheet.lines[0].cells))
        return None, (UnknownColumn(sheet.name, where, first[:40], "整张表没有认识的列名，没有读入", official=False),)
    headers, more = _headers(sheet, head)
    below = heads.joined(sheet.lines[head], sheet.lines[head + 1]) if head + 1 < len(sheet.lines) else {}
    headers |= below
    part = _part(sheet.name, headers)
    known = {place: found for place, said in headers.items() if (found := _column(said, part))}
    one = Table(sheet, known, more, part, sheet.lines[head + (2 if below else 1) :], headers)
    return one, tuple(_unknown(one, sheet.lines[head]))


def _notes(sheet: Sheet) -> Iterator[UnknownColumn]:
    """A sheet that explains the others is told, and no fault."""
    if sheet.lines:
        where = sheet.address(sheet.lines[0], min(sheet.lines[0].cells))
        yield UnknownColumn(sheet.name, where, sheet.name, "是填表的说明，没有读入", official=True)


def _known(sheet: Sheet, place: int) -> int:
    """How many different columns a row would head."""
    titled = columns.part_of_title(sheet.name) or ""
    return len({found for said in sheet.lines[place].cells.values() if (found := _column(said, titled))})


def _headers(sheet: Sheet, head: int) -> tuple[dict[int, str], dict[int, tuple[int, ...]]]:
    """The header of each column, where a header of two rows says it in the upper one too; and what goes on where."""
    found: dict[int, str] = {}
    more: dict[int, tuple[int, ...]] = {}
    bases: dict[str, int] = {}
    for column, said in sorted(sheet.lines[head].cells.items()):
        if not said.strip():
            continue
        if (on := CONTINUED.fullmatch(said.strip())) and on[1] in bases:
            more[bases[on[1]]] = (*more.get(bases[on[1]], ()), column)
            continue
        found[column] = said
        bases.setdefault(said.strip(), column)
    for column, said in (sheet.lines[head - 1].cells if head else {}).items():
        if column not in found and columns.plain(said) in columns.everywhere():
            found[column] = said
    return found, more


def _column(said: str, part: str) -> Column | None:
    header = columns.plain(said)
    short = columns.within(part).get(header) if part else None
    return short or columns.everywhere().get(header)


def _part(name: str, headers: Mapping[int, str]) -> str:
    """Of which list a sheet tells: its name says it, else its columns."""
    titled = columns.part_of_title(name)
    if titled is not None:
        return titled
    found = [one for said in headers.values() if (one := columns.everywhere().get(columns.plain(said)))]
    if sum(one.path in TELLING for one in found if not one.part) >= 2:
        return ""
    parts = [one.part for one in found if one.part]
    described = any(not one.part and one.path in TELLING for one in found)
    return max(dict.fromkeys(parts), key=parts.count) if parts and not described and name else ""


def _unknown(table: Table, head: Line) -> Iterator[UnknownColumn]:
    filled = {column for line in table.lines for column in line.cells}
    taken = {*table.columns, *(column for places in table.more.values() for column in places)}
    for column in sorted((filled | table.headers.keys()) - taken):
        said = table.headers.get(column, "").strip()
        why, official = _why(said, table.part)
        yield UnknownColumn(table.sheet.name, table.sheet.address(head, column), said, why, official)


def _why(said: str, part: str) -> tuple[str, bool]:
    header = columns.plain(said)
    if not header:
        return "这一列没有列名，没有读入", False
    if header in columns.UNKEPT:
        return columns.UNKEPT[header], True
    near = get_close_matches(header, [*columns.everywhere(), *(columns.within(part) if part else ())], 1, 0.7)
    return f"不认识这一列，没有读入{f'，您要写的是不是“{near[0]}”' if near else ''}", False


def readable(sheets: Sequence[Sheet]) -> tuple[list[Table], list[UnknownColumn]]:
    """The tables of a file, those of items first."""
    found: list[Table] = []
    unknown: list[UnknownColumn] = []
    for sheet in sheets:
        one, lost = table(sheet)
        unknown += lost
        found += [one] if one else []
    return sorted(found, key=lambda one: bool(one.part)), unknown
