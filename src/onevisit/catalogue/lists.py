"""Lists of base items as a division offers them: by theme, by key, the newest guides; a few queries, however long the list."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db import connection
from django.db.models import QuerySet

from onevisit.catalogue.models import Item
from onevisit.catalogue.models import Standard as StandardRow
from onevisit.core import visits

LEVELS = ("village", "town", "county", "city")
PUBLIC = """(
    starts_with(base.source, 'base_items.csv') OR starts_with(base.source, 'packs/')
    OR EXISTS (SELECT 1 FROM catalogue_standard known WHERE known.base_item_id = base.id AND known.published_at IS NOT NULL)
)"""
"""Which base items the public may know of: those of the official catalogue or a pack, and any that ever had a public standard."""
BELOW: Mapping[str, str] = {"county": "县（区）", "town": "乡镇（街道）", "village": "村（社区）"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list: an item of the base catalogue and, where it is offered, by whom and what it promises.

    `promise` is zero, one or many, and empty while no guide is online (`guided`); then `ask` says whom to ask.
    """

    key: str
    code: str
    name: str
    type: str
    level: str
    theme: tuple[str, ...]
    audience: tuple[str, ...]
    division_code: str
    division_name: str
    department_id: str
    department_name: str
    promise: str
    word: str
    guided: bool
    ask: str
    below: str = ""
    """The level at which it is offered further down (村级), where it is not at the place that was asked for."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme (主题) and how many items it holds."""

    name: str
    items: int


def listing(theme: str = "", division: str = "", after: str = "", limit: int = 50) -> tuple[Listed, ...]:
    """The items of the base catalogue by key, those after `after`; each as the division (or one above it) offers it."""
    if not f"{theme}{after}".isprintable():
        return ()
    themed = "AND base.theme @> %(theme)s::jsonb" if theme else ""
    asked = {"after": after, "theme": json.dumps([theme]), "limit": limit}
    return _lines(f"WHERE base.key > %(after)s AND {PUBLIC} {themed} ORDER BY base.key LIMIT %(limit)s", division, asked)


def listed(keys: Sequence[str], division: str = "") -> tuple[Listed, ...]:
    """The items of these keys, in this order."""
    if not keys:
        return ()
    found = {line.key: line for line in _lines(_KEYS, division, {"keys": list(keys)})}
    return tuple(found[key] for key in keys if key in found)


_KEYS = "WHERE base.key = ANY((SELECT %(keys)s::text[])::text[])"
"""Selected once more, a list is as unknown to the planner as it will be next time: it plans once, not at each call."""


def _lines(which: str, division: str, asked: Mapping[str, Any]) -> tuple[Listed, ...]:
    """What is listed of these base items, in one statement: the offer nearest to the division, and what its standard promises."""
    with connection.cursor() as cursor:
        told = {**asked, "above": _above(division), "below": _below(division)}
        cursor.execute(_LINES.format(offered=_NEAREST if division else _ANY, which=which), told)
        return tuple(_line(row) for row in cursor.fetchall())


_ANY = "ORDER BY place.code"
_NEAREST = "AND place.code = ANY((SELECT %(above)s::text[])::text[]) ORDER BY array_position(%(above)s::text[], place.code::text)"
_LINES = """
SELECT base.key, base.name, base.type, base.theme, base.levels, base.audience, department.id, department.name,
       lower.level, offered.code, offered.level, offered.place, offered.place_name, offered.office, standard.promise
FROM catalogue_baseitem base
JOIN city_department department ON department.id = base.department_id
LEFT JOIN LATERAL (
    SELECT item.code, item.level, place.code AS place, place.name AS place_name, office.name AS office
    FROM catalogue_item item
    JOIN city_division place ON place.id = item.division_id
    JOIN city_departmentoffice office ON office.id = item.office_id
    WHERE item.base_item_id = base.id AND item.active {offered} LIMIT 1
) offered ON true
LEFT JOIN LATERAL (
    SELECT item.level FROM catalogue_item item JOIN city_division place ON place.id = item.division_id
    WHERE offered.code IS NULL AND item.base_item_id = base.id AND item.active
        AND place.code LIKE (SELECT %(below)s::text) LIMIT 1
) lower ON true
LEFT JOIN catalogue_standard standard
    ON standard.base_item_id = base.id AND standard.level = offered.level AND standard.state = 'published'
{which}
"""


def _line(row: Sequence[Any]) -> Listed:
    key, name, kind, theme, levels, audience, department, department_name, lower, *offered = row
    code, level, place, place_name, office, promise = (one or "" for one in offered)
    ask = f"这个事项的指南还没有上网，请咨询{office or department_name}。"
    if lower:
        ask = f"这件事在{BELOW[lower]}办，请先选到您所在的{BELOW[lower]}。"
    return Listed(
        key=key, code=code, name=name, type=kind, theme=tuple(json.loads(theme)), audience=tuple(json.loads(audience)),
        level=level or next((one for one in LEVELS if one in json.loads(levels)), ""),
        department_id=department, department_name=department_name, division_code=place, division_name=place_name,
        word=visits.WORDS.get(cast(visits.Promise, promise), ""), promise=promise, guided=bool(promise),
        ask="" if promise else ask, below=lower or "",
    )  # fmt: skip


def themes() -> tuple[Theme, ...]:
    """The themes that hold any items, the fullest first; an empty one is not drawn."""
    counted: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_THEMES)
        for (named,) in cursor.fetchall():
            for theme in json.loads(named):
                counted[theme] = counted.get(theme, 0) + 1
    return tuple(Theme(name, items) for name, items in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


_THEMES = f"SELECT theme FROM catalogue_baseitem base WHERE {PUBLIC}"


def hot(division: str = "", limit: int = 8) -> tuple[Listed, ...]:
    """Items with a guide online, the newest first: what a home page puts in front while there are no cases to count."""
    fresh = StandardRow.objects.filter(state=StandardRow.State.PUBLISHED, base_item__items__active=True)
    keys = list(dict.fromkeys(fresh.order_by("-published_at", "-pk").values_list("base_item__key", flat=True)))
    return tuple(one for one in listed(keys[:limit], division) if one.guided)


def nearest(offered: QuerySet[Item], division: str) -> QuerySet[Item]:
    """One row of each item: the division's own, else the one right above; of any place if none is named."""
    if not division:
        return offered.order_by("base_item_id", "division__code").distinct("base_item_id")
    here = offered.filter(division__code__in=_above(division))
    return here.order_by("base_item_id", "-division__code").distinct("base_item_id")


def _below(division: str) -> str:
    """What the codes of the divisions inside begin with, for LIKE; everything where no division is named."""
    size = next((digits for digits in (4, 6, 9) if division[digits:] == "0" * (12 - digits)), 12)
    return f"{division[:size]}%" if division.isascii() and division.isdigit() else "%"


def _above(division: str) -> list[str]:
    """The division and those that it lies in, the nearest first."""
    above = [division, *(division[:digits].ljust(12, "0") for digits in (9, 6, 4))]
    return [code for code in above if code.isprintable()]
