"""Every write of payments: a bill is opened, an order started, a callback heard, the gateway asked, a bill made void.

"Paid" only after our own query confirms order, amount and payee. HTTP stands between transactions, never inside one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from onevisit.access import SYSTEM, Actor, Duty, Refused, Target, require
from onevisit.identity import signing
from onevisit.identity.peers import PeerDown, PeerWrong
from onevisit.ledger import actions as ledger
from onevisit.ledger import jobs
from onevisit.ledger.faults import fault
from onevisit.payments import booking, gateway, queries, statement
from onevisit.payments.models import Bill, PaymentOrder
from onevisit.payments.queries import BillView

SETTLE = "onevisit.payments.jobs.settle"
ORDER_LIVES = timedelta(hours=2)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=30)
DOUBT = timedelta(minutes=5)
"""So long an order may be in doubt before somebody is alarmed."""
LARGEST_CALLBACK = 20_000


@dataclass(frozen=True)
class NewBill:
    """What is owed: by whom, to whom, for what, how much (yuan, to the cent), on which basis; `run` computed it."""

    case: str
    kind: str
    item: str
    payee: str
    payer: str
    amount: Decimal
    name: str
    basis: tuple[Mapping[str, str], ...]
    run: str = ""
    department: str = ""
    division: str = ""


@dataclass(frozen=True)
class PaymentStart:
    """Where the payer goes: the gateway's own page, reached by a link."""

    url: str


@transaction.atomic
def open_bill(actor: Actor, new: NewBill) -> BillView:
    """The bill of this case for this thing, once; the same again changes nothing, another amount is refused."""
    require(actor, Duty.PAYMENT_SETTLE, Target(kind="bill", owner=new.payer, item=new.item))
    if new.amount <= 0 or new.amount != new.amount.quantize(Decimal("0.01")) or not new.basis:
        raise Refused("no-bill", "没有金额或者没有依据，不能开缴费单。")
    _one_at_a_time(new)
    kept = Bill.objects.exclude(state=Bill.State.VOID).filter(case=new.case, item=new.item, name=new.name).first()
    if kept is not None:
        if kept.amount != new.amount:
            raise Refused("other-amount", "这件事已经有一张金额不同的缴费单。", "请先作废原来的缴费单。")
        return queries.view(kept)
    bill = Bill.objects.create(
        stream=ledger.open_stream("bill"), case=new.case, kind=new.kind, item=new.item, name=new.name, payee=new.payee,
        payer=new.payer, amount=new.amount, basis=[dict(one) for one in new.basis], run=new.run or None,
        opened_at=settings.CLOCK(), department=new.department, division=new.division,
    )  # fmt: skip
    data = {"case": new.case, "kind": new.kind, "amount": f"{new.amount:.2f}", "run": new.run}
    ledger.append(bill.stream, actor, [ledger.Entry("bill.opened", data)])
    return queries.view(bill)


def _one_at_a_time(new: NewBill) -> None:
    """Two who open the bill of one thing at once do it one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"bill/{new.case}/{new.item}/{new.name}"])


def start(actor: Actor, bill_id: str) -> PaymentStart:
    """The gateway's page for the bill: that of the open order, or of a new one. Refused while a payment is being confirmed."""
    require(actor, Duty.PAYMENT_PAY, queries.target(queries.row_of(bill_id)))
    if queries.to_ask(bill_id).filter(closes_at__lte=settings.REAL_CLOCK()).exists():
        settle(bill_id)
    order = _order(bill_id)
    if order.url:
        return PaymentStart(order.url)
    fault("after_order_before_gateway")
    try:
        answer = gateway.open_order(order)
    except (PeerDown, PeerWrong) as why:
        raise Refused("gateway-down", f"{why.title}暂时没有应答，没有扣款。", "请稍后再点“去缴费”。") from why
    url = gateway.page_of(answer) if answer.status == 200 else ""
    if not url:
        _give_up(order, f"order-refused-{answer.status}")
        raise Refused("gateway-refused", "支付平台没有接受这个订单，没有扣款。", "请稍后再点“去缴费”，或者联系办理部门。")
    PaymentOrder.objects.filter(pk=order.pk).update(url=url)
    return PaymentStart(url)


