"""The packs near home (village, town) and of the city: example cases by the demo's officers; who offers what, and where."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from standins import registers

from onevisit.access import SYSTEM
from onevisit.cases import clocks
from onevisit.catalogue import actions, queries
from onevisit.catalogue.models import Item
from onevisit.catalogue.models import Standard as StandardRow
from onevisit.channels.cli.demo import load_pack
from onevisit.city import actions as cities
from onevisit.city import queries as city
from onevisit.core import process, reading, situations, source, stages, values, visits
from onevisit.core.definition import Standard, Step
from onevisit.core.state import Act, Refusal, State
from onevisit.core.workdays import HOURS, SHANGHAI, Calendar, CalendarDay, receipt
from onevisit.ledger.queries import events

ROOT = Path(__file__).parents[2]
NAMES = ("city-permits", "near-home")
CITY, COUNTY, TOWN, VILLAGE = "340300000000", "340302000000", "340302001000", "340302001001"
OTHER_TOWN, OTHER_VILLAGE = "340321100000", "340321100200"
DIGITS = {"city": 4, "county": 6, "town": 9, "village": 12}
SIGNS = {"": {"chief", "head", "registrar"}, "chief": {"chief"}}
"""Who signs where a step names no authority, and where it names one."""


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


FILES = {name: [standard(path) for path in sorted((ROOT / "packs" / name / "standards").glob("*.yaml"))] for name in NAMES}
STANDARDS = {(one.item.key, one.level): one for name in NAMES for one in FILES[name]}
BASE = {row["key"]: row for row in table("base_items.csv")}
PEOPLE = {row["key"]: row for row in table("demo_people.csv")}
MANDATES = {row["key"]: row["items"].split() for row in table("demo_mandates.csv") if row["role"] == "acceptor"}
LEVELS = {row["id"]: row["levels"].split() for row in table("departments.csv")}
BOOKS = registers.load(ROOT / "standins" / "data", ROOT / "data" / "demo_people.csv")
CONNECTORS: dict[str, Mapping[str, Any]] = {
    one["id"]: one for path in (ROOT / "packs").glob("*/connectors.yaml") for one in written(path)["resources"]
}
CASES = [case for name in NAMES for path in (ROOT / "packs" / name / "cases").glob("*.yaml") for case in written(path)["cases"]]
DAYS = Calendar.from_rows(CalendarDay(date.fromisoformat(row["date"]), row["kind"]) for row in table("cn_holidays_2024_2026.csv"))  # type: ignore[arg-type]

every = pytest.mark.parametrize("item", STANDARDS.values(), ids=lambda one: f"{one.item.key}-{one.level}")
each_case = pytest.mark.parametrize("case", CASES, ids=lambda one: str(one["id"]))


def of(case: Mapping[str, Any]) -> Standard:
    """The standard under which an example is handled."""
    return STANDARDS[case["item"], case.get("level", "city")]


def fetched(item: Standard) -> dict[str, str]:
    """Resource and datum of each field that is fetched."""
    return {one.id: one.source.removeprefix("shared:") for one in item.form if one.source.startswith("shared:")}


def body(item: Standard, step: Step) -> str:
    """Which department's office does the step: the one that is named, else the item's own or who acts for it near home."""
    level, named = step.level or item.level, step.by.partition(":")[2]
    own = item.item.department if level in LEVELS[item.item.department] else city.GRASSROOTS
    return named or own


def test_village_and_city_are_served() -> None:
    assert {level for _, level in STANDARDS} == {"city", "county", "town", "village"}
    assert sum(level == "village" for _, level in STANDARDS) == 3


@every
def test_the_head_is_the_row_of_the_base_catalogue(item: Standard) -> None:
    row = BASE[item.item.key]
    assert (item.item.name, item.item.type, item.item.department) == (row["name"], row["type"], row["department"])
    assert item.handling == row["handling"]
    assert item.level in row["levels"].split()
    assert row["audience"] in item.audience


def test_an_item_says_the_same_of_itself_at_each_level() -> None:
    heads: dict[str, set[str]] = {}
    town = standard(ROOT / "packs" / "social-matters" / "standards" / "childbirth-registration.yaml")
    for one in (*STANDARDS.values(), town):
        heads.setdefault(one.item.key, set()).add(repr(one.item))
    assert {key: len(found) for key, found in heads.items()} == dict.fromkeys(heads, 1)


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
        assert sum(step.days or 0 for step in process.plan(item, situation).steps) <= limit.promised


@every
def test_what_is_done_near_home_has_a_level_and_a_body(item: Standard) -> None:
    """A step without a level is the item's own department's, which has no office in a village or a town."""
    for step in item.process:
        if step.by.startswith(("department", "window")):
            level = step.level or item.level
            assert step.level or level in LEVELS[item.item.department], step.id
            assert level in LEVELS[body(item, step)] or (body(item, step), level) == (city.GRASSROOTS, "village"), step.id


@every
def test_fetched_fields_name_data_that_a_connector_gives(item: Standard) -> None:
    gives = {f"{one['id']}.{field['id']}": field for one in CONNECTORS.values() for field in one["fields"]}
    fields = {one.id: one for one in item.form}
    for name, datum in fetched(item).items():
        assert (gives[datum]["type"], dict(gives[datum].get("options", {}))) == (fields[name].type, dict(fields[name].options))
    wanted = {m.source.removeprefix("shared:") for m in item.materials if m.source.startswith("shared:")}
    assert {datum.rpartition(".")[0] for datum in fetched(item).values()} <= wanted <= set(CONNECTORS)
    assert {name for one in wanted for name in CONNECTORS[one]["params"]} <= set(fields)


@pytest.mark.parametrize("name", NAMES)
def test_what_two_packs_describe_they_describe_alike(name: str) -> None:
    """Whichever is loaded last: nothing changes when the demo is loaded again."""
    for one in written(ROOT / "packs" / name / "connectors.yaml")["resources"]:
        others = [
            other
            for path in (ROOT / "packs").glob("*/connectors.yaml")
            if path.parts[-2] not in (*NAMES, "deed-tax")
            for other in written(path)["resources"]
        ]
        assert [other for other in others if other["id"] == one["id"]] == [one]


def test_births_ask_the_same_data_at_each_level() -> None:
    """What an item may ask is kept by item, not by level: the pack that is loaded last says it for both."""
    town = standard(ROOT / "packs" / "social-matters" / "standards" / "childbirth-registration.yaml")
    village = STANDARDS["childbirth-registration", "village"]
    assert (village.materials, village.form, village.results) == (town.materials, town.form, town.results)


@pytest.mark.parametrize("name", NAMES)
def test_papers_words_and_licences_are_those_of_the_standards(name: str) -> None:
    folder, items = ROOT / "packs" / name, FILES[name]
    named = {paper for one in items for m in one.materials if m.form for paper in (m.form.template, m.form.sample) if paper}
    assert named | {r.sample for one in items for r in one.results} == {path.name for path in (folder / "forms").glob("*.html")}
    assert set(written(folder / "words.yaml")["words"]) == {one.item.key for one in items}
    assert set(written(folder / "pack.yaml")["standards"]) == {f"standards/{path.name}" for path in folder.glob("standards/*")}
    defined = [one for path in (ROOT / "packs").glob("*/licences.yaml") for one in written(path)["licences"]]
    for made in {result.licence for one in items for result in one.results}:
        (licence,) = [one for one in defined if one["type"] == made]
        issuing = [one for one in items if made in {result.licence for result in one.results}]
        known = set.intersection(*({f.id for f in one.form} | {q.id for q in one.questions} for one in issuing))
        assert {row["from"][6:] for row in licence["fields"] if row["from"].startswith("value:")} <= known, made


@every
def test_every_standard_has_an_example_case(item: Standard) -> None:
    assert any(of(case) is item for case in CASES)


@each_case
def test_an_example_case_has_what_the_registers_tell_and_no_more(case: dict[str, Any]) -> None:
    item = of(case)
    situation = {**case["answers"], **case.get("outcomes", {})}
    assert situation in list(situations.situations(item))
    fields = {one.id: one for one in values.fields(item, case["answers"])}
    number = PEOPLE[case["people"]["applicant"]]
    told: dict[str, Any] = {}
    for name, datum in fetched(item).items():
        resource, _, key = datum.rpartition(".")
        subject = number["credit_code"] if CONNECTORS[resource]["subject"] == "organisation" else number["number"]
        answer = BOOKS[resource].find(subject, {k: v for k, v in case["typed"].items() if isinstance(v, str)})
        if name in fields and answer and key in answer:
            told[name] = answer[key]
    assert told == case["fetched"]
    typed = {name: one for name, one in fields.items() if one.source == "applicant"}
    assert {name for name, one in typed.items() if one.required} <= set(case["typed"]) <= set(typed)
    assert values.faults(list(typed.values()), case["typed"], date.fromisoformat(case["on"])) == ()


@each_case
def test_an_example_case_ends_as_expected(case: dict[str, Any]) -> None:
    item, expected = of(case), case["expected"]
    plan = process.plan(item, {**case["answers"], **case.get("outcomes", {})})
    state = State()
    for act in case["acts"]:
        at = datetime.fromisoformat(act["at"]).replace(tzinfo=SHANGHAI)
        moment = receipt(at, HOURS, DAYS)
        data = {key: act[key] for key in ("outcome",) if key in act}
        if act["act"] == "file":
            data |= {"needs": {step.id: list(step.needs) for step in plan.steps}, "received": moment.isoformat()}
        if act["act"] == "accept":
            data |= {"accepted": moment.date().isoformat()}
        agreed = stages.decide(item, state, Act(act["act"], act.get("step", ""), data), at)
        assert not isinstance(agreed, Refusal), (act, agreed)
        state = stages.fold(agreed, state)
        assert act.get("then", state.stage) == state.stage, act
    assert (state.stage, state.outcome, state.accepted) == (expected["stage"], expected["outcome"], expected["accepted"])
    due = clocks.when_due(clocks.limits(item, case["answers"]), state, DAYS)
    ends = {name: end.isoformat() for name, end in (("promised", due.promised), ("legal", due.legal)) if end}
    assert ends == {name: expected[name] for name in ("promised", "legal") if name in expected}
    assert [one.id for one in values.materials(item, case["answers"]) if one.source == "applicant"] == expected["owed"]
    came = {act["who"] for act in case["acts"] if act.get("via") in ("hall", "kiosk")} & set(expected["visits"])
    assert came == {who for who, count in expected["visits"].items() if int(count)}


@each_case
def test_officers_of_the_demo_can_do_what_the_example_says(case: dict[str, Any]) -> None:
    """Each at the office where the step waits, with the role that it takes, and a mandate where he accepts."""
    item = of(case)
    steps = {step.id: step for step in item.process}
    accepts = next(step for step in item.process if step.does == "accept")
    for act in (one for one in case["acts"] if one["who"] in case["people"] and one["who"] != "applicant"):
        key = case["people"][act["who"]]
        row = PEOPLE[key]
        step = accepts if act["act"] == "accept" else steps[act["step"]]
        place = case["division"][: DIGITS[step.level or item.level]].ljust(12, "0")
        assert (row["department"], row["division"]) == (body(item, step), place), act
        needed = {"accept": {"acceptor"}, "finish": {"reviewer"}, "decide": SIGNS[step.authority or ""]}[act["act"]]
        assert needed & set(row["role"].split()), act
        assert act["act"] != "accept" or case["item"] in MANDATES[key]


@dataclass(frozen=True, slots=True)
class Place:
    """Whose item somebody sees, from where."""

    words: str
    key: str
    seen_from: str
    offered_by: str


PLACES = (
    Place("邻居漏水", "people-mediation", VILLAGE, VILLAGE),
    Place("邻居漏水", "people-mediation", OTHER_VILLAGE, OTHER_VILLAGE),
    Place("邻居漏水", "people-mediation", TOWN, TOWN),
    Place("准生证", "childbirth-registration", VILLAGE, VILLAGE),
    Place("准生证", "childbirth-registration", TOWN, TOWN),
    Place("老年证", "senior-card", VILLAGE, VILLAGE),
    Place("老年证", "senior-card", TOWN, COUNTY),
    Place("老年证", "senior-card", COUNTY, COUNTY),
    Place("开旅行社", "travel-agency", VILLAGE, CITY),
    Place("卖血压计", "medical-device-2", COUNTY, CITY),
)


@pytest.fixture
def bengbu(db: None) -> None:
    """The demo city with its offices and these packs, and the one that has births at town level."""
    cities.found("340300")
    cities.furnish_demo("340300")
    actions.load_base_items(SYSTEM)
    for name in ("city-permits", "deed-tax", "near-home", "social-matters"):
        load_pack(settings.PACKS / name, CITY)


def test_a_person_sees_the_village_s_item_in_the_village_and_the_nearest_above_otherwise(bengbu: None) -> None:
    for one in PLACES:
        hits = queries.search(one.words, one.seen_from, limit=3)
        seen = {hit.listed.key: hit.listed for hit in hits}[one.key]
        assert (seen.division_code, seen.guided, seen.promise) == (one.offered_by, True, "zero"), one
        item = queries.item(one.key, one.seen_from)
        assert (item.division_code, item.level) == (one.offered_by, city.division(one.offered_by).level), one
    above = {hit.listed.key: hit.listed for hit in queries.search("邻居漏水", COUNTY, limit=3)}["people-mediation"]
    assert (above.guided, above.division_code) == (False, ""), "no county mediates"


def test_every_village_offers_by_its_committee_and_says_that_it_is_made_up(bengbu: None) -> None:
    villages = sum(len(city.children(town.code)) for one in city.children(CITY) for town in city.children(one.code))
    assert villages > 1000
    for key in ("people-mediation", "senior-card", "childbirth-registration"):
        assert Item.objects.filter(base_item__key=key, level="village", active=True).count() == villages
    here = queries.item("people-mediation", VILLAGE)
    assert (here.office_name, here.office_demo, here.department_name) == ("东风社区居委会", True, "司法局")
    assert here.code.endswith("6" + queries.item("people-mediation", TOWN).code[-12:]), "one base code, the level before it"
    assert [one.name for one in city.offices(VILLAGE)] == ["东风社区居委会"]


def test_a_list_takes_as_many_queries_however_many_villages_offer(bengbu: None, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        assert len(queries.listed(["people-mediation", "senior-card", "childbirth-registration"], VILLAGE)) == 3
    Item.objects.filter(division__code=VILLAGE, base_item__key="senior-card").update(active=False)
    assert queries.item("senior-card", VILLAGE).division_code == COUNTY
    assert queries.item("senior-card").division_code == "340302000000", "the first of any place, if none is named"


def test_offering_again_changes_nothing_and_one_event_tells_of_a_level(bengbu: None) -> None:
    before = list(Item.objects.order_by("pk").values_list("pk", "code", "changed_at"))
    spread = actions.offer_everywhere(SYSTEM, "people-mediation")
    assert (VILLAGE in spread.offered, TOWN in spread.offered, spread.skipped) == (True, True, ())
    assert list(Item.objects.order_by("pk").values_list("pk", "code", "changed_at")) == before
    for level in ("town", "village"):
        row = StandardRow.objects.get(base_item__key="people-mediation", level=level)
        (told,) = [one.data for one in events(row.stream.public_id) if one.kind == "item.spread"]
        assert told["items"] == Item.objects.filter(base_item__key="people-mediation", level=level).count()
    Item.objects.filter(division__code=VILLAGE, base_item__key="people-mediation").update(active=False)
    actions.offer_everywhere(SYSTEM, "people-mediation")
    assert queries.item("people-mediation", VILLAGE).division_code == VILLAGE, "what had stopped is offered again"
