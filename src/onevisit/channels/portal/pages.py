"""Which pages a draft has (一页一题): the situation's questions, what is to be typed, what we fetched; how far each page is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from onevisit.core import situations, values
from onevisit.core.definition import Field, Question, Standard

FIELDS_A_PAGE = 5
NOT_BEGUN, BEGUN, FILLED, FETCHED, AMEND = "未开始", "填写中", "已填好", "已从数据取得", "要您改"
OVER = frozenset({FILLED, FETCHED})
"""There are these five statuses of a page and no others; where one of these stands nothing is left to do."""


@dataclass(frozen=True)
class Page:
    """One topic: its number, heading, and what stands on it."""

    number: int
    title: str
    questions: tuple[Question, ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def is_typed(self) -> bool:
        """Whether the applicant does anything on it but read."""
        return bool(self.questions) or any(values.is_typed(field) for field in self.fields)


def pages(standard: Standard, answers: Mapping[str, str]) -> tuple[Page, ...]:
    """The pages of this situation in order."""
    shown: list[Page] = []
    asked = tuple(situations.asked(standard, answers))
    if asked:
        shown.append(Page(1, "您的情况", questions=asked))
    fields = values.fields(standard, answers)
    typed = [f for f in fields if values.is_typed(f)]
    for part in _parts(typed):
        title = part[0].label if len(part) == 1 else "请您填写"
        shown.append(Page(len(shown) + 1, title, fields=tuple(part)))
    fetched = tuple(f for f in fields if not values.is_typed(f) and not f.source.startswith("rule:"))
    if fetched:
        shown.append(Page(len(shown) + 1, "我们替您取的", fields=fetched))
    return tuple(shown)


def status(page: Page, answers: Mapping[str, str], known: Mapping[str, Mapping[str, Any]], today: date) -> str:
    """How far the page is, one of the five."""
    if page.questions:
        given = [q for q in page.questions if q.id in answers]
        return FILLED if len(given) == len(page.questions) else BEGUN if given else NOT_BEGUN
    told = {f.id: known[f.id].get("value") for f in page.fields if known.get(f.id, {}).get("value") not in (None, "", [])}
    if not page.is_typed:
        return FETCHED if all(f.id in told for f in page.fields if f.required) else NOT_BEGUN
    if not told:
        return NOT_BEGUN
    faults = values.faults(page.fields, told, today)
    if any(fault.field in told for fault in faults):
        return AMEND
    return BEGUN if faults else FILLED


def _parts(fields: Sequence[Field]) -> list[list[Field]]:
    """Runs of a few fields each; a group of records has a page of its own."""
    parts: list[list[Field]] = []
    for field in fields:
        alone = field.type == "group" or (bool(parts) and parts[-1][0].type == "group")
        if not parts or alone or len(parts[-1]) == FIELDS_A_PAGE:
            parts.append([])
        parts[-1].append(field)
    return parts
