"""The process (办理流程) of one situation as a DAG: what may be done when, how long it takes, what a drawing shows side by side.

A step that falls away hands its own needs to those that need it; rework is unrolled (`rework`), so there is never a way back.

>>> from onevisit.core.definition import ItemHead
>>> def step(name, *needs, **more):
...     return Step(name, by="system", does="verify", needs=needs, **more)
>>> gift = {"deal": ("gift",)}
>>> notary, tax = step("notary", "submit", days=3, when=gift), step("tax", "submit", days=1)
>>> steps = (step("submit"), notary, tax, step("issue", "notary", "tax"))
>>> standard = Standard(ItemHead("过户", "行政确认", "housing"), "county", ("person",), steps)
>>> bought = plan(standard, {"deal": "purchase"})
>>> [(step.id, step.needs) for step in bought.steps]
[('submit', ()), ('tax', ('submit',)), ('issue', ('submit', 'tax'))]
>>> ready(bought, done={"submit"}), critical_path(bought)
(('tax',), CriticalPath(steps=('submit', 'tax', 'issue'), days=1))
>>> layers(bought.needs)
(('submit',), ('tax',), ('issue',))
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from onevisit.core.definition import Standard, Step
from onevisit.core.rework import unrolled
from onevisit.core.situations import STEP, Situation, holds, possible

NAMES: Mapping[str, str] = {
    "precheck": "预审", "submit": "提交申请", "receive": "收件", "accept": "受理", "verify": "核验", "review": "审查",
    "inspect": "现场核查", "consult": "征求意见", "publicise": "公示", "decide": "作出决定", "sign": "签批", "pay": "缴费",
    "issue": "制作结果", "deliver": "领取结果",
}  # fmt: skip
"""What a step is called that has no name of its own."""


class Circular(Exception):
    """Steps that wait for one another; `steps` is one circle."""

    def __init__(self, steps: tuple[str, ...]) -> None:
        super().__init__(f"环节互相等待，谁也开始不了：{'→'.join((*steps, *steps[:1]))}。")
        self.steps = steps


@dataclass(frozen=True, slots=True)
class Process:
    """The steps that a situation takes, in the order of the definition, each with the needs that are left."""

    steps: tuple[Step, ...]

    @property
    def needs(self) -> Mapping[str, tuple[str, ...]]:
        """What each step waits for."""
        return {step.id: step.needs for step in self.steps}

    @property
    def order(self) -> tuple[str, ...]:
        """The steps so that each comes after all that it waits for."""
        return tuple(step for layer in layers(self.needs) for step in layer)


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The longest way through a process and the working days that it takes."""

    steps: tuple[str, ...]
    days: int


def plan(standard: Standard, answers: Situation) -> Process:
    """The process of one situation. Raises `Circular`."""
    steps = unrolled(standard.process)
    if found := circle({step.id: step.needs for step in steps}):
        raise Circular(found)
    active = {step.id for step in steps if holds(step.when, answers)}
    known = {step.id: step for step in steps}
    return Process(tuple(_needing(step, _handed_on(step, known, active)) for step in steps if step.id in active))


def running(standard: Standard, answers: Situation) -> Process:
    """The process as a case runs it: what depends on a step's outcome stays in until that step is over (`rework` unrolled)."""
    steps = unrolled(standard.process)
    asked = {step.id: {name: wanted for name, wanted in step.when.items() if not name.startswith(STEP)} for step in steps}
    active = {step.id for step in steps if holds(asked[step.id], answers)}
    known = {step.id: step for step in steps}
    return Process(tuple(_needing(step, _handed_on(step, known, active)) for step in steps if step.id in active))


def name(step: Step) -> str:
    """What a step is called to people; a later attempt says which it is."""
    attempt = step.id.partition("~")[2]
    return (step.name or NAMES[step.does]) + (f"（第{attempt}次）" if attempt else "")


def ready(process: Process, done: Collection[str], skipped: Collection[str] = ()) -> tuple[str, ...]:
    """The steps that can be done now: all that they need is done or left out, and they themselves are neither."""
    over = {*done, *skipped}
    return tuple(step.id for step in process.steps if step.id not in over and over.issuperset(step.needs))


def critical_path(process: Process) -> CriticalPath:
    """The way through the process that takes the most working days; a span that the law prescribes (`within`) counts too."""
    steps = {step.id: step for step in process.steps}
    best: dict[str, CriticalPath] = {}
    for one in process.order:
        before = max((best[need] for need in steps[one].needs), key=lambda way: way.days, default=CriticalPath((), 0))
        best[one] = CriticalPath((*before.steps, one), before.days + delay(steps[one]) + (steps[one].days or 0))
    return max(best.values(), key=lambda way: (way.days, len(way.steps)), default=CriticalPath((), 0))


def delay(step: Step) -> int:
    """The days that must pass between the step before and this one."""
    return (step.within.after or 0) if step.within else 0


def layers(needs: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """The steps in groups to be drawn side by side: each as soon as all that it needs stands before it. Raises `Circular`."""
    left = {step: {need for need in wanted if need in needs} for step, wanted in needs.items()}
    found: list[tuple[str, ...]] = []
    while left:
        group = tuple(step for step, wanted in left.items() if left.keys().isdisjoint(wanted))
        if not group:
            raise Circular(circle({step: tuple(wanted) for step, wanted in left.items()}))
        found.append(group)
        left = {step: wanted for step, wanted in left.items() if step not in group}
    return tuple(found)


def circle(needs: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The steps of one circle, each needed by the next; empty if there is none."""
    left = {step: [need for need in wanted if need in needs] for step, wanted in needs.items()}
    while free := [step for step, wanted in left.items() if not any(need in left for need in wanted)]:
        left = {step: wanted for step, wanted in left.items() if step not in free}
    if not left:
        return ()
    trail = [next(iter(left))]
    while trail.count(trail[-1]) == 1:
        trail.append(next(need for need in left[trail[-1]] if need in left))
    return tuple(reversed(trail[trail.index(trail[-1]) + 1 :]))


def unreachable(standard: Standard) -> tuple[str, ...]:
    """The steps that are never done: no situation asks for them, or they stand behind a circle."""
    steps = unrolled(standard.process)
    blocked = set(circle({step.id: step.needs for step in steps}))
    for _ in steps if blocked else ():
        blocked |= {step.id for step in steps if blocked.intersection(step.needs)}
    return tuple(step.id for step in standard.process if step.id in blocked or not possible(standard, step.when))


def _needing(step: Step, needs: tuple[str, ...]) -> Step:
    return step if step.needs == needs else replace(step, needs=needs)


def _handed_on(step: Step, known: Mapping[str, Step], active: Collection[str]) -> tuple[str, ...]:
    """The needs of a step, each that falls away replaced by its own."""
    found: dict[str, None] = {}
    todo = list(step.needs)
    seen: set[str] = set()
    while todo:
        need = todo.pop(0)
        if need in active:
            found[need] = None
        elif need in known and need not in seen:
            seen.add(need)
            todo = [*known[need].needs, *todo]
    return tuple(found)
