"""The packs that clerks work on: definitions that hold together, promised visits, example cases from filing to result."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from standins import registers

from onevisit.cases import clocks
from onevisit.cases import facts as case_facts
from onevisit.catalogue import offers
from onevisit.core import process, reading, rework, situations, source, stages, values, visits
from onevisit.core.definition import Field, Standard
from onevisit.core.offers import Offer
from onevisit.core.state import Act, Refusal, State
from onevisit.core.tables import Fact
from onevisit.core.workdays import HOURS, SHANGHAI, Calendar, CalendarDay, receipt
from onevisit.rules import engine, golden
from onevisit.sharing.answers import TYPES

ROOT = Path(__file__).parents[2]
PACKS = ("real-estate-transfer", "driving-licence-renewal", "senior-allowance")
RULE = "senior-allowance"


def documents(pack: str) -> Iterator[Any]:
    for path in sorted((ROOT / "packs" / pack).rglob("*.yaml")):
        if path.parent.name in ("standards", "offers"):
            found = reading.read(path.read_text("utf-8"), path.name)
            assert found.faults == ()
            yield found.document


def standard(pack: str) -> Standard:
    return next(one for one in documents(pack) if isinstance(one, Standard))


def offer(pack: str, division: str) -> Offer | None:
    return next((one for one in documents(pack) if isinstance(one, Offer) and one.division == division), None)


def written(pack: str, name: str) -> Any:
    return source.parse((ROOT / "packs" / pack / name).read_text("utf-8")).value


def connectors() -> dict[str, Mapping[str, Any]]:
    rows = [one for pack in ("deed-tax", *PACKS) for one in written(pack, "connectors.yaml")["resources"]]
    return {one["id"]: one for one in rows}


@pytest.mark.parametrize("pack", PACKS)
def test_nobody_need_come_and_the_hall_takes_one_visit(pack: str) -> None:
    counted = visits.visits(standard(pack))
    assert (counted.promise, counted.zero.visits, counted.hall.visits) == ("zero", 0, 1)


@pytest.mark.parametrize("pack", PACKS)
def test_shared_fields_name_data_that_a_connector_gives(pack: str) -> None:
    gives = {f"shared:{one['id']}.{field['id']}": field for one in connectors().values() for field in one["fields"]}
    item = standard(pack)
    for field in item.form:
        if field.source.startswith("shared:"):
            given = gives[field.source]
            assert (given["type"], set(given.get("options", {}))) == (field.type, set(field.options)), field.id
    wanted = {m.source.removeprefix("shared:") for m in item.materials if m.source.startswith("shared:")}
    wanted |= {f.source.removeprefix("shared:").rpartition(".")[0] for f in item.form if f.source.startswith("shared:")}
    assert {name for one in wanted for name in connectors()[one]["params"]} <= {field.id for field in item.form}


@pytest.mark.parametrize("pack", PACKS)
def test_what_is_fetched_has_a_material_with_its_own_basis(pack: str) -> None:
    item = standard(pack)
    fetched = {f.source.removeprefix("shared:").rpartition(".")[0] for f in item.form if f.source.startswith("shared:")}
    assert fetched <= {m.source.removeprefix("shared:") for m in item.materials}


@pytest.mark.parametrize("pack", PACKS)
def test_the_papers_that_the_standard_names_are_in_the_pack(pack: str) -> None:
    item = standard(pack)
    named = {name for m in item.materials if m.form for name in (m.form.template, m.form.sample) if name}
    assert named | {r.sample for r in item.results} == {path.name for path in (ROOT / "packs" / pack / "forms").glob("*.html")}


@pytest.mark.parametrize("pack", PACKS)
def test_licences_print_what_the_form_and_the_decision_have(pack: str) -> None:
    item = standard(pack)
    known = {one.id for one in item.form} | {one.id for one in item.questions}
    for licence in written(pack, "licences.yaml")["licences"]:
        printed = [field["from"] for field in licence["fields"]]
        assert {name.removeprefix("value:") for name in printed if name.startswith("value:")} <= known
        assert licence["type"] in {result.licence for result in item.results}


def people() -> dict[str, Mapping[str, str]]:
    with (ROOT / "data" / "demo_people.csv").open(encoding="utf-8", newline="") as lines:
        return {row["key"]: row for row in csv.DictReader(lines)}


def test_the_registers_answer_in_the_types_of_the_connectors() -> None:
    books = registers.load(ROOT / "standins" / "data", ROOT / "data" / "demo_people.csv")
    for name, connector in connectors().items():
        fields = {field["id"]: field for field in connector["fields"]}
        for entry in books[name].entries:
            assert set(entry.when) <= set(connector["params"])
            for datum, value in entry.values.items():
                assert TYPES[fields[datum]["type"]](value, fields[datum]), (name, datum, value)


def test_an_offer_gives_every_parameter_within_bounds_and_with_a_basis_that_says_it_is_made_up() -> None:
    item = standard(RULE)
    found = [one for one in documents(RULE) if isinstance(one, Offer)]
    assert len(found) == 2
    for one in found:
        offers.check(item, one)
        assert {given.id for given in one.parameters} == {parameter.id for parameter in item.parameters}
        assert all("演示依据" in basis.law for given in one.parameters for basis in given.basis)


def rule() -> engine.Compiled:
    return engine.compiled((ROOT / "packs" / RULE / "rules" / f"{RULE}.json").read_text("utf-8"))


CASES_OF_THE_RULE = golden.read((ROOT / "packs" / RULE / "rules" / f"{RULE}.cases.csv").read_text("utf-8"), rule().book)


@pytest.mark.parametrize("case", CASES_OF_THE_RULE, ids=lambda case: case.id)
def test_a_golden_case_ends_as_computed_by_hand(case: golden.GoldenCase) -> None:
    assert list(golden.failures(rule(), (case,))) == []


def test_the_rule_never_refuses_and_knows_only_what_a_case_can_tell() -> None:
    book = rule().book
    assert "refuse" not in json.dumps([row.gives for table in book.tables for row in table.rows])
    item = standard(RULE)
    told = {one.id for part in (item.questions, item.form, item.parameters, item.process) for one in part} | {"division"}
    assert set(book.facts) <= told


@pytest.mark.parametrize("case", [c for c in CASES_OF_THE_RULE if c.expected["outcome"] == "grant"], ids=lambda case: case.id)
def test_no_fact_that_is_dropped_or_unproved_makes_another_grant(case: golden.GoldenCase) -> None:
    whole = engine.run(rule(), case.facts, case.on)
    for name, fact in case.facts.items():
        without = {other: value for other, value in case.facts.items() if other != name}
        for facts in (without, {**without, name: Fact(fact.value, proved=False)}):
            other = engine.run(rule(), facts, case.on)
            assert other.outcome == "human" or other.result == whole.result, name


def examples() -> list[tuple[str, dict[str, Any]]]:
    found = [(pack, path) for pack in PACKS for path in sorted((ROOT / "packs" / pack / "cases").glob("*.yaml"))]
    return [(pack, case) for pack, path in found for case in source.parse(path.read_text("utf-8")).value["cases"]]


def calendar() -> Calendar:
    with (Path(__file__).parents[2] / "data" / "cn_holidays_2024_2026.csv").open(encoding="utf-8", newline="") as lines:
        return Calendar.from_rows(CalendarDay(date.fromisoformat(row["date"]), row["kind"]) for row in csv.DictReader(lines))  # type: ignore[arg-type]


def offered(pack: str, case: Mapping[str, Any]) -> Standard:
    local = offer(pack, case["division"])
    return offers.applied(standard(pack), local) if local else standard(pack)


def walked(item: Standard, case: Mapping[str, Any]) -> State:
    """The state after every act; what a step will find is known beforehand, so that the process has all its attempts."""
    item = replace(item, process=rework.unrolled(item.process))
    plan = process.plan(item, {**case["answers"], **case.get("outcomes", {})})
    state = State()
    for act in case["acts"]:
        at = datetime.fromisoformat(act["at"]).replace(tzinfo=SHANGHAI)
        moment = receipt(at, HOURS, calendar())
        data = {key: act[key] for key in ("outcome", "reason", "clocks") if key in act}
        if act["act"] in ("file", "receive"):
            data |= {"needs": {step.id: list(step.needs) for step in plan.steps}}
        if act["act"] in ("file", "receive", "correct"):
            data |= {"received": moment.isoformat()}
        if act["act"] == "accept":
            data |= {"accepted": moment.date().isoformat()}
        events = stages.decide(item, state, Act(act["act"], act.get("step", ""), data), at)
        assert not isinstance(events, Refusal), (act, events)
        state = stages.fold(events, state)
        assert act.get("then", state.stage) == state.stage, act
    return state


def named(one: object) -> str:
    return str(one["id"] if isinstance(one, dict) else one)


@pytest.mark.parametrize(("pack", "case"), examples(), ids=named)
def test_an_example_case_runs_from_filing_to_its_end(pack: str, case: dict[str, Any]) -> None:
    item, expected = offered(pack, case), case["expected"]
    assert situations.narrow(item, case["answers"]) == case["answers"]
    assert situations.complete(item, case["answers"])
    state = walked(item, case)
    assert (state.stage, state.outcome) == (expected["stage"], expected.get("outcome", ""))
    assert state.accepted == expected.get("accepted", "")
    assert state.notices == int(expected.get("notices", 0))
    due = clocks.when_due(clocks.limits(item, case["answers"]), state, calendar())
    ends = {"promised": due.promised, "legal": due.legal}
    assert {name: end.isoformat() for name, end in ends.items() if end} == {
        name: expected[name] for name in ends if name in expected
    }


@pytest.mark.parametrize(("pack", "case"), examples(), ids=named)
def test_an_example_case_has_the_fields_of_its_situation(pack: str, case: dict[str, Any]) -> None:
    item, stage = standard(pack), case["expected"]["stage"]
    fields = {field.id: field for field in values.fields(item, case["answers"])}
    fetched = set(case["fetched"]) | {name for act in case["acts"] for name in act.get("fetched", {})}
    asked = {name for name, field in fields.items() if not values.is_typed(field)}
    assert fetched <= asked
    assert {name for name in asked if fields[name].required} <= fetched or stage in ("turned_away", "received")
    typed = {name for name, field in fields.items() if field.source == "applicant"}
    assert typed == set(case.get("typed", {}))
    given = {name: plain(fields[name], value) for name, value in case.get("typed", {}).items()}
    assert values.faults([fields[name] for name in typed], given, date.fromisoformat(case["on"])) == ()


def plain(field: Field, value: Any) -> Any:
    return [{key: str(one) for key, one in row.items()} for row in value] if field.type == "group" else str(value)


@pytest.mark.parametrize(("pack", "case"), examples(), ids=named)
def test_an_example_case_has_the_papers_visits_and_fees_of_its_situation(pack: str, case: dict[str, Any]) -> None:
    item, expected, answers = standard(pack), case["expected"], case["answers"]
    assert [one.id for one in values.materials(item, answers) if one.source == "applicant"] == expected["owed"]
    made = {who: int(number) for who, number in expected["visits"].items()}
    assert max(made.values()) <= visits.visits(item, answers).hall.visits
    came = {act["who"] for act in case["acts"] if act.get("via") in ("hall", "kiosk") and isinstance(act["who"], str)}
    assert {who for who, number in made.items() if number} == came & set(made)
    assert set(case["people"].values()) <= set(people())
    owing = [fee.amount for fee in item.fees if situations.holds(fee.when, answers)]
    assert [act["pays"] for act in case["acts"] if "pays" in act] in ([], owing)


ENTITLED = [(pack, case) for pack, case in examples() if "rule" in case["expected"]]


@pytest.mark.parametrize(("pack", "case"), ENTITLED, ids=named)
def test_the_rule_says_of_an_example_what_is_expected(pack: str, case: dict[str, Any]) -> None:
    fields = {field.id: field for field in standard(pack).form}
    known = {name: {"value": value, "source": fields[name].source} for name, value in case["fetched"].items()}
    content = json.loads((ROOT / "packs" / RULE / "rules" / f"{RULE}.json").read_text("utf-8"))
    told = case_facts.facts(case["answers"], known, content["nodes"][0]["content"]["schema"])
    told |= {name: Fact(value) for name, value in {**case["parameters"], "division": case["division"]}.items()}
    if "outcomes" in case:
        told["home_check"] = Fact(list(case["outcomes"].values())[-1])
    decision = engine.run(rule(), told, date.fromisoformat(case["on"]))
    expected = {"missing": [], **case["expected"]["rule"]}
    assert {"outcome": decision.outcome, "missing": list(decision.missing), **decision.result} == expected
    local = offer(pack, case["division"])
    assert local is not None
    assert {one.id: one.value for one in local.parameters} == case["parameters"]
