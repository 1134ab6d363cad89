"""The register of proofs (证明清单) as what is in force says it: who asks, who issues, with which basis, what would replace it.

Nobody types it: it is the catalogue turned round from items to papers. A proof is a paper that the applicant brings and somebody
else issues (国办发〔2020〕42号: 由行政机关或者其他机构出具); what is handed back is none. Pure.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from onevisit.catalogue import packs, phrases
from onevisit.core import proofs
from onevisit.core.definition import Material, Standard
from onevisit.core.offers import CancelledProof, Register
from onevisit.core.proofs import Cycle, Known
from onevisit.core.references import named
from onevisit.proofs import eight
from onevisit.proofs.eight import Around, Evidence, Use

OWN = frozenset({
    "申请人", "本人", "当事人", "双方", "双方当事人", "股东", "公司", "企业", "投资各方", "立遗嘱人", "改制单位",
})  # fmt: skip
"""Issuers who are the applicant himself, or apply with him: what they write is no proof."""
PROOF = re.compile(r"(证明|证明书|证明材料|证书|证)$")
"""How the name of a proof ends where the definition doesn't say who issues it."""

Places = Mapping[tuple[str, str], int]
"""In how many divisions an item is offered, by key and level."""


@dataclass(frozen=True, slots=True)
class Asker:
    """An item at one level that asks for the proof, by which law, in how many divisions; `instead_of` says what else will do."""

    item: str
    item_name: str
    level: str
    level_name: str
    department: str
    department_name: str
    places: int
    material: str
    material_name: str
    basis: str
    instead_of: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One proof of the register with its evidence, under the shortest name that it is asked for by.

    `instead` are the replacements that the city has, in words.
    """

    key: str
    name: str
    issuer: str
    issuer_name: str
    askers: tuple[Asker, ...]
    evidence: tuple[Evidence, ...]
    instead: tuple[str, ...]

    @property
    def against(self) -> tuple[Evidence, ...]:
        """The rules by which it ought to be cancelled."""
        return tuple(one for one in self.evidence if one.verdict == "yes")

    @property
    def founded(self) -> bool:
        """Whether everybody who asks for it names a legal basis."""
        return bool(self.askers) and all(one.basis for one in self.askers)


@dataclass(frozen=True, slots=True)
class Arrow:
    """On a circle: the member at `start` asks for the proof that the member at `end` issues."""

    start: int
    end: int
    proof: str


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle of proofs (循环证明): all its items in words, in order if it is a mere ring, and what they ask each other for."""

    members: tuple[str, ...]
    keys: tuple[str, ...]
    ordered: bool
    arrows: tuple[Arrow, ...]

    @property
    def sentence(self) -> str:
        """The whole circle, said."""
        return "；".join(
            f"办“{self.members[one.start]}”要《{one.proof}》，由“{self.members[one.end]}”开具" for one in self.arrows
        )


@dataclass(frozen=True)
class Gathered:
    """All that is in force says of proofs."""

    entries: Mapping[str, Entry]
    circles: tuple[Circle, ...]


def gather(
    standards: Sequence[Standard], places: Places, register: Register, departments: Mapping[str, str],
    abolished: Sequence[CancelledProof] = (),
) -> Gathered:  # fmt: skip
    """Every proof that these standards ask for, by key, and every circle. `abolished`: what higher levels cancelled."""
    known = replace(register, cancelled=(*abolished, *register.cancelled))
    city = proofs.known(standards, [known])
    around = Around(city, departments, _resources(register), _taken(standards))
    grouped: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for use in _uses(city, places):
        grouped[proofs.whose(use.material.name), issuer(use.material, city)].append(use)
    entries = (_entry(name, by, uses, around) for (name, by), uses in sorted(grouped.items()))
    return Gathered({one.key: one for one in entries}, tuple(_circle(one, city) for one in proofs.cycles(city)))


def _resources(register: Register) -> Mapping[str, tuple[str, ...]]:
    """What each department shares."""
    found: dict[str, tuple[str, ...]] = {}
    for shared in register.shared:
        found[shared.provider] = (*found.get(shared.provider, ()), shared.name)
    return found


def _taken(standards: Sequence[Standard]) -> Mapping[str, tuple[str, ...]]:
    """Who takes the applicant's written word, by the name of what it stands for."""
    found: dict[str, tuple[str, ...]] = {}
    for standard in standards:
        for one in standard.materials:
            if one.source == "commitment":
                name = proofs.whose(one.name)
                found[name] = (*found.get(name, ()), eight.place(standard))
    return found


def key_of(compared: str, by: str) -> str:
    """The word by which a proof is known: the same as long as its name, as it is compared, and its issuer are."""
    return packs.digest({"proof": compared, "issuer": by})[:16]


def issuer(material: Material, city: Known) -> str:
    """Who issues it: a department's id, else another body as the definition calls it, else whose item's result it is."""
    made_by = (city.standards[one].item.department for one in city.called.get(material.result_of, ()))
    return material.issued_by or next(made_by, "")


def is_proof(material: Material, standard: Standard) -> bool:
    """Whether the applicant has to bring it and somebody else issues it."""
    if material.source != "applicant" or material.surrender:
        return False
    if not material.issued_by:
        return bool(material.result_of or PROOF.search(proofs.whose(material.name)))
    own = OWN | {party.name for party in standard.parties}
    return not own.issuperset(re.split(r"或者|[或、和与及]", material.issued_by))


def _uses(city: Known, places: Places) -> Iterator[Use]:
    for number, standard in enumerate(city.standards):
        for path, material in named("materials", standard.materials):
            if is_proof(material, standard):
                yield Use(number, path, material, places.get((standard.item.id, standard.level), 0))


def _entry(compared: str, by: str, uses: Sequence[Use], around: Around) -> Entry:
    name = min((use.material.name for use in uses), key=len)
    return Entry(
        key_of(compared, by), name, by, around.called(by), tuple(_asker(use, around) for use in uses),
        eight.evidence(uses, by, around), tuple(dict.fromkeys(_instead(uses, around.city))),
    )  # fmt: skip


def _asker(use: Use, around: Around) -> Asker:
    standard, one = around.city.standards[use.number], use.material
    others = (other.name for other in standard.materials if one.one_of and other.one_of == one.one_of and other != one)
    return Asker(
        standard.item.id, standard.item.name, standard.level, phrases.LEVELS[standard.level], standard.item.department,
        around.called(standard.item.department), use.places, one.id, one.name, phrases.basis(one.basis), tuple(others),
    )  # fmt: skip


def _instead(uses: Iterable[Use], city: Known) -> Iterator[str]:
    """What the city has in its stead."""
    for use in uses:
        name = proofs.whose(use.material.name)
        source = proofs.provider(use.material.name, city.standards[use.number].item.id, city)
        if source:
            yield f"{source.kind}“{source.name}”"
        if name in city.promised:
            yield "申请人书面承诺"
        if name in city.cancelled and city.cancelled[name].instead:
            yield city.cancelled[name].instead


def _circle(cycle: Cycle, city: Known) -> Circle:
    members = tuple(eight.place(city.standards[one]) for one in cycle.members)
    where = {number: place for place, number in enumerate(cycle.members)}
    arrows = dict.fromkeys(
        Arrow(where[ask.asker], where[lead], ask.material.name) for ask in cycle.asks for lead in ask.leads
    )  # fmt: skip
    return Circle(members, tuple(city.standards[one].item.id for one in cycle.members), cycle.ordered, tuple(arrows))
