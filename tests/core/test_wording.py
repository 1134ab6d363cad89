"""Every example of every rule, real names that must stay, and where a text counts how much."""

import csv
from pathlib import Path

import pytest

from onevisit.core.definition import Condition, Faq, ItemHead, LegalBasis, Material, Standard, Step
from onevisit.core.wording import RULES, judge, wording
from onevisit.settings import DATA

EXAMPLES = [(rule, text) for rule in RULES for text in rule.wrong]
FINE = [(rule, text) for rule in RULES for text in rule.fine]


def codes(text, kind):
    return [one.code for one in judge(text, kind)]


@pytest.mark.parametrize(("rule", "text"), EXAMPLES, ids=lambda value: value if isinstance(value, str) else "")
def test_wrong_words_are_found_wherever_the_rule_looks(rule, text):
    assert all(rule.code in codes(text, kind) for kind in rule.kinds)


@pytest.mark.parametrize(("rule", "text"), FINE, ids=lambda value: value if isinstance(value, str) else "")
def test_words_that_only_look_alike_are_let_be(rule, text):
    assert not [judge(text, kind) for kind in rule.kinds if judge(text, kind)]


@pytest.mark.parametrize(
    "text", ["其他材料", "其\u3000他\u3000材\u3000料", "其·他·材·料", "其\u200b他材料", "其它資料", "（其他材料）", "其 他 ﻿材料"]
)
def test_blanks_and_other_forms_hide_nothing(text):
    assert "OV201" in codes(text, "material")


def real_names():
    with (DATA / "base_items.csv").open(encoding="utf-8") as file:
        return [name for row in csv.DictReader(file) for name in (row["name"], row["licence"], *row["words"].split()) if name]


def test_no_real_item_or_licence_is_taken_for_vague():
    names = real_names()
    assert len(names) > 500
    assert not [name for name in names if judge(name, "material") or judge(name, "condition")]


def a_standard(**parts):
    head = ItemHead("户籍证明", "公共服务事项", "police", key="residence")
    return Standard(head, "county", ("person",), (Step("submit", by="applicant", does="submit"),), **parts)


def findings(**parts):
    return [(one.code, one.path, one.severity) for one in wording(a_standard(**parts))]


def test_vague_words_only_warn_outside_of_what_is_asked():
    assert findings(faq=(Faq("办多久？", "原则上当场办完。"),)) == [("OV202", "faq.0.a", "warning")]
    assert findings(conditions=(Condition("c", "原则上是本地户籍"),)) == [("OV202", "conditions.c.text", None)]
    assert findings(materials=(Material("m", "户口簿", note="必要时带原件"),)) == [("OV202", "materials.m.note", None)]


def test_a_catch_all_is_wrong_wherever_it_stands():
    assert findings(faq=(Faq("要带什么？", "带身份证和其他材料。"),)) == [("OV201", "faq.0.a", None)]


def test_quoted_law_is_never_judged():
    law = LegalBasis("户口登记条例", "第七条", "提交其他有关材料")
    assert not findings(conditions=(Condition("c", "您是本地户籍", basis=(law,)),))


def test_a_long_text_costs_little():
    long = "其他" + "有关、相关的" * 2_000 + "水"
    assert judge(long, "condition")


def test_every_rule_has_examples_for_both_sides():
    assert all(rule.wrong and rule.fine for rule in RULES)


LABELS = {"catch-all": "OV201", "vague": "OV202"}


def test_on_phrases_from_real_guides_few_are_missed_and_few_are_wronged():
    """guide_phrases.csv: 332 texts as offices write them, labelled by hand without regard to the rules."""
    with (Path(__file__).parent / "guide_phrases.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 300
    found = [(row["text"], row["label"], codes(row["text"], row["kind"])) for row in rows]
    right = sum(label in LABELS and LABELS[label] in said for _, label, said in found)
    missed = [text for text, label, said in found if label in LABELS and LABELS[label] not in said]
    wronged = [text for text, label, said in found if label == "fine" and said]
    assert right / (right + len(missed)) >= 0.97, missed
    assert right / (right + len(wronged)) >= 0.97, wronged
