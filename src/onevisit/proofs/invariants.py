"""What must hold of proofs in any living database (不变量 19, 20)."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import connection

from onevisit.catalogue import guarding, revisions
from onevisit.catalogue import queries as catalogue
from onevisit.city import queries as city
from onevisit.core import workdays
from onevisit.core.definition import Standard
from onevisit.core.wording import wording
from onevisit.ledger.invariants import Invariant, offending
from onevisit.proofs import queries
from onevisit.proofs.actions import STANDS
from onevisit.proofs.models import Outage, Proof, ProofReview

PUBLIC_WITHIN = 1
"""Working days in which a guide must follow a decision. 《实施方案》三（三）7."""
CATCH_ALL = "OV201"
WITHOUT_CALL = """
SELECT 'ask ' || ask.id || ' names no failed call before it' FROM proofs_fallbackask ask
JOIN proofs_outage outage ON outage.id = ask.outage_id
WHERE ask.failed_at > ask.asked_at OR ask.asked_by = '' OR (outage.ended_at IS NOT NULL AND ask.asked_at > outage.ended_at)
"""


def needless() -> Iterator[str]:
    """Standards in force that ask for what sharing or a licence gives, or for 其他材料; asks without a call that failed."""
    register = catalogue.register()
    for one in _in_force():
        faults = [finding.message for finding in guarding.provided(one, register)]
        faults += [finding.message for finding in wording(one) if finding.code == CATCH_ALL]
        yield from (f"standard {one.item.id} {one.level}: {fault}" for fault in faults)
    yield from offending(WITHOUT_CALL)
    for row in Outage.objects.filter(asks=None):
        yield f"outage {row.public_id} was recorded for nobody"


def undecided() -> Iterator[str]:
    """Proofs that stand otherwise than their last review says, or were decided by whoever proposed; kept ones without a basis.

    Cancelled ones that an item still asks for a working day after the decision; circles that no alternative leads out of.
    """
    for row in Proof.objects.prefetch_related("reviews").order_by("pk"):
        yield from (f"proof {row.key} {fault}" for fault in _misstated(row))
    for one in queries.register():
        if one.state == Proof.State.KEPT and one.entry.askers and not one.entry.founded:
            yield f"proof {one.entry.key} is kept without a legal basis"
        if one.still_asked and one.changed_at and _late(one.changed_at):
            yield f"proof {one.entry.key} is cancelled and still asked for by {' '.join(asker.item for asker in one.still_asked)}"
    yield from (f"circle of {' '.join(one.keys)}" for one in queries.circles())


def _misstated(row: Proof) -> Iterator[str]:
    reviews = list(row.reviews.all())
    accepted = next((one for one in reviews if one.outcome == ProofReview.Outcome.ACCEPTED), None)
    waits = any(not one.outcome for one in reviews)
    told = Proof.State.REVIEW if waits else STANDS[accepted.proposal] if accepted else Proof.State.OPEN
    if row.state != told:
        yield f"is {row.state}, its reviews say {told.value}"
    if any(one.decided_by == one.proposed_by for one in reviews):
        yield "was decided by whoever proposed it"


def _late(decided: datetime) -> bool:
    days = [moment.astimezone(settings.ZONE).date() for moment in (decided, settings.CLOCK())]
    return workdays.working_days_between(city.calendar(), days[0], days[1]) > PUBLIC_WITHIN


def _in_force() -> Iterator[Standard]:
    found = revisions.in_force(str(connection.settings_dict["NAME"]), catalogue.edition())
    return (one.document for one in found if isinstance(one.document, Standard))


INVARIANTS = (
    Invariant(19, "proofs", "能共享、有证照的不向申请人要，来源中断时要的有失败的查询为证", False, needless),
    Invariant(20, "proofs", "保留的证明有依据、由另一人决定，取消的不再要，证明不绕成圈", False, undecided),
)
