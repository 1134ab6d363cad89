"""Every read of payments: bills as frozen rows, what of them is still to be asked, what the books say is owed back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from onevisit.access import Actor, Duty, Hidden, Target, may, require
from onevisit.ledger import queries as ledger
from onevisit.payments.models import Bill, Claim, Movement, PaymentOrder, Refund

UNSETTLED = (PaymentOrder.State.OPEN, PaymentOrder.State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill as pages show it, in yuan. `checking`: a payment is being confirmed (核实中), there is no second pay button."""

    id: str
    case: str
    kind: str
    item: str
    name: str
    payee: str
    payer: str
    amount: Decimal
    basis: tuple[Mapping[str, str], ...]
    state: str
    checking: bool
    opened_at: datetime
    paid_at: datetime | None
    transaction: str
    owed_back: Decimal
    alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A refund that was proposed: why, how it stands, and who answered what."""

    id: str
    bill: str
    case: str
    name: str
    amount: Decimal
    reason: str
    state: str
    state_name: str
    proposed_at: datetime
    answer: str


def claims(actor: Actor) -> tuple[ClaimView, ...]:
    """The refunds that this officer may approve or decline now, the oldest first."""
    waiting = Claim.objects.filter(state=Claim.State.PROPOSED).select_related("bill").order_by("proposed_at", "pk")
    return tuple(claim_view(one) for one in waiting if may(actor, Duty.PAYMENT_REFUND, target(one.bill)))


def claim_of_case(actor: Actor, case: str) -> ClaimView | None:
    """The refund of the case's bill, if one was proposed, for whoever may read the bill."""
    found = Claim.objects.filter(bill__case=_uuid(case)).select_related("bill").order_by("-pk").first()
    if found is None:
        return None
    require(actor, Duty.PAYMENT_READ, target(found.bill))
    return claim_view(found)


def claim_view(row: Claim) -> ClaimView:
    """The row as a frozen record."""
    of = row.bill
    return ClaimView(
        str(row.public_id), str(of.public_id), str(of.case), of.name, of.amount, row.reason, row.state, row.get_state_display(),
        row.proposed_at, row.answer,
    )  # fmt: skip


def bill(actor: Actor, bill_id: str) -> BillView:
    """The bill; raises Hidden if there is none or it is somebody else's."""
    row = row_of(bill_id)
    require(actor, Duty.PAYMENT_READ, target(row))
    return view(row)


def bill_of_case(actor: Actor, case: str) -> BillView:
    """The newest bill of the case that is not void, else its newest; raises Hidden."""
    rows = sorted(Bill.objects.filter(case=_uuid(case)), key=lambda row: (row.state != Bill.State.VOID, row.opened_at, row.pk))
    if not rows:
        raise Hidden(f"bill of case {case}")
    require(actor, Duty.PAYMENT_READ, target(rows[-1]))
    return view(rows[-1])


def bills_of_case(case: str) -> tuple[BillView, ...]:
    """Every bill of a case, oldest first, for the house itself."""
    return tuple(view(row) for row in Bill.objects.filter(case=_uuid(case)).order_by("opened_at", "pk"))


def of_stream(stream: str) -> BillView:
    """The bill whose events stand in this stream, for reactions."""
    return view(Bill.objects.get(stream__public_id=stream))


def target(row: Bill, parties: frozenset[str] = frozenset()) -> Target:
    """The bill as the gate sees it; `parties` already took part in what is asked."""
    return Target(
        "bill", str(row.public_id), row.division, row.department, owner=str(row.payer), item=row.item,
        open=row.state == Bill.State.OPEN, parties=parties,
    )  # fmt: skip


def row_of(bill_id: str) -> Bill:
    """The row; raises Hidden."""
    row = Bill.objects.select_related("stream").filter(public_id=_uuid(bill_id)).first()
    if row is None:
        raise Hidden(f"bill {bill_id}")
    return row


def order(order_id: str) -> PaymentOrder | None:
    """The order with this number at its gateway, if it is one of ours."""
    try:
        number = UUID(order_id)
    except ValueError:
        return None
    return PaymentOrder.objects.select_related("bill").filter(public_id=number).first()


def to_ask(bill_id: str, order_id: str = "") -> QuerySet[PaymentOrder]:
    """The orders of a bill whose end is not known yet; one that is named counts even if its end is known (迟到的扣款)."""
    named = Q(public_id=_uuid(order_id)) if order_id else Q(state__in=UNSETTLED)
    return PaymentOrder.objects.select_related("bill").filter(named, bill__public_id=_uuid(bill_id)).order_by("pk")


def view(row: Bill) -> BillView:
    """The row as a frozen record."""
    captured = Movement.objects.filter(order__bill=row, kind=Movement.Kind.CAPTURE, owed=None).first()
    owed = Refund.objects.filter(capture__order__bill=row, done_at=None).aggregate(sum=Sum("capture__amount"))["sum"]
    return BillView(
        id=str(row.public_id), case=str(row.case), kind=row.kind, item=row.item, name=row.name, payee=row.payee,
        payer=str(row.payer), amount=row.amount, basis=tuple(row.basis), state=row.state,
        checking=row.orders.filter(state=PaymentOrder.State.UNKNOWN).exists(), opened_at=row.opened_at, paid_at=row.paid_at,
        transaction=captured.transaction if captured else "", owed_back=owed or Decimal(0),
        alarms=tuple(str(event.data["code"]) for event in ledger.events(row.stream.public_id) if event.kind == "bill.alarm"),
    )  # fmt: skip


def _uuid(text: str) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise Hidden(text) from None
