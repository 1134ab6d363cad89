"""Proofs (证明): what the city has itself, what was abolished, what nobody can issue, and circles of proofs (循环证明).

The eight rules of 《实施方案》三（三）8; 国务院令第716号 art. 7. What is asked of an applicant leads to the item that issues it,
what is fetched or promised leads nowhere. A circle is one only if no alternative (`one_of`) leads out of it.

>>> bare("结婚证（原件及复印件）"), whose("申请人的身份证复印件"), pieces("身份证、户口本原件")
('结婚证', '居民身份证', ('居民身份证', '户口簿'))
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, islice
from typing import NamedTuple, TypeVar

from onevisit.core.checks_process import MOST_SITUATIONS
from onevisit.core.circles import Needs, circles, ring
from onevisit.core.definition import Material, Standard, When
from onevisit.core.diagnostics import Finding
from onevisit.core.names import shadow
from onevisit.core.offers import CancelledProof, Register, UnobtainableProof
from onevisit.core.references import named
from onevisit.core.situations import holds, relevant, situations

ALIASES = {"身份证": "居民身份证", "二代身份证": "居民身份证", "户口本": "户口簿", "居民户口簿": "户口簿", "居民户口本": "户口簿"}
"""Everyday names and the name on the paper."""
REMARK = re.compile(r"\([^()]*(?:原件|复印|副本|正本|扫描|电子|份|查验|验原)[^()]*\)")
FORM = re.compile(
    r"的?(?:(?:原件|复印件|影印件|扫描件|电子版|电子件|照片|正本|正副本|副本|原本|[\d一二两三四五]份|各一份|一式[\d一二两三四五]份)(?:[、及和与或]|以及|或者)?)+$"
)
OWNER = re.compile(
    r"^(?:申请人|本人|当事人|双方|夫妻|配偶|父母|子女|法定代表人|负责人|经办人|代理人|委托人|受托人|有效|合法|的|[、及和与])+(?=.{3})"
)

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Provider:
    """What gives a proof without the applicant: a `source`, its name, and the item that told us of it (none: the register)."""

    source: str
    name: str
    item: str = ""

    @property
    def kind(self) -> str:
        """What kind of source it is, in words."""
        return "共享数据" if self.source.startswith("shared:") else "电子证照"


@dataclass(frozen=True)
class Known:
    """What all files together say of proofs, by the proof's name."""

    standards: tuple[Standard, ...]
    provided: Mapping[str, tuple[Provider, ...]] = field(default_factory=dict)
    cancelled: Mapping[str, CancelledProof] = field(default_factory=dict)
    promised: frozenset[str] = frozenset()
    unobtainable: Mapping[str, UnobtainableProof] = field(default_factory=dict)
    called: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    makers: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)


class Ask(NamedTuple):
    """A standard of a circle asks for a material, at a path, that each of `leads` issues."""

    asker: int
    path: str
    material: Material
    leads: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """A circle of proofs (循环证明): its standards by number, in order if it is a mere ring, and what they ask each other for."""

    members: tuple[int, ...]
    ordered: bool
    asks: tuple[Ask, ...]


def known(standards: Sequence[Standard], registers: Sequence[Register]) -> Known:
    """What these files say together. A licence that an item issues and a resource that one uses count as registered."""
    numbered = tuple(enumerate(standards))
    return Known(
        tuple(standards),
        _grouped((whose(name), provider) for name, provider in _providers(standards, registers)),
        {whose(one.name): one for register in registers for one in register.cancelled},
        frozenset(whose(one.name) for register in registers for one in register.commitments),
        {whose(one.name): one for register in registers for one in register.unobtainable},
        _grouped((name, number) for number, one in numbered for name in {one.item.key, one.item.code} - {""}),
        _grouped(((one.item.department, shadow(made.name)), number) for number, one in numbered for made in one.results),
    )


def with_one(city: Known, standard: Standard, number: int | None) -> tuple[Known, int]:
    """The same city with another text of the standard `number` (None: with one more), and where it stands; the rest is shared."""
    place = len(city.standards) if number is None else number
    standards = [*city.standards]
    standards[place:] = [standard, *standards[place + 1 :]]
    called, makers, provided = dict(city.called), dict(city.makers), dict(city.provided)
    if number is not None:
        _off(called, _names(city.standards[number]), number)
        _off(makers, _made(city.standards[number]), number)
        for name, one in _providers([city.standards[number]], ()):
            provided[whose(name)] = tuple(other for other in provided.get(whose(name), ()) if other != one)
    for name in _names(standard):
        called[name] = tuple(sorted({*called.get(name, ()), place}))
    for made in _made(standard):
        makers[made] = tuple(sorted({*makers.get(made, ()), place}))
    for name, one in _providers([standard], ()):
        provided[whose(name)] = (*provided.get(whose(name), ()), one)
    return replace(city, standards=tuple(standards), called=called, makers=makers, provided=provided), place


