"""Lists of base items as a division offers them: by theme, by key, the newest guides; a few queries, however long the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.db.models import QuerySet

from onevisit.catalogue.models import BaseItem, Item
from onevisit.catalogue.models import Standard as StandardRow
from onevisit.core import visits

LEVELS = ("village", "town", "county", "city")


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


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme (主题) and how many items it holds."""

    name: str
    items: int


def listing(theme: str = "", division: str = "", after: str = "", limit: int = 50) -> tuple[Listed, ...]:
    """The items of the base catalogue by key, those after `after`; each as the division (or one above it) offers it."""
    if not f"{theme}{after}".isprintable():
        return ()
    rows = _base().filter(key__gt=after).order_by("key")
    if theme:
        rows = rows.filter(theme__contains=[theme])
    return _listed(list(rows[:limit]), division)


def listed(keys: Sequence[str], division: str = "") -> tuple[Listed, ...]:
    """The items of these keys, in this order."""
    rows = {row.key: row for row in _base().filter(key__in=keys)}
    return _listed([rows[key] for key in keys if key in rows], division)


def _base() -> QuerySet[BaseItem]:
    """Base items with what a list shows of them."""
    return BaseItem.objects.select_related("department").defer("search", "words", "about", "basis")


def _listed(rows: Sequence[BaseItem], division: str) -> tuple[Listed, ...]:
    """Three queries, whatever the number of rows."""
    offered = Item.objects.filter(base_item__in=[row.pk for row in rows], active=True).select_related("division", "office")
    here = {row.base_item_id: row for row in nearest(offered, division)}
    promises = {
        (base, level): promise
        for base, level, promise in StandardRow.objects.filter(
            base_item__in=[row.pk for row in rows], state=StandardRow.State.PUBLISHED
        ).values_list("base_item", "level", "promise")
    }
    return tuple(_line(row, here.get(row.pk), promises) for row in rows)


def _line(base: BaseItem, offered: Item | None, promises: Mapping[tuple[int, str], str]) -> Listed:
    promise = promises.get((base.pk, offered.level), "") if offered else ""
    ask = f"这个事项的指南还没有上网，请咨询{offered.office.name if offered else base.department.name}。"
    return Listed(
        key=base.key, code=offered.code if offered else "", name=base.name, type=base.type, theme=tuple(base.theme),
        level=offered.level if offered else next((one for one in LEVELS if one in base.levels), ""),
        audience=tuple(base.audience), department_id=base.department_id, department_name=base.department.name,
        division_code=offered.division.code if offered else "", division_name=offered.division.name if offered else "",
        word=visits.WORDS.get(cast(visits.Promise, promise), ""), promise=promise, guided=bool(promise),
        ask="" if promise else ask,
    )  # fmt: skip


def themes() -> tuple[Theme, ...]:
    """The themes that hold any items, the fullest first; an empty one is not drawn."""
    counted: dict[str, int] = {}
    for named in BaseItem.objects.values_list("theme", flat=True):
        for theme in named:
            counted[theme] = counted.get(theme, 0) + 1
    return tuple(Theme(name, items) for name, items in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def hot(division: str = "", limit: int = 8) -> tuple[Listed, ...]:
    """Items with a guide online, the newest first: what a home page puts in front while there are no cases to count."""
    fresh = StandardRow.objects.filter(state=StandardRow.State.PUBLISHED, base_item__items__active=True)
    keys = list(dict.fromkeys(fresh.order_by("-published_at", "-pk").values_list("base_item__key", flat=True)))
    return tuple(one for one in listed(keys[:limit], division) if one.guided)


def nearest(offered: QuerySet[Item], division: str) -> QuerySet[Item]:
    """One row of each item: the division's own, else the one right above; of any place if none is named."""
    if not division:
        return offered.order_by("base_item_id", "division__code").distinct("base_item_id")
    above = [division, *(division[:digits].ljust(12, "0") for digits in (9, 6, 4))]
    here = offered.filter(division__code__in=[code for code in above if code.isprintable()])
    return here.order_by("base_item_id", "-division__code").distinct("base_item_id")
