"""The lists that a city publishes (公布清单): what needs no visit, one at most, more by law.

《实施方案》 asks for them. Every line and rate is computed from what is in force, nobody types one (FIGURES 1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from django.db.models import Count

from onevisit.catalogue import packs
from onevisit.catalogue.models import Item, Standard
from onevisit.core import visits

LISTS: Mapping[str, str] = {
    "once": "最多跑一次事项清单",
    "zero": "零跑腿事项清单",
    "exceptions": "例外事项清单",
}
LEVELS: Mapping[str, str] = {"city": "市级", "county": "县级", "town": "乡镇（街道）级", "village": "村（社区）级"}
NOT_SERVICES = ("行政处罚", "行政强制")
"""Types that nobody applies for: in no rate (FIGURES, unit of items)."""


@dataclass(frozen=True, slots=True)
class Line:
    """An item at one level: what it promises in its worst situation, in how many divisions, and the exception it claims."""

    key: str
    name: str
    type: str
    level: str
    level_name: str
    department: str
    promise: str
    word: str
    places: int
    exception: str


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many offered items, and in percent with one decimal; no percent of nothing."""

    name: str
    part: int
    whole: int

    @property
    def percent(self) -> str:
        """
        >>> Rate("", 2, 3).percent, Rate("", 0, 0).percent
        ('66.7%', '—')
        """
        if not self.whole:
            return "—"
        return f"{(Decimal(self.part) * 100 / self.whole).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def lines() -> tuple[Line, ...]:
    """Every item that is offered, once for each level, by department and name."""
    offered = Item.objects.filter(active=True).exclude(base_item__type__in=NOT_SERVICES)
    places = {(row["base_item"], row["level"]): row["n"] for row in offered.values("base_item", "level").annotate(n=Count("pk"))}
    rows = Standard.objects.filter(state=Standard.State.PUBLISHED).select_related("base_item__department")
    found = [_line(row, places[row.base_item_id, row.level]) for row in rows if (row.base_item_id, row.level) in places]
    return tuple(sorted(found, key=lambda one: (one.department, one.name, one.level)))


def _line(row: Standard, places: int) -> Line:
    base, exception = row.base_item, packs.definition(row.definition).exception
    return Line(
        base.key, base.name, base.type, row.level, LEVELS[row.level], base.department.name, row.promise,
        visits.WORDS[cast(visits.Promise, row.promise)], places, exception.why if exception else "",
    )  # fmt: skip


def chosen(rows: Sequence[Line], name: str, level: str = "", department: str = "") -> tuple[Line, ...]:
    """The lines of one list, of one level or department if they are given."""
    wanted = {"once": ("zero", "one"), "zero": ("zero",), "exceptions": ("many",)}[name]
    return tuple(one for one in rows if one.promise in wanted and level in ("", one.level) and department in ("", one.department))


def rates(rows: Sequence[Line]) -> tuple[Rate, ...]:
    """The share of offered items that need one visit at most (最多跑一次事项率), and none; an item counts in each place."""
    whole = sum(one.places for one in rows)
    once, none = (sum(one.places for one in chosen(rows, name)) for name in ("once", "zero"))
    return Rate("最多跑一次事项率", once, whole), Rate("零跑腿事项率", none, whole)
