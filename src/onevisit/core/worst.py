"""The worst situation for something that only grows with what applies: branch and bound over the answers.

Conditions are bits: bit n of a mask says that `whens[n]` holds (or may still hold). A question that many steps hang on is decided
once, and a branch that cannot beat what was found is left: twenty questions cost little more than two.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from onevisit.core.definition import Standard, When
from onevisit.core.rework import base
from onevisit.core.situations import STEP, Situation, Variable, holds, possible, relevant, variables


@dataclass(frozen=True, slots=True)
class Space:
    """The answers that matter for some conditions, and which conditions each answer rules out (None: not asked).

    `strict`: only situations that ask for all that is known are meant; there are none if what is known excludes itself.
    """

    chosen: tuple[Variable, ...]
    everything: tuple[Variable, ...]
    whens: tuple[When, ...]
    ruled_out: tuple[Mapping[str | None, int], ...]
    known: Situation
    strict: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """What is to be largest: `bound` of what may hold is never less than `count` of what holds in the end."""

    count: Callable[[int], int]
    bound: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Worst:
    """The largest count, the first situation that has it, and the conditions that hold there."""

    count: int
    situation: Situation
    holding: int


def space(standard: Standard, whens: tuple[When, ...], known: Situation) -> Space:
    """The space over these conditions, in the situations that have the known answers."""
    given: When = {name: (answer,) for name, answer in known.items()}
    everything = variables(standard)
    names = relevant(standard, [Variable("", (), when) for when in (given, *whens)])
    chosen = tuple(one for one in everything if one.name in names)
    attempts = {one.name for one in chosen}
    tables = [{option: _ruled_out(one, option, whens, attempts) for option in (None, *one.options)} for one in chosen]
    return Space(chosen, everything, whens, tuple(tables), known, possible(standard, given))


def worst(over: Space, measure: Measure) -> Worst:
    """The worst situation of the space."""
    found = _Search(over, measure).found or Worst(0, {}, 0)
    return Worst(found.count, _completed(over, {**over.known, **found.situation}), found.holding)


def reaches(over: Space, measure: Measure, count: int) -> bool:
    """Whether any situation of the space counts so much: far quicker than to find the worst."""
    return _Search(over, measure, least=count).found is not None


def _ruled_out(variable: Variable, option: str | None, whens: tuple[When, ...], names: set[str]) -> int:
    return sum(1 << bit for bit, when in enumerate(whens) if any(_fails(variable, option, *pair, names) for pair in when.items()))


def _fails(variable: Variable, option: str | None, key: str, values: tuple[str, ...], names: set[str]) -> bool:
    """Whether this answer decides that the key has none of these values; a step's outcome may still come from a later attempt."""
    if not key.startswith(STEP) or "~" in key:
        return variable.name == key.removesuffix("~1") and option not in values
    if base(variable.name) != key:
        return False
    if option is None:
        return variable.name == key
    number = int(variable.name.partition("~")[2] or 1)
    return option not in values and f"{key}~{number + 1}" not in names


def _completed(over: Space, answers: Situation) -> Situation:
    """The situation with the first answer to every other question that it asks."""
    found: dict[str, str] = {}
    for one in over.everything:
        if one.options and holds(one.when, found):
            found[one.name] = answers[one.name] if answers.get(one.name) in one.options else one.options[0]
    return found


class _Search:
    """One search; `least` looks for no more and no less than that."""

    def __init__(self, over: Space, measure: Measure, least: int | None = None) -> None:
        everything = (1 << len(over.whens)) - 1
        self.over, self.measure = over, measure
        self.found: Worst | None = None
        self._best = -1 if least is None else least - 1
        self._most = measure.bound(everything) if least is None else least
        self._repeats = any("~" in one.name for one in over.chosen)
        self._branch(0, everything, {})

    def _branch(self, place: int, alive: int, answers: dict[str, str]) -> None:
        if self._best >= self._most or self.measure.bound(alive) <= self._best:
            return
        if place == len(self.over.chosen):
            self._settle(alive, answers)
            return
        one, table = self.over.chosen[place], self.over.ruled_out[place]
        if not holds(one.when, answers):
            if not (self.over.strict and one.name in self.over.known):
                self._branch(place + 1, alive & ~table[None], answers)
            return
        for option in one.options:
            if self.over.known.get(one.name, option) == option:
                self._branch(place + 1, alive & ~table[option], {**answers, one.name: option})

    def _settle(self, alive: int, answers: dict[str, str]) -> None:
        """What a last attempt's outcome decides is known only here; without attempts, `alive` is what holds."""
        if self._repeats:
            alive = sum(1 << bit for bit, when in enumerate(self.over.whens) if holds(when, answers))
        count = self.measure.count(alive)
        if count > self._best:
            self._best, self.found = count, Worst(count, answers, alive)