@transaction.atomic
def _order(bill_id: str) -> PaymentOrder:
    """The open order of the bill, made if there is none; the job that asks after it goes with it."""
    bill = lock(bill_id)
    if bill.state != Bill.State.OPEN:
        raise Refused("not-open", f"这张缴费单{bill.get_state_display()}，不用再缴。")
    known = bill.orders.select_related("bill").filter(state__in=queries.UNSETTLED).first()
    if known is not None:
        if known.state == PaymentOrder.State.UNKNOWN:
            raise Refused("checking", "上一次缴费的结果正在核实，请不要重复缴费。", "结果出来会马上告诉您。")
        _ask_again(known)
        return known
    now = settings.REAL_CLOCK()
    order = PaymentOrder.objects.create(
        bill=bill, provider=gateway.PEER, amount=bill.amount, payee=bill.payee, opened_at=now, closes_at=now + ORDER_LIVES
    )
    _ask_again(order)
    return order


def callback(headers: Mapping[str, str], body: bytes) -> None:
    """If signed and about our order, amount and payee, the gateway is asked; else the callback is Refused, with an alarm."""
    said = _said(body)
    order = queries.order(str(said.get("order", "")))
    try:
        key_id = signing.verify_request(headers, "POST", gateway.CALLBACK_PATH, body)
        if order is not None and not gateway.is_key_of(key_id, order.provider):
            raise signing.BadSignature("unknown-key")
    except signing.BadSignature as why:
        _doubtful(order, f"callback-{why.code}")
        raise Refused("bad-callback", str(why)) from why
    if order is None:
        booking.log.warning("callback for no order of ours")
        raise Refused("no-order", "没有这个订单。")
    try:
        wrong = "" if statement.money(said.get("amount")) == order.amount else "callback-other-amount"
    except statement.Wrong:
        wrong = "callback-other-amount"
    if said.get("payee") != order.payee:
        wrong = "callback-other-payee"
    if wrong:
        _doubtful(order, wrong)
        raise Refused("bad-callback", "通知里的金额或者收款单位与订单不符。")
    settle(str(order.bill.public_id), str(order.public_id))


def settle(bill_id: str, order_id: str = "") -> BillView:
    """The bill, after the gateway was asked about each order whose end is not known (or the one named)."""
    require(SYSTEM, Duty.PAYMENT_SETTLE, queries.target(queries.row_of(bill_id)))
    for order in queries.to_ask(bill_id, order_id):
        over = order.bill.state != Bill.State.OPEN or order.closes_at <= settings.REAL_CLOCK()
        over = over and order.state in queries.UNSETTLED
        try:
            answer = gateway.close(order) if over else gateway.ask(order)
        except PeerDown:
            _in_doubt(order)
        except PeerWrong as why:
            _in_doubt(order, f"answer-{why.code}")
        else:
            fault("after_answer_before_booking")
            take_in(order, answer)
    return queries.view(queries.row_of(bill_id))


@transaction.atomic
def take_in(asked: PaymentOrder, answer: gateway.Answer) -> None:
    """What the gateway answered is in the books, if it is to be believed; one older than the books changes nothing."""
    bill = lock(str(asked.bill.public_id))
    order = PaymentOrder.objects.select_for_update().get(pk=asked.pk)
    if answer.status == 404 and not order.url:
        _never_there(bill, order)
        return
    try:
        if answer.status != 200:
            raise statement.Wrong(f"status-{answer.status}")
        with transaction.atomic():
            booking.record(bill, order, answer)
        _watch(bill, order, "")
    except statement.Wrong as why:
        order.refresh_from_db()
        _suspect(order)
        _watch(bill, order, f"answer-{why.code}")
    _ask_again(order)


def _never_there(bill: Bill, order: PaymentOrder) -> None:
    """The order never reached the gateway, so nobody can have paid it: the next try takes it there, unless its time is over."""
    if bill.state != Bill.State.OPEN or order.closes_at <= settings.REAL_CLOCK():
        order.state = PaymentOrder.State.FAILED
        order.save()


