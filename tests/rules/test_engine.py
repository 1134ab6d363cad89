"""Three values, exact figures, reasons: what a decision rests on, and what it may never rest on."""

import itertools
import json
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core.tables import Fact, Unreadable
from onevisit.rules import engine
from onevisit.rules.engine import WrongFact

ON = date(2026, 3, 2)


def a_rule(rules, inputs, schema, outputs=("outcome", "figure")):
    results = {"properties": {"figure": {"type": "string", "format": "decimal"}}, "required": ["figure"]}
    content = {
        "hitPolicy": "first",
        "passThrough": True,
        "inputs": [{"id": name, "field": name} for name in inputs],
        "outputs": [{"id": name, "field": name} for name in outputs],
        "rules": rules,
    }
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "content": {"schema": {"properties": schema}}},
            {"id": "t", "name": "t", "type": "decisionTableNode", "content": content},
            {
                "id": "out",
                "name": "out",
                "type": "outputNode",
                "content": {"schema": results},
            },
        ],
        "edges": [{"id": "1", "sourceId": "in", "targetId": "t"}, {"id": "2", "sourceId": "t", "targetId": "out"}],
    }


YES_NO = {"type": "boolean"}
AGE = {"type": "integer"}
OLD = a_rule(
    [
        {"_id": "R1", "_description": "八十岁", "_basis": "甲法", "age": ">= 80", "outcome": "'grant'", "figure": "'100'"},
        {"_id": "R2", "_description": "住在本地", "age": "< 80", "here": "true", "outcome": "'grant'", "figure": "'50'"},
        {"_id": "R3", "_description": "不合条件", "outcome": "'refuse'", "figure": "'0'"},
    ],
    ("age", "here"),
    {"age": AGE, "here": YES_NO},
)


def decided(rule, on=ON, **facts):
    return engine.decide(rule, {name: value if isinstance(value, Fact) else Fact(value) for name, value in facts.items()}, on)


@pytest.mark.parametrize(
    ("facts", "outcome", "rows"),
    [
        ({"age": 80, "here": False}, "grant", ["R1"]),
        ({"age": 80}, "grant", ["R1"]),
        ({"age": 79, "here": True}, "grant", ["R2"]),
        ({"age": 79, "here": False}, "refuse", ["R3"]),
    ],
)
def test_the_first_row_that_holds_decides(facts, outcome, rows):
    decision = decided(OLD, **facts)
    assert (decision.outcome, [reason.row for reason in decision.reasons]) == (outcome, rows)


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({"age": 79}, ("here",)),
        ({"here": True}, ("age",)),
        ({}, ("age", "here")),
        ({"age": Fact(79, proved=False), "here": True}, ("age",)),
        ({"age": 79, "here": Fact(False, proved=False)}, ("here",)),
        ({"age": 79, "here": Fact(None, proved=False)}, ("here",)),
        ({"age": 79, "here": None}, ("here",)),
    ],
)
def test_an_unknown_fact_that_matters_sends_to_a_person_and_is_named(facts, missing):
    decision = decided(OLD, **facts)
    assert (decision.outcome, decision.result, decision.missing) == ("human", {}, missing)
    assert all(reason.text for reason in decision.reasons)


def test_no_row_is_a_person_s_matter():
    rule = a_rule([{"_id": "R1", "age": ">= 80", "outcome": "'grant'", "figure": "'1'"}], ("age",), {"age": AGE})
    assert decided(rule, age=3).outcome == "human"


def test_a_row_may_send_to_a_person_and_name_what_is_missing():
    rule = a_rule(
        [{"_id": "P", "_description": "由人决定", "age": "> 1", "outcome": "'human'", "missing": "'age'"}],
        ("age",), {"age": AGE}, outputs=("outcome", "figure", "missing"),
    )  # fmt: skip
    decision = decided(rule, age=2)
    assert (decision.outcome, decision.missing, decision.reasons[0].row) == ("human", ("age",), "P")


def test_a_grant_without_its_figure_is_none():
    rule = a_rule([{"_id": "R", "outcome": "'grant'"}], (), {})
    assert decided(rule).outcome == "human"
    reading = a_rule([{"_id": "R", "outcome": "'grant'", "figure": "string(age)"}], (), {"age": AGE})
    assert decided(reading, age=3).result == {"figure": "3"}
    assert decided(reading).missing == ("age",)


