"""The check of one's own situation (情形引导): the definition's questions one by one, then what this situation takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from onevisit.catalogue.queries import ItemView
from onevisit.channels.ui import forms
from onevisit.channels.ui.forms import Control, Problem
from onevisit.core import situations
from onevisit.core.definition import Question

CHOOSE = "请选一项，再点“下一步”。"


@dataclass(frozen=True)
class Answered:
    """A question with its answer in words; `query` asks it anew and keeps the other answers."""

    ask: str
    words: str
    query: str


@dataclass(frozen=True)
class Asking:
    """How far the questions are: those answered, the one that comes, and what is wrong with how it was left."""

    answered: tuple[Answered, ...]
    coming: Question | None
    control: Control | None
    problems: tuple[Problem, ...]


def asking(item: ItemView, answers: Mapping[str, str], left: str) -> Asking:
    """The next question; `left` is the one that was sent off, with or without an answer."""
    asked = tuple(situations.asked(item.definition, answers))
    coming = next((q for q in asked if q.id not in answers), None)
    faults = {f"?{coming.id}": CHOOSE} if coming and left == coming.id else {}
    control = forms.questions((coming,), {}, faults)[0] if coming else None
    problems = (Problem(control.id, CHOOSE),) if control and faults else ()
    done = tuple(Answered(q.ask, q.options[answers[q.id]], _without(item, answers, q)) for q in asked if q.id in answers)
    return Asking(done, coming, control, problems)


def _without(item: ItemView, answers: Mapping[str, str], question: Question) -> str:
    kept = {f"{forms.QUESTION}{name}": answer for name, answer in answers.items() if name != question.id}
    return urlencode({"division": item.division_code, **kept})
