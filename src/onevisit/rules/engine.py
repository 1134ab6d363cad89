"""Decides by a rule file; the only module that knows zen (秒批). Needs no Django, no database, no clock.

Numbers go in as exact literals and come out as text, so that no binary float touches an amount; they are rounded once, by
`core.money`. A missing or unproved fact that could change the outcome gives `human` with its name, never a grant or a refusal.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

import zen

from onevisit.core import tables
from onevisit.core.money import to_cent, yuan
from onevisit.core.tables import Column, Fact, ResultType, Rulebook, Value
from onevisit.rules.doubt import Look, Unknown, read_by

Outcome = Literal["grant", "refuse", "human"]
ON = "on"
"""The variable that holds the day of declaration or decision."""


class WrongFact(ValueError):
    """A fact is not of its type; `name` says which."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True, slots=True)
class Reason:
    """One row that the decision rests on, in words, with its article."""

    row: str
    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rule says: only `grant` is automatic; `missing` names the facts that a person has to clear up."""

    outcome: Outcome
    result: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    trace: Mapping[str, Any] = field(default_factory=dict)
    facts_hash: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """The facts as variables: `values` are known, `unknown` are missing or unproved."""

    values: Mapping[str, Value]
    unknown: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule file made ready: as we read it, and as zen runs it."""

    book: Rulebook
    decision: zen.ZenDecision


def decide(content: Mapping[str, Any], facts: Mapping[str, Fact], on: date) -> Decision:
    """The decision on these facts for the day `on`.

    Facts that the rule does not ask for are left aside; a value that is not of its type is as good as unknown. Raises
    `tables.Unreadable` for a file that is no rule.
    """
    return run(compiled(json.dumps(content, ensure_ascii=False)), facts, on)


def run(rule: Compiled, facts: Mapping[str, Fact], on: date) -> Decision:
    """The decision by a rule that is compiled already; as `decide`."""
    told = known(rule.book, facts)
    variables = {**told.values, ON: on.isoformat()}
    answer = rule.decision.evaluate(_literal(variables), {"trace": True})
    unknown = Unknown({name: frozenset({name}) for name in told.unknown})
    looks = []
    for table in rule.book.tables:
        node = answer["trace"].get(table.id) or {}
        cells = _Cells(variables, node.get("input"))
        look = unknown.look(table, _index(node), cells.hold)
        unknown.after(look, cells.not_worked_out(look, node.get("output") or {}))
        looks.append(look)
    ending = _ending(rule.book, answer["result"], unknown, looks)
    missing = tuple(name for name in rule.book.facts if name in ending.missing)
    reasons = tuple(replace(one, basis=_laid_down(rule.book, one.basis, facts)) for one in ending.reasons)
    trace = {"tables": [_traced(look, variables) for look in looks]}
    return replace(ending, missing=missing, reasons=reasons, trace=trace, facts_hash=facts_hash(rule.book, facts))


def _laid_down(book: Rulebook, basis: str, facts: Mapping[str, Fact]) -> str:
    """The basis with where each fact that it names is laid down; the fact's title, if nobody has said where."""

    def said(found: re.Match[str]) -> str:
        name = found[1]
        return (facts[name].basis if name in facts else "") or f"关于“{book.facts[name].title or name}”的规定"

    return tables.LAID_DOWN.sub(said, basis)


@lru_cache(maxsize=64)
def compiled(text: str) -> Compiled:
    """The rule file, read and compiled once."""
    content = json.loads(text)
    book = tables.read(content)
    _refuse_detours(book, content)
    try:
        decision = zen.ZenEngine().create_decision(json.dumps(portable(content), ensure_ascii=False))
        decision.validate()
    except (RuntimeError, ValueError) as fault:
        raise tables.Unreadable(f"规则引擎读不了这个文件：{_first_lines(fault)}") from fault
    _proofread(book)
    return Compiled(book, decision)


def _refuse_detours(book: Rulebook, content: Mapping[str, Any]) -> None:
    """Raises `Unreadable` for what would make a table give another answer than its rows say, or hide facts from later tables."""
    for table in book.tables:
        if table.policy != "first":
            raise tables.Unreadable(f"nodes.{table.id}.content.hitPolicy: 只用 first，不用 {table.policy}。")
        written = next(node["content"] for node in content["nodes"] if node["id"] == table.id)
        if not written.get("passThrough"):
            raise tables.Unreadable(f"nodes.{table.id}.content.passThrough: 要写 true，后面的表才看得到事实。")
        strange = [key for key in ("inputField", "outputPath") if written.get(key)]
        if strange or written.get("executionMode", "single") != "single":
            raise tables.Unreadable(f"nodes.{table.id}.content.{(strange or ['executionMode'])[0]}: 不用这一项。")