@transaction.atomic
def _in_doubt(asked: PaymentOrder, code: str = "") -> None:
    bill = lock(str(asked.bill.public_id))
    order = PaymentOrder.objects.select_for_update().get(pk=asked.pk)
    _suspect(order)
    _watch(bill, order, code)
    if order.state in queries.UNSETTLED:
        _ask_again(order)
    else:
        _job(order, DOUBT)  # a callback spoke of an order whose end was known: it may have been captured twice


def _suspect(order: PaymentOrder) -> None:
    """An open order that the payer may have paid is being confirmed (核实中)."""
    if order.state == PaymentOrder.State.OPEN and order.url:
        order.state, order.doubted_at = PaymentOrder.State.UNKNOWN, settings.REAL_CLOCK()
        order.save()


def _watch(bill: Bill, order: PaymentOrder, code: str) -> None:
    """Somebody is alarmed about a lie of the gateway, and about an order too long in doubt."""
    if code:
        booking.alarm(bill, code, str(order.public_id))
    if order.doubted_at is not None and settings.REAL_CLOCK() - order.doubted_at > DOUBT:
        booking.alarm(bill, "unknown-long", str(order.public_id))


@transaction.atomic
def _give_up(asked: PaymentOrder, code: str) -> None:
    bill = lock(str(asked.bill.public_id))
    PaymentOrder.objects.filter(pk=asked.pk, state__in=queries.UNSETTLED).update(state=PaymentOrder.State.FAILED)
    booking.alarm(bill, code, str(asked.public_id))


@transaction.atomic
def _doubtful(order: PaymentOrder | None, code: str) -> None:
    """A callback that is not to be believed changes nothing; it is known by an alarm if it names an order of ours."""
    if order is None:
        booking.log.warning("callback refused", extra={"code": code})
        return
    booking.alarm(lock(str(order.bill.public_id)), code, str(order.public_id))


@transaction.atomic
def void(actor: Actor, bill_id: str) -> BillView:
    """An open bill is void (作废); its order is closed at the gateway by a job, and what is paid all the same is owed back."""
    row = queries.row_of(bill_id)
    require(actor, Duty.PAYMENT_SETTLE, queries.target(row))
    bill = lock(bill_id)
    if bill.state == Bill.State.VOID:
        return queries.view(bill)
    if bill.state != Bill.State.OPEN:
        raise Refused("paid", "已经缴费，不能作废。", "请申请退款。")
    bill.state = Bill.State.VOID
    bill.save()
    ledger.append(bill.stream, actor, [ledger.Entry("bill.voided", {"case": str(bill.case)})])
    jobs.defer(SETTLE, bill_id=bill_id)
    return queries.view(bill)


def lock(bill_id: str) -> Bill:
    """The bill, newest, held until the transaction ends. Order of locks: case, bill, licence, stream."""
    return Bill.objects.select_for_update(of=("self",)).select_related("stream").get(public_id=bill_id)


def _ask_again(order: PaymentOrder) -> None:
    """The next question to the gateway, ever later; none once the order's end is known."""
    if order.state in queries.UNSETTLED:
        order.tries += 1
        order.save(update_fields=["tries"])
        _job(order, min(FIRST_PAUSE * 2 ** min(order.tries, 12), LONGEST_PAUSE))


def _job(order: PaymentOrder, pause: timedelta) -> None:
    of = {"bill_id": str(order.bill.public_id), "order_id": str(order.public_id)}
    # no job lock: a job that waits for its time would hold back all others of that lock; the bill's row lock is enough
    jobs.defer(SETTLE, key=f"order/{order.public_id}", at=settings.REAL_CLOCK() + pause, **of)


def _said(body: bytes) -> dict[str, Any]:
    """The callback's document, empty if it is none."""
    try:
        document = json.loads(body) if len(body) <= LARGEST_CALLBACK else None
    except (ValueError, RecursionError):
        document = None
    return document if isinstance(document, dict) else {}
