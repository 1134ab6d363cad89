"""Which pages a draft has (一页一题): the situation's questions, what we fetched, what is to be typed, the papers to hand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onevisit.core import situations, values
from onevisit.core.definition import Field, Material, Question, Standard

FIELDS_A_PAGE = 5


@dataclass(frozen=True)
class Page:
    """One topic: its number, heading, and what stands on it."""

    number: int
    title: str
    questions: tuple[Question, ...] = ()
    fields: tuple[Field, ...] = ()


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
        shown.append(Page(len(shown) + 1, "这些我们已经知道", fields=fetched))
    return tuple(shown)


def papers(standard: Standard, answers: Mapping[str, str]) -> tuple[Material, ...]:
    """The papers that the applicant hands in himself."""
    return tuple(m for m in values.materials(standard, answers) if m.source == "applicant")


def _parts(fields: Sequence[Field]) -> list[list[Field]]:
    """Runs of a few fields each; a group of records has a page of its own."""
    parts: list[list[Field]] = []
    for field in fields:
        alone = field.type == "group" or (bool(parts) and parts[-1][0].type == "group")
        if not parts or alone or len(parts[-1]) == FIELDS_A_PAGE:
            parts.append([])
        parts[-1].append(field)
    return parts
