"""Spreadsheets on the command line, read and refused in words. Loaded only when somebody names one: what reads them is large."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from onevisit.access import Refused
from onevisit.catalogue import exchange
from onevisit.catalogue.exchange import CatalogueName, Import
from onevisit.channels.cli.answer import Unreadable
from onevisit.core.diagnostics import CODES, Diagnostic
from onevisit.core.lint import Report
from onevisit.core.reading import Reading

WORDS = {"error": "错误", "warning": "提醒"}
CELLS = 3
NAMING = ("key", "code", "name")
"""What names a base item in a list of them."""


def read(path: str | Path) -> Import:
    """The items of a spreadsheet. Raises Unreadable."""
    try:
        return exchange.read(str(path), Path(path).read_bytes())
    except OSError as why:
        raise Unreadable(f"读不了这个文件（{why.strerror}），请检查路径和权限。", file=path) from why
    except Refused as why:
        raise Unreadable(f"{why}{why.way_out}", file=path) from why


@contextmanager
def unswept() -> Iterator[None]:
    """Without looking for rings among the millions of values that a city's table is: they are all wanted until the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Tables:
    """The spreadsheets among the paths of a command."""

    def __init__(self, paths: Iterable[str], base: Sequence[Mapping[str, str]] | None = None) -> None:
        """With a list of the base items (rows with key, code, name) rows go by their names too."""
        self._base = None if base is None else [CatalogueName(*(row.get(key) or "" for key in NAMING)) for row in base]
        self.found = tuple(exchange.matched(read(path), self._base or ()) for path in dict.fromkeys(paths))

    def readings(self) -> list[Reading]:
        """Their items, and offers, for the linter."""
        return [one for table in self.found for one in exchange.readings(table)]

    def placed(self, report: Report) -> list[tuple[Diagnostic, str]]:
        """Of a report the diagnostics of the spreadsheets, each with its cell."""
        placed = [one for table in self.found for one in exchange.placed(table, report.diagnostics, self._base)]
        return [(one.diagnostic, one.cell) for one in placed]


def summary(told: Sequence[tuple[Diagnostic, str]]) -> Iterator[str]:
    """How often each code was found, the errors first, with its first cells."""
    cells: dict[tuple[str, str], list[str]] = {}
    for one, cell in told:
        cells.setdefault((one.severity, one.code), []).append(cell or str(one.line))
    for (severity, code), found in sorted(cells.items(), key=lambda pair: (pair[0][0], -len(pair[1]), pair[0][1])):
        first = "、".join(list(dict.fromkeys(found))[:CELLS])
        yield f"  {code} {CODES[code].title}：{WORDS[severity]}{len(found)}处（{first}{'……' if len(found) > CELLS else ''}）"
