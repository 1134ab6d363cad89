"""From a gateway's answer to money in the books: what is new in it is recorded once, posted on two sides, told in the stream.

The first full capture pays the bill. Any other money taken is owed back, never dropped. Called with bill and order locked.
"""

import logging
from datetime import datetime

from django.conf import settings

from onevisit.access import SYSTEM
from onevisit.ledger import actions as ledger
from onevisit.ledger import jobs, suite
from onevisit.ledger import queries as told
from onevisit.payments import statement as reading
from onevisit.payments import states
from onevisit.payments.gateway import Answer
from onevisit.payments.models import Bill, Claim, Confirmation, Entry, Movement, PaymentOrder, Refund
from onevisit.payments.statement import Moved, Statement, Wrong

REPAY = "onevisit.payments.jobs.repay"
log = logging.getLogger(__name__)
CASH, REVENUE, OWED_BACK = Entry.Account.CASH, Entry.Account.REVENUE, Entry.Account.OWED_BACK


def record(bill: Bill, order: PaymentOrder, answer: Answer) -> None:
    """Bill, order and books as the answer says; raises `Wrong`, and nothing has changed, if the answer is not to be believed."""
    expected = reading.Expected(str(order.public_id), order.amount, order.payee)
    said = reading.read(answer.document, expected)
    after = _state(order, said)
    if after != order.state and not states.allowed(states.ORDER, order.state, after):
        raise Wrong("went-back")
    fresh = _fresh(order, said)
    if fresh:
        proof = Confirmation.objects.create(
            order=order,
            answered_at=settings.REAL_CLOCK(),
            body=answer.document,
            digest=suite.digest(answer.body),
            signature=answer.signature,
        )
        for moved in fresh:
            _post(bill, order, moved, proof)
    order.state = after
    order.doubted_at = order.doubted_at or settings.REAL_CLOCK() if after == PaymentOrder.State.UNKNOWN else None
    order.save()


def alarm(bill: Bill, code: str, order: str = "", transaction: str = "") -> None:
    """Somebody has to look at the bill: an event, once for each code, order and transaction."""
    data = {"code": code, "order": order, "transaction": transaction}
    log.warning("payment alarm", extra={"bill": str(bill.public_id), "code": code})
    events = told.events(bill.stream.public_id)
    if not any(event.kind == "bill.alarm" and event.data == data for event in events):
        ledger.append(bill.stream, SYSTEM, [ledger.Entry("bill.alarm", data)])


def _state(order: PaymentOrder, said: Statement) -> str:
    """What the order is now: captured if its full amount was taken, failed if it ended otherwise."""
    if any(moved.kind == "capture" and moved.amount == order.amount for moved in said.movements):
        return "captured"
    return "failed" if said.state == "captured" else said.state


def _fresh(order: PaymentOrder, said: Statement) -> list[Moved]:
    """The movements that are not in the books yet, captures first."""
    numbers = [moved.transaction for moved in said.movements]
    known = dict(Movement.objects.filter(provider=order.provider, transaction__in=numbers).values_list("transaction", "order_id"))
    if any(owner != order.pk for owner in known.values()):
        raise Wrong("transaction-of-another-order")
    fresh = [moved for moved in said.movements if moved.transaction not in known]
    for moved in fresh:
        if moved.kind == "refund" and not any(c.transaction == moved.of and c.amount == moved.amount for c in said.movements):
            raise Wrong("refund-of-nothing")
    return fresh


def _post(bill: Bill, order: PaymentOrder, moved: Moved, proof: Confirmation) -> None:
    now = settings.CLOCK()
    of = Movement.objects.get(provider=order.provider, transaction=moved.of) if moved.of else None
    row = Movement.objects.create(
        order=order, provider=order.provider, transaction=moved.transaction, kind=moved.kind, of=of,
        amount=moved.amount, moved_at=moved.at, recorded_at=now, confirmation=proof,
    )  # fmt: skip
    if of is None:
        _capture(bill, row, now)
    else:
        _refund(bill, row, of, now)


def _capture(bill: Bill, row: Movement, now: datetime) -> None:
    if row.amount == bill.amount and states.allowed(states.BILL, bill.state, Bill.State.PAID):
        _entries(row, CASH, REVENUE)
        bill.state, bill.paid_at = Bill.State.PAID, now
        bill.save()
        _tell(bill, "bill.paid", row)
        return
    _entries(row, CASH, OWED_BACK)
    why = Refund.Why.VOID if bill.state == Bill.State.VOID else Refund.Why.SECOND
    if row.amount != bill.amount:
        why = Refund.Why.OTHER
    Refund.objects.create(capture=row, why=why, opened_at=now)
    alarm(bill, why.value, str(row.order.public_id), row.transaction)
    repay_soon(row)


def repay_soon(capture: Movement) -> None:
    """A job gives the capture back."""
    jobs.defer(REPAY, key=f"repay/{capture.transaction}", transaction_id=capture.transaction)


def _refund(bill: Bill, row: Movement, of: Movement, now: datetime) -> None:
    """What was owed back is given back; so is a capture that paid the bill, whose place another capture takes if there is one."""
    owed = Refund.objects.filter(capture=of).first() or _spare(bill)
    if owed is not None:
        owed.capture, owed.done_at = of, now
        owed.save()
        _entries(row, OWED_BACK, CASH)
        _tell(bill, "bill.repaid", row)
        return
    asked = Claim.objects.filter(bill=bill, state=Claim.State.APPROVED).update(state=Claim.State.DONE, done_at=now)
    why = Refund.Why.DECIDED if asked else Refund.Why.UNASKED
    Refund.objects.create(capture=of, why=why, opened_at=now, done_at=now)
    _entries(row, REVENUE, CASH)
    bill.state = Bill.State.REFUNDED
    bill.save()
    _tell(bill, "bill.refunded", row)
    if not asked:
        alarm(bill, why.value, str(row.order.public_id), row.transaction)


def _spare(bill: Bill) -> Refund | None:
    """A capture of the full amount that is still to be given back."""
    return Refund.objects.filter(capture__order__bill=bill, capture__amount=bill.amount, done_at=None).order_by("pk").first()


def _entries(row: Movement, debit: str, credit: str) -> None:
    Entry.objects.bulk_create(
        [
            Entry(movement=row, account=debit, debit=row.amount, at=row.recorded_at),
            Entry(movement=row, account=credit, credit=row.amount, at=row.recorded_at),
        ]
    )


def _tell(bill: Bill, kind: str, row: Movement) -> None:
    data = {
        "case": str(bill.case),
        "order": str(row.order.public_id),
        "transaction": row.transaction,
        "amount": f"{row.amount:.2f}",
        "key": f"{row.provider}/{row.transaction}",
    }
    ledger.append(bill.stream, SYSTEM, [ledger.Entry(kind, data)])
