"""Checks across files (目录的检查): one item at several levels, one level in several files, offers, matters.

《实施方案》三（二）4: between levels name, type, basis and code are one; on one level guides differ in local facts only.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from onevisit.core.definition import Limits, Parameter, Standard
from onevisit.core.diagnostics import Finding
from onevisit.core.linked import linked
from onevisit.core.names import shadow
from onevisit.core.offers import Matter, Offer, ParameterValue
from onevisit.core.process import circle
from onevisit.core.references import named
from onevisit.core.shape import NAMES, to_json

LEVELS: Mapping[str, str] = {"city": "市级", "county": "县级", "town": "乡镇级", "village": "村级"}


def levels(standards: Sequence[Standard]) -> Iterator[tuple[int, Finding]]:
    """What differs between the levels of one item and must not (OV901), at the later file."""
    for group in linked([_marks(one.item.key, one.item.code, (one.item.name, one.item.department)) for one in standards]):
        first = standards[group[0]]
        for number in group[1:]:
            one = standards[number]
            for key, mine, theirs in _elements(one, first) if one.level != first.level else ():
                message = f"{NAMES[key]}“{mine}”与{LEVELS[first.level]}规程写的“{theirs}”不一致。"
                yield number, Finding("OV901", f"item.{key}", message)


def marked(standards: Sequence[Standard]) -> Mapping[Hashable, tuple[int, ...]]:
    """By which key, code or name with department each standard is known."""
    found: dict[Hashable, list[int]] = {}
    for number, one in enumerate(standards):
        for mark in _all_marks(one):
            found.setdefault(mark, []).append(number)
    return {mark: tuple(numbers) for mark, numbers in found.items()}


def around(standard: Standard, known: Mapping[Hashable, tuple[int, ...]]) -> frozenset[int]:
    """The standards that bear a mark of this one."""
    return frozenset(number for mark in _all_marks(standard) for number in known.get(mark, ()))


def _all_marks(one: Standard) -> Iterable[Hashable]:
    return _marks(one.item.key, one.item.code, (one.item.name, one.item.department))


def guides(standards: Sequence[Standard]) -> Iterator[tuple[int, Finding]]:
    """What differs between two standards of one item and level, but for shorter promises and more doors (OV902)."""
    for group in linked([[(mark, one.level) for mark in _marks(one.item.key, one.item.code)] for one in standards]):
        if len(group) == 1:
            continue
        shared = _not_local(standards[group[0]])
        for number in group[1:]:
            own = _not_local(standards[number])
            differing = [key for key in {**shared, **own} if shared.get(key) != own.get(key)]
            if differing:
                level = LEVELS[standards[number].level]
                said = "、".join(NAMES[key] for key in differing)
                message = f"“{standards[number].item.name}”已有一份{level}规程，两份的{said}不同。"
                yield number, Finding("OV902", differing[0], message)


def offer(given: Offer, standards: Mapping[str, Sequence[Standard]]) -> Iterator[Finding]:
    """An offer of an item that isn't there (OV903), or one that is looser than its standard (OV902)."""
    if given.item not in standards:
        yield Finding("OV903", "offer.item", f"没有事项“{given.item}”的规程，不能在本地实施。")
        return
    standard = next((one for one in standards[given.item] if one.level == given.level), None)
    if standard is None:
        yield Finding("OV104", "offer.level", f"事项“{given.item}”没有{LEVELS[given.level]}规程。")
        return
    yield from _looser(given, standard)
    yield from _doors(given, standard)
    known = {parameter.id: parameter for parameter in standard.parameters}
    for path, value in named("offer.parameters", given.parameters):
        yield from _parameter(path, value, known.get(value.id))


