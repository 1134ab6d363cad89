"""Reading licences: the library of a holder, what anybody may verify, the list of ended ones. All results are frozen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Target
from onevisit.identity.personal import data_keys, purpose
from onevisit.licences import layout
from onevisit.licences.models import Licence, LicenceType, Revocation
from onevisit.licences.standing import ENDED, WORDS, standing
from onevisit.licences.verification import LIST_FORMAT


@dataclass(frozen=True, slots=True)
class TypeView:
    """A licence type as a caller needs it: what is printed, and from where."""

    key: str
    code: str
    name: str
    department: str
    fields: tuple[Mapping[str, Any], ...]
    valid_years: int | None


@dataclass(frozen=True, slots=True)
class LicenceView:
    """A licence on a list, the holder masked; `standing` is its state today, a key of `standing.WORDS`."""

    id: str
    number: str
    identifier: str
    type: str
    type_name: str
    case: str
    decision: str
    holder: str
    holder_masked: str
    office: str
    division: str
    issued_at: datetime
    valid_from: date
    valid_to: date | None
    standing: str
    standing_word: str
    verify_code: str
    verify_url: str
    has_file: bool
    sample: bool


@dataclass(frozen=True, slots=True)
class FullLicence:
    """A licence with what is printed on it, for whoever may read it."""

    licence: LicenceView
    holder_name: str
    lines: tuple[layout.Line, ...]


@dataclass(frozen=True, slots=True)
class VerifyView:
    """What anybody who holds the code may know: is it real, is it in force; the holder masked."""

    number: str
    identifier: str
    type_name: str
    holder_masked: str
    office: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    standing: str
    standing_word: str
    as_of: date
    ended_on: date | None
    basis: str
    sample: bool


@dataclass(frozen=True, slots=True)
class RevocationView:
    """A proposed or confirmed end of a licence."""

    id: str
    licence: str
    kind: str
    reason: str
    basis: str
    proposed_by: str
    confirmed: bool


def licence_type(key: str) -> TypeView:
    """The licence type that definitions call by this word; raises `Hidden` if there is none."""
    row = LicenceType.objects.filter(key=key).first()
    if row is None:
        raise Hidden(f"licence type {key}")
    return TypeView(row.key, row.code, row.name, row.department, tuple(row.fields), row.valid_years)


def mine(actor: Actor) -> tuple[LicenceView, ...]:
    """The licences of whom the actor acts for, newest first (我的证照)."""
    holder = actor.on_behalf_of or actor.organisation or actor.person
    if not holder:
        return ()
    access.require(actor, Duty.LICENCE_READ, Target("licence", owner=holder))
    rows = Licence.objects.filter(holder=holder).select_related("type").order_by("-issued_at", "-id")
    return _views(list(rows))


def of_case(actor: Actor, case: str) -> tuple[LicenceView, ...]:
    """The licences that came out of a case, as far as the actor may read them."""
    rows = Licence.objects.filter(case=case).select_related("type").order_by("id")
    return _views([row for row in rows if access.may(actor, Duty.LICENCE_READ, target(row))])


def licence(actor: Actor, public_id: str) -> LicenceView:
    """One licence, for whoever may read it; raises `Hidden` else."""
    found = row(public_id)
    access.require(actor, Duty.LICENCE_READ, target(found))
    return view(found)


@transaction.atomic
def full(actor: Actor, public_id: str) -> FullLicence:
    """One licence with what is printed on it; opening somebody else's is written down."""
    found = row(public_id)
    access.require(actor, Duty.LICENCE_READ, target(found))
    with purpose(actor, purpose_of(actor, found), subject=str(found.holder), case=str(found.case)):
        name, data = found.holder_name.reveal(), found.data.reveal()
    return FullLicence(view(found), name, layout.lines(name, data["rows"]))


