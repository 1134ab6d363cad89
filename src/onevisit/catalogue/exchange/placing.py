"""Where each place of a document stands in its table: paths as the linter names them, to cells."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from onevisit.catalogue.exchange.columns import FACT, PARTS, Path
from onevisit.catalogue.exchange.entries import NONE, Draft, Entry
from onevisit.catalogue.exchange.model import CellFault
from onevisit.core.definition import Limits
from onevisit.core.source import labels

NEARLY: Mapping[Path, tuple[Path, ...]] = {
    ("item",): (("item", "name"),), ("item", "key"): (("item", "code"), ("item", "name")),
    ("item", "department"): ((FACT, "body"),), ("depth",): ((FACT, "depth"),), ("exception",): (("exception", "why"),),
    ("offer", "phones"): (("offer", "phones", "consult"),), ("process",): ((FACT, "flow"), (FACT, "forms"), (NONE, "process")),
    ("form", "kind"): ((FACT, "originals"), (FACT, "copies"), (FACT, "medium")),
    ("form",): (("form", "kind"), (FACT, "originals"), (FACT, "copies"), (FACT, "medium")),
    ("source",): ((FACT, "origin"),), ("tolerance",): ((FACT, "necessity"),), ("necessary",): ((FACT, "necessity"),),
    ("unit",): ((FACT, "legal_unit"), (FACT, "promised_unit")), ("fees",): ((FACT, "charges"),),
    ("q",): ((FACT, "text"),), ("a",): ((FACT, "text"),),
}  # fmt: skip
"""Where a place is looked for that has no cell of its own."""


class Cells(Mapping[str, str]):
    """Path → address, made when the first is asked for."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    @cached_property
    def _found(self) -> dict[str, str]:
        draft = self._draft
        found = {"": draft.cell(("item", "name"))}
        found |= {".".join(path): cell for path, cell in _own(draft)}
        for part, entries in draft.entries.items():
            if entries:
                found[part] = entries[0].where
                found |= _listed(part, entries)
        return found

    def __getitem__(self, path: str) -> str:
        return self._found[path]

    def __contains__(self, path: object) -> bool:
        return path in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def faults(part: str, entries: Sequence[Entry]) -> Iterator[tuple[str, CellFault]]:
    """The faults of a list's entries, each with its whole path."""
    for name, entry in _called(part, entries):
        yield from ((f"{name}.{fault.path}".rstrip("."), fault) for fault in entry.faults)


def _called(part: str, entries: Sequence[Entry]) -> Iterator[tuple[str, Entry]]:
    names = labels([entry.values.get(("id",)) for entry in entries])
    return ((f"{part}.{name}", entry) for name, entry in zip(names, entries, strict=True))


def _own(entry: Entry) -> Iterator[tuple[Path, str]]:
    """The cells of an entry, those of its lists that are not there under the list's name."""
    cells = entry.cells()
    for path, others in NEARLY.items():
        cell = next((cells[one] for one in others if one in cells), None)
        if cell and path not in cells:
            yield path, cell
    for path, cell in cells.items():
        if path[0] == NONE:
            yield path[1:], cell
        elif path[0] != FACT:
            yield path, cell


def _listed(part: str, entries: Sequence[Entry]) -> dict[str, str]:
    """Cells under the names that paths have; the one entry of limits goes without its number too."""
    alone = PARTS[part].record is Limits and len(entries) == 1
    found: dict[str, str] = {}
    for name, entry in _called(part, entries):
        for here in (name, part) if alone else (name,):
            found[here] = entry.where
            found |= {f"{here}.{'.'.join(path)}": cell for path, cell in _own(entry)}
    return found