def test_what_is_left_out_has_the_meaning_that_the_rule_gives_it():
    schema = {"age": AGE, "here": {**YES_NO, "x-left-out": [{"when": {"age": [70]}, "means": False}]}}
    rule = json.loads(json.dumps(OLD))
    rule["nodes"][0]["content"]["schema"]["properties"] = schema
    assert decided(rule, age=70).outcome == "refuse"
    assert decided(rule, age=71).missing == ("here",)
    assert decided(rule, age=70, here=Fact(True, proved=False)).missing == ("here",)


def test_a_value_of_another_type_is_as_good_as_unknown():
    assert decided(OLD, age="abc", here=True).missing == ("age",)
    assert decided(OLD, age=79, here=Fact("maybe", proved=False)).missing == ("here",)


def test_a_value_of_another_type_is_said_with_its_name_to_whoever_asks():
    book = engine.compiled(json.dumps(OLD)).book
    engine.checked(book, {"age": Fact("80")})
    with pytest.raises(WrongFact, match="数字") as wrong:
        engine.checked(book, {"age": Fact("abc")})
    assert wrong.value.name == "age"


def test_facts_that_the_rule_does_not_ask_for_change_nothing():
    assert decided(OLD, age=80, colour="red") == decided(OLD, age=80)


@pytest.mark.parametrize(
    ("kind", "cell"),
    [(AGE, ">= '80'"), (AGE, "<<"), ({"type": "string", "format": "date"}, "[d('2016-02-22')..d('2024-11-30')]")],
)
def test_a_cell_that_can_t_be_worked_out_is_no_rule(kind, cell):
    with pytest.raises(Unreadable, match="R 列 fact"):
        decided(a_rule([{"_id": "R", "fact": cell, "outcome": "'grant'", "figure": "'1'"}], ("fact",), {"fact": kind}))


def test_an_output_that_can_t_be_worked_out_is_no_rule():
    with pytest.raises(Unreadable, match="R 列 figure"):
        decided(a_rule([{"_id": "R", "outcome": "'grant'", "figure": "age * 'x'"}], (), {"age": AGE}))


@pytest.mark.parametrize(
    "change",
    [{"hitPolicy": "collect"}, {"passThrough": False}, {"executionMode": "loop"}, {"inputField": "x"}, {"outputPath": "x"}],
)
def test_a_table_that_does_not_simply_give_its_first_row_is_refused(change):
    rule = json.loads(json.dumps(OLD))
    rule["nodes"][1]["content"].update(change)
    with pytest.raises(Unreadable, match=next(iter(change))):
        decided(rule, age=80)


def test_the_hash_of_facts_tells_values_and_proof_apart():
    def of(**facts):
        return decided(OLD, **facts).facts_hash

    assert of(age=80) == of(age=80, colour="red") != of(age=81)
    assert of(age=80) != of(age=Fact(80, proved=False))


def test_the_engine_needs_no_django():
    code = "import onevisit.rules.engine, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


COLUMNS = {"a": [True, False], "b": [1, 2, 3], "c": ["x", "y"]}
CELLS = {"a": ["", "true", "false"], "b": ["", "1", "<= 2", "> 1", "[1..2]"], "c": ["", "'x'", "'y'", "!= 'x'", "'x', 'y'"]}
HOLDS = {
    "": lambda v: True,
    "true": lambda v: v is True,
    "false": lambda v: v is False,
    "1": lambda v: v == 1,
    "<= 2": lambda v: v <= 2,
    "> 1": lambda v: v > 1,
    "[1..2]": lambda v: v in (1, 2),
    "'x'": lambda v: v == "x",
    "'y'": lambda v: v == "y",
    "!= 'x'": lambda v: v != "x",
    "'x', 'y'": lambda v: v in ("x", "y"),
}
rows = st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()})


