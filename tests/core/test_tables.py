"""Rule files become typed facts, tables and rows; what is no rule says where."""

import json
from decimal import Decimal

import pytest

from onevisit.core import tables
from onevisit.core.tables import FactType, LeftOut, Unreadable


def a_file(rules=(), inputs=(), outputs=({"id": "o", "field": "outcome"},), schema=None, policy="first"):
    content = {"hitPolicy": policy, "inputs": list(inputs), "outputs": list(outputs), "rules": list(rules)}
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "content": {"schema": schema or {}}},
            {"id": "t", "name": "表", "type": "decisionTableNode", "content": content},
            {"id": "out", "type": "outputNode"},
        ],
        "edges": [{"sourceId": "in", "targetId": "t"}, {"sourceId": "t", "targetId": "out"}],
    }


def test_a_row_keeps_its_cells_outputs_and_law():
    rule = {"_id": "H11", "_description": "唯一住房", "_basis": "公告", "_status": "V", "a": "<= 140", "b": " ", "o": "'grant'"}
    inputs = [{"id": "a", "name": "面积", "field": "area"}, {"id": "b", "field": "homes"}]
    (table,) = tables.read(a_file([rule], inputs)).tables
    (row,) = table.rows
    assert (row.id, row.cells, row.gives) == ("H11", {"a": "<= 140"}, {"outcome": "'grant'"})
    assert (row.text, row.basis, row.status, table.outputs) == ("唯一住房", "公告", "V", ("outcome",))


def test_facts_are_typed_by_the_schema_of_the_input_node():
    schema = {"properties": {
        "act": {"type": "string", "enum": ["gift", "purchase"], "x-declared": True},
        "area": {"type": ["string", "number"], "format": "decimal", "minimum": 0},
        "on": {"type": "string", "format": "date"},
        "relation": {"type": "string", "x-left-out": [{"when": {"act": ["purchase"]}, "means": "other"}]},
    }}  # fmt: skip
    found = tables.read(a_file(schema=schema)).facts
    assert (found["act"].kind, found["act"].options, found["act"].declared) == ("choice", ("gift", "purchase"), True)
    assert (found["area"].kind, found["area"].low, found["on"].kind) == ("decimal", Decimal(0), "date")
    assert found["relation"].left_out == (LeftOut("other", {"act": ("purchase",)}),)
    assert tables.read(a_file(schema=json.dumps(schema))).facts == found


def test_a_domain_is_read_with_its_column():
    (table,) = tables.read(a_file(inputs=[{"id": "a", "field": "x", "domain": {"min": 0, "max": "1.5"}}])).tables
    assert (table.columns[0].domain.low, table.columns[0].domain.high) == (Decimal(0), Decimal("1.5"))


def test_tables_stand_in_the_order_of_the_edges():
    file = a_file()
    file["nodes"].insert(
        0, {"id": "late", "type": "expressionNode", "content": {"expressions": [{"key": "x", "value": "y + 1"}]}}
    )
    file["edges"] = [{"sourceId": a, "targetId": b} for a, b in (("in", "t"), ("t", "late"), ("late", "out"))]
    first, second = tables.read(file).tables
    assert (first.id, second.id, second.rows[0].gives) == ("t", "late", {"x": "y + 1"})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: f.pop("nodes"), "nodes"),
        (lambda f: f["edges"].append({"sourceId": "out", "targetId": "nowhere"}), "nowhere"),
        (lambda f: f["edges"].append({"sourceId": "out", "targetId": "in"}), "成环"),
        (lambda f: f["nodes"][1].update(type="functionNode"), "functionNode"),
        (lambda f: f["nodes"][1]["content"].pop("rules"), "nodes.t.content.rules"),
        (lambda f: f["nodes"][1]["content"]["rules"].extend([{"_id": "A"}, {"_id": "A"}]), "A"),
        (lambda f: f["nodes"][0]["content"].update(schema="{"), "nodes.in.content.schema"),
        (lambda f: f["nodes"][0]["content"].update(schema={"properties": {"x": {"type": "colour"}}}), "colour"),
    ],
)
def test_what_is_no_rule_says_where(change, says):
    file = a_file()
    change(file)
    with pytest.raises(Unreadable, match=says):
        tables.read(file)


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("decimal", "140.00", Decimal("140.00")), ("decimal", 140, Decimal(140)), ("decimal", 0.1, Decimal("0.1")),
        ("integer", "2", 2), ("integer", 2, 2), ("yes_no", "yes", True), ("yes_no", False, False),
        ("date", "2026-03-02", "2026-03-02"), ("text", "x", "x"), ("records", [{"a": 1}], [{"a": 1}]), ("decimal", None, None),
    ],
)  # fmt: skip
def test_values_are_taken_exactly(kind, value, found):
    assert tables.typed(FactType("x", kind=kind), value) == found


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("decimal", "abc"), ("decimal", True), ("decimal", "NaN"), ("decimal", "1e15"), ("decimal", "0.00000000001"),
        ("decimal", [1]),
        ("integer", "1.5"), ("yes_no", "maybe"), ("yes_no", 1), ("date", "2026-02-30"), ("date", "20260302"), ("date", 20260302),
        ("text", 3), ("choice", "barter"), ("records", "x"),
    ],
)  # fmt: skip
def test_values_of_another_type_are_refused(kind, value):
    with pytest.raises(ValueError, match=r"."):
        tables.typed(FactType("x", kind=kind, options=("gift",) if kind == "choice" else ()), value)


@pytest.mark.parametrize(("value", "fits"), [(-1, False), (0, True), (20, True), ("20.01", False)])
def test_bounds_of_a_fact_are_inclusive(value, fits):
    kind = FactType("x", kind="decimal", low=Decimal(0), high=Decimal(20))
    if fits:
        assert tables.typed(kind, value) == Decimal(str(value))
    else:
        with pytest.raises(ValueError, match="不能"):
            tables.typed(kind, value)


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("<= 140", set()), ("'purchase', 'gift'", set()), ("!= null", set()),
        ("d(contract_date) > d(on)", {"contract_date", "on"}),
        ("price - vat_amount", {"price", "vat_amount"}), ("not in ['a', \"b\"] and true", set()), ("firm.assets > 3", {"firm"}),
        ("string(number(rate) * top / 1.5)", {"rate", "top"}), ("$ > low", {"low"}),
        (">= d('2024-12-01') and <= d('2025-01-01')", set()),
    ],
)  # fmt: skip
def test_the_variables_of_a_cell_are_known(expression, names):
    assert tables.names_read(expression) == names
