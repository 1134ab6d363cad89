"""Real estate beside the transfer: standards that hold together, promised visits, example cases, a city that offers them."""

import csv
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from standins import registers
from tests.catalogue import town
from tests.packs.test_clerk_packs import calendar, people, plain, walked

from onevisit.access import SYSTEM
from onevisit.cases import clocks
from onevisit.catalogue import actions, packs, queries
from onevisit.city.models import DepartmentOffice, Division
from onevisit.core import lint, situations, source, values, visits
from onevisit.core.definition import Standard
from onevisit.licences import actions as licences
from onevisit.licences.packs import read as licence_types
from onevisit.settings import DATA, PACKS
from onevisit.sharing import actions as sharing
from onevisit.sharing.answers import TYPES

ROOT = Path(__file__).parents[2]
NAME = "real-estate"
NEIGHBOURS = ("deed-tax", "real-estate-transfer")
"""Packs whose shared resources are used here; the city has loaded the first one before, and the other one after."""
DANGLING = re.compile(r"其他材料|有关材料|相关材料|等材料|视情况|必要时|有关部门")


@cache
def pack(name: str = NAME) -> packs.Pack:
    return packs.load(PACKS / name)


def standards() -> dict[str, Standard]:
    return {one.standard.item.key: one.standard for one in pack().definitions}


def connectors() -> dict[str, Mapping[str, Any]]:
    return {one["id"]: one for name in (*NEIGHBOURS, NAME) for one in listed(name)}


def listed(name: str) -> list[Mapping[str, Any]]:
    """The shared resources that a pack connects."""
    return list(source.parse((PACKS / name / "connectors.yaml").read_text("utf-8")).value["resources"])


@cache
def base_items() -> dict[str, Mapping[str, str]]:
    with (DATA / "base_items.csv").open(encoding="utf-8", newline="") as lines:
        return {row["key"]: row for row in csv.DictReader(lines)}


KEYS = sorted(standards())


def test_the_pack_has_the_eight_items() -> None:
    assert len(KEYS) == len(pack().definitions) == 8
    assert sorted(f"standards/{key}.yaml" for key in KEYS) == sorted(one.path for one in pack().definitions)


def test_the_pack_lints_clean_beside_its_neighbours() -> None:
    report = lint.lint([one for name in (*NEIGHBOURS, NAME) for one in pack(name).readings], set(base_items()))
    assert [(one.file, one.line, one.code) for one in report.diagnostics] == []


@pytest.mark.parametrize("key", KEYS)
def test_a_standard_is_what_the_base_catalogue_says(key: str) -> None:
    item, row = standards()[key], base_items()[key]
    assert (item.item.name, item.item.type, item.item.department) == (row["name"], row["type"], row["department"])
    assert (item.handling, item.item.theme) == (row["handling"], (row["theme"],))
    assert item.level in row["levels"].split()
    cited = {f"{basis.law.removeprefix('中华人民共和国')} {basis.article}" for basis in item.item.basis}
    assert row["basis"] in cited
    stated = {limit.legal for limit in item.limits}
    assert stated == ({int(row["legal_days"])} if row["legal_days"] else {5})
    assert row["licence"] in {"", *(result.name for result in item.results)}


@pytest.mark.parametrize("key", KEYS)
def test_nobody_need_come_and_the_hall_takes_one_visit(key: str) -> None:
    counted = visits.visits(standards()[key])
    assert (counted.promise, counted.zero.visits, counted.hall.visits) == ("zero", 0, 1)


@pytest.mark.parametrize("key", KEYS)
def test_days_of_the_steps_fit_the_promise_in_every_situation(key: str) -> None:
    item = standards()[key]
    (limit,) = item.limits
    for answers in situations.situations(item):
        days = sum(step.days or 0 for step in item.process if situations.holds(step.when, answers) and not step.special)
        assert days <= (limit.promised or 0) <= (limit.legal or 0)


@pytest.mark.parametrize("key", KEYS)
def test_shared_fields_name_data_that_a_connector_gives(key: str) -> None:
    gives = {f"shared:{one['id']}.{field['id']}": field for one in connectors().values() for field in one["fields"]}
    item = standards()[key]
    for field in item.form:
        if field.source.startswith("shared:"):
            given = gives[field.source]
            assert (given["type"], dict(given.get("options", {}))) == (field.type, dict(field.options)), field.id


