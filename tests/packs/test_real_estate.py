"""Real estate and investment projects: standards that hold together, promised visits, example cases, a city with them."""

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
from onevisit.catalogue import actions, packs
from onevisit.catalogue.models import Standard as Row
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
OURS = ("investment-projects", NAME)
ORDER = ("deed-tax", *OURS, "real-estate-transfer")
"""As a city loads them: packs whose shared resources are used here come before and after."""
UNSTATED = {"real-estate-search": 5}
"""Legal days where the base catalogue has none; the others of these are filed as soon as they are received."""
DANGLING = re.compile(r"其他材料|有关材料|相关材料|等材料|视情况|必要时|有关部门")


@cache
def pack(name: str = NAME) -> packs.Pack:
    return packs.load(PACKS / name)


def standards() -> dict[str, Standard]:
    return {one.standard.item.key: one.standard for name in OURS for one in pack(name).definitions}


def connectors() -> dict[str, Mapping[str, Any]]:
    return {one["id"]: one for name in ORDER for one in listed(name)}


def listed(name: str) -> list[Mapping[str, Any]]:
    """The shared resources that a pack connects."""
    return list(source.parse((PACKS / name / "connectors.yaml").read_text("utf-8")).value["resources"])


@cache
def base_items() -> dict[str, Mapping[str, str]]:
    with (DATA / "base_items.csv").open(encoding="utf-8", newline="") as lines:
        return {row["key"]: row for row in csv.DictReader(lines)}


KEYS = sorted(standards())


@pytest.mark.parametrize(("name", "number"), [(NAME, 8), ("investment-projects", 4)])
def test_a_pack_has_a_file_for_each_item(name: str, number: int) -> None:
    found = {one.path: one.standard.item.key for one in pack(name).definitions}
    assert found == {f"standards/{key}.yaml": key for key in found.values()}
    assert len(found) == number


def test_the_packs_lint_clean_beside_their_neighbours() -> None:
    report = lint.lint([one for name in ORDER for one in pack(name).readings], set(base_items()))
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
    assert stated == ({int(row["legal_days"])} if row["legal_days"] else {UNSTATED.get(key, 1)})
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


@pytest.mark.parametrize("name", OURS)
def test_the_papers_that_the_standards_name_are_in_the_pack(name: str) -> None:
    named = {file for one in pack(name).definitions for file in packs.named_files(one.standard)}
    assert named == {path.name for path in (PACKS / name / "forms").glob("*.html")}


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
    item = standards()[key]
    (words,) = (pack(name).words[key] for name in OURS if key in pack(name).words)
    assert 6 <= len(item.faq) <= 9
    assert not DANGLING.search(" ".join(one.q + one.a for one in item.faq))
    assert len(words) >= 20
    assert any(re.fullmatch(r"[a-z ]+", word) for word in words)
    assert set(base_items()[key]["words"].split()) & set(words)


@pytest.mark.parametrize("name", OURS)
def test_licences_are_those_of_the_results_and_print_what_a_form_has(name: str) -> None:
    types = {one.key: one for one in licence_types(PACKS / name / "licences.yaml")}
    items = [one.standard for one in pack(name).definitions]
    assert {key: one.name for key, one in types.items()} == {r.licence: r.name for item in items for r in item.results}
    for key, kind in types.items():
        printed = [str(one["from"]) for one in kind.fields]
        wanted = {one.removeprefix("value:") for one in printed if one.startswith("value:")}
        givers = [{one.id for one in item.form} for item in items if key in {result.licence for result in item.results}]
        assert wanted <= set().union(*givers), key
        assert all(wanted & giver for giver in givers), key


def test_what_two_packs_declare_is_declared_alike() -> None:
    """Whichever pack is loaded last, the city says the same."""
    told: dict[str, list[object]] = {}
    for name in ORDER:
        for shared in pack(name).register.shared:
            told.setdefault(f"register {shared.id}", []).append(shared)
        for kind in licence_types(PACKS / name / "licences.yaml"):
            told.setdefault(f"licence {kind.key}", []).append(kind)
        for resource in listed(name):
            told.setdefault(f"connector {resource['id']}", []).append(resource)
    twice = {what: one for what, one in told.items() if len(one) > 1}
    assert {"licence real-estate-certificate", "register tax.deed_tax", "connector estate.land"} <= set(twice)
    assert [what for what, one in twice.items() if any(each != one[0] for each in one)] == []


def test_the_registers_answer_in_the_types_of_the_connectors() -> None:
    books = registers.load(ROOT / "standins" / "data", DATA / "demo_people.csv")
    for connector in (one for name in OURS for one in listed(name)):
        fields = {field["id"]: field for field in connector["fields"]}
        assert books[connector["id"]].entries
        for entry in books[connector["id"]].entries:
            assert set(entry.when) <= set(connector["params"])
            for datum, value in entry.values.items():
                assert TYPES[fields[datum]["type"]](value, fields[datum]), (connector["id"], datum, value)


def examples() -> list[dict[str, Any]]:
    files = [path for name in OURS for path in sorted((PACKS / name / "cases").glob("*.yaml"))]
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
    who = case["fetched"].get("credit_code") or people()[next(iter(case["people"].values()))]["number"]
    for field in values.fields(item, case["answers"]):
        if field.source.startswith("shared:"):
            resource, _, datum = field.source.removeprefix("shared:").rpartition(".")
            told = books[resource].find(who, {**case["typed"], **case["fetched"]}) or {}
            assert str(told.get(datum)) == str(case["fetched"].get(field.id)), field.id


@pytest.mark.django_db
def test_a_city_publishes_and_offers_them_after_the_deed_tax() -> None:
    town.small_city()
    town.all_departments()
    near = Division.objects.get(code=town.NEAR)
    for number, word in enumerate(("natural-resources", "development", "housing")):
        code = f"11349900DEM00009{number}X"
        DepartmentOffice.objects.create(department_id=word, division=near, name=f"近山县{word}", credit_code=code, demo=True)
    actions.load_base_items(SYSTEM)
    for name in ORDER:
        sharing.load_pack(SYSTEM, pack(name))
        for new in licence_types(PACKS / name / "licences.yaml"):
            licences.define(SYSTEM, new, town.NEAR)
        actions.publish_pack(SYSTEM, pack(name))
    for key in KEYS:
        actions.offer(SYSTEM, key, town.NEAR)
    rows = Row.objects.filter(base_item__key__in=KEYS, state=Row.State.PUBLISHED).select_related("base_item")
    found = {row.base_item.key: row for row in rows}
    assert set(found) == set(KEYS)
    assert {row.promise for row in found.values()} == {"zero"}
    assert [one.changed for name in OURS for one in actions.publish_pack(SYSTEM, pack(name))] == [False] * len(KEYS)
