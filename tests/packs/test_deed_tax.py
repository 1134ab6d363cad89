"""The deed tax pack: golden cases, exact figures, no way from doubt to a grant, and a definition that fits its rule."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.cases import facts as case_facts
from onevisit.core import reading, situations, source, values, visits
from onevisit.core.definition import Standard
from onevisit.core.tables import Fact
from onevisit.rules import engine, golden
from onevisit.rules.golden import GoldenCase

PACK = Path(__file__).parents[2] / "packs" / "deed-tax"
CONTENT = json.loads((PACK / "rules" / "deed-tax.json").read_text("utf-8"))
FACTS_SCHEMA = CONTENT["nodes"][0]["content"]["schema"]["properties"]
RULE = engine.compiled(json.dumps(CONTENT, ensure_ascii=False))
CASES = golden.read((PACK / "rules" / "deed-tax.cases.csv").read_text("utf-8"), RULE.book)
ON = date(2026, 3, 2)


def decided(on: date = ON, **facts: object) -> engine.Decision:
    return engine.run(RULE, {name: value if isinstance(value, Fact) else Fact(value) for name, value in facts.items()}, on)


def a_home(**facts: object) -> dict[str, object]:
    only_home = {
        "act": "purchase", "object": "home", "buyer": "person", "family_homes": 0, "area": "140.00", "price": "2800000.00",
        "vat": "excluded", "contract_date": "2026-03-01",
    }  # fmt: skip
    return {**only_home, **facts}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_golden_case_ends_as_computed_by_hand(case: GoldenCase) -> None:
    assert list(golden.failures(RULE, (case,))) == []


def test_every_row_of_the_table_of_law_is_there_and_some_case_ends_in_it() -> None:
    (table,) = [table for table in RULE.book.tables if table.id == "rate"]
    rows = {row.id for row in table.rows}
    law = {*(f"X{n:02}" for n in range(1, 11)), "H00", *(f"H{n}" for n in (11, 12, 13, 14, 21, 22, 23, 24, 31, 32)), "D00", "D01"}
    assert law <= rows
    seen = {
        one["row"]
        for case in CASES
        for one in engine.run(RULE, case.facts, case.on).trace["tables"]
        if one["table"] == table.name
    }
    assert rows <= seen


def test_every_row_that_speaks_of_law_cites_it() -> None:
    for table in RULE.book.tables:
        assert [row.id for row in table.rows if row.text and not row.basis and table.id != "dates"] == []


def test_no_row_refuses() -> None:
    assert "refuse" not in json.dumps([row.gives for table in RULE.book.tables for row in table.rows])


def grants() -> Iterator[GoldenCase]:
    return (case for case in CASES if case.expected["outcome"] == "grant")


@pytest.mark.parametrize("case", list(grants()), ids=lambda case: case.id)
def test_a_fact_that_is_dropped_or_unproved_never_changes_a_grant(case: GoldenCase) -> None:
    """Either a person decides, or the fact did not matter; a figure left out with a meaning of its own is the one exception."""
    whole = engine.run(RULE, case.facts, case.on)
    claims = {"relation", "relief", "co_owner", "vat_amount"}
    for name, fact in case.facts.items():
        without = {other: value for other, value in case.facts.items() if other != name}
        doubted = engine.run(RULE, {**without, name: Fact(fact.value, proved=False)}, case.on)
        assert doubted.outcome == "human" or same(doubted, whole), name
        dropped = engine.run(RULE, without, case.on)
        assert dropped.outcome == "human" or same(dropped, whole) or name in claims, name


def same(one: engine.Decision, other: engine.Decision) -> bool:
    """The same end but for a base that an exemption does not need."""
    figures = ("rate", "payable", "row")
    return one.outcome == other.outcome and all(one.result[name] == other.result[name] for name in figures)


@pytest.mark.parametrize("name", ["family_homes", "area", "price", "vat", "contract_date", "object", "buyer", "act"])
def test_every_fact_of_a_purchase_is_named_when_it_is_missing(name: str) -> None:
    decision = decided(**{fact: value for fact, value in a_home().items() if fact != name})
    assert decision.outcome == "human"
    assert name in decision.missing


cents = st.integers(min_value=1, max_value=10**14).map(lambda n: Decimal(n).scaleb(-2))
RATES = {0: {False: "1", True: "1.5"}, 1: {False: "1", True: "2"}, 2: {False: "3", True: "3"}}


def rounded(amount: Fraction) -> str:
    """Half up to the cent, in whole numbers."""
    return str((Decimal(int(amount * 1000)) / 10).quantize(Decimal(1), ROUND_HALF_UP).scaleb(-2).quantize(Decimal("0.01")))


@settings(max_examples=300, deadline=None)
@given(price=cents, homes=st.integers(0, 2), large=st.booleans(), vat=st.sampled_from(["0", "1", "1.5", "3", "5", "9", "13"]))
def test_amounts_are_exact_to_the_cent(price: Decimal, homes: int, large: bool, vat: str) -> None:
    included = {"vat": "included", "vat_rate": vat} if vat != "0" else {"vat": "excluded"}
    result = decided(**a_home(price=f"{price:f}", family_homes=homes, area="140.01" if large else "140.00", **included)).result
    base = Fraction(price) / (1 + Fraction(vat) / 100)
    rate = RATES[homes][large]
    assert (result["rate"], result["base"], result["payable"]) == (rate, rounded(base), rounded(base * Fraction(rate) / 100))


@settings(max_examples=200, deadline=None)
@given(price=cents, share=st.integers(1, 99))
def test_the_tax_on_the_invoice_is_taken_out_to_the_cent(price: Decimal, share: int) -> None:
    amount = (price * share / 100).quantize(Decimal("0.01"))
    decision = decided(**a_home(price=f"{price:f}", vat="included", vat_amount=f"{amount:f}"))
    if amount >= price:
        assert decision.missing == ("vat_amount",)
    else:
        assert decision.result["payable"] == rounded(Fraction(price - amount) / 100)


@given(
    days=st.integers(0, 6000),
    late=st.integers(0, 3000),
    homes=st.integers(0, 2),
    area=st.sampled_from(["90", "90.01", "140", "140.01"]),
)
@settings(max_examples=150, deadline=None)
def test_waiting_never_makes_a_purchase_dearer(days: int, late: int, homes: int, area: str) -> None:
    """The transition of 2024-12-01 may only help whoever signed before it and had not declared."""
    signed = date(2016, 2, 22) + timedelta(days=days)
    facts = a_home(contract_date=signed.isoformat(), family_homes=homes, area=area, first_tier_city=False)
    at_once, later = decided(signed, **facts), decided(signed + timedelta(days=late), **facts)
    assert Decimal(later.result["payable"]) <= Decimal(at_once.result["payable"])


def standard() -> Standard:
    found = reading.read((PACK / "standards" / "deed-tax.yaml").read_text("utf-8"))
    assert found.faults == ()
    assert isinstance(found.document, Standard)
    return found.document


def test_questions_and_fields_speak_the_words_of_the_rule() -> None:
    facts = RULE.book.facts
    for named in (*standard().questions, *standard().form):
        fact = facts.get(named.id)
        if fact and named.options:
            assert set(named.options) <= set(fact.options), named.id


def test_every_fact_of_today_has_a_question_or_a_field() -> None:
    """But for what only contracts of long ago need, or what is known of the city."""
    asked = {one.id for one in (*standard().questions, *standard().form)}
    assert set(RULE.book.facts) - asked == {"first_tier_city", "ordinary"}


def test_shared_fields_name_data_that_a_connector_gives() -> None:
    connectors = source.parse((PACK / "connectors.yaml").read_text("utf-8")).value["resources"]
    gives = {f"shared:{one['id']}.{field['id']}": field["type"] for one in connectors for field in one["fields"]}
    params = {name for one in connectors for name in one["params"]}
    for field in standard().form:
        if field.source.startswith("shared:"):
            assert gives[field.source] == field.type, field.id
    assert params <= {field.id for field in standard().form}
    register = reading.read((PACK / "resources.yaml").read_text("utf-8"))
    assert register.faults == ()
    assert {one.id for one in register.document.shared} == {one["id"] for one in connectors}
    used = {m.source.removeprefix("shared:") for m in standard().materials if m.source.startswith("shared:")}
    assert used <= {one["id"] for one in connectors}


def examples() -> list[dict[str, Any]]:
    found = (source.parse(path.read_text("utf-8")).value for path in sorted((PACK / "cases").glob("*.yaml")))
    return [case for file in found for case in file["cases"]]


@pytest.mark.parametrize("case", examples(), ids=lambda case: case["id"])
def test_an_example_case_ends_as_expected(case: dict[str, Any]) -> None:
    item, answers, expected = standard(), case["answers"], case["expected"]
    assert situations.narrow(item, answers) == answers
    assert situations.complete(item, answers)
    fields = {field.id: field for field in values.fields(item, answers)}
    assert {name for name, field in fields.items() if field.source == "applicant"} == set(case.get("typed", {}))
    known = {name: {"value": value, "source": fields[name].source} for name, value in case["fetched"].items()}
    known |= {name: {"value": value, "source": "applicant"} for name, value in case.get("typed", {}).items()}
    on = date.fromisoformat(case["on"])
    decision = engine.run(RULE, case_facts.facts(answers, known, {"properties": FACTS_SCHEMA}), on)
    assert (decision.outcome, list(decision.missing)) == (expected["outcome"], expected.get("missing", []))
    for figure in ("row", "rate", "payable"):
        assert decision.result.get(figure) == expected.get(figure)
    assert expected["pays"] is (Decimal(decision.result.get("payable", "0")) > 0)
    owed = [one.id for one in values.materials(item, answers) if one.source == "applicant"]
    assert (owed, visits.visits(item, answers).zero.visits) == (expected["owed"], int(expected["visits"]))


def test_the_guide_promises_no_visit_at_all() -> None:
    counted = visits.visits(standard())
    assert (counted.promise, counted.zero.visits, counted.hall.visits) == ("zero", 0, 1)


def test_the_papers_that_the_standard_names_are_in_the_pack() -> None:
    forms = [m.form for m in standard().materials if m.form]
    named = {name for form in forms for name in (form.template, form.sample) if name} | {r.sample for r in standard().results}
    assert named == {path.name for path in (PACK / "forms").glob("*.html")}
