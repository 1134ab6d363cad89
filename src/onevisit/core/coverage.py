"""What a decision table covers (决策表查错): gaps, overlaps, dead rows, boundary cases; exact, each with facts that show it.

Between two neighbouring ends that cells name no cell of the column changes, so that one value from each stretch stands for all of
it, and their combinations are all there is. A last row without conditions is the default.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from onevisit.core import cells
from onevisit.core.cells import Atom, Cell
from onevisit.core.tables import Column, Domain, Table, Unreadable

GAPS = 20
"""How many gaps of one table are shown."""
DAY = timedelta(days=1)
CENT = Decimal("0.01")
SOMETHING = "其他"

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rows with different results that the same facts match."""

    rows: tuple[str, str]
    example: Facts


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was found in one table. `boundaries` are facts just under, on and just over every end that a cell names."""

    table: str
    policy: str
    gaps: tuple[Facts, ...]
    overlaps: tuple[Overlap, ...]
    dead: tuple[str, ...]
    boundaries: tuple[Facts, ...]

    @property
    def is_sound(self) -> bool:
        """Whether whatever the facts are, one row answers, and every row may."""
        return not (self.gaps or self.dead or (self.overlaps and self.policy != "first"))


@dataclass(frozen=True, slots=True)
class _Axis:
    """One dimension: its values, each with the rows (as bits) that allow it. An opaque expression has no `field`."""

    field: str
    values: tuple[tuple[Atom, int], ...]


def check(table: Table, whole: Collection[str] = ()) -> Coverage:
    """Gaps, overlaps, dead rows and boundary cases of the table; the fields in `whole` take whole numbers only."""
    axes = tuple(axis for column in table.columns for axis in _axes(table, column, column.field in whole))
    every = (1 << len(table.rows)) - 1
    has_default = bool(table.rows) and not table.rows[-1].cells
    gaps = () if has_default else tuple(_uncovered(axes, every, GAPS))
    dead = tuple(row.id for place, row in enumerate(table.rows) if _is_dead(axes, place))
    overlaps = tuple(_overlaps(table, axes, len(table.rows) - has_default))
    return Coverage(table.id, table.policy, gaps, overlaps, dead, tuple(_boundaries(table, whole)))


def _axes(table: Table, column: Column, whole: bool) -> Iterator[_Axis]:
    """The column as a dimension, and each opaque expression in it as one of its own that may hold or not."""
    every = (1 << len(table.rows)) - 1
    read: dict[int, Cell] = {}
    opaque: dict[str, int] = {}
    for place, row in enumerate(table.rows):
        text = row.cells.get(column.id, "")
        cell = cells.parse(text) if text and column.field else None
        if cell:
            read[place] = cell
        elif text:
            opaque[text] = opaque.get(text, 0) | 1 << place
    for rows in opaque.values():
        yield _Axis("", ((True, every), (False, every & ~rows)))
    if read:
        values = _values(column.domain, list(read.values()), whole)
        yield _Axis(column.field, tuple((value, _allowing(value, read, every)) for value in values))


def _allowing(value: Atom, read: Mapping[int, Cell], every: int) -> int:
    """The rows whose cell holds for the value; those without a cell always do."""
    return every & ~sum(1 << place for place, cell in read.items() if not cell.holds(value))


def _values(domain: Domain | None, read: Sequence[Cell], whole: bool) -> list[Atom]:
    """One value from each stretch on which no cell changes, as far as it lies in the domain."""
    if domain and domain.values:
        return [_atom(one) for one in domain.values]
    ends = {end for cell in read for end in cell.ends}
    bounds = domain or Domain()
    found: list[Atom] = []
    for kind in (Decimal, date):
        found += _stretches(sorted(_of(kind, ends)), bounds, whole)
    texts = sorted(_of(str, ends))
    found += [*texts, _other(texts)] if texts else []
    found += [True, False] if _of(bool, ends) else []
    if None in ends:
        found += [None] if found else [None, SOMETHING]
    return found


def _atom(value: object) -> Atom:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, str | bool) or value is None:
        return value
    raise Unreadable(f"domain.values: {value!r} 不是文字、数字或者真假。")


def _of(kind: type, ends: Collection[Atom]) -> list[Any]:
    return [end for end in ends if type(end) is kind]


def _stretches(ends: Sequence[Any], domain: Domain, whole: bool) -> list[Atom]:
    """Every end, and a value before, between and after the ends, within the bounds of the domain."""
    if not ends:
        return []
    step: Any = DAY if isinstance(ends[0], date) else Decimal(1)
    low, high = (bound if type(bound) is type(ends[0]) else None for bound in (domain.low, domain.high))
    points = sorted({*ends, *(bound for bound in (low, high) if bound is not None)})
    found = [points[0] - step]
    for before, after in zip(points, [*points[1:], points[-1] + 2 * step], strict=True):
        between = before + step
        if between >= after:
            between = None if whole or isinstance(before, date) else (before + after) / 2
        found += [before] if between is None else [before, between]
    return [one for one in found if (low is None or one >= low) and (high is None or one <= high)]


def _other(texts: Sequence[str]) -> str:
    return next(name for name in (SOMETHING, *(f"{SOMETHING}{n}" for n in range(len(texts) + 1))) if name not in texts)


def _uncovered(axes: Sequence[_Axis], rows: int, limit: int, inside: int = 0) -> Iterator[Facts]:
    """At most `limit` examples of facts that none of `rows` matches; with `inside`, such as that row matches."""
    seen: set[tuple[int, int]] = set()
    free = _free(axes, rows)

    def go(depth: int, alive: int, chosen: Facts) -> Iterator[Facts]:
        if alive & free[depth] or (depth, alive) in seen:
            return
        seen.add((depth, alive))
        if depth == len(axes):
            yield chosen
            return
        tried: set[int] = set()
        for value, allowing in axes[depth].values:
            if (allowing & inside) == inside and alive & allowing not in tried:
                tried.add(alive & allowing)
                yield from go(depth + 1, alive & allowing, _with(chosen, axes[depth], value))

    yield from (facts for _, facts in zip(range(limit), go(0, rows, {}), strict=False))


def _with(chosen: Facts, axis: _Axis, value: Atom) -> Facts:
    return {**chosen, axis.field: shown(value)} if axis.field else chosen


def _free(axes: Sequence[_Axis], rows: int) -> list[int]:
    """For each depth, those of the rows that no axis from there on can exclude."""
    found = [rows]
    for axis in reversed(axes):
        always = found[-1]
        for _, allowing in axis.values:
            always &= allowing
        found.append(always)
    return found[::-1]


def _is_dead(axes: Sequence[_Axis], place: int) -> bool:
    """Whether earlier rows match whatever this row matches, or nothing matches it."""
    own = 1 << place
    return not any(True for _ in _uncovered(axes, own - 1, 1, own))


def _overlaps(table: Table, axes: Sequence[_Axis], count: int) -> Iterator[Overlap]:
    """Every pair among the first `count` rows that some facts match, and that give different results."""
    for second in range(count):
        for first in range(second):
            one, other = table.rows[first], table.rows[second]
            example = _shared(axes, 1 << first | 1 << second) if one.gives != other.gives else None
            if example is not None:
                yield Overlap((one.id, other.id), example)


def _shared(axes: Sequence[_Axis], both: int) -> Facts | None:
    """Facts that both rows match."""
    example: Facts = {}
    for axis in axes:
        values = [value for value, allowing in axis.values if allowing & both == both]
        if not values:
            return None
        example = _with(example, axis, values[0])
    return example


def _boundaries(table: Table, whole: Collection[str]) -> Iterator[Facts]:
    """Just under, on and just over every end: a day or a cent beside it, or one where numbers are whole."""
    for column in table.columns:
        texts = (row.cells[column.id] for row in table.rows if column.id in row.cells and column.field)
        ends = {end for text in texts if (cell := cells.parse(text)) for end in cell.ends}
        steps: Mapping[type, Any] = {Decimal: Decimal(1) if column.field in whole else CENT, date: DAY}
        for kind, step in steps.items():
            for end in sorted(_of(kind, ends)):
                yield from ({column.field: shown(value)} for value in (end - step, end, end + step))


def shown(value: Atom) -> Any:
    """The value as facts are written: days as text, whole numbers as numbers, others as decimal text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"
    return value
