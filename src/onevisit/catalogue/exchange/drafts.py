"""Rows gathered into items: which rows speak of one item, which entries they bring, which cell said what.

A sheet of items has a row for each item, or several where it lists materials beside it; a sheet of materials, steps, … is joined
by the codes. A cell with several names, in a sheet of items, is as many entries.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from onevisit.catalogue.exchange.cells import Line, narrow
from onevisit.catalogue.exchange.columns import FACT, JOINS, PARTS, Column, Path
from onevisit.catalogue.exchange.model import CellFault, row_of
from onevisit.catalogue.exchange.tables import Table
from onevisit.catalogue.exchange.texts import BREAKS, Unreadable, decode
from onevisit.core.reading import BAD_VALUE, NO_SUCH

NUMBERED = re.compile(r"^\s*(?:[（(]?\d{1,2}[)）.、．](?!\d)|[①-⑳]|[（(]?[一二三四五六七八九十]{1,2}[、)）])\s*")
WHOLE = frozenset({"basis", "when", "options", "words", "nested", "record"})
"""Kinds whose own text may hold what else stands between entries."""
PLACE: Mapping[Path, str] = {
    (FACT, "ordinal"): "事项序号", (FACT, "code"): "实施编码", ("item", "code"): "基本编码", ("item", "key"): "事项代号",
    ("item", "name"): "事项名称", ("level",): "行使层级", ("offer", "division"): "行政管辖代码",
}  # fmt: skip
"""What tells items apart."""
NONE = "#"
"""A place that begins with this is the blank cell where a list could stand."""
REPEATING = frozenset(PARTS) - {"limits", "offer.places", "offer.limits"}
"""Lists that make an item take several rows."""


@dataclass(slots=True)
class Entry:
    """What some cells say of one thing: values by their place, and the cell of each, blank ones too."""

    where: str = ""
    row: int = 0
    values: dict[Path, Any] = field(default_factory=dict)
    cells: dict[Path, str] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    """With paths that begin at this entry."""

    def fault(self, code: str, path: Path, cell: str, message: str) -> None:
        """A fault at a cell; of a fact that has no place it is told of the whole entry."""
        told = ".".join(path) if path[:1] != (FACT,) else ""
        self.faults.append(CellFault(cell.rpartition("!")[0], row_of(cell) or self.row, cell, code, told, message))

    def cell(self, *paths: Path) -> str:
        """The cell of the first of these places that has a column, else where the entry stands."""
        return next((self.cells[path] for path in paths if path in self.cells), self.where)

    def fact(self, name: str) -> Any:
        """What a column says that is weighed with others, None if it says nothing."""
        return self.values.get((FACT, name))


@dataclass(slots=True)
class Draft(Entry):
    """One item on its way: what tells it from others, and the entries of its lists."""

    sheet: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    before: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What the row before said of each list: a table that repeats itself in every row brings nothing new."""


def gathered(tables: Sequence[Table]) -> tuple[list[Draft], list[CellFault]]:
    """The items of all sheets, and the rows that belong to none."""
    drafts: list[Draft] = []
    astray: list[CellFault] = []
    for table in tables:
        if not table.part:
            drafts += _items(table, astray)
    index = _index(drafts)
    for table in tables:
        if table.part:
            _joined(table, index, astray)
    return drafts, astray


def _items(table: Table, astray: list[CellFault]) -> Iterator[Draft]:
    lists = any(column.part in REPEATING for column in table.columns.values())
    current: Draft | None = None
    for line in table.lines:
        marks = _marks(table, line)
        where = table.sheet.address(line, min(line.cells))
        if not marks and current is None:
            astray.append(_astray(table, line.number, where, "这一行没有事项名称，也没有编码，请补上，或者删去这一行。"))
            continue
        follows = current is not None and _follows(current.marks, marks, lists)
        if not follows:
            current = Draft(where=where, sheet=table.sheet.name, row=row_of(where) or line.number)
            yield current
        if current is not None:
            current.marks = {**marks, **current.marks}
            _take(table, line, current, repeated=follows and bool(marks.keys() - {"事项序号"}))


def _follows(known: Mapping[str, str], marks: Mapping[str, str], lists: bool) -> bool:
    """Whether a row goes on with the item of the row above."""
    if "事项序号" in marks:
        return marks["事项序号"] == known.get("事项序号")
    return not marks or (lists and _agree(known, marks))


def _agree(known: Mapping[str, str], marks: Mapping[str, str]) -> bool:
    return all(known.get(name, said) == said for name, said in marks.items())


def _astray(table: Table, number: int, where: str, message: str) -> CellFault:
    return CellFault(table.sheet.name, row_of(where) or number, where, NO_SUCH, "", message)


def _marks(table: Table, line: Line) -> dict[str, str]:
    """What a row says of which item it is."""
    found: dict[str, str] = {}
    for place, column in table.columns.items():
        name = PLACE.get(column.path) if not column.part else None
        said = table.text(line, place).strip() if name else ""
        if name and said:
            found.setdefault(name, _mark(name, said, column))
    return found


def _mark(name: str, said: str, column: Column) -> str:
    try:
        value = str(decode(column.kind, said))
    except Unreadable:
        value = said
    return value if name in ("事项名称", "事项代号") else narrow(value)


