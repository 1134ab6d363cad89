"""Golden cases are read with the line of every slip, and a case that ends otherwise is named."""

import json
from pathlib import Path

import pytest

from onevisit.core.tables import Unreadable
from onevisit.rules import engine, golden

RULE = Path(__file__).parents[2] / "packs" / "deed-tax" / "rules" / "deed-tax.json"
HEAD = "id,text,on,act,relation,contract_date,unproved,outcome,rate,payable,row,missing\n"
SPOUSE = "1,夫妻,2025-03-01,gift,spouse,2025-03-01,"


@pytest.fixture(scope="module")
def rule():
    return engine.compiled(json.dumps(json.loads(RULE.read_text("utf-8")), ensure_ascii=False))


def failed(rule, *lines):
    return list(golden.failures(rule, golden.read(HEAD + "\n".join(lines), rule.book)))


def test_a_case_that_ends_as_computed_by_hand_is_no_failure(rule):
    assert failed(rule, SPOUSE + ",grant,0,0.00,X04,") == []


@pytest.mark.parametrize(
    "ending", [",grant,0,0.01,X04,", ",grant,0,0.00,X05,", ",human,0,0.00,X04,", ",grant,0,0.00,X04,act", ",grant,,0.00,X04,"]
)
def test_a_case_that_ends_otherwise_is_named(rule, ending):
    (one,) = failed(rule, SPOUSE + ending)
    assert (one.id, one.text, one.found["payable"], one.found["row"]) == ("1", "夫妻", "0.00", "X04")


def test_an_unproved_fact_is_told_as_such(rule):
    assert failed(rule, SPOUSE + "relation,human,,,,assessed relation") == []


def test_a_fact_of_the_wrong_type_is_a_failure(rule):
    (one,) = failed(rule, "1,x,2025-03-01,barter,spouse,2025-03-01,,grant,0,0.00,X04,")
    assert "barter" in one.found["missing"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,on\n1,2025-03-01", "少了列 outcome"),
        ("id,on,outcome,colour\n1,2025-03-01,grant,red", "不认识的列 colour"),
        ("id,on,outcome\n1,2025-13-01,grant", "第2行 on"),
        ("id,on,outcome\n1,2025-03-01", "第2行：格数"),
        ("id,on,outcome\n1,2025-03-01,grant,x", "第2行：格数"),
    ],
)
def test_a_slip_in_the_file_is_said_with_its_line(rule, text, says):
    with pytest.raises(Unreadable, match=says):
        golden.read(text, rule.book)
