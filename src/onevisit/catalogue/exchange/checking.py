"""What the linter says of an imported table (检查), each finding with its cell; rows are linted like files of one catalogue."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onevisit.catalogue.exchange import columns
from onevisit.catalogue.exchange.model import CellFault, Import, Row
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


OF_THE_STANDARD = ("offer.item", "offer.level")
"""What an offer repeats of its standard: a fault there is told there."""


class _Rows(Mapping[str, int]):
    """The row of every path of an item: paths without a cell stand where the nearest one around them does."""

    def __init__(self, row: Row) -> None:
        self._row = row

    def __getitem__(self, path: str) -> int:
        return self._row.line(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._row.cells)

    def __len__(self) -> int:
        return len(self._row.cells)


def readings(found: Import) -> list[Reading]:
    """The items as readings for the linter, and their offers; `placed` takes its diagnostics back to the cells."""
    faults: dict[int, list[CellFault]] = {}
    for fault in found.faults:
        faults.setdefault(fault.item, []).append(fault)
    made: list[Reading] = []
    for number, row in enumerate(found.items):
        own = faults.get(number, [])
        made.append(_reading(row, f"{found.name}#{number}", row.document, own))
        if row.offer:
            made.append(_reading(row, f"{found.name}#{number}", {"format": FORMAT, "offer": row.offer}, []))
    return made


def faults(found: Import, number: int) -> tuple[CellFault, ...]:
    """Of one item: what is wrong with its cells, and with the document and the offer that they make."""
    row = found.items[number]
    own = [fault for fault in found.faults if fault.item == number]
    told = {(fault.code, fault.message) for fault in own}
    made = [*own]
    for document in (row.document, {"format": FORMAT, "offer": row.offer}) if row.offer else (row.document,):
        for fault in _reading(row, "", document, own).faults:
            cell = row.cell(fault.path)
            if (fault.code, fault.message) not in told:
                made.append(CellFault(row.sheet, fault.line, cell, fault.code, fault.path, fault.message, number))
    return tuple(made)


def standard(document: Mapping[str, Any]) -> Standard:
    """The standard that a document without faults says."""
    read = reading.read(json.dumps(document, ensure_ascii=False)).document
    if not isinstance(read, Standard):
        raise TypeError("no standard")
    return read


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


def placed(found: Import, diagnostics: Sequence[Diagnostic]) -> tuple[CellDiagnostic, ...]:
    """Of the linter's diagnostics those of this table, at their cells, and what is wrong with the table itself."""
    exact: dict[tuple[int, str, str], list[str]] = {}
    for fault in found.faults:
        exact.setdefault((fault.item, fault.code, fault.message), []).append(fault.cell)
    made = [*_of_table(found)]
    for one in diagnostics:
        if not one.file.startswith(f"{found.name}#"):
            continue
        number = int(one.file.rpartition("#")[2])
        row = found.items[number]
        own = exact.get((number, one.code, one.message))
        cell = own.pop(0) if own else row.cell(one.path)
        header = columns.header(one.path)
        mend = f"{one.mend}（表格里是“{header}”列。）" if header else one.mend
        made.append(CellDiagnostic(replace(one, file=found.name, mend=mend), cell, number))
    return tuple(made)


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


def check(found: Import, others: Sequence[Reading] = (), base_items: Collection[str] = ()) -> tuple[CellDiagnostic, ...]:
    """Everything that is wrong with an imported table, beside the other files of the catalogue, in the order of its rows."""
    report = lint.lint([*others, *readings(found)], base_items)
    return placed(found, report.diagnostics)
