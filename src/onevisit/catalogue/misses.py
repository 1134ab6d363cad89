"""Searches that found nothing (零结果日志): the words without anything personal, for editors to give an item one more word."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from onevisit.catalogue import search
from onevisit.catalogue.models import Miss
from onevisit.settings import REAL_CLOCK

NUMBERS = re.compile(r"[a-z]*\d(?:[\s-]?[\dx]){4,}[a-z]*|[零〇一二三四五六七八九幺]{6,}|\S*@\S*")
"""What may be somebody's number or address: five digits and more, in figures or in characters."""
LONGEST = 40
MOST = 10_000
"""Open lines that are kept: a flood of nonsense stops there."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Words that found nothing, where, how often, last when."""

    words: str
    division: str
    count: int
    last_at: datetime


def kept(words: str) -> str:
    """The words as the log keeps them: normalised, no personal numbers; empty if nothing is left."""
    spaced = "".join(one if one.isprintable() else " " for one in words[: search.LONGEST]).lower()
    return search.normal(NUMBERS.sub(" ", NUMBERS.sub(" ", search.normal(NUMBERS.sub(" ", spaced)))))[:LONGEST].strip()


def note(words: str, division: str = "") -> None:
    """The search is counted; callers have seen that it found nothing. No actor is kept, nobody needs a right to ask."""
    said = kept(words)
    if len(said) < 2:
        return
    division = division if re.fullmatch(r"\d{12}", division) else ""
    now = REAL_CLOCK()
    again = Miss.objects.filter(words=said, division=division).update(count=F("count") + 1, last_at=now, settled="")
    if not again and Miss.objects.filter(settled="").count() < MOST:
        Miss.objects.bulk_create([Miss(words=said, division=division, last_at=now)], ignore_conflicts=True)


def open_lines(limit: int = 100) -> tuple[Missed, ...]:
    """The words that still find nothing, the most frequent first."""
    rows = Miss.objects.filter(settled="").order_by("-count", "-last_at")[:limit]
    return tuple(Missed(one.words, one.division, one.count, one.last_at) for one in rows)