def portable(content: Mapping[str, Any]) -> dict[str, Any]:
    """The file as plain JDM: without the schemas, which `core.tables` holds to more strictly than an engine would.

    An expression becomes a table of one row: what it can't work out it leaves out, where the node would end the whole decision.
    """
    nodes = [_as_table(node) if node.get("type") == "expressionNode" else _without_schema(node) for node in content["nodes"]]
    return {**content, "nodes": nodes}


def _without_schema(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**node, "content": {**(node.get("content") or {}), "schema": ""}} if tables.schema_of(node) else node


def _as_table(node: Mapping[str, Any]) -> dict[str, Any]:
    written = node["content"]["expressions"]
    outputs = [{"id": f"o{place}", "name": one["key"], "field": one["key"]} for place, one in enumerate(written)]
    row = {"_id": node["id"], **{f"o{place}": one["value"] for place, one in enumerate(written)}}
    table = {"hitPolicy": "first", "passThrough": True, "inputs": [], "outputs": outputs, "rules": [row]}
    return {**node, "type": "decisionTableNode", "content": table}


def content_hash(content: Mapping[str, Any]) -> str:
    """What identifies the text of a rule, whatever its layout."""
    return _digest(content)


def checked(book: Rulebook, facts: Mapping[str, Fact]) -> None:
    """Raises `WrongFact` for the first value that is not of its type: for whoever can mend it on the spot."""
    for name, fact in facts.items():
        try:
            tables.typed(book.facts[name], fact.value)
        except ValueError as fault:
            raise WrongFact(name, str(fault)) from fault


def known(book: Rulebook, facts: Mapping[str, Fact]) -> Known:
    """The facts by the types that the rule gives them; what is left out may have a meaning of its own."""
    given = {name: fact for name, fact in facts.items() if name in book.facts and not (fact.proved and fact.value is None)}
    stated: dict[str, Value] = {}
    for name, fact in given.items():
        with suppress(ValueError):
            stated[name] = tables.typed(book.facts[name], fact.value) if fact.proved else None
    stated = {name: value for name, value in stated.items() if value is not None}
    values = dict(stated)
    for name, kind in book.facts.items():
        meant = [one for one in kind.left_out if all(stated.get(fact) in options for fact, options in one.when.items())]
        if meant and name not in given:
            values[name] = meant[0].means
    return Known(values, frozenset(book.facts) - frozenset(values))


