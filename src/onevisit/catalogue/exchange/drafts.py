"""Rows gathered into items: which rows speak of one item, which entries they bring, which cell said what.

A sheet of items has a row for each item, or several where it lists materials beside it; a sheet of materials, steps, … is joined
by the codes. A cell with several names, in a sheet of items, is as many entries.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from onevisit.catalogue.exchange import splitting
from onevisit.catalogue.exchange.cells import Line, narrow
from onevisit.catalogue.exchange.columns import FACT, JOINS, PARTS, Column, Path
from onevisit.catalogue.exchange.entries import NONE, Draft, Entry
from onevisit.catalogue.exchange.model import CellFault, row_of
from onevisit.catalogue.exchange.tables import Table
from onevisit.catalogue.exchange.texts import Unreadable, decode
from onevisit.core.reading import BAD_VALUE, NO_SUCH

PLACE: Mapping[Path, str] = {
    (FACT, "ordinal"): "事项序号", (FACT, "code"): "实施编码", ("item", "code"): "基本编码", ("item", "key"): "事项代号",
    ("item", "name"): "事项名称", ("level",): "行使层级", ("offer", "division"): "行政管辖代码",
}  # fmt: skip
"""What tells items apart."""
ITEM_CODE, BASE_CODE = 31, 12
"""Lengths of an item code and of the base code at its end."""
REPEATING = frozenset(PARTS) - {"limits", "offer.places", "offer.limits"}
"""Lists that make an item take several rows."""


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
        follows = current is not None and _follows(current.marks, marks, lists) and not _again(table, line, current, marks)
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


def _again(table: Table, line: Line, current: Draft, marks: Mapping[str, str]) -> bool:
    """Whether a row names the item of the row above itself and brings nothing new: then somebody has written it twice."""
    own = [place for place, column in table.groups.get("", {}).items() if column.path in PLACE and place in line.cells]
    named = bool(marks) and "事项序号" not in marks and not line.filled.issuperset(own)
    return named and _said(table, line) == current.before


def _said(table: Table, line: Line) -> dict[str, tuple[str, ...]]:
    """What a row says of each list."""
    return {part: tuple(line.cells.get(place, "") for place in own) for part, own in table.groups.items() if part}


def _agree(known: Mapping[str, str], marks: Mapping[str, str]) -> bool:
    return all(known.get(name, said) == said for name, said in marks.items())


def _astray(table: Table, number: int, where: str, message: str) -> CellFault:
    return CellFault(table.sheet.name, row_of(where) or number, where, NO_SUCH, "", message)


def _marks(table: Table, line: Line) -> dict[str, str]:
    """What a row says of which item it is."""
    found: dict[str, str] = {}
    for place, column in table.groups.get("", {}).items():
        name = PLACE.get(column.path)
        said = table.text(line, place).strip() if name and place in line.cells else ""
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
        marks = dict(draft.marks)
        if len(marks.get("实施编码", "")) == ITEM_CODE:
            marks.setdefault("基本编码", marks["实施编码"][-BASE_CODE:])
        for name in JOINS:
            if name in marks:
                found.setdefault((name, marks[name]), []).append(draft)
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
    new = _new(table, line, draft, repeated) if not table.part else table.groups.keys()
    draft.rows.append((table, line, ""))
    for part, own in table.groups.items():
        told = [place for place in own if place in line.cells and line.cells[place].strip()]
        if not part:
            # in a list's sheet the name and codes only say whose row it is: who renames an item does so in one place
            _put_all(table, line, [place for place in told if not table.part or own[place].path not in PLACE], draft)
        elif not told:
            draft.told.setdefault((NONE, part), table.sheet.address(line, min(own)))
        elif not table.part and _none(table, line, part, told):
            draft.told.setdefault((NONE, part), table.sheet.address(line, told[0]))
        elif part in new and not line.filled.issuperset(told):
            draft.entries.setdefault(part, []).extend(_entries(table, line, part, told))


def _none(table: Table, line: Line, part: str, told: Sequence[int]) -> bool:
    """Whether a row says in so many words that the list is empty: 无, 不收费."""
    leads = {(PARTS[part].lead,), ("amount",)} if part == "fees" else {(PARTS[part].lead,)}
    said = [table.text(line, place) for place in told if table.columns[place].path in leads]
    return any(splitting.says_nothing(one, part) for one in said)


def _new(table: Table, line: Line, draft: Draft, repeated: bool) -> Collection[str]:
    """The lists of which a row of a sheet of items says something else than the row above; all, if nothing differs."""
    said = _said(table, line)
    new = {part for part in said if not repeated or said[part] != draft.before.get(part)}
    draft.before = said
    return new or said.keys()


def _put_all(table: Table, line: Line, told: Sequence[int], entry: Entry) -> None:
    for place in told:
        column = table.columns[place]
        if place in line.wrong:
            message = f"{table.headers[place].strip()}{line.wrong[place]}"
            entry.fault(BAD_VALUE, column.path, table.sheet.address(line, place), message)
        else:
            _put(table, line, place, table.text(line, place), entry)


def _put(table: Table, line: Line, place: int, said: str, entry: Entry) -> None:
    """One cell's value at its place; a second one that differs is a fault."""
    column = table.columns[place]
    try:
        value = decode(column.kind, said)
    except Unreadable as why:
        entry.fault(BAD_VALUE, column.path, table.sheet.address(line, place), f"{column.header}：{why}")
        return
    if entry.values.setdefault(column.path, value) != value:
        message = f"{column.header}“{said.strip()[:40]}”与{entry.cell(column.path)}写的不一样，请只留一处。"
        entry.fault(BAD_VALUE, column.path, table.sheet.address(line, place), message)


def _entries(table: Table, line: Line, part: str, told: Sequence[int]) -> Iterator[Entry]:
    """The entries of one list that a row brings: one, or in a sheet of items as many as its leading cell names."""
    lead = next((place for place in told if table.columns[place].path == (PARTS[part].lead,)), None)
    where = table.sheet.address(line, min(told) if lead is None else lead)
    names = splitting.several(table.text(line, lead), part) if lead is not None and not table.part else []
    if len(names) < 2 or lead is None or table.columns[lead].kind != "text":
        entry = Entry(where, row_of(where) or line.number, rows=[(table, line, part)])
        _put_all(table, line, told, entry)
        yield entry
        return
    for number, name in enumerate(names):
        entry = Entry(where, row_of(where) or line.number, rows=[(table, line, part)])
        _put(table, line, lead, name, entry)
        for place in told:
            if place != lead:
                _put_share(table, line, place, (number, len(names), lead), entry)
        yield entry


def _put_share(table: Table, line: Line, place: int, one_of: tuple[int, int, int], entry: Entry) -> None:
    """What belongs to one of several entries of a row."""
    number, count, lead = one_of
    column = table.columns[place]
    said = splitting.share(table.text(line, place), number, count, column.kind)
    if said is None and number == 0:
        message = f"{column.header}的项数与{table.headers[lead].strip()}的{count}项对不上，请一项对一项写。"
        entry.fault(BAD_VALUE, column.path, table.sheet.address(line, place), message)
    elif said and said.strip():
        _put(table, line, place, said, entry)
