"""The packs of social matters and of starting a company: promises, fetched data, limits, papers, every situation to its end."""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from standins import registers

from onevisit.cases import clocks
from onevisit.core import process, reading, situations, source, stages, values, visits
from onevisit.core.definition import Standard
from onevisit.core.state import Act, Refusal, State
from onevisit.core.workdays import HOURS, SHANGHAI, Calendar, CalendarDay, receipt
from onevisit.sharing.answers import TYPES

ROOT = Path(__file__).parents[2]
NAMES = ("company-start-up", "social-matters")


def table(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def written(path: Path) -> Any:
    return source.parse(path.read_text("utf-8")).value


def standard(path: Path) -> Standard:
    found = reading.read(path.read_text("utf-8"), path.name)
    assert found.faults == ()
    assert isinstance(found.document, Standard)
    return found.document


FILES = {
    path.stem: (name, standard(path)) for name in NAMES for path in sorted((ROOT / "packs" / name / "standards").glob("*.yaml"))
}
STANDARDS = [one for _, one in FILES.values()]
BASE = {row["key"]: row for row in table("base_items.csv")}
PEOPLE = {row["key"]: row for row in table("demo_people.csv")}
OFFICES = {row["id"]: row["levels"].split() for row in table("departments.csv")}
BOOKS = registers.load(ROOT / "standins" / "data", ROOT / "data" / "demo_people.csv")
CONNECTORS: Mapping[str, Mapping[str, Any]] = {
    one["id"]: one for path in (ROOT / "packs").glob("*/connectors.yaml") for one in written(path)["resources"]
}
CASES = [case for name in NAMES for path in (ROOT / "packs" / name / "cases").glob("*.yaml") for case in written(path)["cases"]]
DAYS = Calendar.from_rows(CalendarDay(date.fromisoformat(row["date"]), row["kind"]) for row in table("cn_holidays_2024_2026.csv"))  # type: ignore[arg-type]

every = pytest.mark.parametrize("item", STANDARDS, ids=lambda one: one.item.key)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda one: str(one["id"]))


def fetched(item: Standard) -> dict[str, str]:
    """Resource and datum of each field that is fetched."""
    return {one.id: one.source.removeprefix("shared:") for one in item.form if one.source.startswith("shared:")}


@every
def test_the_head_is_the_row_of_the_base_catalogue(item: Standard) -> None:
    row = BASE[item.item.key]
    assert (item.item.name, item.item.type, item.item.department) == (row["name"], row["type"], row["department"])
    assert item.handling == row["handling"]
    assert item.level in row["levels"].split()
    assert {"both": "organisation"}.get(row["audience"], row["audience"]) in item.audience


@every
def test_nobody_need_come_and_the_hall_takes_one_visit(item: Standard) -> None:
    counted = visits.visits(item)
    assert (counted.promise, counted.zero.visits, counted.hall.visits) == ("zero", 0, 1)


@every
def test_the_law_is_kept_and_the_promise_holds_the_process(item: Standard) -> None:
    legal = BASE[item.item.key]["legal_days"]
    for situation in situations.situations(item):
        limit = next(one for one in item.limits if situations.holds(one.when, situation))
        assert limit.promised is not None
        assert limit.legal is None or limit.promised <= limit.legal
        assert not legal or limit.legal == int(legal)
        working = sum(step.days or 0 for step in process.plan(item, situation).steps)
        assert working <= limit.promised


@every
def test_steps_are_done_by_bodies_that_the_level_has(item: Standard) -> None:
    for step in item.process:
        if step.by.startswith("department"):
            body = step.by.partition(":")[2] or item.item.department
            assert (step.level or item.level) in OFFICES[body], step.id


@every
def test_fetched_fields_name_data_that_a_connector_gives(item: Standard) -> None:
    gives = {f"{one['id']}.{field['id']}": field for one in CONNECTORS.values() for field in one["fields"]}
    fields = {one.id: one for one in item.form}
    for name, datum in fetched(item).items():
        given = gives[datum]
        assert (given["type"], dict(given.get("options", {}))) == (fields[name].type, dict(fields[name].options)), name
    wanted = {m.source.removeprefix("shared:") for m in item.materials if m.source.startswith("shared:")}
    assert {datum.rpartition(".")[0] for datum in fetched(item).values()} <= wanted <= set(CONNECTORS)
    assert {name for one in wanted for name in CONNECTORS[one]["params"]} <= set(fields)


@every
def test_a_field_is_fetched_only_where_its_material_is_asked(item: Standard) -> None:
    for situation in situations.situations(item):
        asked = {one.source.removeprefix("shared:") for one in values.materials(item, situation)}
        here = {one.id for one in values.fields(item, situation)}
        assert {datum.rpartition(".")[0] for name, datum in fetched(item).items() if name in here} <= asked


@every
def test_every_situation_runs_from_filing_to_its_end(item: Standard) -> None:
    """Filed, accepted, each step finished as soon as it is ready, decided, handed out, concluded."""
    for situation in situations.situations(item):
        state, done = State(), set[str]()
        steps = {step.id: step for step in process.plan(item, situation).steps}
        data: dict[str, Any] = {"needs": {name: list(step.needs) for name, step in steps.items()}}
        data |= {"received": "2026-03-02T09:00:00+08:00", "accepted": "2026-03-02", "outcome": "grant"}
        while open_ := sorted(name for name, step in steps.items() if name not in done and set(step.needs) <= done):
            for name in open_:
                act = {"submit": "file", "accept": "accept", "decide": "decide"}.get(steps[name].does, "finish")
                told = {"outcome": "licence"} if steps[name].does == "deliver" else data if act != "finish" else {}
                state = stages.fold(agreed(item, state, Act(act, "" if act == "accept" else name, told)), state)
                done.add(name)
        assert done == set(steps)
        state = stages.fold(agreed(item, state, Act("conclude", "", {})), state)
        assert (state.stage, state.outcome) == ("concluded", "grant"), situation


