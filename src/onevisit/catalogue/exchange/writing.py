"""Items written as a table (导出), so that reading gives them back whole: `read(…, write(kind, items))` has the same documents.

The official columns say what is theirs, more columns under our own names the rest; official ones that only say a thing once more
(codes, forms of handling) are written too, for the tables of others.
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from openpyxl import Workbook

from onevisit.catalogue import spreadsheets
from onevisit.catalogue.exchange import codesets, columns, splitting
from onevisit.catalogue.exchange.columns import ITEM_COLUMNS, PARTS, Column
from onevisit.catalogue.exchange.model import Row
from onevisit.catalogue.exchange.texts import BREAKS, encode

Kind = Literal["xlsx", "csv", "json"]
Record = dict[str, str]
"""Header → text."""
LONGEST = 15_000
"""Characters of one cell; Excel cuts at 32,767 half ones."""
INLINE = frozenset({"limits", "offer.limits", "offer.places"})
"""Lists that stand in the row of their item if they have one entry."""


def write(kind: Kind, items: Sequence[Row]) -> bytes:
    """The items as a workbook of several sheets, as one CSV table (UTF-8 with its mark, for Excel), or as JSON."""
    if kind == "json":
        return _json(items)
    return _csv(items) if kind == "csv" else _xlsx(items)


def _xlsx(items: Sequence[Row]) -> bytes:
    own: list[Record] = []
    lists: dict[str, list[Record]] = {part: [] for part in PARTS}
    for number, item in enumerate(items, start=1):
        mark = {"事项序号": str(number), "事项名称": encode("text", item.name)}
        own.append(mark | _item(item) | _beside(item))
        for part, entries in _lists(item).items():
            if not _stands_beside(part, entries):
                lists[part] += [mark | _entry(part, entry, flat=False) for entry in entries]
    book = Workbook(write_only=True)
    for part, rows in {"": own, **lists}.items():
        if rows or not part:
            _sheet(book, columns.title(part), _table(rows))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _csv(items: Sequence[Row]) -> bytes:
    rows: list[Record] = []
    for number, item in enumerate(items, start=1):
        lists = {part: [_entry(part, entry, flat=True) for entry in entries] for part, entries in _lists(item).items()}
        for place in range(max([1, *map(len, lists.values())])):
            row = {"事项序号": str(number)} | (_item(item) if place == 0 else {})
            for entries in lists.values():
                row |= entries[place] if place < len(entries) else {}
            rows.append(row)
    return spreadsheets.csv_file(_table(rows))


def _json(items: Sequence[Row]) -> bytes:
    found = []
    for item in items:
        lists = {columns.title(part): [_entry(part, entry, flat=False) for entry in of] for part, of in _lists(item).items()}
        found.append(_item(item) | lists)
    return json.dumps({columns.title(""): found}, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def _table(rows: Sequence[Record]) -> Iterator[list[str]]:
    """The header, then the rows; a text that is too long goes on in columns of its own."""
    longest: dict[str, int] = {} if rows else {"事项序号": 0, "事项名称": 0}
    for row in rows:
        for header, text in row.items():
            longest[header] = max(longest.get(header, 0), (len(text) - 1) // LONGEST)
    more = {header: [f"{header}（续{number + 2}）" for number in range(count)] for header, count in longest.items()}
    yield [name for header in longest for name in (header, *more[header])]
    for row in rows:
        yield [row.get(header, "")[at * LONGEST : (at + 1) * LONGEST] for header in longest for at in range(longest[header] + 1)]


def _sheet(book: Workbook, name: str, lines: Iterator[list[str]]) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for line in lines:
        sheet.append([spreadsheets.cell(sheet, text) if spreadsheets.FORMULA.match(text) else text or None for text in line])


def _lists(item: Row) -> dict[str, list[Mapping[str, Any]]]:
    """The lists of an item and its offer that have entries."""
    found = {}
    for part in PARTS:
        own, _, key = part.rpartition(".")
        entries = (item.offer if own else item.document).get(key)
        if entries:
            found[part] = entries if isinstance(entries, list) else [entries]
    return found


def _stands_beside(part: str, entries: Sequence[Mapping[str, Any]]) -> bool:
    return part in INLINE and len(entries) == 1 and "when" not in entries[0]


def _beside(item: Row) -> Record:
    """Lists of one entry that stand in the row of their item."""
    found: Record = {}
    for part, entries in _lists(item).items():
        if _stands_beside(part, entries):
            found |= _entry(part, entries[0], flat=True)
    return found


def _item(item: Row) -> Record:
    """The elements of an item itself, its official codes beside them."""
    body = {**item.document, "offer": item.offer}
    renews = body.get("renews")
    if isinstance(renews, str):
        body["renews"] = {"licence": renews, **({"before": body["before"]} if "before" in body else {})}
    found = {column.header: text for column, text in _cells(ITEM_COLUMNS, body)}
    return {header: text for header, text in (found | _again(item.document)).items() if text}


def _entry(part: str, entry: Mapping[str, Any], *, flat: bool) -> Record:
    """One entry; in a table that holds everything, its headers and its leading text say so."""
    found: Record = {}
    if part == "materials" and isinstance(entry.get("form"), Mapping):
        entry = {**entry, "form": {"kind": "original", **entry["form"]}}
    for column, text in _cells(columns.part_columns(part), entry):
        leads = flat and column.path == (PARTS[part].lead,) and text and text[:1] not in '"[' and _is_read_otherwise(text, part)
        found[columns.whole(column) if flat else column.header] = json.dumps(text, ensure_ascii=False) if leads else text
    found |= _material_again(entry) if part == "materials" else {}
    return {header: text for header, text in found.items() if text}


def _is_read_otherwise(text: str, part: str) -> bool:
    """Whether a text alone in its cell would be taken for several things, or for none."""
    return splitting.says_nothing(text, part) or bool(BREAKS.search(text)) or len(splitting.several(text, part)) > 1


def _cells(of: Sequence[Column], body: Mapping[str, Any]) -> Iterator[tuple[Column, str]]:
    """Each column with its text; a record or an entry that says nothing but that it is there says it in its first column."""
    groups: dict[tuple[str, ...], list[tuple[Column, Any]]] = {}
    for column in of:
        groups.setdefault(column.path[:-1], []).append((column, _at(body, column.path)))
    for path, group in groups.items():
        silent = all(value is None for _, value in group) and _at(body, path) is not None
        first = next((column for column, _ in group if column.default is not None), None) if silent else None
        for column, value in group:
            yield column, encode(column.kind, column.default) or '""' if column is first else encode(column.kind, value)


def _at(body: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        body = body.get(key) if isinstance(body, Mapping) else None
    return body


def _again(document: Mapping[str, Any]) -> Record:
    """Official elements of an item that follow from others: codes, forms of handling, whether there is a fee."""
    item = document.get("item", {})
    steps = [step for step in document.get("process", ()) if isinstance(step, dict)]
    at = [place for step in steps if step.get("does") == "submit" for place in step.get("at", ())]
    forms = [place for place in ("hall", "online", "post") if place in at]
    audience = [one for one in document.get("audience", ()) if isinstance(one, str)]
    depth = document.get("depth")
    return {
        "事项类型代码": codesets.code("type", str(item.get("type", ""))),
        "行使层级代码": codesets.code("level", str(document.get("level", ""))),
        "服务对象代码": "^".join(codesets.code("audience", one) for one in audience),
        "网上办理深度": codesets.DEPTH_CODES.get(depth, "") if isinstance(depth, int) else "",
        "办理形式": "；".join(codesets.word("at", one) for one in forms),
        "办理形式代码": "^".join(codesets.code("at", one) for one in forms),
        "是否收费": "是" if document.get("fees") else "否",
    }


def _material_again(entry: Mapping[str, Any]) -> Record:
    """Official elements of a material that follow from others."""
    source, form = str(entry.get("source", "applicant")), entry.get("form")
    origin = "10" if source == "applicant" else "20" if source.startswith(("shared:", "licence:")) else ""
    necessity = "2" if entry.get("necessary") is False else "3" if entry.get("tolerance") is True else "1"
    found = {"来源渠道": origin, "材料必要性": necessity}
    if isinstance(form, Mapping):
        kind, copies = form.get("kind", "original"), form.get("copies") or 1
        found["原件份数"] = str(copies) if kind in ("original", "original_and_copy") else ""
        found["复印件份数"] = str(copies) if kind in ("copy", "original_and_copy") else ""
        found["材料形式"] = "2" if kind == "electronic" else "1"
    return {header: text for header, text in found.items() if header and text}
