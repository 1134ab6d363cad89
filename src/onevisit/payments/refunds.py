"""Giving back (退费): proposed where a case ends without what was paid for, approved by another person, done at the gateway.

What was captured twice or wrongly is owed back anyway, and needs nobody's leave. HTTP stands between transactions.
"""

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM, Actor, Duty, Hidden, Refused, require
from onevisit.identity.peers import PeerDown, PeerWrong
from onevisit.ledger import actions as ledger
from onevisit.ledger.faults import fault
from onevisit.payments import actions, booking, gateway, queries
from onevisit.payments.models import Bill, Claim, Movement
from onevisit.payments.queries import ClaimView


class NotYet(Exception):
    """The gateway gave no usable answer: the job is tried again later."""


@transaction.atomic
def propose(actor: Actor, bill_id: str, reason: str) -> ClaimView | None:
    """The refund of a paid bill is proposed, once; None where nothing was paid."""
    row = queries.row_of(bill_id)
    require(actor, Duty.PAYMENT_SETTLE if actor.kind == "system" else Duty.PAYMENT_CLAIM, queries.target(row))
    if not reason.strip():
        raise Refused("reason-needed", "申请退费要写明理由。", "请填写理由。")
    bill = actions.lock(bill_id)
    if bill.state != Bill.State.PAID:
        return None
    claim, made = Claim.objects.get_or_create(
        bill=bill, defaults={"reason": reason.strip(), "proposed_by": actor.id, "proposed_at": settings.CLOCK()}
    )
    if made:
        ledger.append(bill.stream, actor, [ledger.Entry("refund.proposed", {"case": str(bill.case)})])
    return queries.claim_view(claim)


@transaction.atomic
def approve(actor: Actor, claim_id: str) -> ClaimView:
    """The money goes back: a job tells the gateway. Refused for who proposed it, and when it was answered already."""
    claim = _answered(actor, claim_id, Claim.State.APPROVED, "")
    for capture in Movement.objects.filter(order__bill=claim.bill, kind=Movement.Kind.CAPTURE, owed=None):
        booking.repay_soon(capture)
    return queries.claim_view(claim)


@transaction.atomic
def decline(actor: Actor, claim_id: str, why: str) -> ClaimView:
    """The money stays, for this reason, which the payer is told."""
    if not why.strip():
        raise Refused("reason-needed", "不予退费要写明理由和依据。", "请填写理由和依据。")
    return queries.claim_view(_answered(actor, claim_id, Claim.State.DECLINED, why.strip()))


def _answered(actor: Actor, claim_id: str, state: str, answer: str) -> Claim:
    found = Claim.objects.select_related("bill").filter(public_id=claim_id).first()
    if found is None:
        raise Hidden(f"claim {claim_id}")
    require(actor, Duty.PAYMENT_REFUND, queries.target(found.bill, frozenset({found.proposed_by})))
    bill = actions.lock(str(found.bill.public_id))
    claim = Claim.objects.select_for_update(of=("self",)).select_related("bill").get(pk=found.pk)
    if claim.state != Claim.State.PROPOSED:
        raise Refused("answered", f"这笔退费{claim.get_state_display()}。", "请刷新页面再看。")
    claim.state, claim.settled_by, claim.settled_at, claim.answer = state, actor.id, settings.CLOCK(), answer
    claim.save()
    kind = "refund.approved" if state == Claim.State.APPROVED else "refund.declined"
    ledger.append(bill.stream, actor, [ledger.Entry(kind, {"case": str(bill.case)})])
    return claim


def repay(transaction_id: str) -> None:
    """The gateway has given this capture back, and the books know. Done again, nothing more happens. Raises `NotYet`."""
    capture = Movement.objects.select_related("order__bill").get(transaction=transaction_id, kind=Movement.Kind.CAPTURE)
    if hasattr(capture, "refund"):
        return
    require(SYSTEM, Duty.PAYMENT_SETTLE, queries.target(capture.order.bill))
    fault("before_refund")
    try:
        answer = gateway.refund(capture.order, transaction_id)
    except (PeerDown, PeerWrong) as why:
        raise NotYet from why
    fault("after_refund_before_booking")
    actions.take_in(capture.order, answer)
    if not Movement.objects.filter(of=capture).exists():
        raise NotYet
