"""Roles for officers (授权): proposed by one, approved by another, ended by either kind of guard."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from onevisit.access import Actor, Duty, Hidden, Refused, Target, require
from onevisit.identity.actions.people import officer_of
from onevisit.identity.models import Officer, OfficerGrant
from onevisit.ledger.actions import Entry, append


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A role for an officer; what is empty narrows nothing. `document` and `seal`: those of an acceptance that is entrusted."""

    officer: str
    role: str
    department: str = ""
    division: str = ""
    items: tuple[str, ...] = ()
    hall: str = ""
    until: datetime | None = None
    document: str = ""
    seal: str = ""


@transaction.atomic
def grant(actor: Actor, new: NewGrant) -> str:
    """The public id of a role proposed for an officer; in force when another person approves it."""
    require(actor, Duty.GRANT_GIVE, Target("grant"))
    officer = officer_of(new.officer)
    row = proposed(actor, officer, new)
    append(officer.account.stream, actor, [Entry("grant.proposed", {"grant": str(row.public_id), "role": row.role})])
    return str(row.public_id)


@transaction.atomic
def approve_grant(actor: Actor, public_id: str) -> None:
    """The role is in force from now on; whoever proposed it cannot approve it (S3)."""
    row = _locked_grant(public_id)
    require(actor, Duty.GRANT_GIVE, Target("grant", public_id, parties=frozenset({row.given_by})))
    if row.approved_by:
        raise Refused("approved-already", "这项授权已经有人批准。")
    row.approved_by, row.since = actor.id, settings.CLOCK()
    row.save(update_fields=["approved_by", "since"])
    append(row.officer.account.stream, actor, [Entry("grant.given", {"grant": public_id, "role": row.role})])


@transaction.atomic
def end_grant(actor: Actor, public_id: str) -> None:
    """The role ends now; it counts from the officer's next request."""
    row = _locked_grant(public_id)
    require(actor, Duty.GRANT_REVOKE, Target("grant", public_id))
    now = settings.CLOCK()
    if row.until is None or row.until > now:
        row.until = max(now, row.since)
        row.save(update_fields=["until"])
        append(row.officer.account.stream, actor, [Entry("grant.ended", {"grant": public_id, "role": row.role})])


def proposed(actor: Actor, officer: Officer, new: NewGrant) -> OfficerGrant:
    return OfficerGrant.objects.create(
        officer=officer, role=new.role, department=new.department, division=new.division, items=list(new.items), hall=new.hall,
        document=new.document, seal=new.seal, since=settings.CLOCK(), until=new.until, given_by=actor.id,
    )  # fmt: skip


def _locked_grant(public_id: str) -> OfficerGrant:
    rows = OfficerGrant.objects.select_for_update(of=("self",)).select_related("officer__account__stream")
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise Hidden(f"grant {public_id}")
    return row
