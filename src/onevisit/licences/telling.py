"""What a case is told of a licence that its applicant holds, instead of a copy (电子证照免提交).

国务院关于在线政务服务的若干规定 arts. 7, 10. Like an inquiry it has its case, item, holder and purpose, and leaves a reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from onevisit.access import Actor, Duty, Target, require
from onevisit.identity.personal import purpose
from onevisit.licences import layout, queries
from onevisit.licences.models import Licence, LicenceType

IN_FORCE = frozenset({"valid"})
RENEWABLE = frozenset({"valid", "expired"})
"""What a renewal asks for may be over its term."""


@dataclass(frozen=True)
class Look:
    """For which case and item, at whose licence of which type. `renewal`: its term may be over, since it is to be renewed.

    `department` and `division`: the office at which an officer has the case.
    """

    case: str
    item_key: str
    holder: str
    type: str
    renewal: bool = False
    department: str = ""
    division: str = ""


@dataclass(frozen=True)
class Told:
    """What came of looking. `licence` is the id of the one in force, empty if there is none; `why` says then why, for people.

    `values` are by datum: what its decision gave, what is printed on it, and number, valid_from, valid_to, issued.
    """

    name: str
    licence: str = ""
    why: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def look(actor: Actor, at: Look) -> Told:
    """The holder's licence of this type as it stands today, opened for the case; `Hidden` to whom that is nothing."""
    applicant = actor.kind == "applicant"
    duty = Duty.SHARED_SEE if applicant else Duty.SHARED_QUERY
    require(actor, duty, Target("case", at.case, at.division, at.department, owner=at.holder, item=at.item_key))
    kind = LicenceType.objects.filter(key=at.type).first()
    if kind is None:
        return Told(at.type, why="证照库里没有这种证照")
    found = _in_force(at)
    if found is None:
        return Told(kind.name, why=_why(at, kind.name))
    with transaction.atomic(), purpose(actor, "own" if applicant else "handle", subject=at.holder, case=at.case):
        data = found.data.reveal()
    return Told(kind.name, str(found.public_id), values=_values(found, data))


def held(at: Look) -> str:
    """What the holder's licence of this type is called, if the library has one in force; nothing of it is opened."""
    found = _in_force(at)
    return found.type.name if found else ""


def lapsed(public_id: str, renewed: str = "") -> str:
    """What the licence is called if it is in force no longer today, until 24:00 of its last day; empty if it is.

    One of the type that is to be `renewed` may be over its term.
    """
    row = queries.row(public_id)
    fit = RENEWABLE if row.type.key == renewed else IN_FORCE
    return "" if queries.state_on(row, _today()) in fit else row.type.name


def _in_force(at: Look) -> Licence | None:
    fit = RENEWABLE if at.renewal else IN_FORCE
    return next((row for row in _newest_first(at) if queries.state_on(row, _today()) in fit), None)


def _today() -> date:
    return settings.CLOCK().astimezone(settings.ZONE).date()


def _newest_first(at: Look) -> QuerySet[Licence]:
    return Licence.objects.filter(holder=at.holder, type__key=at.type).select_related("type").order_by("-issued_at", "-pk")


def _why(at: Look, name: str) -> str:
    """Why there is none: never had, over its term, ended."""
    last = _newest_first(at).first()
    if last is None:
        return f"电子证照库里没有您的“{name}”"
    seen = queries.view(last)
    if seen.state == "expired":
        return f"您的“{name}”有效期到{layout.term_end(last)}为止"
    return f"您的“{name}”{seen.state_name}"


def _values(of: Licence, data: Mapping[str, Any]) -> dict[str, Any]:
    labels = {each["label"]: str(each["from"]).rpartition(":")[2] for each in of.type.fields}
    printed = {labels[row["label"]]: row["value"] for row in data["rows"] if row["label"] in labels}
    own = {"number": of.number, "valid_from": _day(of.valid_from), "valid_to": _day(of.valid_to)}
    issued = of.issued_at.astimezone(settings.ZONE).date()
    return {**printed, **data["facts"], **{name: text for name, text in own.items() if text}, "issued": issued.isoformat()}


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""