def _index(drafts: Sequence[Draft]) -> dict[tuple[str, str], list[Draft]]:
    found: dict[tuple[str, str], list[Draft]] = {}
    for draft in drafts:
        for name in JOINS:
            if name in draft.marks:
                found.setdefault((name, draft.marks[name]), []).append(draft)
    return found


def _joined(table: Table, index: Mapping[tuple[str, str], list[Draft]], astray: list[CellFault]) -> None:
    """The rows of a list's sheet, each to its item; a blank join cell means the item of the row above."""
    current: list[Draft] = []
    for line in table.lines:
        marks = _marks(table, line)
        joins = [(name, marks[name]) for name in JOINS if name in marks]
        if joins:
            found = next((index[one] for one in joins if one in index), [])
            current = [one for one in found if all(_agree(one.marks, {name: marks[name]}) for name in marks if name not in JOINS)]
        if current:
            for draft in current:
                _take(table, line, draft)
        else:
            where = table.sheet.address(line, min(line.cells))
            said = f"“{joins[0][1]}”（{joins[0][0]}）在事项表里没有" if joins else "没有写属于哪个事项"
            astray.append(_astray(table, line.number, where, f"这一行{said}，请改正编码或者补上事项。"))


def _take(table: Table, line: Line, draft: Draft, *, repeated: bool = False) -> None:
    """What a row says, into its item; of a row that repeats the one above, what is new."""
    parts: dict[str, dict[int, Column]] = {}
    for place, column in table.columns.items():
        parts.setdefault(column.part, {})[place] = column
    said = {part: tuple(table.text(line, place).strip() for place in own) for part, own in parts.items() if part}
    new = {part for part in said if not repeated or said[part] != draft.before.get(part)} or said.keys()
    draft.before = said
    for part, own in parts.items():
        told = [place for place in own if table.text(line, place).strip()]
        if not part:
            _put_all(table, line, own, draft)
        elif not told:
            draft.cells.setdefault((NONE, part), table.sheet.address(line, min(own)))
        elif part in new and any(place not in line.filled for place in told):
            draft.entries.setdefault(part, []).extend(_entries(table, line, own))


def _put_all(table: Table, line: Line, own: Mapping[int, Column], entry: Entry) -> None:
    for place, column in own.items():
        said = table.text(line, place)
        cell = table.sheet.address(line, place)
        if place in line.wrong:
            entry.cells.setdefault(column.path, cell)
            entry.fault(BAD_VALUE, column.path, cell, f"{table.headers[place].strip()}{line.wrong[place]}")
        elif said.strip():
            _put(entry, column, said, cell)
        else:
            entry.cells.setdefault(column.path, cell)


def _put(entry: Entry, column: Column, said: str, cell: str) -> None:
    """One cell's value at its place; a second one that differs is a fault."""
    if column.path not in entry.values:
        entry.cells[column.path] = cell
    try:
        value = decode(column.kind, said)
    except Unreadable as why:
        entry.fault(BAD_VALUE, column.path, cell, f"{column.header}：{why}")
        return
    if entry.values.setdefault(column.path, value) != value:
        message = f"{column.header}“{said.strip()[:40]}”与{entry.cells[column.path]}写的不一样，请只留一处。"
        entry.fault(BAD_VALUE, column.path, cell, message)


def _entries(table: Table, line: Line, own: Mapping[int, Column]) -> Iterator[Entry]:
    """The entries of one list that a row brings: one, or in a sheet of items as many as its leading cell names."""
    part = next(iter(own.values())).part
    lead = next((place for place, column in own.items() if column.path == (PARTS[part].lead,)), None)
    where = _where(table, line, own, lead)
    names = _several(table.text(line, lead)) if lead is not None and not table.part and own[lead].kind == "text" else []
    if len(names) < 2:
        entry = Entry(where, row_of(where) or line.number)
        _put_all(table, line, own, entry)
        yield entry
        return
    for number, name in enumerate(names):
        entry = Entry(where, row_of(where) or line.number)
        for place, column in own.items():
            cell = table.sheet.address(line, place)
            said = name if place == lead else _share(table.text(line, place), number, len(names), column.kind)
            entry.cells.setdefault(column.path, cell)
            if said is None and number == 0:
                head = table.headers[lead or 0].strip()
                entry.fault(
                    BAD_VALUE, column.path, cell, f"{column.header}的项数与{head}的{len(names)}项对不上，请一项对一项写。"
                )
            elif said and said.strip():
                _put(entry, column, said, cell)
        yield entry


def _where(table: Table, line: Line, own: Mapping[int, Column], lead: int | None) -> str:
    told = [place for place in own if table.text(line, place).strip()]
    return table.sheet.address(line, lead if lead is not None else min(told))


def _several(said: str) -> list[str]:
    if said.strip()[:1] in ('"', "["):
        return []
    return [name for part in BREAKS.split(said) if (name := NUMBERED.sub("", part).strip())]


def _share(said: str, number: int, of: int, kind: str) -> str | None:
    """What belongs to one of several entries; None if the numbers differ."""
    parts = [part.strip() for part in BREAKS.split(said) if part.strip()]
    if len(parts) == of:
        return NUMBERED.sub("", parts[number]).strip()
    if len(parts) <= 1 or kind.partition(":")[0] in WHOLE:
        return said
    return None
