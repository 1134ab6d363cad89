"""What an applicant's own form says already (带上我的信息): his name, number and phone, and what his open draft holds.

Own data is opened for its owner alone, in the purpose that the rooms which keep it ask for.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from onevisit.access import Actor
from onevisit.cases import queries as cases
from onevisit.catalogue.queries import ItemView
from onevisit.channels.ui import forms
from onevisit.channels.ui.forms import Control
from onevisit.core import situations, values
from onevisit.identity import queries as identity


@dataclass(frozen=True, slots=True)
class Own:
    """The answers of the situation, and what stands in each field, as people read it."""

    answers: Mapping[str, str]
    words: Mapping[str, str]


def may(actor: Actor) -> bool:
    """Whether there is somebody whose own data a form could bear."""
    return actor.kind == "applicant" and bool(cases.owner(actor))


def known(actor: Actor, item: ItemView, asked: Mapping[str, str]) -> Own:
    """What is known of whoever acts, for this item; answers in the address go before the draft's. Of officers nothing."""
    if not may(actor):
        return Own(asked, {})
    account = _account(actor)
    draft = cases.draft(actor, item.key, item.division_code)
    contents = cases.contents(actor, draft.id) if draft else None
    answers = situations.narrow(item.definition, {**(contents.answers if contents else {}), **asked})
    fields = values.fields(item.definition, answers)
    words = {one.id: account.get(one.source.removeprefix("applicant."), "") for one in fields}
    if contents:
        words |= {one.name: written for one in forms.controls(fields, contents.values, {}) if (written := _written(one))}
    return Own(answers, {name: text for name, text in words.items() if text})


def _account(actor: Actor) -> dict[str, str]:
    """Name, number and phone, by the datum that a field asks for."""
    if cases.owner(actor) != actor.person:
        firm = identity.organisation(cases.owner(actor))
        return {"name": firm.name, "number": firm.credit_code}
    person = identity.own(actor)
    return {"name": person.name, "number": person.number, "phone": person.phone}


def _written(one: Control) -> str:
    """What stands in a control, without its unit, which the form's label has; of a group every record, part by part."""
    if one.kind != "group":
        return forms.words(one).removesuffix(one.unit)
    records = ("，".join(f"{part.label}：{forms.words(part)}" for part in row if forms.has_value(part)) for row in one.rows)
    return "；".join(filter(None, records))