def _names(standard: Standard) -> set[str]:
    return {standard.item.key, standard.item.code} - {""}


def _made(standard: Standard) -> set[tuple[str, str]]:
    return {(standard.item.department, shadow(made.name)) for made in standard.results}


def _off(index: dict[Key, tuple[int, ...]], keys: Iterable[Key], number: int) -> None:
    for key in keys:
        index[key] = tuple(one for one in index.get(key, ()) if one != number)


def needless(standard: Standard, city: Known) -> Iterator[Finding]:
    """Materials that the applicant must not be asked for (OV302, OV304 to OV307)."""
    relieved = {one.one_of for one in standard.materials if one.one_of and one.source != "applicant"}
    for path, material in named("materials", standard.materials):
        if material.source != "applicant":
            continue
        name = whose(material.name)
        if material.one_of not in relieved and not material.surrender:
            yield from _had(path, material, standard, city)
        if name in city.cancelled:
            by, instead = city.cancelled[name].by, city.cancelled[name].instead
            mend = f"删去这份材料，改用{instead}。" if instead else ""
            yield Finding("OV305", path, f"“{material.name}”已经{f'由{by}' if by else ''}取消，不能再要。", mend)
        if name in city.promised:
            yield Finding("OV306", path, f"“{material.name}”可以用书面承诺代替。")
        if name in city.unobtainable:
            why = city.unobtainable[name].why
            yield Finding("OV307", path, f"“{material.name}”没有单位能开具或者查证{f'（{why}）' if why else ''}。")


def repeated(standard: Standard) -> Iterator[Finding]:
    """Materials that are not necessary, or are asked twice in one situation (OV308)."""
    for path, material in named("materials", standard.materials):
        if not material.necessary:
            yield Finding("OV308", path, f"材料“{material.name}”不是必要的（necessary: false）。", "删去这份材料。")
    same: dict[str, list[tuple[str, Material]]] = defaultdict(list)
    for path, material in named("materials", standard.materials):
        same[bare(material.name)].append((path, material))
    for ones in same.values():
        twice = next((pair for pair in combinations(ones, 2) if _both(pair[0][1], pair[1][1])), None)
        if twice:
            (_, first), (path, second) = twice
            yield Finding("OV308", path, f"材料“{second.name}”（{second.id}）与“{first.name}”（{first.id}）重复。")


def cycles(city: Known) -> Iterator[Cycle]:
    """Each circle of proofs, from its first standard on: all that are on it, and no other."""
    needs = {number: list(_requirements(number, city)) for number in range(len(city.standards))}
    for circle in sorted(circles(needs), key=min):
        yield _cycle(min(circle), circle, needs, city)


def _cycle(first: int, circle: frozenset[int], needs: Needs, city: Known) -> Cycle:
    order = ring(first, circle, needs)
    members = order or (first, *sorted(circle - {first}))
    return Cycle(members, bool(order), tuple(one for member in members for one in _asks(member, circle, city)))


def _asks(asker: int, circle: frozenset[int], city: Known) -> Iterator[Ask]:
    for path, material in named("materials", city.standards[asker].materials):
        found = tuple(one for one in leads(material, asker, city) if one in circle)
        if found:
            yield Ask(asker, path, material, found)


def circular(city: Known) -> Iterator[tuple[int, Finding]]:
    """Each circle of proofs, at the first standard on it: every item of it is named, and no other (OV303)."""
    return ((cycle.members[0], _told(cycle, city)) for cycle in cycles(city))


def circular_at(number: int, city: Known) -> Iterator[Finding]:
    """The circles on which one standard lies, told of this one; only what it needs, and that in turn, is looked into."""
    needs: dict[int, list[frozenset[int]]] = {}
    todo = [number]
    while todo:
        one = todo.pop()
        if one not in needs:
            needs[one] = list(_requirements(one, city))
            todo += frozenset().union(*needs[one])
    return (_told(_cycle(number, circle, needs, city), city) for circle in circles(needs) if number in circle)


def _told(cycle: Cycle, city: Known) -> Finding:
    first, asked = cycle.members[0], cycle.asks[0]
    heads = (city.standards[one].item for one in cycle.members)
    items = tuple(dict.fromkeys(f"{head.name}（{head.id}）" for head in heads))
    said = "→".join((*items, items[0])) if cycle.ordered else "、".join(items)
    what = "先要的证明绕成一个圈" if cycle.ordered else "互相要对方开的证明，都绕不出去"
    if len(items) == 1:
        said, what = items[0], "先要交它自己的结果"
    name = city.standards[first].item.name
    mend = f"例如把“{name}”要的《{asked.material.name}》改为数据共享、电子证照或者书面承诺。"
    return Finding("OV303", asked.path, f"{said}：{what}。", mend)


def bare(name: str) -> str:
    """A paper's name without blanks and without its form: original, copy, how many."""
    plain = REMARK.sub("", shadow(name))
    return FORM.sub("", plain) or plain


