"""Consent (授权同意) is given and taken back. PIPL arts. 14, 15, 29."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from onevisit.access import Actor, Duty, Hidden, Target, require
from onevisit.identity.actions.people import locked_account
from onevisit.identity.models import Consent
from onevisit.ledger.actions import Entry, append


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A consent to one use: the item, the datum, and the version of the text that was shown."""

    subject: str
    item: str
    datum: str
    text_version: str
    separate: bool = False


@transaction.atomic
def give_consent(actor: Actor, new: NewConsent) -> str:
    """The public id of the consent to this use; a consent to the same text that is in force stays as it is. PIPL arts. 14, 29."""
    require(actor, Duty.CONSENT_GIVE, Target("consent", owner=new.subject))
    account = locked_account(actor.id)
    held = Consent.objects.filter(subject=new.subject, item=new.item, datum=new.datum, withdrawn_at=None).first()
    if held is not None and held.text_version == new.text_version:
        return str(held.public_id)
    now = settings.CLOCK()
    if held is not None:
        Consent.objects.filter(pk=held.pk).update(withdrawn_at=now)
    row = Consent.objects.create(
        subject=new.subject, account=actor.id, item=new.item, datum=new.datum, separate=new.separate,
        text_version=new.text_version, via=actor.via, given_at=now,
    )  # fmt: skip
    told = {"consent": str(row.public_id), "item": row.item, "datum": row.datum, "text_version": row.text_version}
    append(account.stream, actor, [Entry("consent.given", told)])
    return str(row.public_id)


@transaction.atomic
def withdraw_consent(actor: Actor, public_id: str) -> None:
    """The consent holds no more; what was done under it stays lawful. PIPL art. 15."""
    row = Consent.objects.select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise Hidden(f"consent {public_id}")
    require(actor, Duty.CONSENT_WITHDRAW, Target("consent", public_id, owner=str(row.subject)))
    if row.withdrawn_at is None:
        row.withdrawn_at = settings.CLOCK()
        row.save(update_fields=["withdrawn_at"])
        append(locked_account(actor.id).stream, actor, [Entry("consent.withdrawn", {"consent": public_id})])