@pytest.mark.parametrize("key", KEYS)
def test_every_situation_has_what_it_fetches_with_and_a_basis_for_it(key: str) -> None:
    """In no situation is a resource asked without its params, or a datum shown without a material that says why."""
    item = standards()[key]
    for answers in situations.situations(item):
        fields = {field.id: field for field in values.fields(item, answers)}
        asked = {f.source.removeprefix("shared:").rpartition(".")[0] for f in fields.values() if f.source.startswith("shared:")}
        held = {m.source.removeprefix("shared:") for m in values.materials(item, answers) if m.source.startswith("shared:")}
        assert asked == held, answers
        assert {name for one in asked for name in connectors()[one]["params"]} <= set(fields), answers
        assert "phone" in fields


@pytest.mark.parametrize("key", KEYS)
def test_a_paper_that_somebody_brings_says_how_it_looks(key: str) -> None:
    for material in standards()[key].materials:
        if material.source == "applicant":
            assert material.form is not None
            assert (material.form.copies, bool(material.form.sample), bool(material.note)) == (1, True, True), material.id
            assert material.surrender or material.form.signature or "照片" in material.name, material.id
        assert material.basis


def test_the_papers_that_the_standards_name_are_in_the_pack() -> None:
    named = {name for item in standards().values() for name in packs.named_files(item)}
    assert named == {path.name for path in (PACKS / NAME / "forms").glob("*.html")}


def test_fees_are_those_of_the_price_notice_and_small_firms_pay_none() -> None:
    amounts = {key: sorted({fee.amount for fee in item.fees}) for key, item in standards().items() if item.fees}
    assert amounts == {
        "mortgage-registration": ["550.00", "80.00"],
        "real-estate-first-registration": ["550.00", "80.00"],
        "real-estate-certificate-reissue": ["10.00"],
    }
    for item in standards().values():
        assert all("micro" not in kinds for fee in item.fees for kinds in fee.when.values())
        assert all(any("2559号" in basis.law for basis in fee.basis) for fee in item.fees)


@pytest.mark.parametrize("key", KEYS)
def test_a_fee_is_owed_exactly_where_there_is_a_step_to_pay_it(key: str) -> None:
    item = standards()[key]
    for answers in situations.situations(item):
        owing = [fee for fee in item.fees if situations.holds(fee.when, answers)]
        paying = [step for step in item.process if step.does == "pay" and situations.holds(step.when, answers)]
        assert len(owing) == len(paying) <= 1, answers


@pytest.mark.parametrize("key", KEYS)
def test_questions_and_words_are_those_of_people(key: str) -> None:
    item, words = standards()[key], pack().words[key]
    assert 6 <= len(item.faq) <= 9
    assert not DANGLING.search(" ".join(one.q + one.a for one in item.faq))
    assert len(words) >= 20
    assert any(re.fullmatch(r"[a-z ]+", word) for word in words)
    assert set(base_items()[key]["words"].split()) & set(words)


def test_licences_are_those_of_the_results_and_print_what_a_form_has() -> None:
    types = {one.key: one for one in licence_types(PACKS / NAME / "licences.yaml")}
    assert set(types) == {result.licence for item in standards().values() for result in item.results}
    for item in standards().values():
        known = {one.id for one in item.form}
        for result in item.results:
            printed = [str(field["from"]) for field in types[result.licence].fields]
            assert {name.removeprefix("value:") for name in printed if name.startswith("value:")} & known


def test_what_the_transfer_declares_too_is_declared_alike() -> None:
    """Whichever pack is loaded last, the city says the same."""
    (mine,) = (one for one in licence_types(PACKS / NAME / "licences.yaml") if one.key == "real-estate-certificate")
    assert mine in licence_types(PACKS / "real-estate-transfer" / "licences.yaml")
    for kind in ("shared", "licences"):
        theirs = {str(one): one for name in NEIGHBOURS for one in getattr(pack(name).register, kind)}
        ids = {getattr(one, "id", "") or getattr(one, "type", "") for one in theirs.values()}
        both = [one for one in getattr(pack().register, kind) if (getattr(one, "id", "") or getattr(one, "type", "")) in ids]
        assert both
        assert all(one in theirs.values() for one in both)
    known = {one["id"]: one for one in listed("real-estate-transfer")}
    own = {one["id"]: one for one in listed(NAME)}
    assert {name: own[name] for name in known if name in own} == {name: known[name] for name in known if name in own} != {}


