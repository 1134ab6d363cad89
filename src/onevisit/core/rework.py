"""Rework (整改后再办) unrolled: a process in which a step may send back becomes one without a way back, that can be counted.

The steps from `to` up to the one that sent back stand again as `<step>~2`, `<step>~3` …, each only if the attempt before it
ended with `on`. A step that waits for one of them waits for its last attempt.

>>> inspect = Step("inspect", by="department", does="inspect", needs=("submit",), days=5, rework=Rework(on="fail", to="submit"))
>>> submit, issue = Step("submit", by="applicant", does="submit"), Step("issue", by="system", does="issue", needs=("inspect",))
>>> steps = unrolled((submit, inspect, issue))
>>> [step.id for step in steps], steps[-1].needs
(['submit', 'inspect', 'submit~2', 'inspect~2', 'issue'], ('inspect', 'inspect~2'))
>>> steps[2].when
{'step.inspect~1': ('fail',)}
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from onevisit.core.definition import Rework, Step, Within

PASSED = "done"
"""The other outcome of a step that can send back and lists no outcomes."""


def unrolled(process: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps with every rework written out as further attempts, each after the step that sends back."""
    if not any(step.rework for step in process):
        return process
    copies: dict[str, tuple[Step, ...]] = {}
    again: dict[str, tuple[str, ...]] = {}
    for step in process:
        if step.rework:
            span = _span(process, step, step.rework)
            copies[step.id] = tuple(_attempts(process, step, step.rework, span))
            for name in span:
                attempts = tuple(f"{name}~{attempt}" for attempt in range(2, step.rework.times + 2))
                again[name] = (*again.get(name, ()), *attempts)
    found: dict[str, Step] = {}
    for step in process:
        outside = {name for name in step.needs if step.id not in _same_span(process, name)}
        needs = [want for name in step.needs for want in (name, *(again.get(name, ()) if name in outside else ()))]
        found.setdefault(step.id, replace(step, needs=tuple(needs)))
        found |= {copy.id: copy for copy in copies.get(step.id, ()) if copy.id not in found}
    return tuple(found.values())


def outcomes(step: Step) -> tuple[str, ...]:
    """What a step can find; one that can send back finds at least that it does or doesn't."""
    return step.outcomes or ((PASSED, step.rework.on) if step.rework else ())


def base(name: str) -> str:
    """The step of the definition that an attempt repeats."""
    return name.partition("~")[0]


def _span(process: tuple[Step, ...], step: Step, rework: Rework) -> tuple[str, ...]:
    """The steps that are done again: all on the ways from `to` to the step itself, in the order of the definition."""
    needs: Mapping[str, tuple[str, ...]] = {one.id: one.needs for one in process}
    before = _ancestors(needs, step.id)
    return tuple(one.id for one in process if one.id == step.id or (one.id in before and rework.to in _ancestors(needs, one.id)))


def _same_span(process: tuple[Step, ...], name: str) -> frozenset[str]:
    """The steps that are done again together with this one."""
    spans = [_span(process, step, step.rework) for step in process if step.rework]
    return frozenset(one for span in spans if name in span for one in span)


def _ancestors(needs: Mapping[str, tuple[str, ...]], name: str) -> frozenset[str]:
    found, todo = {name}, [name]
    while todo:
        fresh = [one for one in needs.get(todo.pop(), ()) if one not in found]
        found.update(fresh)
        todo += fresh
    return frozenset(found)


def _attempts(process: tuple[Step, ...], step: Step, rework: Rework, span: tuple[str, ...]) -> Iterator[Step]:
    again = [one for one in process if one.id in span]
    mend = Within(after=1, before=rework.applicant_days) if rework.applicant_days else None
    for attempt in range(2, rework.times + 2):
        sent_back = step.id if attempt == 2 else f"{step.id}~{attempt - 1}"
        for one in again:
            inside = tuple(f"{name}~{attempt}" for name in one.needs if name in span)
            yield replace(
                one,
                id=f"{one.id}~{attempt}",
                needs=inside or (sent_back,),
                when={**one.when, f"step.{step.id}~{attempt - 1}": (rework.on,)},
                within=one.within if inside else mend,
                rework=None,
                outcomes=outcomes(one),
            )