def whose(name: str) -> str:
    """The proof behind a name, whoever's it is; everyday names become those on the paper."""
    plain = bare(name)
    proof = OWNER.sub("", plain)
    return ALIASES.get(proof, proof)


def pieces(name: str) -> tuple[str, ...]:
    """The proofs that a name asks for in one breath."""
    return tuple(whose(part) for part in re.split(r"[、,，+]|以及|[及和与]", bare(name)) if part)


def _providers(standards: Sequence[Standard], registers: Sequence[Register]) -> Iterator[tuple[str, Provider]]:
    """Each name of a proof, and who gives it."""
    for register in registers:
        for shared in register.shared:
            yield from ((name, Provider(f"shared:{shared.id}", shared.name)) for name in (shared.name, *shared.gives))
        yield from ((one.name, Provider(f"licence:{one.type}", one.name)) for one in register.licences)
    for standard in standards:
        for made in standard.results:
            if made.licence:
                yield made.name, Provider(f"licence:{made.licence}", made.name, standard.item.id)
        for used in standard.materials:
            if used.source.startswith("shared:"):
                yield used.name, Provider(used.source, used.name, standard.item.id)


def _grouped(pairs: Iterable[tuple[Key, Value]]) -> Mapping[Key, tuple[Value, ...]]:
    found: dict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def _had(path: str, material: Material, standard: Standard, city: Known) -> Iterator[Finding]:
    """What the city has or issues itself."""
    item = standard.item
    if found := provider(material.name, item.id, city):
        message = f"“{material.name}”能由{found.kind}“{found.name}”提供，却向申请人要。"
        yield Finding("OV302", path, message, f"把来源（source）改为{found.source}，由系统取得。")
    makers = {city.standards[one].item.department for one in city.called.get(material.result_of, ())}
    issuers = {material.issued_by} if material.issued_by else makers
    if item.department and item.department in issuers:
        yield Finding("OV304", path, f"“{material.name}”由本部门（{item.department}）自己出具，却向申请人要。")


def provider(name: str, item: str, city: Known) -> Provider | None:
    """Who gives a proof; of several in one name any counts that must be brought, of alternatives all."""
    ways = [one for one in city.provided.get(whose(name), ()) if one.item != item]
    if ways:
        return ways[0]
    either = re.split(r"或者|或", bare(name))
    found = [_given(part, item, city) for part in either]
    return found[0] if all(found) else None


def _given(name: str, item: str, city: Known) -> Provider | None:
    ways = (one for part in pieces(name) for one in city.provided.get(part, ()) if one.item != item)
    return next(ways, None)


def _both(one: Material, other: Material) -> bool:
    """Whether two papers of one name can be asked for in one situation."""
    issuers = {one.issued_by, other.issued_by} - {""}
    return not (one.one_of and one.one_of == other.one_of) and len(issuers) < 2 and _meet(one.when, other.when)


def _meet(one: When, other: When) -> bool:
    return all(set(values) & set(other[key]) for key, values in one.items() if key in other)


def _requirements(number: int, city: Known) -> Iterator[frozenset[int]]:
    """What must be had from other standards first: each a set of which one is enough. Papers with a way out are left out."""
    standard = city.standards[number]
    groups: dict[str, list[Material]] = defaultdict(list)
    for place, material in enumerate(standard.materials):
        groups[f"group {material.one_of}" if material.one_of else f"alone {place}"].append(material)
    for group in groups.values():
        for together in _asked_together(standard, group):
            ways = [() if _held(material, number, standard, city) else leads(material, number, city) for material in together]
            if all(ways):
                yield frozenset(one for way in ways for one in way)


def _asked_together(standard: Standard, group: list[Material]) -> Iterable[tuple[Material, ...]]:
    """The members of a group that one situation lets choose from."""
    if all(one.when == group[0].when for one in group):
        return (tuple(group),)
    names = relevant(standard, group)
    tried = islice(situations(standard, names), MOST_SITUATIONS)
    chosen = dict.fromkeys(tuple(number for number, one in enumerate(group) if holds(one.when, at)) for at in tried)
    return [tuple(group[number] for number in numbers) for numbers in chosen if numbers]


def _held(material: Material, number: int, standard: Standard, city: Known) -> bool:
    """Whether who changes or renews a licence brings that licence: it was issued before."""
    again = bool(standard.acts_on or standard.renews or material.surrender)
    return again and number in leads(material, number, city)


def leads(material: Material, number: int, city: Known) -> tuple[int, ...]:
    """The standards that issue a paper: of the item that is named, else of the department that issues it under this name.

    Those of the same level, if there are any.
    """
    if material.source != "applicant":
        return ()
    named_so = city.called.get(material.result_of, ()) if material.result_of else ()
    found = named_so or (() if material.result_of else city.makers.get((material.issued_by, shadow(material.name)), ()))
    level = city.standards[number].level
    return tuple(one for one in found if city.standards[one].level == level) or found
