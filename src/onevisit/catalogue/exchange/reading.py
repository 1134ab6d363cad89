"""A file read into items (导入): each a document of the format with the cell of every value; nothing is kept or published."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from onevisit.catalogue.exchange import columns, facts, flow, placing, sheets, tables
from onevisit.catalogue.exchange.columns import FACT, ITEM_COLUMNS, Path
from onevisit.catalogue.exchange.drafts import gathered
from onevisit.catalogue.exchange.entries import Draft
from onevisit.catalogue.exchange.model import CellFault, Import, Row
from onevisit.core.definition import FORMAT
from onevisit.core.reading import MISSING_ELEMENT

PREFIXES: Mapping[str, str] = {
    "parties": "party", "conditions": "condition", "questions": "question", "materials": "material", "form": "field",
    "process": "step", "results": "result", "parameters": "parameter",
}  # fmt: skip
"""What an entry without a word of its own is called, with its number."""
DEFAULTS: Mapping[Path, object] = {column.path: column.default for column in ITEM_COLUMNS}
LOCAL = frozenset({"division", "phones", "also_at", "places", "limits", "parameters"})
NO_ITEMS = "表格里没有找到事项，请写上“事项名称”“基本编码”这样的列名，一行一个事项。"


def read(name: str, content: bytes) -> Import:
    """The items of a spreadsheet (.xlsx, .csv) or of the same as JSON, with every fault. Raises `Refused`."""
    found, unknown = tables.readable(sheets.read(name, content))
    drafts, astray = gathered(found)
    faults = list(astray)
    items: list[Row] = []
    for number, draft in enumerate(drafts):
        row, own = _row(draft)
        items.append(row)
        faults += [replace(fault, item=number) for fault in own]
    if not items:
        faults.append(CellFault("", 1, "", MISSING_ELEMENT, "", NO_ITEMS))
    return Import(name, tuple(items), tuple(faults), tuple(unknown))


def _row(draft: Draft) -> tuple[Row, list[CellFault]]:
    facts.weigh(draft)
    _named(draft)
    derived: tuple[str, ...] = ()
    if not draft.entries.get("process"):
        draft.entries["process"] = flow.concluded(draft)
        derived = ("process",) if draft.entries["process"] else ()
    body = _body(draft.values, DEFAULTS)
    offer = body.pop("offer", {})
    faults = list(draft.faults)
    for part, entries in draft.entries.items():
        own, _, key = part.rpartition(".")
        if entries:
            (offer if own else body)[key] = [_body(entry.values, _defaults(part)) for entry in entries]
            faults += [replace(fault, path=path) for path, fault in placing.faults(part, entries)]
    head = body.get("item", {})
    code = head.get("key") or head.get("code") or ""
    local = {"item": code, "level": body.get("level", ""), **offer} if offer.keys() & LOCAL else {}
    row = Row(
        sheet=draft.sheet,
        row=draft.row,
        key=str(head.get("key", "")),
        code=str(head.get("code", "")),
        name=str(head.get("name", "")),
        level=str(body.get("level", "")),
        division_code=str(offer.get("division", "")),
        document={"format": FORMAT, **body},
        offer=local,
        cells=placing.Cells(draft),
        derived=derived,
        concluded_from=_sources(draft) if derived else "",
    )
    return row, faults


def _sources(draft: Draft) -> str:
    """The columns that a concluded process comes from."""
    said = [
        f"“{header}”"
        for fact, header in (("forms", "办理形式"), ("flow", "办理流程"), ("online", "是否网办"))
        if draft.fact(fact)
    ]
    return "".join(said) or "“办理地点”等"


def _named(draft: Draft) -> None:
    """Entries that have no word of their own get one."""
    for part, prefix in PREFIXES.items():
        given = {entry.values.get(("id",)) for entry in draft.entries.get(part, ())}
        for number, entry in enumerate(draft.entries.get(part, ()), start=1):
            if ("id",) not in entry.values:
                own = f"{prefix}{number}"
                entry.values["id",] = own if own not in given else f"{own}_{len(given)}"


@cache
def _defaults(part: str) -> Mapping[Path, object]:
    return {column.path: column.default for column in columns.part_columns(part)}


def _body(values: Mapping[Path, Any], defaults: Mapping[Path, object]) -> dict[str, Any]:
    """The values as a mapping; what is as it would be anyway is left out, but not the record around it."""
    found: dict[str, Any] = {}
    for path, value in values.items():
        if path[0] == FACT:
            continue
        inner = found
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
        default = defaults.get(path)
        if default is None or value != default or isinstance(value, bool) != isinstance(default, bool):
            inner[path[-1]] = value
    return found
