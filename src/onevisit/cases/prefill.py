"""What the city already knows of a case: own data, shared resources, licences, fetched for one purpose (数据共享, 不用您填).

A fetched value carries its source and time. What a source can't say now is not asked of the applicant: the case waits for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit.access import Actor
from onevisit.cases import actions, queries
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import values
from onevisit.core.definition import Field, Standard
from onevisit.identity import queries as identity
from onevisit.identity.personal import purpose
from onevisit.sharing import actions as sharing
from onevisit.sharing import queries as resources


@dataclass(frozen=True)
class Fetched:
    """What came of asking: `waiting_for` names the sources that did not answer; `wrong` those whose answer was no use."""

    values: Mapping[str, Mapping[str, Any]]
    waiting_for: tuple[str, ...] = ()


def fetch(actor: Actor, case_id: str) -> Fetched:
    """The values that sources gave for this situation, already kept in the case. Asks over HTTP: never in a transaction."""
    row = queries.row(case_id)
    standard = catalogue.standard(row.standard_id)
    with transaction.atomic(), purpose(actor, "handle", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    chosen = values.fields(standard, data["answers"])
    known = {name: value.get("value") for name, value in data["values"].items()}
    found = _own(actor, row, chosen, known)
    waiting: list[str] = []
    for resource in wanted(standard, data["answers"]):
        answer = sharing.inquire(actor, _ask(row, resource, standard, {**known, **_plain(found)}))
        if answer.state in ("down", "wrong"):
            waiting.append(answer.waiting_for)
            continue
        at = answer.at.isoformat(timespec="seconds")
        for field in chosen:
            source, _, datum = field.source.removeprefix("shared:").rpartition(".")
            if field.source.startswith("shared:") and source == resource and answer.values.get(datum) is not None:
                found[field.id] = {
                    "value": answer.values[datum],
                    "source": field.source,
                    "source_name": answer.source_name,
                    "at": at,
                }
    if found:
        actions.put_fetched(actor, case_id, found)
    return Fetched(found, tuple(dict.fromkeys(waiting)))


def wanted(standard: Standard, answers: Mapping[str, str]) -> tuple[str, ...]:
    """The shared resources that this situation's fields and materials come from, in order, each once."""
    names = [
        f.source.removeprefix("shared:").rpartition(".")[0]
        for f in values.fields(standard, answers)
        if f.source.startswith("shared:")
    ]
    names += [m.source.removeprefix("shared:") for m in values.materials(standard, answers) if m.source.startswith("shared:")]
    return tuple(dict.fromkeys(names))


def _plain(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value["value"] for name, value in found.items()}


def _ask(row: Case, resource: str, standard: Standard, known: Mapping[str, Any]) -> sharing.Ask:
    """The inquiry, with what the resource needs besides its subject, found by field id or by `same_as`."""
    words = {f.same_as: known.get(f.id) for f in standard.form if f.same_as}
    needed = resources.resource(resource).params
    params = {name: str(known.get(name) or words.get(name) or "") for name in needed}
    return sharing.Ask(
        case=str(row.public_id), item_key=row.item_key, resource=resource, subject=str(row.applicant), params=params
    )


def _own(actor: Actor, row: Case, chosen: Sequence[Field], known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The applicant's own data (`applicant.<datum>`), offered for correction where nothing was typed yet."""
    fields = [f for f in chosen if f.source.startswith("applicant.") and known.get(f.id) in (None, "")]
    if not fields:
        return {}
    with transaction.atomic(), purpose(actor, "handle", subject=str(row.applicant), case=str(row.public_id)):
        own = _known(row)
    at = settings.CLOCK().isoformat(timespec="seconds")
    pairs = [(f, own.get(f.source.removeprefix("applicant."))) for f in fields]
    return {f.id: {"value": value, "source": f.source, "source_name": "您的账户", "at": at} for f, value in pairs if value}


def _known(row: Case) -> dict[str, str]:
    """Name, number and phone of the applicant's account; an organisation has no phone of its own here."""
    if row.applicant_kind == "organisation":
        firm = identity.organisation(str(row.applicant))
        return {"name": firm.name, "number": firm.credit_code}
    own = identity.opened(str(row.applicant))
    return {"name": own.name, "number": own.number, "phone": own.phone}
