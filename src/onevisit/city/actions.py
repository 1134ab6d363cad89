"""A city is founded from `data/`, furnished for the demo, and its calendar entered.

Founding and furnishing are the operator's acts at the shell, where there is no account: they are done in the name of the house.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM, Actor, Duty, Refused, Target, require
from onevisit.city import demo, divisions, queries
from onevisit.city.models import CalendarYear, Department, DepartmentOffice, Division, Hall, Holiday
from onevisit.ledger.actions import Entry, append, open_stream

BATCH = 2000
HOLIDAYS = "cn_holidays_2024_2026.csv"
NOTICE = "国务院办公厅关于{year}年部分节假日安排的通知"
PROVISIONAL = "通知未发布，仅计法定节假日"


@dataclass(frozen=True, slots=True)
class Founded:
    """What a founding loaded: the city and how many divisions of each level."""

    code: str
    name: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a year's arrangement: a holiday, or a working day made up for one."""

    date: date
    kind: str
    festival: str


@dataclass(frozen=True, slots=True)
class Year:
    """A year's arrangement of days off, as it was announced or is supposed."""

    year: int
    state: str
    source: str
    days: tuple[Day, ...]


@transaction.atomic
def found(code: str) -> Founded:
    """The prefecture `code` with all its divisions, the departments and the calendar; done again, it brings names up to date.

    Raises `divisions.UnknownPrefecture`.
    """
    rows = divisions.prefecture(settings.DATA / "divisions.csv.xz", code)
    known: dict[str, Division] = {}
    for _, level in groupby(sorted(rows, key=_depth), key=_depth):
        known.update(_written(list(level), known))
    _load_departments()
    for year in _announced():
        if not CalendarYear.objects.filter(year=year.year).exists():
            _enter(SYSTEM, year)
    counts = {level: sum(row.level == level for row in rows) for level, _ in divisions.LEVELS}
    city = Division.objects.select_for_update(of=("self",)).select_related("stream").get(code=rows[0].code)
    if city.stream is None:
        city.stream = open_stream("city")
        city.save(update_fields=["stream"])
    append(city.stream, SYSTEM, [Entry("city.founded", {"code": city.code, **counts})])
    return Founded(city.code, city.name, counts)


@transaction.atomic
def furnish_demo(code: str) -> int:
    """Offices and halls, made up and marked so, for a city; the number of offices. A village's is its committee (村委会)."""
    rows = tuple(Division.objects.filter(code__startswith=code[:4]).order_by("code"))
    if not rows:
        raise Refused("no-city", f"还没有建立{code}这个城市。", f"请先执行 onevisit city new {code}。")
    governed = [place for place in rows if not place.statistical]
    departments = tuple(Department.objects.all())
    DepartmentOffice.objects.bulk_create(
        (_office(place, each) for place in governed for each in departments if _stands(each, place)), ignore_conflicts=True
    )
    with_hall = (Division.Level.CITY, Division.Level.COUNTY)
    Hall.objects.bulk_create((_hall(place) for place in governed if place.level in with_hall), ignore_conflicts=True)
    return DepartmentOffice.objects.filter(division__in=rows).count()


@transaction.atomic
def furnish_points(codes: Iterable[str]) -> int:
    """A point with its body, made up and marked so, in each of these towns and villages; how many of the codes are such places.

    便民服务点: where a matter is handed in below the county.
    """
    grassroots = (Division.Level.TOWN, Division.Level.VILLAGE)
    places = tuple(Division.objects.filter(code__in=set(codes), level__in=grassroots).order_by("code"))
    body = Department.objects.get(pk=queries.GRASSROOTS) if places else None
    for place in places:
        if body and not DepartmentOffice.objects.filter(division=place, department=body).exists():
            _office(place, body).save()
        if not place.halls.exists():
            _point(place).save()
    return len(places)


@transaction.atomic
def enter_year(actor: Actor, year: Year) -> None:
    """The year's days off are these from now on; a year entered before gets a new version. 全国年节及纪念日放假办法."""
    require(actor, Duty.CONFIG_WRITE, Target("calendar", str(year.year)))
    if any(day.date.year != year.year for day in year.days):
        raise Refused("wrong-year", f"有日期不在{year.year}年内。", "请逐年录入。")
    _enter(actor, year)


def _enter(actor: Actor, year: Year) -> None:
    row = CalendarYear.objects.select_for_update(of=("self",)).select_related("stream").filter(year=year.year).first()
    if row is None:
        row = CalendarYear(year=year.year, version=0, stream=open_stream("calendar"))
    row.state, row.source, row.version = year.state, year.source, row.version + 1
    row.save()
    row.days.all().delete()
    Holiday.objects.bulk_create(Holiday(year=row, date=day.date, kind=day.kind, festival=day.festival) for day in year.days)
    append(row.stream, actor, [Entry("calendar.entered", {"year": row.year, "state": row.state, "version": row.version})])


def _depth(row: divisions.Row) -> int:
    return [level for level, _ in divisions.LEVELS].index(row.level)


def _written(rows: Sequence[divisions.Row], above: Mapping[str, Division]) -> dict[str, Division]:
    """The rows of one level in the table, new or brought up to date."""
    made = Division.objects.bulk_create(
        (
            Division(code=row.code, name=row.name, level=row.level, statistical=row.statistical, parent=above.get(row.parent))
            for row in rows
        ),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "level", "statistical", "parent"],
    )
    return {row.code: row for row in made}


def _load_departments() -> None:
    rows = [Department(id=row["id"], name=row["name"], levels=row["levels"].split()) for row in _table("departments.csv")]
    Department.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=["name", "levels"])


def _announced() -> Iterable[Year]:
    """The years of `data/`, and the one after them, for which no notice is out."""
    rows = sorted(_table(HOLIDAYS), key=lambda row: row["date"])
    years = {int(text): list(days) for text, days in groupby(rows, key=lambda row: row["date"][:4])}
    for year, days in years.items():
        entered = tuple(Day(date.fromisoformat(day["date"]), day["kind"], day["festival"]) for day in days)
        yield Year(year, CalendarYear.State.NOTICE, NOTICE.format(year=year), entered)
    yield Year(max(years) + 1, CalendarYear.State.PROVISIONAL, PROVISIONAL, ())


def _table(name: str) -> list[dict[str, str]]:
    with (settings.DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _stands(department: Department, place: Division) -> bool:
    """Whether the department has a body in such a place, or acts there for all that have none."""
    acts = department.pk == queries.GRASSROOTS and place.level in queries.GRASSROOTS_LEVELS
    return acts or place.level in department.levels


def _office(place: Division, department: Department) -> DepartmentOffice:
    return DepartmentOffice(
        department=department,
        division=place,
        name=demo.office_name(place.name, place.level, department.name),
        credit_code=demo.credit_code(place.code, department.pk),
        phone=demo.PHONE,
        demo=True,
    )


def _point(place: Division) -> Hall:
    """The point of a village or town, open as the halls are."""
    point = _hall(place)
    point.name = demo.point_name(place.name)
    return point


def _hall(place: Division) -> Hall:
    return Hall(
        division=place,
        name=f"{place.name}政务服务大厅",
        address=demo.address(place.name),
        phone=demo.PHONE,
        hours=dict(demo.HOURS),
        accessibility=dict(demo.ACCESSIBILITY),
        demo=True,
    )
