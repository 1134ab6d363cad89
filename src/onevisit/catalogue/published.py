"""The lists that a city publishes (公布清单): what needs no visit, one at most, more by law.

《实施方案》 asks for them. Every line and rate is computed from what is in force, nobody types one (FIGURES 1, 2).
They are read once for each edition of the catalogue, and once a minute: names of departments lie outside of the edition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import cast

from django.conf import settings
from django.db import connection
from django.db.models import Count

from onevisit.catalogue import packs, phrases, queries
from onevisit.catalogue.models import Item, Standard
from onevisit.core import visits

LISTS: Mapping[str, str] = {
    "once": "最多跑一次事项清单",
    "zero": "零跑腿事项清单",
    "exceptions": "例外事项清单",
}
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
    """A published figure: so many of so many, in percent with one decimal; `how` is its formula in words. Nothing of nothing."""

    name: str
    part: int
    whole: int
    how: str = ""

    @property
    def percent(self) -> str:
        """
        >>> Rate("", 2, 3).percent, Rate("", 0, 0).percent
        ('66.7%', '不足以公布')
        """
        if not self.whole:
            return "不足以公布"
        return f"{(Decimal(self.part) * 100 / self.whole).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


RENEW = 60
"""Seconds after which the lists are read anew."""
ONCE_HOW = "每种情形都最多跑一次的事项，除以在用的全部事项；同一个事项在每个实施的地区各算一项"
NONE_HOW = "每种情形都不用跑的事项，除以在用的全部事项；同一个事项在每个实施的地区各算一项"
WEIGHTED_HOW = "最多跑一次的事项在最近12个月受理的件数，除以全部在用事项受理的件数"


def lines() -> tuple[Line, ...]:
    """Every item that is offered, once for each level, by department and name."""
    minute = int(settings.REAL_CLOCK().timestamp() // RENEW)
    return _lines(str(connection.settings_dict["NAME"]), f"{queries.edition()}/{minute}")


@lru_cache(maxsize=4)
def _lines(_database: str, _edition: str) -> tuple[Line, ...]:
    offered = Item.objects.filter(active=True).exclude(base_item__type__in=NOT_SERVICES)
    places = {(row["base_item"], row["level"]): row["n"] for row in offered.values("base_item", "level").annotate(n=Count("pk"))}
    in_force = Standard.objects.filter(state=Standard.State.PUBLISHED)
    why = {pk: _exception(text) for pk, text in in_force.filter(promise="many").values_list("pk", "definition")}
    rows = in_force.select_related("base_item__department").defer("definition", "text")
    found = [
        _line(row, places[row.base_item_id, row.level], why.get(row.pk, ""))
        for row in rows
        if (row.base_item_id, row.level) in places
    ]
    return tuple(sorted(found, key=lambda one: (one.department, one.name, one.level)))


def _exception(definition: str) -> str:
    """Why the law asks for more than one visit; only where it does is the definition read at all."""
    exception = packs.definition(definition).exception
    return exception.why if exception else ""


def _line(row: Standard, places: int, why: str) -> Line:
    base = row.base_item
    return Line(
        base.key, base.name, base.type, row.level, phrases.LEVELS[row.level], base.department.name, row.promise,
        visits.WORDS[cast(visits.Promise, row.promise)], places, why,
    )  # fmt: skip


def chosen(rows: Sequence[Line], name: str, level: str = "", department: str = "") -> tuple[Line, ...]:
    """The lines of one list, of one level or department if they are given."""
    wanted = {"once": ("zero", "one"), "zero": ("zero",), "exceptions": ("many",)}[name]
    return tuple(one for one in rows if one.promise in wanted and level in ("", one.level) and department in ("", one.department))


def rates(rows: Sequence[Line]) -> tuple[Rate, ...]:
    """The share of offered items that need one visit at most (最多跑一次事项率), and none; an item counts in each place."""
    whole = sum(one.places for one in rows)
    once, none = (sum(one.places for one in chosen(rows, name)) for name in ("once", "zero"))
    return Rate("最多跑一次事项率", once, whole, ONCE_HOW), Rate("零跑腿事项率", none, whole, NONE_HOW)


def weighted(rows: Sequence[Line], accepted: Mapping[tuple[str, str], int]) -> Rate:
    """The same weighted by cases (按办件量计算): `accepted` says how many each item had at each level."""
    whole, once = (sum(accepted.get((one.key, one.level), 0) for one in some) for some in (rows, chosen(rows, "once")))
    return Rate("按办件量计算的最多跑一次率", once, whole, WEIGHTED_HOW)


def idle(rows: Sequence[Line], accepted: Mapping[tuple[str, str], int]) -> int:
    """How many of the items had no case at all (零办件)."""
    return sum(not accepted.get((one.key, one.level)) for one in rows)
