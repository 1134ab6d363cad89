"""Situations (办理情形): the space of answers that a definition can meet, and `when` over it.

A situation gives one answer to each question that is asked, and one outcome (`step.<id>`) to each step on whose outcome something
depends. `when` is a conjunction of "question in these answers": the space is finite, each claim can be computed for all of it.

>>> from onevisit.core.definition import ItemHead
>>> deal = Question("deal", "以哪种方式取得房屋？", {"purchase": "购买", "gift": "受赠"})
>>> loan = Question("loan", "是否贷款？", {"yes": "是", "no": "否"}, when={"deal": ("purchase",)})
>>> standard = Standard(ItemHead("契税申报", "行政征收", "tax"), "county", ("person",), (), questions=(deal, loan))
>>> for situation in situations(standard):
...     print(situation)
{'deal': 'purchase', 'loan': 'yes'}
{'deal': 'purchase', 'loan': 'no'}
{'deal': 'gift'}
>>> narrow(standard, {"deal": "gift", "loan": "yes"}), complete(standard, {"deal": "purchase"})
({'deal': 'gift'}, False)
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onevisit.core.definition import Field, Question, Standard, Step, When
from onevisit.core.rework import base, outcomes, unrolled

Situation = Mapping[str, str]
"""Question -> answer, and `step.<id>` -> outcome (`step.<id>~2` for a second attempt)."""

STEP = "step."


@dataclass(frozen=True, slots=True)
class Variable:
    """Something with several answers: a question, or a step's outcome."""

    name: str
    options: tuple[str, ...]
    when: When


def holds(when: When, answers: Situation) -> bool:
    """Whether every question of the condition has one of its answers; what is not answered holds nothing."""
    return all(_answer(answers, name) in values for name, values in when.items())


def asked(standard: Standard, answers: Situation) -> tuple[Question, ...]:
    """The questions to ask, given these answers; an answer to a question that is not asked counts for nothing."""
    known = _chosen(standard, answers)
    return tuple(question for question in standard.questions if question.id in known.asked)


def narrow(standard: Standard, answers: Situation) -> dict[str, str]:
    """The answers that count: to questions that are asked, with an option that exists."""
    return dict(_chosen(standard, answers).answers)


def complete(standard: Standard, answers: Situation) -> bool:
    """Whether every question that is asked has an answer."""
    known = _chosen(standard, answers)
    return all(question.id in known.answers for question in asked(standard, answers))


def situations(standard: Standard, names: Iterable[str] | None = None) -> Iterator[Situation]:
    """Every situation in the order of the definition; with `names`, every combination of those variables only."""
    wanted = None if names is None else set(names)
    chosen = tuple(one for one in variables(standard) if wanted is None or one.name in wanted)
    return _combinations(chosen, {})


def variables(standard: Standard) -> tuple[Variable, ...]:
    """The questions, and the outcomes on which something depends, each after those that its own condition names."""
    found = [Variable(question.id, tuple(question.options), question.when) for question in standard.questions]
    steps = unrolled(standard.process)
    if any(map(outcomes, steps)):
        named = {base(key) for when in _whens(standard, steps) for key in when}
        deciding = [step for step in steps if outcomes(step) and STEP + base(step.id) in named]
        found += [Variable(STEP + step.id, outcomes(step), step.when) for step in deciding]
    return _ordered(found)


def relevant(standard: Standard, parts: Iterable[Any]) -> tuple[str, ...]:
    """The variables that decide whether these parts (steps, materials, fees … anything with a `when`) apply."""
    known = variables(standard)
    wanted: set[str] = set()
    todo = [key for part in parts for key in part.when]
    while todo:
        key = todo.pop()
        fresh = [one for one in known if one.name not in wanted and _decides(one.name, key)]
        wanted.update(one.name for one in fresh)
        todo += [key for one in fresh for key in one.when]
    return tuple(one.name for one in known if one.name in wanted)


def possible(standard: Standard, when: When) -> bool:
    """Whether any situation meets the condition."""
    names = relevant(standard, (Variable("", (), when),))
    return any(holds(when, situation) for situation in situations(standard, names))


@dataclass(frozen=True, slots=True)
class _Chosen:
    answers: Situation
    asked: frozenset[str]


def _chosen(standard: Standard, answers: Situation) -> _Chosen:
    """The answers that count, and all that is asked."""
    counted: dict[str, str] = {}
    seen: set[str] = set()
    for variable in variables(standard):
        if holds(variable.when, counted):
            seen.add(variable.name)
            if answers.get(variable.name) in variable.options:
                counted[variable.name] = answers[variable.name]
    return _Chosen(counted, frozenset(seen))


def _combinations(left: tuple[Variable, ...], answers: dict[str, str]) -> Iterator[Situation]:
    if not left:
        yield dict(answers)
        return
    first, rest = left[0], left[1:]
    if not holds(first.when, answers):
        yield from _combinations(rest, answers)
        return
    for option in first.options:
        yield from _combinations(rest, {**answers, first.name: option})


def _answer(answers: Situation, name: str) -> str | None:
    """The answer to a question; of a step, the outcome of the attempt that is named, or else of the last one."""
    if not name.startswith(STEP):
        return answers.get(name)
    first, _, attempt = name.partition("~")
    if attempt:
        return answers.get(first if attempt == "1" else name)
    last, number = first, 2
    while f"{first}~{number}" in answers:
        last, number = f"{first}~{number}", number + 1
    return answers.get(last)


def _decides(variable: str, key: str) -> bool:
    """Whether the answer of a variable has a say in a condition's key."""
    if key.startswith(STEP) and "~" not in key:
        return base(variable) == key
    return variable == key.removesuffix("~1")


def _ordered(found: list[Variable]) -> tuple[Variable, ...]:
    """Each variable after those that it depends on; what depends on itself is never asked."""
    order: list[Variable] = []
    left = list(found)
    while left:
        waiting = {one.name for one in left}
        free = next((one for one in left if not any(_decides(name, key) for key in one.when for name in waiting)), None)
        if free is None:
            break
        order.append(free)
        left.remove(free)
    return tuple(order)


def _whens(standard: Standard, steps: tuple[Step, ...]) -> Iterator[When]:
    parts: tuple[Any, ...] = (*standard.conditions, *standard.questions, *standard.materials, *steps, *standard.fees)
    for part in (*parts, *standard.results, *standard.limits, *_fields(standard.form)):
        yield part.when


def _fields(form: Iterable[Field]) -> Iterator[Field]:
    for field in form:
        yield field
        yield from _fields(field.fields)
