"""What the city already knows of a case: own data, shared resources, licences, fetched for one purpose (数据共享, 不用您填).

A fetched value carries its source and time. What a source can't say now is not asked of the applicant: the case waits for it.
A value lasts no longer than the question that it answered: another number typed, and what was known of the first one is gone.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty
from onevisit.cases import actions, facts, queries
from onevisit.cases.models import Case
from onevisit.cases.sources import LICENCE, SHARED
from onevisit.catalogue import queries as catalogue
from onevisit.core import values
from onevisit.core.definition import Field, Standard
from onevisit.identity import queries as identity
from onevisit.identity.personal import purpose
from onevisit.licences import telling
from onevisit.sharing import actions as sharing
from onevisit.sharing import queries as resources

LIBRARY = "电子证照库·"
IN_REQUEST = 0.5
"""Seconds that a page waits for all sources together; what did not come by then is fetched after filing."""
PATIENCE = 20.0
"""Seconds that the worker waits for all sources together, less than a claim's lease."""


@dataclass(frozen=True)
class Fetched:
    """What came of asking; `waiting` says, by source, whom one waits for that gave no answer to be used.

    `empty` says, by source (`shared:…`, `licence:…`), of each that answered and knows nothing, who said so; `licences` are the
    ids of those that are in force.
    """

    values: Mapping[str, Mapping[str, Any]]
    waiting: Mapping[str, str] = field(default_factory=dict)
    empty: Mapping[str, str] = field(default_factory=dict)
    licences: Mapping[str, str] = field(default_factory=dict)

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """Whom one waits for, each once."""
        return tuple(dict.fromkeys(self.waiting.values()))


@dataclass(frozen=True)
class Opened:
    """A case as its sources are asked for it: its fields in this situation, and what is known of them."""

    row: Case
    standard: Standard
    answers: Mapping[str, str]
    fields: tuple[Field, ...]
    known: Mapping[str, Mapping[str, Any]]


@dataclass
class _Found:
    """What is being found out: values by field, fields that are known no longer, sources that are down or know nothing."""

    values: dict[str, dict[str, Any]]
    gone: set[str] = field(default_factory=set)
    waiting: dict[str, str] = field(default_factory=dict)
    empty: dict[str, str] = field(default_factory=dict)
    licences: dict[str, str] = field(default_factory=dict)

    def told(self, fields: Iterable[tuple[Field, Any]], name: str, at: str) -> None:
        """The source said this of its fields; what it did not say is known no longer."""
        for one, value in fields:
            if value is None:
                self.gone.add(one.id)
            else:
                self.values[one.id] = {"value": value, "source": one.source, "source_name": name, "at": at}


def fetch(actor: Actor, case_id: str, patience: float = IN_REQUEST) -> Fetched:
    """The values that sources gave for this situation, already kept in the case. Asks over HTTP: never in a transaction."""
    deadline = time.monotonic() + patience
    of = _opened(actor, case_id)
    found = _Found(_own(actor, of))
    for resource in wanted(of.standard, of.answers):
        _inquire(actor, of, resource, found, deadline)
    for kind in licences(of.standard, of.answers):
        _look(actor, of, kind, found)
    gone = found.gone & of.known.keys()
    if gone or any(of.known.get(name) != value for name, value in found.values.items()):
        actions.put_fetched(actor, case_id, found.values, gone)
    return Fetched(found.values, found.waiting, found.empty, found.licences)


def wanted(standard: Standard, answers: Mapping[str, str]) -> tuple[str, ...]:
    """The shared resources that this situation's fields and materials come from, in order, each once."""
    return tuple(dict.fromkeys(_sources(standard, answers, SHARED)))


def licences(standard: Standard, answers: Mapping[str, str]) -> tuple[str, ...]:
    """The types of licence that this situation's fields and materials come from, in order, each once."""
    return tuple(dict.fromkeys(_sources(standard, answers, LICENCE)))


