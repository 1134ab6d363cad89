"""Who looked at my data (谁看过我), as a page shows it: looks of one minute by the same people for one purpose are one line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from onevisit.identity.queries import ReadingView

CONTENTS = "办件内容"
"""What people call the fields that have no name of their own."""


@dataclass(frozen=True)
class Line:
    """One line of the page."""

    at: datetime
    who: str
    purpose: str
    reason: str
    case: str
    fields: tuple[str, ...]


def shown(readings: Sequence[ReadingView]) -> tuple[Line, ...]:
    """The lines, the latest first."""
    merged: list[Line] = []
    for _, together in groupby((_line(one) for one in readings), key=_same):
        lines = list(together)
        fields = dict.fromkeys(field for line in lines for field in line.fields)
        merged.append(replace(lines[0], fields=tuple(fields)))
    return tuple(merged)


def _line(one: ReadingView) -> Line:
    who = "·".join(filter(None, (one.institution, one.role)))
    fields = tuple(CONTENTS if field.isascii() else field for field in one.fields)
    return Line(one.at, who, one.purpose, one.reason, one.case, fields)


def _same(line: Line) -> tuple[object, ...]:
    return (line.at.replace(second=0, microsecond=0), line.who, line.purpose, line.reason, line.case)
