"""Several items as one matter (一件事): one form, one list, one process, and what it costs in days and visits.

>>> from onevisit.core.definition import ItemHead
>>> def item(code):
...     submit = Step("submit", by="applicant", does="submit", at=("online", "hall"))
...     decide = Step("decide", by="department", does="decide", needs=("submit",), days=3)
...     return Standard(ItemHead(code, "行政许可", "market", code=code), "county", ("organisation",), (submit, decide))
>>> from onevisit.core.offers import MatterItem
>>> matter = Matter("企业开办一件事", (MatterItem("firm"), MatterItem("seal", needs=("firm",))))
>>> composed = compose((item("firm"), item("seal")), matter)
>>> composed.path
CriticalPath(steps=('submit', 'firm.decide', 'seal.decide'), days=6)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from onevisit.core import merging
from onevisit.core.definition import Field, ItemHead, Limits, Material, Question, Standard, Step
from onevisit.core.merging import Merged, Translation, shown_at, translations, word
from onevisit.core.offers import Matter, MatterItem
from onevisit.core.process import Circular, CriticalPath, circle, critical_path, delay, layers, plan
from onevisit.core.rework import unrolled
from onevisit.core.union import Union, title, union
from onevisit.core.visits import Visits, visits
from onevisit.core.worst import Measure, Worst, space, worst


class NotComposable(Exception):
    """Items that can't be one: something is missing, or there twice; `item` says which, the message why and what to do."""

    def __init__(self, message: str, item: str) -> None:
        super().__init__(message)
        self.item = item


@dataclass(frozen=True, slots=True)
class Span:
    """The limits of a matter (时限): the longest way over its items, and each item's own clock."""

    legal: int
    promised: int
    unit: str
    items: Mapping[str, tuple[Limits, ...]]


@dataclass(frozen=True)
class Composition:
    """The whole: `owners` tells the items of each step, `visits` the count over the union."""

    name: str
    items: tuple[str, ...]
    questions: tuple[Question, ...]
    form: tuple[Merged[Field], ...]
    materials: tuple[Merged[Material], ...]
    steps: tuple[Step, ...]
    owners: Mapping[str, tuple[str, ...]]
    limits: Span
    path: CriticalPath
    visits: Visits
    asked_once: int


def compose(standards: Sequence[Standard], matter: Matter | None = None) -> Composition:
    """The whole of these items, in the order that the matter sets. Raises `Circular`, `NotComposable`."""
    chosen, needs = _chosen(standards, matter)
    if not chosen:
        raise NotComposable("没有可以合成的事项，请写上事项的文件。", "")
    waiting = {name: [need for need in wanted if need in needs] for name, wanted in needs.items()}
    if found := circle(waiting):
        raise Circular(found)
    translated = translations(chosen)
    whole = union(translated, needs)
    counted = _counted(whole, matter.name if matter else "、".join(one.item.name for one in chosen))
    form, materials = merging.fields(whole.translated), merging.materials(whole.translated)
    before = sum(len(one.form) + len(one.materials) for one in chosen)
    return Composition(
        name=counted.item.name,
        items=tuple(needs),
        questions=counted.questions,
        form=form,
        materials=materials,
        steps=whole.steps,
        owners=whole.owners,
        limits=_limits(chosen, waiting),
        path=longest(counted),
        visits=visits(counted),
        asked_once=before - len(form) - len(materials),
    )


def longest(standard: Standard) -> CriticalPath:
    """The way through a process that takes the most working days, in the situation that is worst. Raises `Circular`.

    A way ends at a last step: each is searched by itself, for what lies elsewhere has no say in it.
    """
    steps = unrolled(standard.process)
    needs = {step.id: step.needs for step in steps}
    known = {step.id: step for step in steps}
    order = [name for layer in layers(needs) for name in layer]
    needed = {need for step in steps for need in step.needs}
    slowest = Worst(0, {}, 0)
    for last in (name for name in order if name not in needed):
        part = [known[name] for name in order if name in _before(last, needs)]
        if slowest.count < _days(part, -1):
            found = worst(space(standard, tuple(step.when for step in part), {}), _measure(part))
            slowest = max(slowest, found, key=lambda one: one.count)
    any_situation = worst(space(standard, (), {}), Measure(lambda _: 0, lambda _: 0)).situation
    return critical_path(plan(standard, slowest.situation or any_situation))