def agreed(item: Standard, state: State, act: Act) -> Any:
    events = stages.decide(item, state, act, datetime(2026, 3, 2, 9, tzinfo=SHANGHAI))
    assert not isinstance(events, Refusal), (act, events)
    return events


@pytest.mark.parametrize("name", NAMES)
def test_papers_words_and_licences_are_those_of_the_standards(name: str) -> None:
    folder = ROOT / "packs" / name
    items = [one for pack, one in FILES.values() if pack == name]
    named = {paper for one in items for m in one.materials if m.form for paper in (m.form.template, m.form.sample) if paper}
    assert named | {r.sample for one in items for r in one.results} == {path.name for path in (folder / "forms").glob("*.html")}
    assert set(written(folder / "words.yaml")["words"]) == {one.item.key for one in items}
    assert set(written(folder / "pack.yaml")["standards"]) == {f"standards/{one.item.key}.yaml" for one in items}
    made = {result.licence for one in items for result in one.results}
    for licence in written(folder / "licences.yaml")["licences"]:
        made.remove(licence["type"])
        issuing = [one for one in items if licence["type"] in {result.licence for result in one.results}]
        known = {part.id for one in issuing for part in one.form} | {part.id for one in issuing for part in one.questions}
        assert {row["from"][6:] for row in licence["fields"] if row["from"].startswith("value:")} <= known, licence["type"]
    assert made == set()


def test_the_registers_answer_in_the_types_of_the_connectors() -> None:
    own = {one["id"] for name in NAMES for one in written(ROOT / "packs" / name / "connectors.yaml")["resources"]}
    for name in own:
        fields = {field["id"]: field for field in CONNECTORS[name]["fields"]}
        assert BOOKS[name].entries
        for entry in BOOKS[name].entries:
            assert set(entry.when) <= set(CONNECTORS[name]["params"])
            for datum, value in entry.values.items():
                assert TYPES[fields[datum]["type"]](value, fields[datum]), (name, datum, value)


def test_every_standard_has_an_example_case() -> None:
    assert {case["item"] for case in CASES} == set(FILES)


@each_case
def test_an_example_case_has_what_the_registers_tell_and_no_more(case: dict[str, Any]) -> None:
    item = FILES[case["item"]][1]
    assert situations.complete(item, case["answers"])
    assert situations.narrow(item, case["answers"]) == case["answers"]
    fields = {one.id: one for one in values.fields(item, case["answers"])}
    number = PEOPLE[case["people"]["applicant"]]
    told: dict[str, Any] = {}
    for name, datum in fetched(item).items():
        resource, _, key = datum.rpartition(".")
        subject = number["credit_code"] if CONNECTORS[resource]["subject"] == "organisation" else number["number"]
        answer = BOOKS[resource].find(subject, {k: v for k, v in case["typed"].items() if isinstance(v, str)})
        if name in fields and answer and key in answer:
            told[name] = answer[key]
    assert told == {name: plain(fields[name].type, value) for name, value in case["fetched"].items()}
    assert {name for name, one in fields.items() if not values.is_typed(one) and one.required} <= set(told) | {"phone"}
    typed = {name: one for name, one in fields.items() if one.source == "applicant"}
    assert set(case["typed"]) <= set(typed)
    assert values.faults(list(typed.values()), case["typed"], date.fromisoformat(case["on"])) == ()


def plain(kind: str, value: Any) -> Any:
    return value == "true" if kind == "yes_no" and isinstance(value, str) else value


@each_case
def test_an_example_case_ends_as_expected(case: dict[str, Any]) -> None:
    item, expected = FILES[case["item"]][1], case["expected"]
    plan = process.plan(item, case["answers"])
    state = State()
    for act in case["acts"]:
        at = datetime.fromisoformat(act["at"]).replace(tzinfo=SHANGHAI)
        moment = receipt(at, HOURS, DAYS)
        data = {key: act[key] for key in ("outcome",) if key in act}
        if act["act"] == "file":
            data |= {"needs": {step.id: list(step.needs) for step in plan.steps}, "received": moment.isoformat()}
        if act["act"] == "accept":
            data |= {"accepted": moment.date().isoformat()}
        events = stages.decide(item, state, Act(act["act"], act.get("step", ""), data), at)
        assert not isinstance(events, Refusal), (act, events)
        state = stages.fold(events, state)
        assert act.get("then", state.stage) == state.stage, act
    assert (state.stage, state.outcome, state.accepted) == (expected["stage"], expected["outcome"], expected["accepted"])
    due = clocks.when_due(clocks.limits(item, case["answers"]), state, DAYS)
    ends = {"promised": due.promised, "legal": due.legal}
    assert {name: end.isoformat() for name, end in ends.items() if end} == {k: expected[k] for k in ends if k in expected}
    assert [one.id for one in values.materials(item, case["answers"]) if one.source == "applicant"] == expected["owed"]
    came = {act["who"] for act in case["acts"] if act.get("via") in ("hall", "kiosk")} & set(expected["visits"])
    assert came == {who for who, count in expected["visits"].items() if int(count)}
    assert set(case["people"].values()) <= set(PEOPLE)
