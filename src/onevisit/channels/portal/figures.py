"""The figures that stand above the published lists, each with its formula: of items, of cases, of affairs (FIGURES 1 to 3)."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import connection

from onevisit.cases.queries import rates
from onevisit.catalogue import published
from onevisit.catalogue.published import Line, Rate

RENEW = 60
"""Seconds for which figures of cases stand: they are counted from every case of a year."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The rates, and how many offered items had no case in twelve months (零办件)."""

    rates: tuple[Rate, ...]
    idle: int

    @property
    def sentences(self) -> tuple[str, ...]:
        """Each figure in words: what, how much, of how many, how it is counted."""
        said = (f"{one.name}：{one.percent}（{one.part}/{one.whole}）。{one.how}。" for one in self.rates)
        return (*said, f"最近12个月没有办件的事项：{self.idle}项。")


def figures(rows: tuple[Line, ...]) -> Figures:
    """The figures over all offered items, however the list is narrowed; at most a minute old."""
    minute = int(settings.REAL_CLOCK().timestamp() // RENEW)
    return _figures(str(connection.settings_dict["NAME"]), minute, rows)


@lru_cache(maxsize=2)
def _figures(_database: str, _minute: int, rows: tuple[Line, ...]) -> Figures:
    accepted = rates.accepted()
    shown = (*published.rates(rows), published.weighted(rows, accepted), *rates.rates())
    return Figures(shown, published.idle(rows, accepted))