@settings(max_examples=150, deadline=None)
@given(
    st.lists(rows, min_size=1, max_size=6), st.fixed_dictionaries({n: st.sampled_from([*v, None]) for n, v in COLUMNS.items()})
)
def test_an_unknown_fact_never_decides(table, facts):
    """Against every completion of the unknown facts: an automatic end is the end of all; full knowledge always ends."""
    content = [{"_id": str(n), **row, "outcome": "'grant'", "figure": f"'{n}'"} for n, row in enumerate(table)]
    rule = a_rule(content, tuple(COLUMNS), {"a": YES_NO, "b": AGE, "c": {"type": "string", "enum": ["x", "y"]}})
    told = {name: Fact(value, proved=value is not None) for name, value in facts.items()}
    open_facts = [name for name, value in facts.items() if value is None]
    ends = set()
    for choice in itertools.product(*(COLUMNS[name] for name in open_facts)):
        full = {**facts, **dict(zip(open_facts, choice, strict=True))}
        held = [n for n, row in enumerate(table) if all(HOLDS[row[name]](full[name]) for name in row)]
        ends.add(str(held[0]) if held else "")
    decision = engine.decide(rule, told, ON)
    if decision.outcome == "grant":
        assert ends == {decision.result["figure"]}
    else:
        assert ends == {""} or (open_facts and set(decision.missing) <= set(open_facts))
    if not open_facts:
        assert decision.outcome == ("grant" if ends != {""} else "human")
    if decision.missing:
        assert decision.outcome == "human"


NUMBER = {"type": "number"}


def with_sum(value, rules):
    """A rule that works something out of `a` first."""
    rule = a_rule(rules, ("b", "x"), {"a": NUMBER, "b": NUMBER})
    worked_out = {"passThrough": True, "expressions": [{"id": "1", "key": "x", "value": value}]}
    rule["nodes"].insert(1, {"id": "e", "name": "e", "type": "expressionNode", "content": worked_out})
    links = (("in", "e"), ("e", "t"), ("t", "out"))
    rule["edges"] = [{"id": str(place), "sourceId": a, "targetId": b} for place, (a, b) in enumerate(links)]
    return rule


def test_an_expression_that_misses_a_fact_sends_to_a_person_who_is_told_which():
    rule = with_sum("a + 1", [{"_id": "R1", "x": "> 5", "outcome": "'grant'", "figure": "string(x)"}])
    assert decided(rule, a=9).result == {"figure": "10"}
    assert (decided(rule).outcome, decided(rule).missing) == ("human", ("a",))
    assert decided(rule, a=Fact(9, proved=False)).missing == ("a",)


def test_an_expression_that_does_not_matter_may_fail():
    rule = with_sum("a + 1", [{"_id": "R1", "b": "> 5", "outcome": "'grant'", "figure": "string(b)"}])
    assert decided(rule, b=9).result == {"figure": "9"}


def test_what_can_t_be_worked_out_is_no_other_row_s_case():
    """zen leaves a row that it can't work out and goes on to the next one."""
    rules = [
        {"_id": "R1", "b": "> 5", "outcome": "'grant'", "figure": "string(100 / a)"},
        {"_id": "R2", "outcome": "'grant'", "figure": "'5'"},
    ]
    rule = a_rule(rules, ("b",), {"a": NUMBER, "b": NUMBER})
    assert decided(rule, a=4, b=9).result == {"figure": "25"}
    assert decided(rule, b=1).result == {"figure": "5"}
    assert (decided(rule, b=9).outcome, decided(rule, b=9).missing) == ("human", ("a",))
    nothing = with_sum("100 / a", [{"_id": "R1", "x": "> 5", "outcome": "'grant'", "figure": "'1'"}, *rules[1:]])
    assert decided(nothing, a=4).result == {"figure": "1"}
    assert decided(nothing, a=0).outcome == "human", "a hundredth of nothing is not less than five"


def test_a_reason_says_where_a_value_is_laid_down():
    row = {"_id": "R1", "_description": "够年龄", "_basis": "甲法；{b}", "b": "> 5", "outcome": "'grant'", "figure": "'1'"}
    rule = a_rule([row], ("b",), {"b": {**NUMBER, "title": "年龄"}})
    assert decided(rule, b=Fact(9, basis="《乙办法》第三条")).reasons[0].basis == "甲法；《乙办法》第三条"
    assert decided(rule, b=9).reasons[0].basis == "甲法；关于“年龄”的规定"
    with pytest.raises(Unreadable, match="“c”不是这条规则的事实"):
        decided(a_rule([{**row, "_basis": "{c}"}], ("b",), {"b": NUMBER}))
