"""Which time limits count for a case (办理时限): those of its situation, with the shorter promise of whoever offers the item.

>>> from onevisit.core.definition import ItemHead, Standard, Step
>>> head, steps = ItemHead("津贴", "行政给付", "civil"), (Step("apply", "applicant", "submit"),)
>>> written = (Limits(60, 15, when={"who": ("self",)}), Limits(60, 20))
>>> standard = Standard(head, "county", ("person",), steps, limits=written)
>>> local = (Limits(promised=12, when={"who": ("self",)}),)
>>> [chosen(standard, {"who": who}, local).promised for who in ("self", "family")]
[12, 20]
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from onevisit.core import situations
from onevisit.core.definition import Limits, Standard


def chosen(standard: Standard, answers: situations.Situation, local: Iterable[Limits] = ()) -> Limits:
    """The limits of this situation, the first that fit, with the tighter promise of an offer's limits."""
    return tighter(next((one for one in standard.limits if situations.holds(one.when, answers)), Limits()), local)


def tighter(limit: Limits, local: Iterable[Limits]) -> Limits:
    """The limit with the shortest promise among it and those that speak of the same situation, or of all."""
    fitting = [one.promised for one in local if one.promised is not None and (not one.when or one.when == limit.when)]
    promised = min([value for value in (limit.promised, *fitting) if value is not None], default=None)
    return replace(limit, promised=promised)


def pinned(local: Iterable[Limits]) -> list[dict[str, Any]]:
    """An offer's promises as a case keeps them."""
    return [{"promised": one.promised, "when": {key: list(values) for key, values in one.when.items()}} for one in local]


def kept(rows: Iterable[Mapping[str, Any]]) -> tuple[Limits, ...]:
    """The promises that a case has kept."""
    return tuple(
        Limits(promised=row["promised"], when={key: tuple(values) for key, values in row["when"].items()}) for row in rows
    )
