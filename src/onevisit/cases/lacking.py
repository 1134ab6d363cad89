"""What a case lacks once every source has answered: the data that came back empty, and what to do about each (一次告知).

行政许可法 art. 32(4). A source that is down is waited for; one that knows nothing is told at once, all of them together. Of a
`one_of` group one member that answered, was handed in or promised is enough. A value that lacks inside an answer blocks
nothing: whoever decides sees that it lacks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.city import queries as city
from onevisit.core import values
from onevisit.core.definition import Material, Standard
from onevisit.ledger import queries as ledger
from onevisit.licences import telling

AGAIN = "在办件里点“再核对一次”"


@dataclass(frozen=True)
class Lack:
    """A material that is not there, or a group of which none is, and what came back."""

    members: tuple[Material, ...]
    why: tuple[str, ...]

    @property
    def cited(self) -> Material:
        """The material that the notice names: what can be handed in, else the last one that was asked for."""
        return next((one for one in self.members if values.is_handed_in(one)), self.members[-1])


@dataclass(frozen=True)
class Found:
    """What came of asking: `handed` are materials by id; by source, what came back `empty`, and the `licences` in force (ids)."""

    handed: frozenset[str]
    empty: Mapping[str, str]
    licences: Mapping[str, str]

    def there(self, one: Material) -> bool:
        """Whether the material is there, or may follow."""
        if one.source == "applicant":
            return one.id in self.handed
        return one.tolerance or one.source not in self.empty


def lacking(standard: Standard, answers: Mapping[str, str], found: Found) -> tuple[Lack, ...]:
    """The lacks of this situation, in order."""
    return tuple(
        Lack(members, tuple(dict.fromkeys(found.empty[one.source] for one in members if one.source in found.empty)))
        for members in _groups(standard, answers)
        if any(one.source in found.empty for one in members) and not any(map(found.there, members))
    )


def relied_on(standard: Standard, answers: Mapping[str, str], found: Found) -> tuple[str, ...]:
    """The ids of the licences without which the case would lack something: looked at again when it is decided."""
    return tuple(
        found.licences[one.source]
        for members in _groups(standard, answers)
        for one in members
        if one.source in found.licences and not any(found.there(other) for other in members if other is not one)
    )


def _groups(standard: Standard, answers: Mapping[str, str]) -> tuple[tuple[Material, ...], ...]:
    """The materials that the situation needs, those of a `one_of` group together."""
    groups: dict[str, list[Material]] = {}
    for one in values.materials(standard, answers):
        if one.necessary:
            groups.setdefault(one.one_of or f"{one.id}.", []).append(one)
    return tuple(tuple(members) for members in groups.values())


def lapsed(row: Case, standard: Standard) -> tuple[str, ...]:
    """What the licences are called that the case rests on and that are in force no longer; a day counts until 24:00."""
    if not any(step.does == "verify" for step in standard.process):
        return ()
    finished = [event.data for event in ledger.events(str(row.stream.public_id)) if event.kind == "step.finished"]
    relied = dict.fromkeys(one for data in finished for one in data.get("licences", ()))
    renewed = standard.renews.licence if standard.renews else ""
    return tuple(name for name in (telling.lapsed(one, renewed) for one in relied) if name)


def told(lacks: Sequence[Lack]) -> tuple[tuple[str, str, str], ...]:
    """What the notice says of each: what it speaks of, what came back from whom, and what to do."""
    return tuple((f"material:{one.cited.id}", f"{'；'.join(one.why)}。", _mend(one)) for one in lacks)


def _mend(lack: Lack) -> str:
    items = [one.name for one in catalogue.listed(list(dict.fromkeys(m.result_of for m in lack.members if m.result_of)))]
    ways = [f"请先办“{'”或者“'.join(items)}”，办好以后{AGAIN}"] if items else []
    if values.is_handed_in(lack.cited):
        ways.append(f"请上传“{lack.cited.name}”")
    if not ways:
        whom = "、".join(dict.fromkeys(_office(one.issued_by) for one in lack.members if one.issued_by))
        ways = [f"请向{whom}核实，等数据传到以后{AGAIN}" if whom else f"等数据传到以后{AGAIN}"]
    notes = [one.note.rstrip("。") for one in lack.members if one.note and not values.is_handed_in(one)]
    return "。".join([*notes, "；".join(ways)]) + "。"


def _office(issuer: str) -> str:
    """The issuing department's name; another body as the definition calls it."""
    try:
        return city.department(issuer).name
    except city.NotHere:
        return issuer
