"""What the linter says of an imported table (检查), each finding with its cell; rows are linted like files of one catalogue."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onevisit.catalogue.exchange import naming
from onevisit.catalogue.exchange.model import CellFault, Import, Row
from onevisit.catalogue.exchange.naming import CatalogueName
from onevisit.catalogue.exchange.telling import said_of_table
from onevisit.core import lint, reading
from onevisit.core.definition import FORMAT, Standard
from onevisit.core.diagnostics import Diagnostic, Finding, diagnosed
from onevisit.core.reading import UNKNOWN_KEY, Fault, Reading


@dataclass(frozen=True, slots=True)
class CellDiagnostic:
    """A diagnostic whose file is the table, its line the row, with the cell; `item` is the place in the import, -1 for none."""

    diagnostic: Diagnostic
    cell: str
    item: int = -1


DIFFERENT, UNLISTED = "OV902", "OV903"
OF_THE_STANDARD = ("offer.item", "offer.level")
"""What an offer repeats of its standard: a fault there is told there."""


class _Rows(Mapping[str, int]):
    """The row of every path of an item: paths without a cell stand where the nearest one around them does."""

    def __init__(self, row: Row) -> None:
        self._row = row

    def __getitem__(self, path: str) -> int:
        return self._row.line(path)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str)

    def __iter__(self) -> Iterator[str]:
        return iter(self._row.cells)

    def __len__(self) -> int:
        return len(self._row.cells)


def readings(found: Import) -> list[Reading]:
    """The items as readings for the linter, and their offers; `placed` takes its diagnostics back to the cells."""
    own = _own(found)
    made: list[Reading] = []
    for number, row in enumerate(found.items):
        for place, document in enumerate(_documents(row)):
            made.append(_reading(row, f"{found.name}#{number}", document, () if place else own.get(number, ())))
    return made


def _own(found: Import) -> dict[int, list[CellFault]]:
    """The faults of the cells of each item."""
    made: dict[int, list[CellFault]] = {}
    for fault in found.faults:
        made.setdefault(fault.item, []).append(fault)
    return made


def _documents(row: Row) -> list[Mapping[str, Any]]:
    """What the linter reads of a row: who has neither key nor code goes by a word that the name makes."""
    word = naming.called(row)
    head = row.document.get("item", {})
    named = {"item": {**head, "key": word}} if word and not (row.key or row.code) else {}
    offer = [{"format": FORMAT, "offer": {**row.offer, "item": row.offer.get("item") or word}}] if row.offer else []
    return [{**row.document, **named}, *offer]


def _reading(row: Row, name: str, document: Mapping[str, Any], own: Sequence[CellFault]) -> Reading:
    """A document with the faults of its cells and of its own, each once."""
    read = reading.read(json.dumps(document, ensure_ascii=False), name)
    told = [*(fault.path for fault in own if fault.path), *OF_THE_STANDARD]
    left = [fault for fault in read.faults if not any(_below(fault.path, path) for path in told)]
    faults = [Fault(fault.code, fault.message, fault.row, fault.path) for fault in own]
    faults += [replace(fault, line=row.line(fault.path)) for fault in left]
    return Reading(read.document, tuple(faults), _Rows(row), name)


def _below(path: str, fault: str) -> bool:
    return path == fault or path.startswith(f"{fault}.")


def placed(
    found: Import, diagnostics: Sequence[Diagnostic], base: Sequence[CatalogueName] | None = None
) -> tuple[CellDiagnostic, ...]:
    """Of the linter's diagnostics those of this table, at their cells, and what is wrong with the table itself.

    What the base catalogue lacks is told by name, as a warning: an import adds it.
    """
    exact: dict[tuple[int, str, str], list[str]] = {}
    for fault in found.faults:
        exact.setdefault((fault.item, fault.code, fault.message), []).append(fault.cell)
    twice = dict(naming.repeated(found))
    made = [*_of_table(found), *_repeated(found, twice), *(_unlisted(found, base) if base is not None else ())]
    for one in diagnostics:
        if not one.file.startswith(f"{found.name}#"):
            continue
        number = int(one.file.rpartition("#")[2])
        row = found.items[number]
        if (one.code, one.path) == (UNLISTED, "item"):
            continue
        if number in twice and one.code == DIFFERENT and not one.path.startswith("offer"):
            continue
        own = exact.get((number, one.code, one.message))
        cell = own.pop(0) if own else row.cell(one.path)
        made.append(CellDiagnostic(said_of_table(one, row, found.name), cell, number))
    return tuple(sorted(made, key=lambda one: one.item))


def _repeated(found: Import, twice: Mapping[int, int]) -> Iterator[CellDiagnostic]:
    for number, first in twice.items():
        row = found.items[number]
        cell, known = row.cell("item.name") or row.cell(""), found.items[first].cell("")
        message = f"“{row.name}”在{known}已经写过一次，层级和地方都相同，{cell}是重复的。"
        finding = Finding(DIFFERENT, "item", message, "只留一行；其实是两个事项的，写清楚名称、层级或者行政管辖代码。")
        yield CellDiagnostic(diagnosed(finding, found.name, row.line("")), cell, number)


def _unlisted(found: Import, base: Sequence[CatalogueName]) -> Iterator[CellDiagnostic]:
    for number, near in naming.unknown(found, base):
        row = found.items[number]
        mend = f"您要写的是不是“{near}”？是的话改成一样的名称；不是的话不用改。" if near else "名称没有写错的话不用改。"
        finding = Finding(UNLISTED, "item", f"“{row.name}”：基本目录里没有这个名称，导入时会新增。", mend, "warning")
        yield CellDiagnostic(diagnosed(finding, found.name, row.line("")), row.cell(""), number)


def _of_table(found: Import) -> Iterator[CellDiagnostic]:
    for column in found.unknown_columns:
        if not column.official:
            message = f"“{column.header}”：{column.why}。"
            mend = "改成官方的列名，或者删去这一列。"
            line = int("".join(filter(str.isdigit, column.cell.rpartition("!")[2])) or 1)
            yield CellDiagnostic(diagnosed(Finding(UNKNOWN_KEY, "", message, mend), found.name, line), column.cell)
    for fault in found.faults:
        if fault.item < 0:
            yield CellDiagnostic(diagnosed(Finding(fault.code, fault.path, fault.message), found.name, fault.row), fault.cell)


@dataclass(frozen=True, slots=True)
class Checked:
    """A table as it was linted: its rows with the keys of the base items that they name, what was found, what each row makes."""

    found: Import
    told: tuple[CellDiagnostic, ...]
    standards: Mapping[int, Standard]
    """The number of a row → the standard that it says, as far as it could be read."""


def checked(found: Import, others: Sequence[Reading] = (), base: Sequence[CatalogueName] | None = None) -> Checked:
    """The table linted beside the other files of the catalogue; of these the older text of its own items is left out.

    With the items of the base catalogue rows go by their names too, and names that it lacks are told.
    """
    known = naming.matched(found, base) if base is not None else found
    own = {(row.key or row.code, row.level) for row in known.items if row.key or row.code}
    beside = [one for one in others if not isinstance(one.document, Standard) or not _marks(one.document) & own]
    read = readings(known)
    report = lint.lint([*beside, *read])
    standards = {int(one.name.rpartition("#")[2]): one.document for one in read if isinstance(one.document, Standard)}
    return Checked(known, placed(known, report.diagnostics, base), standards)


def _marks(standard: Standard) -> set[tuple[str, str]]:
    return {(mark, standard.level) for mark in (standard.item.key, standard.item.code) if mark}


def check(
    found: Import, others: Sequence[Reading] = (), base: Sequence[CatalogueName] | None = None
) -> tuple[CellDiagnostic, ...]:
    """Everything that is wrong with an imported table, in the order of its rows: see `checked`."""
    return checked(found, others, base).told