def matter(given: Matter, standards: Collection[str]) -> Iterator[Finding]:
    """Items of a matter that are nowhere (OV104), or that wait for one another (OV401)."""
    inside = {one.item for one in given.items}
    for path, one in named("matter.items", given.items):
        if standards and one.item not in standards:
            yield Finding("OV104", f"{path}.item", f"没有事项“{one.item}”的规程。")
        for need in one.needs:
            if need not in inside:
                yield Finding("OV104", f"{path}.needs", f"“{one.item}”要先办“{need}”，这件事里却没有它。")
    if found := circle({one.item: one.needs for one in given.items}):
        chain = "→".join((*found, found[0]))
        yield Finding("OV401", "matter.items", f"事项互相等待，谁也开始不了：{chain}。", "删去圈里的一个前置事项（needs）。")


def _marks(*marks: Any) -> list[Any]:
    return [(place, mark) for place, mark in enumerate(marks) if mark]


def _elements(one: Standard, other: Standard) -> Iterator[tuple[str, str, str]]:
    """The elements that differ, each with both values."""
    for key in ("name", "type", "code"):
        mine, theirs = getattr(one.item, key), getattr(other.item, key)
        if mine != theirs and (key != "code" or (mine and theirs)):
            yield key, mine, theirs
    if set(_laws(one)) != set(_laws(other)):
        yield "basis", "、".join(_laws(one).values()), "、".join(_laws(other).values())


def _laws(standard: Standard) -> dict[tuple[str, str], str]:
    laws = ((one.law.strip("《》 ").removeprefix("中华人民共和国"), one.article) for one in standard.item.basis)
    return {(shadow(law), shadow(article)): f"{law}{article}" for law, article in laws}


def _not_local(standard: Standard) -> dict[str, Any]:
    """All of a standard that must be the same everywhere on its level."""
    body: dict[str, Any] = to_json(standard)
    limits = [{key: value for key, value in limit.items() if key != "promised"} for limit in body.get("limits", ())]
    steps = [{key: value for key, value in step.items() if key != "at"} for step in body["process"]]
    return {**body, "limits": limits, "process": steps}


def _looser(given: Offer, standard: Standard) -> Iterator[Finding]:
    for number, local in enumerate(given.limits):
        path = "offer.limits" if len(given.limits) == 1 else f"offer.limits.{number}"
        bounds = [limit for limit in standard.limits if not local.when or limit.when == local.when]
        if local.legal is not None and local.legal not in {limit.legal for limit in bounds}:
            yield Finding("OV902", path, f"法定时限由法律规定，不能另写为{local.legal}天。")
        most = max((days for days in map(_days, bounds) if days is not None), default=None)
        if local.promised is not None and most is not None and local.promised > most:
            yield Finding("OV902", path, f"本地承诺{local.promised}天，比规程的{most}天长。", "本地的承诺只能更短，请改短。")


def _days(limit: Limits) -> int | None:
    return limit.legal if limit.promised is None else limit.promised


def _doors(given: Offer, standard: Standard) -> Iterator[Finding]:
    steps = {step.id: step for step in standard.process}
    for name in given.also_at:
        if name not in steps:
            yield Finding("OV104", f"offer.also_at.{name}", f"规程里没有环节“{name}”。")
        elif not steps[name].at:
            yield Finding("OV902", f"offer.also_at.{name}", f"环节“{name}”不用申请人参与，不能增加办理方式。")


def _parameter(path: str, value: ParameterValue, bound: Parameter | None) -> Iterator[Finding]:
    if bound is None:
        yield Finding("OV104", path, f"规程里没有可调参数“{value.id}”。")
        return
    if not value.basis:
        yield Finding("OV902", path, f"可调参数“{value.id}”改了值，却没有写依据。", "写明本地规定的名称和条款。")
    if bound.type != "text" and not _between(value.value, bound):
        yield Finding("OV902", path, f"可调参数“{value.id}”的值{value.value}超出规程允许的范围。", "改到规程的上下限以内。")


def _between(text: str, bound: Parameter) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    low, high = bound.min, bound.max
    return number.is_finite() and (low is None or number >= low) and (high is None or number <= high)