def _sources(standard: Standard, answers: Mapping[str, str], kind: str) -> Iterator[str]:
    for one in values.fields(standard, answers):
        if one.source.startswith(kind):
            yield one.source.removeprefix(kind).rpartition(".")[0]
    for material in values.materials(standard, answers):
        if material.source.startswith(kind):
            yield material.source.removeprefix(kind)


def _inquire(actor: Actor, of: Opened, resource: str, found: _Found, deadline: float) -> None:
    """One shared resource is asked, as far as time is left."""
    params = _params(of, resource, found.values)
    left = min(deadline - time.monotonic(), sharing.Ask.timeout)
    answer = sharing.inquire(actor, _ask(actor, of.row, resource, params, left))
    fields = _fields(of, f"{SHARED}{resource}")
    if answer.state in ("down", "wrong"):
        found.waiting[f"{SHARED}{resource}"] = answer.waiting_for
        found.gone |= {one.id for one in fields} if params else set()
        return
    if answer.state == "empty" and answer.failure != "other-subject":
        found.empty[f"{SHARED}{resource}"] = _nothing(of, resource, params, answer)
    at = answer.at.astimezone(settings.ZONE).isoformat(timespec="seconds")
    found.told([(one, answer.values.get(_datum(one))) for one in fields], answer.source_name, at)


def _nothing(of: Opened, resource: str, params: Mapping[str, str], answer: resources.Inquired) -> str:
    """That the resource knows nothing, or what must be known before it can be asked."""
    name = resources.resource(resource).name
    if answer.failure != "params-missing":
        return f"{answer.source_name}没有查到您的“{name}”"
    labels = {one.id: one.label for one in of.standard.form} | {one.same_as: one.label for one in of.standard.form if one.same_as}
    unknown = "、".join(labels.get(param, param) for param, value in params.items() if not value)
    return f"还不知道“{unknown}”，查不了“{name}”"


def _look(actor: Actor, of: Opened, kind: str, found: _Found) -> None:
    """The applicant's licence of one type, as it stands today."""
    told = telling.look(actor, _at(actor, of, kind))
    if not told.licence:
        found.empty[f"{LICENCE}{kind}"] = told.why
    else:
        found.licences[f"{LICENCE}{kind}"] = told.licence
    now = settings.CLOCK().astimezone(settings.ZONE)
    read = [(one, _printed(one, told.values.get(_datum(one)), now.date())) for one in _fields(of, f"{LICENCE}{kind}")]
    found.told(read, f"{LIBRARY}{told.name}", now.isoformat(timespec="seconds"))


def _at(actor: Actor, of: Opened, kind: str) -> telling.Look:
    at = queries.target(of.row, actor)
    return telling.Look(
        case=str(of.row.public_id),
        item_key=of.row.item_key,
        holder=str(of.row.applicant),
        type=kind,
        renewal=of.standard.renews is not None and of.standard.renews.licence == kind,
        department=at.department,
        division=at.division,
    )


def _printed(one: Field, text: Any, today: date) -> Any:
    """What stands on a licence as a value of the field; None for what is none."""
    options = {words: key for key, words in one.options.items()}
    value = values.clean(one, options.get(text, text), today)
    return None if isinstance(value, values.Fault) else value


def _datum(one: Field) -> str:
    return one.source.rpartition(".")[2]


def _fields(of: Opened, source: str) -> tuple[Field, ...]:
    return tuple(one for one in of.fields if one.source.rpartition(".")[0] == source)


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


def latest(actor: Actor, case_id: str, resource: str) -> resources.Inquired | None:
    """What came of the newest inquiry to this resource, for whoever holds the case; None if there was none."""
    return resources.latest(actor, case_id, resource, queries.target(queries.row(case_id), actor))


def _ask(actor: Actor, row: Case, resource: str, params: Mapping[str, str], timeout: float) -> sharing.Ask:
    at = queries.target(row, actor)
    return sharing.Ask(
        case=str(row.public_id),
        item_key=row.item_key,
        resource=resource,
        subject=str(row.applicant),
        params=params,
        timeout=timeout,
        department=at.department,
        division=at.division,
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