def test_the_registers_answer_in_the_types_of_the_connectors() -> None:
    books = registers.load(ROOT / "standins" / "data", DATA / "demo_people.csv")
    for connector in listed(NAME):
        fields = {field["id"]: field for field in connector["fields"]}
        assert books[connector["id"]].entries
        for entry in books[connector["id"]].entries:
            assert set(entry.when) <= set(connector["params"])
            for datum, value in entry.values.items():
                assert TYPES[fields[datum]["type"]](value, fields[datum]), (connector["id"], datum, value)


def examples() -> list[dict[str, Any]]:
    files = sorted((PACKS / NAME / "cases").glob("*.yaml"))
    return [case for path in files for case in source.parse(path.read_text("utf-8")).value["cases"]]


def case_id(case: Mapping[str, Any]) -> str:
    return str(case["id"])


@pytest.mark.parametrize("case", examples(), ids=case_id)
def test_an_example_case_runs_from_filing_to_its_end(case: dict[str, Any]) -> None:
    item, expected = standards()[case["item"]], case["expected"]
    assert situations.narrow(item, case["answers"]) == case["answers"]
    assert situations.complete(item, case["answers"])
    state = walked(item, case)
    assert (state.stage, state.outcome, state.accepted) == (expected["stage"], expected["outcome"], expected["accepted"])
    due = clocks.when_due(clocks.limits(item, case["answers"]), state, calendar())
    assert due.promised is not None
    assert due.legal is not None
    assert (due.promised.isoformat(), due.legal.isoformat()) == (expected["promised"], expected["legal"])


@pytest.mark.parametrize("case", examples(), ids=case_id)
def test_an_example_case_has_the_fields_papers_and_fees_of_its_situation(case: dict[str, Any]) -> None:
    item, expected, answers = standards()[case["item"]], case["expected"], case["answers"]
    fields = {field.id: field for field in values.fields(item, answers)}
    asked = {name for name, field in fields.items() if not values.is_typed(field)}
    assert {name for name in asked if fields[name].required} <= set(case["fetched"]) <= asked
    typed = {name for name, field in fields.items() if field.source == "applicant"}
    assert {name for name in typed if fields[name].required} <= set(case["typed"]) <= typed
    given = {name: plain(fields[name], value) for name, value in case["typed"].items()}
    assert values.faults([fields[name] for name in given], given, date.fromisoformat(case["on"])) == ()
    assert [one.id for one in values.materials(item, answers) if one.source == "applicant"] == expected["owed"]
    owing = [fee.amount for fee in item.fees if situations.holds(fee.when, answers)]
    assert [act["pays"] for act in case["acts"] if "pays" in act] == owing
    assert max(int(one) for one in expected["visits"].values()) <= visits.visits(item, answers).hall.visits
    assert set(case["people"].values()) <= set(people())
    assert expected["licence"] in {result.licence for result in item.results}


@pytest.mark.parametrize("case", examples(), ids=case_id)
def test_the_registers_say_what_an_example_case_fetches(case: dict[str, Any]) -> None:
    item, books = standards()[case["item"]], registers.load(ROOT / "standins" / "data", DATA / "demo_people.csv")
    who = people()[next(iter(case["people"].values()))]
    for field in values.fields(item, case["answers"]):
        if field.source.startswith("shared:"):
            resource, _, datum = field.source.removeprefix("shared:").rpartition(".")
            told = books[resource].find(who["number"], {**case["typed"], **case["fetched"]}) or {}
            assert str(told.get(datum)) == str(case["fetched"].get(field.id)), field.id


@pytest.mark.django_db
def test_a_city_publishes_and_offers_them_after_the_deed_tax() -> None:
    town.small_city()
    town.all_departments()
    near = Division.objects.get(code=town.NEAR)
    DepartmentOffice.objects.create(
        department_id="natural-resources",
        division=near,
        name="近山县自然资源和规划局",
        credit_code="11349900DEM000091X",
        demo=True,
    )
    actions.load_base_items(SYSTEM)
    for name in ("deed-tax", NAME, "real-estate-transfer"):
        sharing.load_pack(SYSTEM, pack(name))
        for new in licence_types(PACKS / name / "licences.yaml"):
            licences.define(SYSTEM, new, town.NEAR)
        actions.publish_pack(SYSTEM, pack(name))
    for key in KEYS:
        actions.offer(SYSTEM, key, town.NEAR)
    found = {row.base_item.key: row for row in queries.in_force(KEYS)}
    assert set(found) == set(KEYS)
    assert {row.promise for row in found.values()} == {"zero"}
    assert [one.changed for one in actions.publish_pack(SYSTEM, pack())] == [False] * 8
