"""The processes of several items as one (并联办理): one filing, one acceptance, all else side by side unless an order is set.

Each step is called `<item>.<step>`. The filings at the root become `submit`, the window's acceptances right after it `accept`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from onevisit.core.definition import Place, Presence, Step
from onevisit.core.merging import Translation
from onevisit.core.process import NAMES
from onevisit.core.reasons import COSTLY
from onevisit.core.rework import outcomes, unrolled

FILING, ACCEPTANCE = "submit", "accept"


@dataclass(frozen=True, slots=True)
class Union:
    """The steps of the whole, which items each belongs to, and the items with their steps' names as they are in the whole."""

    steps: tuple[Step, ...]
    owners: Mapping[str, tuple[str, ...]]
    translated: tuple[Translation, ...]


def union(translated: Sequence[Translation], needs: Mapping[str, Collection[str]]) -> Union:
    """The union of the processes; `needs`: the items that an item waits for, by their words."""
    processes = {one.word: unrolled(one.standard.process) for one in translated}
    filings = _together({name: filing for name, steps in processes.items() if (filing := _filing(steps))})
    acceptances = _at_once({name: found for name in filings if (found := _acceptance(processes[name], filings[name]))})
    called = [_called(one, filings, acceptances) for one in translated]
    lasts = {one.word: tuple(one.steps[name] for name in _lasts(processes[one.word])) for one in called}
    steps = [_one(FILING, list(filings.values()), ())] if filings else []
    steps += [_one(ACCEPTANCE, list(acceptances.values()), (FILING,))] if acceptances else []
    owners = {name: tuple(parts) for name, parts in ((FILING, filings), (ACCEPTANCE, acceptances)) if parts}
    for one in called:
        first = tuple(dict.fromkeys(last for need in needs.get(one.word, ()) for last in lasts[need]))
        for step in processes[one.word]:
            name = one.steps[step.id]
            if name not in (FILING, ACCEPTANCE):
                steps.append(_renamed(step, one, first))
                owners[name] = (one.word,)
    return Union(tuple(steps), owners, tuple(called))


def title(step: Step) -> str:
    """What a step is called, whichever attempt it is."""
    return step.name or NAMES[step.does]


def _called(one: Translation, filings: Mapping[str, Step], acceptances: Mapping[str, Step]) -> Translation:
    """The item with the names of its steps in the whole."""
    steps = {step.id: f"{one.word}.{step.id}" for step in unrolled(one.standard.process)}
    steps |= {filings[one.word].id: FILING} if one.word in filings else {}
    steps |= {acceptances[one.word].id: ACCEPTANCE} if one.word in acceptances else {}
    return replace(one, steps=steps)


def _renamed(step: Step, one: Translation, first: tuple[str, ...]) -> Step:
    """A step in the words of the whole; what would begin the item waits for the items that come first."""
    needs = tuple(one.steps[need] for need in step.needs if need in one.steps)
    begins = not {*needs} - {FILING, ACCEPTANCE}
    return replace(step, id=one.steps[step.id], needs=(*needs, *first) if begins else needs, when=one.when(step.when))


def _filing(steps: tuple[Step, ...]) -> Step | None:
    """The one step at the root by which an item is always filed."""
    roots = [step for step in steps if step.does == FILING and not step.needs]
    return roots[0] if len(roots) == 1 and _plain(roots[0]) else None


def _acceptance(steps: tuple[Step, ...], filing: Step) -> Step | None:
    """The window's acceptance that needs nothing but the filing."""
    found = [step for step in steps if step.does == ACCEPTANCE and step.by == "window" and step.needs == (filing.id,)]
    return found[0] if len(found) == 1 and _plain(found[0]) else None


def _plain(step: Step) -> bool:
    return not (step.when or outcomes(step) or step.within)


def _together(filings: dict[str, Step]) -> dict[str, Step]:
    """The filings that become one: all if they share a place, and nobody must come only because of it; else none."""
    shared = _shared(list(filings.values()))
    needless = not _free(shared) and all(_free(_places(step)) and not step.presence for step in filings.values())
    return filings if shared and not needless else {}


def _at_once(acceptances: dict[str, Step]) -> dict[str, Step]:
    """The acceptances that become one: those done while one waits, for a slow one must not hold up the others; else all."""
    instant = {name: step for name, step in acceptances.items() if not step.days}
    return instant or acceptances


def _shared(steps: Sequence[Step]) -> tuple[Place, ...]:
    """The places that all offer."""
    if not steps:
        return ()
    return tuple(place for place in _places(steps[0]) if all(place in _places(step) for step in steps))


def _places(step: Step) -> tuple[Place, ...]:
    return step.at or (("hall",) if step.presence else ())


def _free(places: Sequence[Place]) -> bool:
    return any(place not in COSTLY for place in places)


def _one(name: str, steps: list[Step], needs: tuple[str, ...]) -> Step:
    """Several steps as one: at the places that all offer, as slow as the slowest, in person if any is."""
    first = steps[0]
    places = _shared(steps) if name == FILING else tuple(dict.fromkeys(place for step in steps for place in step.at))
    reasons = dict.fromkeys(step.presence.reason for step in steps if step.presence)
    names, parties, levels = ({getattr(step, key) for step in steps} for key in ("name", "by", "level"))
    return replace(
        first,
        id=name,
        needs=needs,
        name=first.name if len(names) == 1 else "",
        by=first.by if len(parties) == 1 else "applicant",
        level=first.level if len(levels) == 1 else "",
        at=places if any(step.at for step in steps) else (),
        presence=Presence("；".join(filter(None, reasons))) if reasons else None,
        days=max((step.days for step in steps if step.days is not None), default=None),
        instant=all(step.instant for step in steps),
        basis=tuple(dict.fromkeys(law for step in steps for law in step.basis)),
        together=tuple(dict.fromkeys(party for step in steps for party in step.together)),
        optional=all(step.optional for step in steps),
    )


def _lasts(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The steps with which an item is done, delivery aside."""
    working = [step for step in steps if step.does != "deliver"] or list(steps)
    needed = {need for step in working for need in step.needs}
    return tuple(step.id for step in working if step.id not in needed)
