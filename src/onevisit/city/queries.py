"""What the rest of the house asks about places, bodies and days. Rows come sorted by code, never by collation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, cast

from django.db import connection

from onevisit.city.models import Department, DepartmentOffice, Division, Hall, Holiday
from onevisit.core.workdays import Calendar, CalendarDay

DayKind = Literal["holiday", "workday"]
DayState = Literal["notice", "provisional"]


@dataclass(frozen=True, slots=True)
class DivisionView:
    """One division; `parent` is the code above, empty for a city."""

    code: str
    name: str
    level: str
    parent: str
    statistical: bool
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """One line of government and the levels at which it has offices."""

    id: str
    name: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfficeView:
    """The body of a department in one division."""

    id: str
    department: str
    department_name: str
    division: str
    division_name: str
    name: str
    credit_code: str
    phone: str
    demo: bool


@dataclass(frozen=True, slots=True)
class HallView:
    """One service hall: hours by weekday (`1` to `7`), aids for people with disabilities that it has."""

    id: str
    division: str
    division_name: str
    name: str
    address: str
    phone: str
    hours: Mapping[str, str]
    accessibility: Mapping[str, bool]
    demo: bool


class NotHere(LookupError):
    """The city has no such place or body."""


def division(code: str) -> DivisionView:
    """The division of this code; raises NotHere."""
    return path(code)[-1]


def path(code: str) -> tuple[DivisionView, ...]:
    """The division and all above it, the city first; raises NotHere."""
    codes = {code, *(code[:digits].ljust(12, "0") for digits in (4, 6, 9))}
    found = {row.code: row for row in Division.objects.filter(code__in=codes).select_related("parent")}
    if code not in found:
        raise NotHere(f"本市没有代码为{code}的行政区划")
    return tuple(_division(found[one]) for one in sorted(found))


def children(code: str) -> tuple[DivisionView, ...]:
    """The divisions right below."""
    return tuple(_division(row) for row in Division.objects.filter(parent__code=code).select_related("parent").order_by("code"))


def cities() -> tuple[DivisionView, ...]:
    """The cities that were founded here."""
    return tuple(
        _division(row) for row in Division.objects.filter(level=Division.Level.CITY).select_related("parent").order_by("code")
    )


def department(department_id: str) -> DepartmentView:
    """The department of this word; raises NotHere."""
    row = Department.objects.filter(pk=department_id).first()
    if row is None:
        raise NotHere(f"本市没有部门 {department_id}")
    return _department(row)


def departments(level: str = "") -> tuple[DepartmentView, ...]:
    """All departments, or those with offices at this level."""
    views = sorted((_department(row) for row in Department.objects.all()), key=lambda view: view.id)
    return tuple(view for view in views if not level or level in view.levels)


def office(department_id: str, division_code: str) -> OfficeView | None:
    """The department's body in this very division, if it has one."""
    return next(iter(_offices(department=department_id, division__code=division_code)), None)


def office_above(department_id: str, division_code: str, level: str) -> OfficeView | None:
    """The department's body at `level`, in the division itself or the one above it that has that level."""
    places = [place.code for place in path(division_code) if place.level == level]
    return office(department_id, places[0]) if places else None


GRASSROOTS = "township"
"""Who acts where departments have no office: town, sub-district, the committee of a village (乡镇、街道、村（居）民委员会)."""
GRASSROOTS_LEVELS = frozenset({"town", "village"})


def body(department_id: str, level: str) -> str:
    """The department itself where it has offices at that level, else who acts for it in towns and villages."""
    row = Department.objects.filter(pk=department_id).first()
    return department_id if row and level in row.levels else GRASSROOTS


def at_level(code: str, level: str) -> str:
    """The code of the division itself or of the one above it that has this level; empty if there is none."""
    try:
        return next((place.code for place in path(code) if place.level == level), "")
    except NotHere:
        return ""


def within(code: str, above: str) -> bool:
    """Whether the division lies below the other, in a city that was founded here."""
    try:
        return any(place.code == above for place in path(code)[:-1])
    except NotHere:
        return False


def offices(division_code: str) -> tuple[OfficeView, ...]:
    """Every body of a division."""
    return _offices(division__code=division_code)


def halls(division_code: str) -> tuple[HallView, ...]:
    """The halls of a division, and of those above if it has none."""
    places = [place.code for place in path(division_code)]
    rows = Hall.objects.filter(division__code__in=places).select_related("division").order_by("name")
    by_place = {place: [_hall(row) for row in rows if row.division.code == place] for place in places}
    return tuple(next((by_place[place] for place in reversed(places) if by_place[place]), []))


def hall(public_id: str) -> HallView:
    """One hall; raises NotHere."""
    row = Hall.objects.filter(public_id=public_id).select_related("division").first()
    if row is None:
        raise NotHere(f"没有这个大厅：{public_id}")
    return _hall(row)


def calendar() -> Calendar:
    """The working calendar of the house, as now entered."""
    return _calendar(calendar_version())


def calendar_version() -> tuple[tuple[int, str, int], ...]:
    """What a due date was reckoned by: (year, state, version) of every year entered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT year, state, version FROM city_calendaryear ORDER BY year")
        return tuple(cursor.fetchall())


@lru_cache(maxsize=8)
def _calendar(version: tuple[tuple[int, str, int], ...]) -> Calendar:
    """The rows read once for each version."""
    rows = Holiday.objects.values_list("date", "kind", "year__state")
    return Calendar.from_rows(CalendarDay(day, cast(DayKind, kind), cast(DayState, state)) for day, kind, state in rows)


def _division(row: Division) -> DivisionView:
    parent = row.parent.code if row.parent else ""
    return DivisionView(row.code, row.name, row.level, parent, row.statistical, row.valid_from, row.valid_to)


def _department(row: Department) -> DepartmentView:
    return DepartmentView(row.pk, row.name, tuple(row.levels))


def _offices(**where: str) -> tuple[OfficeView, ...]:
    rows = DepartmentOffice.objects.filter(**where).select_related("department", "division")
    return tuple(sorted((_office(row) for row in rows), key=lambda view: (view.division, view.department)))


def _office(row: DepartmentOffice) -> OfficeView:
    return OfficeView(
        str(row.public_id), row.department_id, row.department.name, row.division.code, row.division.name,
        row.name, row.credit_code, row.phone, row.demo,
    )  # fmt: skip


def _hall(row: Hall) -> HallView:
    return HallView(
        str(row.public_id),
        row.division.code,
        row.division.name,
        row.name,
        row.address,
        row.phone,
        row.hours,
        row.accessibility,
        row.demo,
    )