def _chosen(standards: Sequence[Standard], matter: Matter | None) -> tuple[tuple[Standard, ...], dict[str, tuple[str, ...]]]:
    """The items of the whole in order, and by their words which of them each waits for."""
    known: dict[str, list[Standard]] = {}
    for standard in standards:
        for name in {standard.item.key, standard.item.code} - {""}:
            known.setdefault(name, []).append(standard)
    rows = matter.items if matter else [MatterItem(word(one.item)) for one in standards]
    chosen = {word(one.item): one for one in (_only(row.item, known) for row in rows)}
    needs: dict[str, tuple[str, ...]] = dict.fromkeys(chosen, ())
    for row in rows:
        name = word(_only(row.item, known).item)
        needs[name] = tuple(dict.fromkeys((*needs[name], *(word(_only(need, known).item) for need in row.needs))))
    for name, wanted in needs.items():
        if outside := [need for need in wanted if need not in chosen]:
            raise NotComposable(f"“{name}”要先办“{outside[0]}”，这件事里却没有它，请补上。", outside[0])
    return tuple(chosen.values()), needs


def _only(name: str, known: Mapping[str, Sequence[Standard]]) -> Standard:
    """The one standard of an item; the same file twice is one."""
    found = known.get(name, ())
    if not found:
        raise NotComposable(f"没有事项“{name}”的规程，请把它的文件也写上。", name)
    if any(one != found[0] for one in found):
        raise NotComposable(f"事项“{name}”有几份不同的规程（例如不同层级的），请只给一份。", name)
    return found[0]


def _counted(whole: Union, name: str) -> Standard:
    """What the visits are counted over: steps told apart by their items' names, originals at the very steps that see them."""
    translated = whole.translated
    items = {one.word: one.standard.item.name for one in translated}
    steps = whole.steps
    if len(items) > 1:
        steps = tuple(replace(step, name=_titled(step, [items[one] for one in whole.owners[step.id]])) for step in steps)
    parties = {party.id: party for one in translated for party in one.standard.parties}
    first = translated[0].standard
    return Standard(
        replace(first.item, name=name) if len(items) == 1 else ItemHead(name, first.item.type, first.item.department, name),
        first.level,
        tuple(dict.fromkeys(side for one in translated for side in one.standard.audience)),
        steps,
        questions=merging.questions(translated),
        materials=tuple(paper for one in translated for paper in _papers(one)),
        parties=tuple(parties.values()),
    )


def _titled(step: Step, owners: Sequence[str]) -> str:
    return title(step) if len(owners) > 1 else f"{owners[0]}：{title(step)}"


def _papers(one: Translation) -> Iterable[Material]:
    """An item's materials for counting, an original once for each step where it is seen."""
    for material in one.standard.materials:
        group = f"{one.word}.{material.one_of}" if material.one_of else ""
        for step in shown_at(one, material) if material.shown else ("",):
            yield replace(material, when=one.when(material.when), shown=step, one_of=group)


def _before(last: str, needs: Mapping[str, Sequence[str]]) -> set[str]:
    found, todo = {last}, [last]
    while todo:
        fresh = {need for need in needs.get(todo.pop(), ()) if need in needs} - found
        found |= fresh
        todo += fresh
    return found


def _measure(part: Sequence[Step]) -> Measure:
    return Measure(lambda holding: _days(part, holding), lambda holding: _days(part, holding))


def _days(part: Sequence[Step], holding: int) -> int:
    """The days of the longest way through these steps, where those in the mask apply."""
    ends: dict[str, int] = {}
    for place, step in enumerate(part):
        own = (step.days or 0) + delay(step) if holding >> place & 1 else 0
        ends[step.id] = own + max((ends[need] for need in step.needs if need in ends), default=0)
    return max(ends.values(), default=0)


def _limits(standards: Sequence[Standard], needs: Mapping[str, Sequence[str]]) -> Span:
    """The longest way of promises, and of legal limits, over the items in their order."""
    items = {word(one.item): one.limits for one in standards}
    units = {limit.unit for limits in items.values() for limit in limits}
    ends: dict[str, tuple[int, int]] = {}
    for name in (name for layer in layers(needs) for name in layer):
        before = [ends[need] for need in needs[name]]
        legal = max((end for end, _ in before), default=0) + max((_or(one.legal, one.promised) for one in items[name]), default=0)
        promised = max((end for _, end in before), default=0)
        promised += max((_or(one.promised, one.legal) for one in items[name]), default=0)
        ends[name] = (legal, promised)
    legals, promises = zip(*ends.values(), strict=True)
    return Span(max(legals), max(promises), units.pop() if len(units) == 1 else "working_day", items)


def _or(days: int | None, instead: int | None) -> int:
    return days if days is not None else instead or 0
