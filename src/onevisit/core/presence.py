"""Who must be where (到场): one person's visits under one way of doing it, for any set of steps that apply.

A step costs presence if it says so or is done where one must go; between two of them on a way through the process lies a wait, or
they share a visit. Steps are bits of a mask, needs before what needs them; after the steps come the materials to be shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Literal, NamedTuple

from onevisit.core import process, reasons
from onevisit.core.definition import Material, Standard, Step, When
from onevisit.core.reasons import COSTLY, Stop
from onevisit.core.rework import base, unrolled
from onevisit.core.situations import Situation, holds
from onevisit.core.worst import Measure, Space, Worst, reaches, space, worst

Mode = Literal["zero", "hall"]
"""Two ways of doing it: coming as seldom as the offers allow, or doing at the hall whatever the hall offers."""


class Change(NamedTuple):
    """Something to take out of the way: a step's `presence` or its `wait`."""

    step: str
    kind: Literal["presence", "wait"]


class Load(NamedTuple):
    """The steps (as bits) that need presence, that are waits, and that may not follow at once."""

    present: int
    waiting: int
    apart: int


class Ways(NamedTuple):
    """For each step, the most visits on any way that ends there: `free` may count the next presence, `spent` must wait first."""

    free: tuple[int, ...]
    spent: tuple[int, ...]

    @property
    def visits(self) -> int:
        """The most visits on any way."""
        return max((*self.free, *self.spent), default=0)


class Part(NamedTuple):
    """The steps (as bits) on the ways to one last step, and the answers that matter for them."""

    bits: int
    space: Space


NEVER = -1
NOTHING: frozenset[Change] = frozenset()


def place(step: Step, mode: Mode, shown: bool) -> str:
    """Where a step is done, "" if it does not involve the applicant. An original to be seen shuts online and kiosk."""
    if step.presence:
        return "hall"
    left = [one for one in step.at if not (shown and one in ("online", "kiosk"))]
    if not left:
        return "hall" if shown else ""
    wanted = ("hall", "kiosk") if mode == "hall" and step.does != "deliver" else ()
    free = [one for one in left if one not in COSTLY]
    return next((one for one in wanted if one in left), free[0] if free else min(left))


