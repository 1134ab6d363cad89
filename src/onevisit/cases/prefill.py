"""What the city already knows of a case: own data, shared resources, fetched for one purpose (数据共享, 不用您填).

A fetched value carries its source and time. What a source can't say now is not asked of the applicant: the case waits for it.
A value lasts no longer than the question that it answered: another number typed, and what was known of the first one is gone.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty
from onevisit.cases import actions, facts, queries
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import values
from onevisit.core.definition import Field, Standard
from onevisit.identity import queries as identity
from onevisit.identity.personal import purpose
from onevisit.sharing import actions as sharing
from onevisit.sharing import queries as resources

SHARED = "shared:"
IN_REQUEST = 0.5
"""Seconds that a page waits for all sources together; what did not come by then is fetched after filing."""
PATIENCE = 20.0
"""Seconds that the worker waits for all sources together, less than a claim's lease."""


@dataclass(frozen=True)
class Fetched:
    """What came of asking; `waiting_for` names the sources that gave no answer to be used."""

    values: Mapping[str, Mapping[str, Any]]
    waiting_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opened:
    """A case as its sources are asked for it: its fields in this situation, and what is known of them."""

    row: Case
    standard: Standard
    answers: Mapping[str, str]
    fields: tuple[Field, ...]
    known: Mapping[str, Mapping[str, Any]]


def fetch(actor: Actor, case_id: str, patience: float = IN_REQUEST) -> Fetched:
    """The values that sources gave for this situation, already kept in the case. Asks over HTTP: never in a transaction."""
    deadline = time.monotonic() + patience
    of = _opened(actor, case_id)
    found = _own(actor, of)
    gone: set[str] = set()
    waiting: dict[str, None] = {}
    for resource in wanted(of.standard, of.answers):
        params = _params(of, resource, found)
        left = min(deadline - time.monotonic(), sharing.Ask.timeout)
        answer = sharing.inquire(actor, _ask(of.row, resource, params, left))
        fields = [f for f in of.fields if f.source.startswith(SHARED) and f.source[len(SHARED) :].rpartition(".")[0] == resource]
        told = {f.id: answer.values.get(f.source.rpartition(".")[2]) for f in fields}
        if answer.state in ("down", "wrong"):
            waiting[answer.waiting_for] = None
            gone |= told.keys() if params else set()
            continue
        gone |= {name for name, value in told.items() if value is None}
        at = answer.at.astimezone(settings.ZONE).isoformat(timespec="seconds")
        origin = {"source_name": answer.source_name, "at": at}
        found |= {f.id: {"value": told[f.id], "source": f.source, **origin} for f in fields if told[f.id] is not None}
    gone &= of.known.keys()
    if gone or any(of.known.get(name) != value for name, value in found.items()):
        actions.put_fetched(actor, case_id, found, gone)
    return Fetched(found, tuple(waiting))


def wanted(standard: Standard, answers: Mapping[str, str]) -> tuple[str, ...]:
    """The shared resources that this situation's fields and materials come from, in order, each once."""
    fields = [f for f in values.fields(standard, answers) if f.source.startswith(SHARED)]
    names = [f.source.removeprefix(SHARED).rpartition(".")[0] for f in fields]
    names += [m.source.removeprefix(SHARED) for m in values.materials(standard, answers) if m.source.startswith(SHARED)]
    return tuple(dict.fromkeys(names))


def _opened(actor: Actor, case_id: str) -> Opened:
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_READ, queries.target(row, actor))
    standard = catalogue.standard(row.standard_id)
    with transaction.atomic(), purpose(actor, "handle", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    return Opened(row, standard, data["answers"], values.fields(standard, data["answers"]), data["values"])


def _params(of: Opened, resource: str, found: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What the resource needs besides its subject, by field id or `same_as`; empty where it is not typed, or wrongly."""
    needed = resources.params(resource)
    if not needed:
        return {}
    known = facts.current(of.standard, of.answers, {**of.known, **found}, settings.CLOCK().date())
    words = {f.same_as: f.id for f in of.fields if f.same_as}
    told = {name: known.get(name, known.get(words.get(name, ""), {})).get("value") for name in needed}
    return {name: str(of.answers.get(name) or value or "") for name, value in told.items()}


def _ask(row: Case, resource: str, params: Mapping[str, str], timeout: float) -> sharing.Ask:
    return sharing.Ask(
        case=str(row.public_id),
        item_key=row.item_key,
        resource=resource,
        subject=str(row.applicant),
        params=params,
        timeout=timeout,
    )


def _own(actor: Actor, of: Opened) -> dict[str, dict[str, Any]]:
    """The applicant's own data (`applicant.<datum>`), offered for correction where nothing was typed yet."""
    fields = [f for f in of.fields if f.source.startswith("applicant.") and of.known.get(f.id, {}).get("value") in (None, "")]
    if not fields:
        return {}
    with transaction.atomic(), purpose(actor, "handle", subject=str(of.row.applicant), case=str(of.row.public_id)):
        own = _known(of.row)
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
