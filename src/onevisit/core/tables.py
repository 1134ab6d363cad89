"""Decision tables (决策表) as typed values: a rule file in JDM becomes facts, tables and rows. Nothing is evaluated here.

JDM (JSON Decision Model) is the file format of zen-engine. Ours says more where JDM leaves room: the input node's JSON Schema
types the facts; a row's `_id`, `_description`, `_basis` and `_status` are what a decision cites.

>>> sorted(names_read("colour in ['red'] and d(born) >= d('1946-03-02')"))
['born', 'colour']
>>> typed(FactType("size", kind="decimal"), "140.00"), typed(FactType("rooms", kind="integer"), "2")
(Decimal('140.00'), 2)
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal

from onevisit.core.money import yuan

LARGEST = Decimal(10) ** 15
"""Amounts stay below this, so that products of two of them and a rate fit the 28 digits of a rule engine."""

Kind = Literal["text", "choice", "integer", "decimal", "yes_no", "date", "records"]
Value = str | int | Decimal | bool | list[Any] | dict[str, Any] | None


class Unreadable(ValueError):
    """The file is no rule that we can read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a rule is told (事实): a value, whether it is proved, where it comes from and when it was so.

    `basis`: where it is laid down, if a division has set it.
    """

    value: object
    proved: bool = True
    source: str = ""
    at: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What it means that a fact is not given, where the named facts have one of these values."""

    means: Value
    when: Mapping[str, tuple[object, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FactType:
    """What values a fact may have. `declared`: the applicant's own word is enough."""

    name: str
    title: str = ""
    kind: Kind = "text"
    options: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    declared: bool = False
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Domain:
    """The values that can occur in a column: an interval of numbers or days, or a list."""

    low: Decimal | date | None = None
    high: Decimal | date | None = None
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A condition column: its cells speak of `field`, or are whole expressions where it is empty."""

    id: str
    name: str = ""
    field: str = ""
    domain: Domain | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: where all its cells hold it gives its outputs. `cells` by column, `gives` by output; empty ones are left out.

    In `basis` a fact in braces stands for where that fact is laid down: {age_from}.
    """

    id: str
    cells: Mapping[str, str]
    gives: Mapping[str, str]
    text: str = ""
    basis: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One decision table; `policy` first takes the first row that holds, collect all of them."""

    id: str
    name: str
    policy: str
    columns: tuple[Column, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ResultType:
    """One figure of the outcome. `row_of` names the table whose row it cites."""

    name: str
    kind: Literal["money", "decimal", "text"] = "text"
    required: bool = True
    row_of: str = ""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A rule file: the facts it asks for, its tables in the order they are looked at, the figures it gives."""

    name: str
    version: str
    facts: Mapping[str, FactType]
    tables: tuple[Table, ...]
    results: Mapping[str, ResultType]


def read(content: Mapping[str, Any]) -> Rulebook:
    """The rule that the file holds. Raises `Unreadable`."""
    nodes = {_text(node, "id", "nodes"): node for node in _list(content, "nodes")}
    facts, results, tables = {}, {}, []
    for name in _order(nodes, _list(content, "edges") if "edges" in content else []):
        node = nodes[name]
        kind = node.get("type")
        if kind == "inputNode":
            facts = _facts(schema_of(node))
        elif kind == "outputNode":
            results = _results(schema_of(node))
        elif kind == "decisionTableNode":
            tables.append(_table(node))
        elif kind == "expressionNode":
            tables.append(_expressions(node))
        else:
            raise Unreadable(f"nodes.{name}: 不认识的节点类型 {kind!r}，规则只用决策表和表达式。")
    return Rulebook(str(content.get("name", "")), str(content.get("version", "")), facts, tuple(tables), results)


def schema_of(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The JSON Schema inside an input or output node, written as an object or, as JDM editors do, as text."""
    schema = (node.get("content") or {}).get("schema") or {}
    try:
        found = json.loads(schema) if isinstance(schema, str) else schema
    except ValueError as fault:
        raise Unreadable(f"nodes.{node.get('id')}.content.schema: 不是 JSON（{fault}）。") from fault
    if not isinstance(found, Mapping):
        raise Unreadable(f"nodes.{node.get('id')}.content.schema: 要写成 JSON Schema。")
    return found


def typed(kind: FactType, value: object) -> Value:
    """The value as its type, exact. Raises `ValueError` with what is wrong."""
    if value is None:
        return None
    return _TYPED[kind.kind](kind, value)


@lru_cache(maxsize=8192)
def names_read(expression: str) -> frozenset[str]:
    """The variables that an expression of a cell looks at: no functions, no members, no words inside quotes."""
    bare = _QUOTED.sub(" ", expression)
    return frozenset(name for name in _NAME.findall(bare) if name not in _WORDS)


_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_NAME = re.compile(r"(?<![\w.$#])([A-Za-z_]\w*)(?!\w*\s*\()")
LAID_DOWN = re.compile(r"\{(\w+)\}")
"""A fact that a row's basis names."""
_WORDS = frozenset({"and", "or", "not", "in", "true", "false", "null"})


def _text_value(kind: FactType, value: object) -> Value:
    if not isinstance(value, str):
        raise ValueError("要写成文字")
    if kind.options and value not in kind.options:
        raise ValueError(f"不认识“{value}”，可选：{'、'.join(kind.options)}")
    return value


def _number_value(kind: FactType, value: object) -> Value:
    number = _decimal(value)
    if kind.kind == "integer" and number != number.to_integral_value():
        raise ValueError("要写成整数")
    if kind.low is not None and number < kind.low:
        raise ValueError(f"不能小于{kind.low}")
    if kind.high is not None and number > kind.high:
        raise ValueError(f"不能大于{kind.high}")
    return int(number) if kind.kind == "integer" else number


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("要写成数字")
    try:
        number = yuan(value)
    except ValueError as fault:
        raise ValueError(f"“{value}”不是数字") from fault
    if abs(number) >= LARGEST or number != number.quantize(Decimal("1e-10")):
        raise ValueError(f"“{value}”超出可以计算的范围")
    return number


def _yes_no_value(kind: FactType, value: object) -> Value:
    known = {True: True, False: False, "yes": True, "no": False, "true": True, "false": False}
    if not isinstance(value, bool | str) or value not in known:
        raise ValueError("要写成 true 或者 false")
    return known[value]


def _date_value(kind: FactType, value: object) -> Value:
    try:
        if not isinstance(value, str) or len(value) != len("2026-03-02"):
            raise ValueError(value)
        return date.fromisoformat(value).isoformat()
    except ValueError as fault:
        raise ValueError(f"“{value}”不是日期，例如2026-03-02") from fault


def _records_value(kind: FactType, value: object) -> Value:
    if not isinstance(value, list | dict):
        raise ValueError("要写成列表或者记录")
    return value


_TYPED: Mapping[Kind, Callable[[FactType, object], Value]] = {
    "text": _text_value, "choice": _text_value, "integer": _number_value, "decimal": _number_value,
    "yes_no": _yes_no_value, "date": _date_value, "records": _records_value,
}  # fmt: skip


def _facts(schema: Mapping[str, Any]) -> dict[str, FactType]:
    return {name: _fact(name, spec) for name, spec in schema.get("properties", {}).items()}


def _fact(name: str, spec: Mapping[str, Any]) -> FactType:
    left_out = tuple(
        LeftOut(one.get("means"), {fact: tuple(values) for fact, values in one.get("when", {}).items()})
        for one in spec.get("x-left-out", ())
    )
    return FactType(
        name, spec.get("title", ""), _kind(spec), tuple(spec.get("enum", ())), _bound(spec, "minimum"), _bound(spec, "maximum"),
        spec.get("x-declared") is True, left_out,
    )  # fmt: skip


def _kind(spec: Mapping[str, Any]) -> Kind:
    types = spec.get("type", "string")
    plain = types[0] if isinstance(types, list) else types
    if "enum" in spec:
        return "choice"
    if plain == "string" and spec.get("format") in ("decimal", "date"):
        return "decimal" if spec["format"] == "decimal" else "date"
    known: Mapping[str, Kind] = {
        "string": "text", "integer": "integer", "number": "decimal", "boolean": "yes_no", "array": "records", "object": "records",
    }  # fmt: skip
    if plain not in known:
        raise Unreadable(f"事实的类型 {types!r} 不认识。")
    return known[plain]


def _bound(spec: Mapping[str, Any], key: str) -> Decimal | None:
    return None if spec.get(key) is None else yuan(spec[key])


def _results(schema: Mapping[str, Any]) -> dict[str, ResultType]:
    needed = frozenset(schema.get("required", ()))
    kinds: Mapping[str, Literal["money", "decimal"]] = {"money": "money", "decimal": "decimal"}
    return {
        name: ResultType(name, kinds.get(spec.get("format", ""), "text"), name in needed, spec.get("x-row-of", ""))
        for name, spec in schema.get("properties", {}).items()
    }


def _table(node: Mapping[str, Any]) -> Table:
    where = f"nodes.{node['id']}.content"
    content = node.get("content") or {}
    columns = tuple(_column(one, where) for one in _list(content, "inputs", where))
    outputs = {_text(one, "id", where): _text(one, "field", where) for one in _list(content, "outputs", where)}
    rows = tuple(_row(one, columns, outputs, place) for place, one in enumerate(_list(content, "rules", where), 1))
    repeated = _twice(row.id for row in rows)
    if repeated:
        raise Unreadable(f"{where}.rules: 编号 {repeated} 用了两次。")
    policy = str(content.get("hitPolicy") or "first")
    return Table(node["id"], str(node.get("name", "")), policy, columns, tuple(outputs.values()), rows)


def _column(spec: Mapping[str, Any], where: str) -> Column:
    domain = spec.get("domain")
    found = None
    if isinstance(domain, Mapping):
        found = Domain(_limit(domain, "min", where), _limit(domain, "max", where), tuple(domain.get("values", ())))
    return Column(_text(spec, "id", where), str(spec.get("name", "")), str(spec.get("field") or ""), found)


def _limit(domain: Mapping[str, Any], key: str, where: str) -> Decimal | date | None:
    end = domain.get(key)
    try:
        return date.fromisoformat(end) if isinstance(end, str) and end.count("-") > 1 else _bound(domain, key)
    except ValueError as fault:
        raise Unreadable(f"{where}.inputs.domain.{key}: {end!r} 不是数字或者日期。") from fault


def _row(spec: Mapping[str, Any], columns: Sequence[Column], outputs: Mapping[str, str], place: int) -> Row:
    cells = {column.id: cell for column in columns if (cell := str(spec.get(column.id) or "").strip()) not in ("", "-")}
    gives = {name: cell for key, name in outputs.items() if (cell := str(spec.get(key) or "").strip())}
    texts = (str(spec.get(key) or "") for key in ("_description", "_basis", "_status"))
    return Row(str(spec.get("_id") or place), cells, gives, *texts)


def _expressions(node: Mapping[str, Any]) -> Table:
    """An expression node as a table of one row without conditions."""
    where = f"nodes.{node['id']}.content"
    found = _list(node.get("content") or {}, "expressions", where)
    pairs = {_text(one, "key", where): _text(one, "value", where) for one in found}
    return Table(node["id"], str(node.get("name", "")), "first", (), tuple(pairs), (Row(node["id"], {}, pairs),))


def _order(nodes: Mapping[str, Any], edges: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The nodes from input to output, as the edges lead; nodes side by side in the order of the file."""
    needs: dict[str, set[str]] = {name: set() for name in nodes}
    for edge in edges:
        source, target = edge.get("sourceId"), edge.get("targetId")
        if source not in nodes or target not in nodes:
            raise Unreadable(f"edges: {source} → {target} 指向不存在的节点。")
        needs[str(target)].add(str(source))
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError as circle:
        raise Unreadable(f"edges: 节点成环：{' → '.join(circle.args[1])}。") from circle


def _twice(ids: Iterable[str]) -> str:
    seen: set[str] = set()
    return next((one for one in ids if one in seen or seen.add(one)), "")  # type: ignore[func-returns-value]


def _list(record: Mapping[str, Any], key: str, where: str = "") -> list[Mapping[str, Any]]:
    found = record.get(key) if isinstance(record, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Unreadable(f"{where}.{key}".lstrip(".") + ": 要有一个列表。")
    return found


def _text(record: Mapping[str, Any], key: str, where: str) -> str:
    found = record.get(key)
    if not isinstance(found, str) or not found:
        raise Unreadable(f"{where}: 少了 {key}。")
    return found