class Counter:
    """One person's visits (`party`, or everybody's) in every situation that has the known answers. Raises `process.Circular`."""

    def __init__(self, standard: Standard, mode: Mode, party: str, known: Situation) -> None:
        self.mode, self.party = mode, party
        steps = {step.id: step for step in unrolled(standard.process)}
        order = [name for layer in process.layers({step.id: step.needs for step in steps.values()}) for name in layer]
        self.steps = [steps[name] for name in order]
        self._listed = tuple(steps.values())
        self._before = [[order.index(need) for need in step.needs if need in steps] for step in self.steps]
        self._papers = _papers(standard.materials)
        mine = [self._concerns(step) for step in self.steps]
        self._plain = _mask(one and place(step, mode, False) in COSTLY for one, step in zip(mine, self.steps, strict=True))
        self._seen = _mask(one and place(step, mode, True) in COSTLY for one, step in zip(mine, self.steps, strict=True))
        self._waits = _mask(bool(step.days) for step in self.steps)
        self._apart = _mask(process.delay(step) > 0 for step in self.steps)
        self._doing = {
            kind: _mask(kind in _kinds(step) for step in self.steps) for kind in {paper.shown for paper in self._papers}
        }
        self._attempts = {name: _mask(base(step.id) == name for step in self.steps) for name in {base(one) for one in order}}
        self._whens = self._conditions()
        self._parts = [Part(bits, space(standard, self._only(bits), known)) for bits in self._ends()]
        self._worst: dict[frozenset[Change], Worst] = {}
        self._counted: dict[Load, int] = {}

    def worst(self, spared: frozenset[Change]) -> Worst:
        """The worst situation once these changes are made."""
        if spared not in self._worst:
            self._worst[spared] = self._search(spared)
        return self._worst[spared]

    def reaches(self, visits: int, spared: frozenset[Change]) -> bool:
        """Whether any situation still needs so many visits once these changes are made."""
        return any(reaches(part.space, self._measure(spared, part.bits), visits) for part in self._parts)

    def stops(self, spared: frozenset[Change]) -> list[Stop]:
        """The counted presence steps of the worst situation, each with the waits that keep it from the one before."""
        holding = self.worst(spared).holding
        load, shown = self._load(holding, spared), self._shown(holding)
        stops: list[Stop] = []
        waits: list[Step] = []
        days = 0
        for number, counted in self._trail(load):
            step, bit = self.steps[number], 1 << number
            days = max(days, process.delay(step) if load.apart & bit else 0)
            if counted:
                originals = _originals(step, shown)
                where = place(step, self.mode, bool(originals))
                stops.append(Stop(step, where, originals, tuple(waits) if stops else (), days if stops else 0))
                waits, days = [], 0
            if load.waiting & bit:
                waits.append(step)
        return stops

    def plan(self) -> dict[str, str]:
        """Where each step that involves the applicant is done in the worst situation, in the order of the definition."""
        found = self.worst(NOTHING)
        shown = self._shown(found.holding)
        places = {
            step.id: place(step, self.mode, bool(_originals(step, shown)))
            for step in self._listed
            if holds(step.when, found.situation)
        }
        return {name: where for name, where in places.items() if where}

    def change(self, change: Change) -> str:
        """The change in words."""
        step = next(one for one in self.steps if base(one.id) == change.step)
        if change.kind == "wait":
            return reasons.hasten(step)
        return reasons.spare(step, tuple(paper.name for paper in self._papers if paper.shown in _kinds(step)), self.mode)

    def rank(self, change: Change) -> tuple[int, int]:
        """How hard a change is: offering another place, giving up presence, being faster; then in the order of the process."""
        number, step = next(pair for pair in enumerate(self.steps) if base(pair[1].id) == change.step)
        return (2 if change.kind == "wait" else 1 if step.presence else 0), number

    def _concerns(self, step: Step) -> bool:
        """Whether this person must be there if the step needs presence."""
        if self.party and step.together:
            return self.party in step.together
        return not self.party or step.by in ("applicant:" + self.party, "applicant") or not step.by.startswith("applicant")

    def _conditions(self) -> tuple[When, ...]:
        """The conditions that have a weight: what is neither presence nor wait may apply or not."""
        heavy = self._plain | self._seen | self._waits | self._apart
        steps = [step.when if heavy >> number & 1 else {} for number, step in enumerate(self.steps)]
        return (*steps, *(paper.when for paper in self._papers))

    def _ends(self) -> list[int]:
        """For each last step the steps that lead to it, and the papers: nothing else has a say in the ways that end there."""
        leading: list[int] = []
        for number, before in enumerate(self._before):
            leading.append(reduce(or_, (leading[one] for one in before), 1 << number))
        needed = {one for before in self._before for one in before}
        papers = (1 << len(self._papers)) - 1 << len(self.steps)
        return [papers | leading[number] for number in range(len(self.steps)) if number not in needed] or [papers]

    def _only(self, bits: int) -> tuple[When, ...]:
        return tuple(when if bits >> number & 1 else {} for number, when in enumerate(self._whens))

    def _search(self, spared: frozenset[Change]) -> Worst:
        """The worst of all parts; a part that can't beat what was found is left."""
        first, *others = self._parts
        found = worst(first.space, self._measure(spared, first.bits))
        for part in others:
            measure = self._measure(spared, part.bits)
            if measure.bound(part.bits) > found.count and reaches(part.space, measure, found.count + 1):
                found = worst(part.space, measure)
        holding = sum(1 << number for number, when in enumerate(self._whens) if holds(when, found.situation))
        return replace(found, holding=holding) if others else found

    def _measure(self, spared: frozenset[Change], bits: int) -> Measure:
        return Measure(
            count=lambda holding: self._count(self._load(holding & bits, spared)),
            bound=lambda holding: self._count(self._load(holding & bits, spared, at_most=True)),
        )

    def _load(self, holding: int, spared: frozenset[Change], at_most: bool = False) -> Load:
        """What weighs in this situation; `at_most`: what may weigh if more conditions fail to hold."""
        present, waits = self._plain, self._waits
        for kind in self._shown(holding, at_most):
            there = self._doing[kind]
            present = (present & ~there) | (self._seen & there) | (self._plain & there if at_most else 0)
        for change in spared:
            touched = self._attempts[change.step]
            present, waits = (present & ~touched, waits) if change.kind == "presence" else (present, waits & ~touched)
        return Load(holding & present, holding & waits, holding & self._apart)

    def _shown(self, holding: int, at_most: bool = False) -> dict[str, tuple[str, ...]]:
        """At which steps (by kind or id) which originals are seen; of a group, one that need not be shown is enough."""
        seen: dict[str, tuple[str, ...]] = {}
        held = [paper for number, paper in enumerate(self._papers, len(self.steps)) if holding >> number & 1]
        spared = set() if at_most else {paper.one_of for paper in held if paper.one_of and not paper.shown}
        for paper in held:
            if paper.shown and paper.one_of not in spared:
                seen[paper.shown] = (*seen.get(paper.shown, ()), paper.name)
        return seen

    def _count(self, load: Load) -> int:
        if load not in self._counted:
            self._counted[load] = self._ways(load).visits
        return self._counted[load]

    def _ways(self, load: Load) -> Ways:
        """The most visits on the ways to each step: a presence is counted where there was a wait since the one before."""
        free: list[int] = []
        spent: list[int] = []
        for number, before in enumerate(self._before):
            bit = 1 << number
            open_ = max([free[one] for one in before], default=0)
            shut = max([spent[one] for one in before], default=NEVER)
            if load.apart & bit:
                open_, shut = max(open_, shut), NEVER
            if load.present & bit:
                shut = max(shut, open_ + 1)
            if load.waiting & bit:
                open_, shut = max(open_, shut), NEVER
            free.append(open_)
            spent.append(shut)
        return Ways(tuple(free), tuple(spent))

    def _trail(self, load: Load) -> list[tuple[int, bool]]:
        """One way with the most visits, traced back from its end: its steps in order, and whether each is counted."""
        ways = self._ways(load)
        value, spent = ways.visits, ways.visits in ways.spent
        at = (ways.spent if spent else ways.free).index(value) if self.steps else None
        trail: list[tuple[int, bool]] = []
        while at is not None:
            before, apart = self._before[at], bool(load.apart >> at & 1)
            arriving = [(ways.free[one], one, False) for one in before] + [(ways.spent[one], one, True) for one in before]
            open_ = max([count for count, _, was_spent in arriving if apart or not was_spent], default=0)
            shut = max([count for count, _, was_spent in arriving if was_spent and not apart], default=NEVER)
            spent = spent or (bool(load.waiting >> at & 1) and open_ < value)
            counted = spent and shut < value
            value, spent = (value - 1, False) if counted else (value, spent)
            trail.append((at, counted))
            at, spent = next(
                ((one, was) for count, one, was in arriving if count == value and (apart or was == spent)), (None, False)
            )
        return trail[::-1]


def _mask(flags: Iterable[bool]) -> int:
    return sum(1 << number for number, flag in enumerate(flags) if flag)


def _kinds(step: Step) -> tuple[str, ...]:
    """The words by which a material names the step where it is shown."""
    return (step.does, base(step.id))


def _originals(step: Step, shown: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for kind in _kinds(step) for name in shown.get(kind, ())))


def _papers(materials: tuple[Material, ...]) -> tuple[Material, ...]:
    """The materials to be shown, and those that could take their place."""
    groups = {paper.one_of for paper in materials if paper.shown and paper.one_of}
    return tuple(paper for paper in materials if paper.shown or paper.one_of in groups)
