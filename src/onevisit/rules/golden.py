"""Golden cases (范例) of a rule: facts and the end that a lawyer computed by hand, one row each; the rule must agree with all.

A CSV beside the rule: id, text, on, a column a fact, `unproved` (names), outcome, a column a figure, `missing` (names). An empty
cell is a fact left out, or a figure that must not be there.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from onevisit.core.tables import Fact, Rulebook, Unreadable
from onevisit.rules import engine
from onevisit.rules.engine import Compiled, WrongFact

OWN = ("id", "text", "on", "unproved", "outcome", "missing")


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """One case: what is known, on which day, and the end it must have."""

    id: str
    text: str
    on: date
    facts: Mapping[str, Fact]
    expected: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that ends otherwise than expected."""

    id: str
    text: str
    expected: Mapping[str, str]
    found: Mapping[str, str]


def read(text: str, book: Rulebook) -> tuple[GoldenCase, ...]:
    """The cases of the file. Raises `Unreadable` with the line."""
    rows = csv.DictReader(text.splitlines())
    known = {*OWN, *book.facts, *book.results}
    unknown = [name for name in rows.fieldnames or () if name not in known]
    lacking = [name for name in ("id", "on", "outcome") if name not in (rows.fieldnames or ())]
    if unknown or lacking:
        raise Unreadable(f"第1行：{'不认识的列' if unknown else '少了列'} {'、'.join(unknown or lacking)}。")
    return tuple(_case(row, rows.line_num, book) for row in rows)


def failures(rule: Compiled, cases: tuple[GoldenCase, ...]) -> Iterator[Failure]:
    """The cases that the rule does not end as expected."""
    for case in cases:
        found = _end(rule, case)
        if found != case.expected:
            yield Failure(case.id, case.text, case.expected, found)


def _case(row: Mapping[str, str | None], line: int, book: Rulebook) -> GoldenCase:
    if None in row or any(cell is None for cell in row.values()):
        raise Unreadable(f"第{line}行：格数与标题行不一样。")
    cells = {name: str(cell).strip() for name, cell in row.items()}
    unproved = cells.get("unproved", "").split()
    try:
        on = date.fromisoformat(cells["on"])
    except ValueError as fault:
        raise Unreadable(f"第{line}行 on：“{cells['on']}”不是日期，例如2026-03-02。") from fault
    facts = {name: Fact(cell, name not in unproved) for name, cell in cells.items() if name in book.facts and cell}
    ends = {name: cell for name, cell in cells.items() if name in {"outcome", *book.results} and cell}
    return GoldenCase(cells["id"], cells.get("text", ""), on, facts, {**ends, "missing": cells.get("missing", "")})


def _end(rule: Compiled, case: GoldenCase) -> dict[str, str]:
    try:
        engine.checked(rule.book, case.facts)
    except WrongFact as fault:
        return {"outcome": "", "missing": f"{fault.name}：{fault}"}
    decision = engine.run(rule, case.facts, case.on)
    return {"outcome": decision.outcome, **decision.result, "missing": " ".join(decision.missing)}
