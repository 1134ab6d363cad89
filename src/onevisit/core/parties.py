"""Several who apply together (当事人): who takes part, what the form says of each, and what concerns them all.

A form names another party by `same_as: <party>.number`, `<party>.name`, `<party>.phone`; a repeated group with
`same_as: <party>.others` names more persons of a party, its fields `number`, `name` and `phone`. Who files belongs to the party
of the first `submit` step.

>>> from onevisit.core.definition import ItemHead
>>> steps = (Step("apply", "applicant:buyer", "submit"), Step("agree", "applicant:seller", "submit", needs=("apply",)))
>>> form = (Field("whose", "转让方号码", same_as="seller.number"), Field("area", "面积"))
>>> both = (Party("buyer", "买方"), Party("seller", "卖方"))
>>> standard = Standard(ItemHead("过户", "行政确认", "housing"), "county", ("person",), steps, parties=both, form=form)
>>> filer(standard), taking_part(standard, {}), named(standard, {}, {"whose": {"value": "1"}})
('buyer', ('buyer', 'seller'), (Named(party='seller', field='whose', number='1', name='', phone=''),))
>>> [field.id for field in shared(standard)]
['area']
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onevisit.core import values
from onevisit.core.definition import Field, Party, Standard, Step
from onevisit.core.situations import STEP, Situation, holds

NUMBER, NAME, PHONE, OTHERS = "number", "name", "phone", "others"
OWN_ACCOUNT = "applicant."
"""Where a field's value is the filer's own account data."""
PERSON = "person"
"""What `same_as` calls the data of the filer as a person; those of a firm are public."""
Values = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom the form names as taking part; `field` is where, for whoever has to mend it."""

    party: str
    field: str
    number: str
    name: str = ""
    phone: str = ""


def filer(standard: Standard) -> str:
    """The party to which whoever files belongs; empty where there is only one applicant."""
    first = next((step for step in standard.process if step.does == "submit"), None)
    return _party(first) if standard.parties and first else ""


def taking_part(standard: Standard, answers: Situation) -> tuple[str, ...]:
    """The parties that have something to do in this situation, in the order of the definition."""
    steps = [step for step in standard.process if holds(_asked(step), answers)]
    busy = {party for step in steps for party in roles(step)}
    return tuple(party.id for party in standard.parties if party.id in busy)


def roles(step: Step) -> tuple[str, ...]:
    """The parties that do this step, together or alone; none where it is the one applicant's, or somebody else's."""
    return tuple(dict.fromkeys(filter(None, (*step.together, _party(step)))))


def doing(standard: Standard, step: Step) -> str:
    """The parties that do an applicant's step, by name; empty where there is one applicant, and for everybody else's steps."""
    if not standard.parties or step.by.partition(":")[0] != "applicant":
        return ""
    return words(standard, roles(step) or (filer(standard),))


def words(standard: Standard, parties: Iterable[str]) -> str:
    """What these parties are called."""
    known = {party.id: party.name for party in standard.parties}
    return "和".join(known.get(party, party) for party in parties)


def named(standard: Standard, answers: Situation, known: Values) -> tuple[Named, ...]:
    """Everybody whom the form names beside its filer, in this situation; a number that is not there is empty."""
    fields, busy = values.fields(standard, answers), taking_part(standard, answers)
    chosen = [party for party in standard.parties if party.id in busy]
    return tuple(one for party in chosen for one in (*_one(party, fields, known), *_more(party, fields, known)))


def several(standard: Standard, answers: Situation, known: Values) -> bool:
    """Whether others belong to the filer's own party: then each of them applies, and the step waits for the last one."""
    return any(one.party == filer(standard) for one in named(standard, answers, known))


def shared(standard: Standard, party: str = "") -> tuple[Field, ...]:
    """The fields that concern every party, and those that speak of this one; what is somebody's own stays with him."""
    return tuple(field for field in standard.form if _whose(standard, field) in ("", party))


def _whose(standard: Standard, field: Field) -> str:
    """Of which party the field speaks; empty if of all, `person` if it is the filer's own."""
    owner = field.same_as.partition(".")[0]
    if owner in {party.id for party in standard.parties} and not field.same_as.endswith(f".{OTHERS}"):
        return owner
    private = field.sensitive or any(inner.sensitive for inner in field.fields) or field.same_as.endswith(f".{OTHERS}")
    return PERSON if private or owner == PERSON or field.source.startswith(OWN_ACCOUNT) else ""


def _one(party: Party, fields: Iterable[Field], known: Values) -> Iterator[Named]:
    told = {field.same_as: field for field in fields if field.same_as.partition(".")[0] == party.id}
    number = told.get(f"{party.id}.{NUMBER}")
    if number is not None:
        yield Named(party.id, number.id, *(_text(told.get(f"{party.id}.{part}"), known) for part in (NUMBER, NAME, PHONE)))


def _more(party: Party, fields: Iterable[Field], known: Values) -> Iterator[Named]:
    for group in fields:
        if group.type == "group" and group.same_as == f"{party.id}.{OTHERS}":
            for row in known.get(group.id, {}).get("value") or ():
                yield Named(party.id, group.id, *(str(row.get(part) or "").strip() for part in (NUMBER, NAME, PHONE)))


def _text(field: Field | None, known: Values) -> str:
    return str(known.get(field.id, {}).get("value") or "").strip() if field else ""


def _party(step: Step) -> str:
    kind, _, named_party = step.by.partition(":")
    return named_party if kind == "applicant" else ""


def _asked(step: Step) -> Mapping[str, tuple[str, ...]]:
    """The part of a step's condition that the answers decide."""
    return {name: wanted for name, wanted in step.when.items() if not name.startswith(STEP)}