def verify(code: str, on: date | None = None) -> VerifyView:
    """What the code on a licence stands for, as of a day (today); raises `Hidden` for a code that stands for nothing."""
    plain = re.sub(r"[\s-]", "", code).upper()
    found = Licence.objects.filter(verify_code=plain).select_related("type", "revocation").first()
    if found is None:
        raise Hidden("licence")
    as_of = on or settings.CLOCK().date()
    state = standing_of(found, as_of)
    ended = _ended_on(found) if state in ENDED else None
    end = getattr(found, "revocation", None)
    return VerifyView(
        found.number, found.identifier, found.type.name, found.holder_name.mask(), found.office, _day(found.issued_at),
        found.valid_from, found.valid_to, state, WORDS[state], as_of, ended, end.basis if end and ended else "", found.sample,
    )  # fmt: skip


def ended_list() -> dict[str, Any]:
    """The published list of ended licences, as `licence verify --revoked` reads it: identifiers and days, no person."""
    rows = Licence.objects.filter(state__in=ENDED).order_by("identifier").only("identifier", "state", "ended_at")
    listed = [
        {"identifier": each.identifier, "state": each.state, "on": _day(each.ended_at).isoformat()}
        for each in rows
        if each.ended_at
    ]
    return {"format": LIST_FORMAT, "as_of": settings.CLOCK().isoformat(timespec="seconds"), "licences": listed}


def revocation(actor: Actor, public_id: str) -> RevocationView:
    """The proposed or confirmed end of the licence; raises `Hidden` if there is none."""
    found = Revocation.objects.filter(licence__public_id=public_id).select_related("licence").first()
    if found is None:
        raise Hidden(f"revocation of {public_id}")
    access.require(actor, Duty.LICENCE_READ, target(found.licence))
    return revocation_view(found)


def row(public_id: str) -> Licence:
    """The row of this licence; raises `Hidden` if there is none. For this room's actions and jobs."""
    found = Licence.objects.filter(public_id=public_id).select_related("type", "replaces").first()
    if found is None:
        raise Hidden(f"licence {public_id}")
    return found


def target(of: Licence, *parties: str) -> Target:
    """What `access.require` is asked about."""
    return Target(
        "licence",
        id=str(of.public_id),
        division=of.division,
        department=of.type.department,
        owner=str(of.holder),
        parties=frozenset(parties),
    )


def purpose_of(actor: Actor, of: Licence) -> str:
    """Why the actor opens the licence: the holder's own, supervision, or the work on its case."""
    if str(of.holder) in {actor.person, actor.organisation, actor.on_behalf_of}:
        return "own"
    return "supervise" if any(grant.role == "regulator" for grant in actor.grants) else "handle"


def standing_of(of: Licence, on: date) -> str:
    """The state of the licence on that day."""
    return standing(of.state, _ended_on(of), of.valid_from, of.valid_to, on=on)


def view(of: Licence, secrets: Any = None) -> LicenceView:
    """The licence as it stands today."""
    state = standing_of(of, settings.CLOCK().date())
    return LicenceView(
        str(of.public_id), of.number, of.identifier, of.type.key, of.type.name, str(of.case), str(of.decision), str(of.holder),
        of.holder_name.mask(secrets), of.office, of.division, of.issued_at, of.valid_from, of.valid_to, state, WORDS[state],
        layout.grouped(of.verify_code), layout.verify_url(of), of.file_id is not None, of.sample,
    )  # fmt: skip


def revocation_view(of: Revocation) -> RevocationView:
    """The row as a frozen record."""
    return RevocationView(
        str(of.public_id), str(of.licence.public_id), of.kind, of.reason, of.basis, of.proposed_by, of.confirmed_at is not None
    )


def _views(rows: list[Licence]) -> tuple[LicenceView, ...]:
    secrets = data_keys(each.owner_key for each in rows)
    return tuple(view(each, secrets) for each in rows)


def _ended_on(of: Licence) -> date | None:
    return _day(of.ended_at) if of.ended_at else None


def _day(moment: datetime) -> date:
    return moment.astimezone(settings.ZONE).date()
