"""Reading licences: the library of a holder, what anybody may verify, the list of ended ones. All results are frozen."""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Target
from onevisit.core import names
from onevisit.identity.personal import Opening, data_keys, purpose
from onevisit.licences import layout
from onevisit.licences.models import Licence, LicenceType, Revocation
from onevisit.licences.standing import ENDED, WORDS, standing
from onevisit.licences.verification import LIST_FORMAT

LONGEST = 100
"""Characters of a typed code that are looked at."""


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
    """A licence on a list, number and holder also masked; `state` as it is today, a key of `standing.WORDS`.

    `has_file`: there is one, or it can be made. `case` is empty for one that was issued before the house came to it.
    """

    id: str
    number: str
    masked_number: str
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
    state: str
    state_name: str
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
    """What anybody who holds the code may know: is it real, is it in force on the day; `holder` is a mask."""

    number: str
    identifier: str
    type_name: str
    holder: str
    office: str
    issued_at: datetime
    valid_from: date
    valid_to: date | None
    state: str
    state_name: str
    sentence: str
    as_of: date
    ended_on: date | None
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
    with opening(actor, found):
        name, data = found.holder_name.reveal(), found.data.reveal()
    return FullLicence(view(found), name, layout.lines(name, data))


def verify(code: str, on: date | None = None) -> VerifyView | None:
    """What the code on a licence stands for, as of a day (today); None for a code that stands for nothing."""
    plain = re.sub(r"[\s-]", "", code[:LONGEST]).upper()
    if not re.fullmatch(r"[A-Z0-9]+", plain):
        return None
    found = Licence.objects.filter(verify_code=plain).select_related("type", "revocation").first()
    if found is None:
        return None
    as_of = on or settings.CLOCK().date()
    state = state_on(found, as_of)
    ended = _ended_on(found) if state in ENDED else None
    return VerifyView(
        found.number, found.identifier, found.type.name, found.holder_name.mask(), found.office, found.issued_at,
        found.valid_from, found.valid_to, state, WORDS[state], _sentence(found, state, as_of), as_of, ended, found.sample,
    )  # fmt: skip


def _sentence(of: Licence, state: str, as_of: date) -> str:
    """What the state means, with its day and its basis."""
    if state in ENDED and of.ended_at is not None:
        end = getattr(of, "revocation", None)
        return f"这份证照在{layout.day(_day(of.ended_at))}{WORDS[state]}，以后不能再用。" + (
            f"依据：{end.basis}。" if end else ""
        )
    known = {
        "valid": "编号和内容都在证照库里，这一天证照有效。",
        "not_yet": f"这份证照从{layout.day(of.valid_from)}起才有效。",
        "expired": f"这份证照的有效期到{layout.term_end(of)}为止。",
    }
    return f"按{layout.day(as_of)}核验：{known[state]}"


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


def opening(actor: Actor, of: Licence) -> AbstractContextManager[Opening]:
    """Inside it the licence can be opened by this actor."""
    why = "" if of.case else "证照库里没有办件的证照"
    return purpose(actor, purpose_of(actor, of), subject=str(of.holder), case=str(of.case or ""), reason=why)


def to_replace(holder: str, kind: str) -> LicenceView | None:
    """The holder's licence of this type that was not ended, the newest, though its term may be over: what a renewal replaces."""
    rows = Licence.objects.filter(holder=holder, type__key=kind, state=Licence.State.VALID).select_related("type")
    found = rows.order_by("-issued_at", "-pk").first()
    return view(found) if found else None


def purpose_of(actor: Actor, of: Licence) -> str:
    """Why the actor opens the licence: the holder's own, supervision, or the work on its case."""
    if str(of.holder) in {actor.person, actor.organisation, actor.on_behalf_of}:
        return "own"
    return "supervise" if any(grant.role == "regulator" for grant in actor.grants) else "handle"


def state_on(of: Licence, on: date) -> str:
    """The state of the licence on that day."""
    return standing(of.state, _ended_on(of), of.valid_from, of.valid_to, on=on)


def view(of: Licence, secrets: Any = None) -> LicenceView:
    """The licence as it stands today."""
    state = state_on(of, settings.CLOCK().date())
    return LicenceView(
        str(of.public_id), of.number, names.mask_number(of.number), of.identifier, of.type.key, of.type.name, str(of.case or ""),
        str(of.decision or ""), str(of.holder), of.holder_name.mask(secrets), of.office, of.division, of.issued_at, of.valid_from,
        of.valid_to, state, WORDS[state], layout.grouped(of.verify_code), layout.verify_url(of),
        of.file_id is not None or not of.is_foreign, of.sample,
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
