"""A city is founded from the packed table, furnished for the demo, and its calendar is entered."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from onevisit.access import SYSTEM, Actor, Denied, Grant, Refused
from onevisit.city import actions, queries
from onevisit.city.divisions import UnknownPrefecture, prefecture
from onevisit.city.models import CalendarYear, Division, Holiday
from onevisit.core.identifiers import identify
from onevisit.ledger.queries import events

pytestmark = pytest.mark.django_db
REFERENCE = Path(__file__).with_name("regions_3403_bengbu_2023.csv")
LEVELS = {"2": "city", "3": "county", "4": "town", "5": "village"}
ADMIN = Actor("00000000-0000-0000-0000-000000000001", "officer", grants=(Grant("system-admin"),))


def reference() -> dict[str, tuple[str, str]]:
    """The city as the statistics bureau published it: code -> level, name."""
    with REFERENCE.open(encoding="utf-8", newline="") as lines:
        return {row["code12"]: (LEVELS[row["level"]], row["name"]) for row in csv.DictReader(lines)}


def test_bengbu_has_every_division_down_to_the_village() -> None:
    founded = actions.found("340300")
    assert (founded.code, founded.name) == ("340300000000", "蚌埠市")
    assert {row.code: (row.level, row.name) for row in Division.objects.all()} == reference()
    assert founded.counts == {"city": 1, "county": 9, "town": 87, "village": 1157}


def test_every_parent_is_the_code_cut_short() -> None:
    actions.found("340300")
    digits = {"county": 4, "town": 6, "village": 9}
    for row in Division.objects.exclude(level="city").select_related("parent"):
        assert row.parent is not None
        assert row.parent.code == row.code[: digits[row.level]].ljust(12, "0")


def test_zones_and_town_parts_are_no_governments() -> None:
    actions.found("340300")
    flagged = {row.code for row in Division.objects.filter(statistical=True)}
    assert {"340371000000", "340372000000", "340303401000"} <= flagged
    assert len(flagged) == 12
    assert not any(queries.division(code).level in ("city", "village") for code in flagged)


def test_founding_twice_changes_nothing_but_mends_names() -> None:
    actions.found("340300")
    Division.objects.filter(code="340302000000").update(name="东市区")
    actions.found("340300")
    assert Division.objects.count() == 1254
    assert queries.division("340302000000").name == "龙子湖区"


def test_two_cities_live_in_one_house() -> None:
    actions.found("340300")
    actions.found("441900")
    assert [city.name for city in queries.cities()] == ["蚌埠市", "东莞市"]
    town = queries.path("441900003000")
    assert [place.name for place in town] == ["东莞市", "东城街道"]


@pytest.mark.parametrize("code", ["340399", "340302", "34", "", "abcdef", "３４０３００", "999900", "340000"])
def test_what_is_no_prefecture_is_refused(code: str) -> None:
    with pytest.raises(UnknownPrefecture):
        actions.found(code)
    assert not Division.objects.exists()


def test_a_municipality_bears_its_own_name() -> None:
    city = prefecture(settings.DATA / "divisions.csv.xz", "1101")[0]
    assert (city.name, city.statistical) == ("北京市", True)


def test_a_furnished_city_has_offices_and_halls_that_are_marked() -> None:
    actions.found("340300")
    count = actions.furnish_demo("340300")
    today = date(2026, 3, 2)
    tax = queries.office("tax", "340302000000")
    assert tax is not None
    assert tax.name == "龙子湖区税务局"
    assert tax.demo
    every = [office for place in Division.objects.all() for office in queries.offices(place.code)]
    assert len(every) == count
    assert len({office.credit_code for office in every}) == count
    for office in every[::20]:
        found = identify(office.credit_code, "uscc", today)
        assert found.valid
        assert found.facts["region"] == office.division[:6]
    halls = {hall.name: hall for code in ("340300000000", "340302000000") for hall in queries.halls(code)}
    assert set(halls) == {"蚌埠市政务服务大厅", "龙子湖区政务服务大厅"}
    assert all(hall.demo and "演示" in hall.address for hall in halls.values())


def test_statistical_units_get_no_office() -> None:
    actions.found("340300")
    actions.furnish_demo("340300")
    assert queries.offices("340371000000") == ()
    assert [hall.division for hall in queries.halls("340371000000")] == ["340300000000"]


def test_furnishing_needs_a_city() -> None:
    with pytest.raises(Refused, match="还没有建立"):
        actions.furnish_demo("340300")


def test_an_office_above_is_found_by_level() -> None:
    actions.found("340300")
    actions.furnish_demo("340300")
    city = queries.office_above("tax", "340302001001", "city")
    county = queries.office_above("tax", "340302001001", "county")
    assert city is not None
    assert county is not None
    assert (city.name, county.name) == ("蚌埠市税务局", "龙子湖区税务局")
    assert queries.office_above("no-such", "340302001001", "city") is None


def test_every_department_of_the_base_items_is_known() -> None:
    actions.found("340300")
    with (settings.DATA / "base_items.csv").open(encoding="utf-8", newline="") as lines:
        named = {row["department"] for row in csv.DictReader(lines)}
    assert named <= {department.id for department in queries.departments()}


def test_children_come_by_code() -> None:
    actions.found("340300")
    codes = [place.code for place in queries.children("340300000000")]
    assert codes == sorted(codes)
    assert len(codes) == 9


def test_a_place_that_is_not_here_is_said_so() -> None:
    with pytest.raises(queries.NotHere):
        queries.division("340300000000")
    with pytest.raises(queries.NotHere):
        queries.department("tax")


def test_the_calendar_is_as_announced_and_provisional_after() -> None:
    actions.found("340300")
    calendar = queries.calendar()
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(date(2024, 2, 4))
    assert not calendar.provisional(date(2026, 12, 31))
    assert calendar.provisional(date(2027, 1, 4))
    assert not calendar.is_workday(date(2027, 10, 1))


def test_a_changed_year_is_seen_at_once_and_leaves_an_event() -> None:
    actions.found("340300")
    before = queries.calendar_version()
    assert queries.calendar().is_workday(date(2027, 3, 1))
    day = actions.Day(date(2027, 3, 1), "holiday", "测试")
    actions.enter_year(ADMIN, actions.Year(2027, "notice", "测试通知", (day,)))
    assert not queries.calendar().is_workday(date(2027, 3, 1))
    assert not queries.calendar().provisional(date(2027, 3, 1))
    assert queries.calendar_version() != before
    stream = CalendarYear.objects.get(year=2027).stream
    assert [event.kind for event in events(stream.public_id)] == ["calendar.entered", "calendar.entered"]
    assert Holiday.objects.filter(year__year=2027).count() == 1


def test_founding_again_keeps_what_was_entered_by_hand() -> None:
    actions.found("340300")
    actions.enter_year(ADMIN, actions.Year(2026, "notice", "更正", ()))
    actions.found("340300")
    assert not Holiday.objects.filter(year__year=2026).exists()


def test_only_a_system_administrator_enters_a_year() -> None:
    year = actions.Year(2027, "notice", "", ())
    with pytest.raises(Denied):
        actions.enter_year(SYSTEM, year)
    with pytest.raises(Refused, match="不在2027年内"):
        actions.enter_year(ADMIN, actions.Year(2027, "notice", "", (actions.Day(date(2026, 1, 1), "holiday", "元旦"),)))
