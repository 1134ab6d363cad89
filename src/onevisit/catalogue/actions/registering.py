"""The city's register changes by a decision (登记册): a proof is cancelled for all items, or the cancelling is taken back."""

from dataclasses import dataclass

from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Target
from onevisit.catalogue.models import RegisterEntry
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry

CITY = RegisterEntry.CITY


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A proof that nobody may ask for any more: by whom it was cancelled, why, what stands in its place."""

    name: str
    by: str
    why: str
    instead: str = ""


@transaction.atomic
def cancel_proof(actor: Actor, proof: Cancelled) -> None:
    """Lint finds every item that still asks for the proof (OV305), and the search says that nobody needs it, and why."""
    access.require(actor, Duty.GUIDE_PUBLISH, Target("register", id=proof.name))
    facts = {"instead": proof.instead, "why": proof.why}
    RegisterEntry.objects.update_or_create(
        kind=RegisterEntry.Kind.CANCELLED, word=proof.name, pack=CITY,
        defaults={"name": proof.name, "provider": proof.by, "facts": facts},
    )  # fmt: skip
    ledger.append(ledger.open_stream("register"), actor, [Entry("proof.struck", {"proof": proof.name})])


@transaction.atomic
def restore_proof(actor: Actor, name: str) -> None:
    """The proof may be asked for again: only what a decision of this city cancelled, never what a pack or a higher level did."""
    access.require(actor, Duty.GUIDE_PUBLISH, Target("register", id=name))
    gone, _ = RegisterEntry.objects.filter(kind=RegisterEntry.Kind.CANCELLED, word=name, pack=CITY).delete()
    if gone:
        ledger.append(ledger.open_stream("register"), actor, [Entry("proof.restored", {"proof": name})])