def facts_hash(book: Rulebook, facts: Mapping[str, Fact]) -> str:
    """What identifies the facts that a decision was made on."""
    return _digest({name: [_plain(fact.value), fact.proved] for name, fact in facts.items() if name in book.facts})


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells of one table, held against what is known and what the tables before it gave."""

    variables: Mapping[str, Value]
    given: Any

    def hold(self, column: Column, cell: str) -> bool:
        """Whether the cell holds; one that can't be worked out does not, as in zen's own tables."""
        context = self._context()
        try:
            if not column.field:
                return zen.evaluate_expression(cell, _literal(context)) is True
            value = (
                zen.evaluate_expression(column.field, _literal(context)) if column.field not in context else context[column.field]
            )
            return bool(zen.evaluate_unary_expression(cell, _literal({**context, "$": value})))
        except (RuntimeError, ValueError):
            return False

    def not_worked_out(self, look: Look, made: Mapping[str, Any]) -> frozenset[str]:
        """The outputs of the row that holds that came to nothing, though all that they are worked out from has a value."""
        gives, context = look.hit.gives if look.hit else {}, self._context()
        return frozenset(
            name
            for name, cell in gives.items()
            if name not in made and all(context.get(one) is not None for one in tables.names_read(cell))
        )

    def _context(self) -> dict[str, Value]:
        return {**self.given, **self.variables} if isinstance(self.given, dict) else dict(self.variables)


SAMPLES: Mapping[tables.Kind, Value] = {
    "text": "", "choice": "", "integer": 1, "decimal": Decimal(1), "yes_no": True, "date": "2026-03-02", "records": None,
}  # fmt: skip
"""A value of each kind, to try whether a cell can be worked out at all."""


def _proofread(book: Rulebook) -> None:
    """Raises `Unreadable` for a cell or an output that fails on values of the right types: zen would pass over it in silence."""
    context = {name: SAMPLES[kind.kind] for name, kind in book.facts.items()} | {ON: SAMPLES["date"]}
    for table in book.tables:
        given: dict[str, Value] = {}
        for row in table.rows:
            where = f"nodes.{table.id} 行 {row.id}"
            strange = [name for name in tables.LAID_DOWN.findall(row.basis) if name not in book.facts]
            if strange:
                raise tables.Unreadable(f"{where}：依据里的“{strange[0]}”不是这条规则的事实。")
            for column in table.columns:
                _try(f"{where} 列 {column.id}", column.field, row.cells.get(column.id, ""), context)
            given |= {name: _try(f"{where} 列 {name}", "", cell, context) for name, cell in row.gives.items()}
        context |= given


def _try(where: str, subject: str, cell: str, context: Mapping[str, Value]) -> Value:
    """What the cell comes to on the samples; None where one of its variables has no sample."""
    names = tables.names_read(cell) | tables.names_read(subject)
    if not cell or any(context.get(name) is None for name in names):
        return None
    try:
        if not subject:
            found: Value = zen.evaluate_expression(cell, _literal(context))
            return found
        value = zen.evaluate_expression(subject, _literal(context))
        return bool(zen.evaluate_unary_expression(cell, _literal({**context, "$": value})))
    except (RuntimeError, ValueError) as fault:
        raise tables.Unreadable(f"{where}：“{cell}”算不出来（{_first_lines(fault)}）。") from fault


def _index(node: Mapping[str, Any]) -> int | None:
    """The row that zen took."""
    data = node.get("traceData")
    return data["index"] if isinstance(data, dict) else None


def _ending(book: Rulebook, values: Mapping[str, Any], unknown: Unknown, looks: list[Look]) -> Decision:
    """The outcome, unless what it rests on is unknown."""
    if "outcome" in unknown.blame:
        return _to_a_person(unknown.among(["outcome"]), _doubts(looks))
    outcome = values.get("outcome")
    if outcome not in ("grant", "refuse"):
        named = frozenset(str(values.get("missing") or "").split()) if outcome == "human" else frozenset[str]()
        return _to_a_person(named | unknown.among(["missing"]), _reasons(looks, ["outcome"]) if outcome else (_NO_ROW,))
    needed = [name for name, kind in book.results.items() if kind.required and not kind.row_of]
    if unknown.among(needed):
        return _to_a_person(unknown.among(needed), _doubts(looks))
    result = {name: text for name, kind in book.results.items() if (text := _figure(kind, values, unknown, looks))}
    if any(name not in result for name, kind in book.results.items() if kind.required):
        return _to_a_person(frozenset(), (_NO_ROW,))
    return Decision(outcome, result, _reasons(looks, ["outcome", *result]))


_NO_ROW = Reason("", "没有一行规则适用于这些事实，由工作人员决定", "")


def _to_a_person(missing: frozenset[str], reasons: tuple[Reason, ...]) -> Decision:
    return Decision("human", {}, reasons, tuple(missing))


def _figure(kind: ResultType, values: Mapping[str, Any], unknown: Unknown, looks: list[Look]) -> str:
    """One figure of the result as text, empty if it is not known."""
    if kind.row_of:
        return next((look.hit.id for look in looks if look.table.id == kind.row_of and look.hit), "")
    value = values.get(kind.name)
    if value is None or kind.name in unknown.blame:
        return ""
    if kind.kind == "text":
        return str(value)
    amount = yuan(value)
    return f"{to_cent(amount):f}" if kind.kind == "money" else f"{amount.normalize():f}"


def _reasons(looks: list[Look], wanted: Iterable[str]) -> tuple[Reason, ...]:
    """The rows that what is wanted rests on, in the order of the tables; rows without words are left out."""
    needed = set(wanted)
    found: list[Reason] = []
    for look in reversed(looks):
        row = look.hit
        given = needed & set(row.gives) if row else set[str]()
        if row is None or not given:
            continue
        needed = (needed - given) | {name for one in given for name in tables.names_read(row.gives[one])}
        needed |= {
            name for column in look.table.columns if column.id in row.cells for name in read_by(column, row.cells[column.id])
        }
        if row.text:
            found.append(Reason(row.id, row.text, row.basis))
    return tuple(reversed(found))


def _doubts(looks: list[Look]) -> tuple[Reason, ...]:
    """The rows that look at what is unknown, and could have decided."""
    return tuple(Reason(row.id, row.text, row.basis) for look in looks for row in look.open if row.text)


def _traced(look: Look, variables: Mapping[str, Value]) -> dict[str, Any]:
    """What was looked at in one table, and which row held."""
    rows = [row for row in (look.row, *look.doubtful) if row]
    names = {
        name
        for row in rows
        for column in look.table.columns
        if column.id in row.cells
        for name in read_by(column, row.cells[column.id])
    }
    seen = {name: _plain(variables[name]) for name in sorted(names) if name in variables}
    return {
        "table": look.table.name,
        "row": look.hit.id if look.hit else "",
        "facts": seen,
        "doubtful": [row.id for row in look.doubtful],
    }


def _literal(value: Any) -> str:
    """The value as JSON text, decimals written out digit by digit."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(str(key))}:{_literal(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_literal, value)) + "]"
    return json.dumps(value)


def _plain(value: object) -> Any:
    """The value as it can be kept: decimals as text."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return f"{yuan(value):f}"
    return value


def _digest(document: Any) -> str:
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _first_lines(fault: Exception) -> str:
    return str(fault).split("Stack backtrace")[0].strip()
