"""A bill's life: opened once, paid once, by our own query alone; refusals on the same set-up."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction
from tests.payments.paying import PAYER, World, a_bill, order_of, payer, state

from onevisit.access import SYSTEM, Actor, Denied, Hidden, Refused
from onevisit.ledger import queries as ledger
from onevisit.payments import actions, queries
from onevisit.payments.models import Entry, Movement, PaymentOrder, Refund
from onevisit.payments.queries import BillView

pytestmark = pytest.mark.usefixtures("paying")


def events(bill: BillView) -> list[str]:
    return [event.kind for event in ledger.events(str(queries.row_of(bill.id).stream.public_id))]


def test_a_bill_is_opened_once_and_another_amount_is_refused() -> None:
    case = str(uuid4())
    first, again = a_bill(case=case), a_bill(case=case)
    assert first == again
    assert events(first) == ["bill.opened"]
    with pytest.raises(Refused, match="金额不同"):
        a_bill("1.00", case=case)


@pytest.mark.parametrize("bad", [{"amount": Decimal("0.00")}, {"amount": Decimal("1.005")}, {"basis": ()}])
def test_a_bill_of_nothing_or_without_basis_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(Refused, match="没有金额或者没有依据"):
        a_bill(**bad)  # type: ignore[arg-type]


def test_only_the_house_opens_bills_and_only_the_payer_pays() -> None:
    bill = a_bill()
    with pytest.raises(Denied):
        actions.open_bill(payer(), actions.NewBill("c", "tax", "i", "p", PAYER, Decimal("1.00"), "n", ({"law": "l"},)))
    with pytest.raises(Hidden):
        actions.start(payer(str(uuid4())), bill.id)
    with pytest.raises(Refused, match="验证身份"):
        actions.start(payer(fresh=False), bill.id)
    with pytest.raises(Denied):
        actions.start(Actor("o", "officer"), bill.id)
    with pytest.raises(Hidden):
        queries.bill(payer(str(uuid4())), bill.id)
    with pytest.raises(Hidden):
        queries.bill(payer(), "no-such-bill")
    assert not PaymentOrder.objects.exists()


def test_a_payment_counts_once_our_own_query_confirms_it(paying: World) -> None:
    bill = a_bill()
    url = actions.start(payer(), bill.id).url
    assert "演示支付" in paying.press(url, "look").text
    assert actions.settle(bill.id).state == "open"
    paying.press(url)
    assert state(bill) == "open"
    paid = actions.settle(bill.id)
    assert (paid.state, paid.checking, paid.owed_back, paid.alarms) == ("paid", False, 0, ())
    assert paid.transaction == paying.said(str(order_of(bill).public_id))["movements"][0]["transaction"]
    assert events(bill) == ["bill.opened", "bill.paid"]
    assert sorted(Entry.objects.values_list("account", "debit", "credit")) == [
        ("cash", Decimal("28000.00"), Decimal(0)),
        ("revenue", Decimal(0), Decimal("28000.00")),
    ]
    assert actions.settle(bill.id) == paid


def test_a_started_payment_is_found_without_anybody_coming_back(
    paying: World, committed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "FIRST_PAUSE", timedelta(0))
    bill = a_bill()
    paying.press(actions.start(payer(), bill.id).url)
    committed.drain()
    assert state(bill) == "paid"


def test_a_signed_callback_settles_and_is_worth_nothing_the_second_time(paying: World) -> None:
    paying.gateway.set(callback="double")
    bill = a_bill()
    paying.press(actions.start(payer(), bill.id).url)
    paying.hear(2)
    assert state(bill) == "paid"
    assert events(bill).count("bill.paid") == 1
    assert Movement.objects.count() == 1


def test_a_new_order_is_refused_while_one_is_in_doubt_and_reused_while_open(paying: World) -> None:
    bill = a_bill()
    first = actions.start(payer(), bill.id)
    assert actions.start(payer(), bill.id) == first
    paying.gateway.set(query="down")
    assert actions.settle(bill.id).checking
    with pytest.raises(Refused, match="正在核实"):
        actions.start(payer(), bill.id)
    paying.gateway.set(query="normal")
    assert not actions.settle(bill.id).checking
    assert actions.start(payer(), bill.id) == first
    row = order_of(bill)
    row.pk, row.public_id = None, uuid4()
    with pytest.raises(IntegrityError, match="one_open_order"), transaction.atomic():
        row.save(force_insert=True)


def test_after_a_failure_a_new_order_is_made_and_a_late_success_of_the_old_one_is_owed_back(paying: World) -> None:
    bill = a_bill()
    first = actions.start(payer(), bill.id).url
    paying.press(first, "fail")
    assert actions.settle(bill.id).state == "open"
    old = order_of(bill)
    second = actions.start(payer(), bill.id).url
    assert second != first
    paying.press(second)
    assert actions.settle(bill.id).state == "paid"
    paying.again(str(old.public_id))
    view = actions.settle(bill.id, str(old.public_id))
    assert (view.state, view.owed_back, view.alarms) == ("paid", Decimal("28000.00"), ("second-capture",))
    assert PaymentOrder.objects.get(pk=old.pk).state == "captured"


def test_a_late_success_pays_if_nothing_else_did(paying: World) -> None:
    bill = a_bill()
    paying.press(actions.start(payer(), bill.id).url, "cancel")
    actions.settle(bill.id)
    order = str(order_of(bill).public_id)
    paying.again(order)
    assert actions.settle(bill.id, order).state == "paid"


def test_an_order_whose_time_is_over_is_closed_before_a_new_one_begins(paying: World) -> None:
    bill = a_bill()
    old = actions.start(payer(), bill.id).url
    PaymentOrder.objects.update(closes_at=settings.REAL_CLOCK())
    assert actions.start(payer(), bill.id).url != old
    assert "已关闭" in paying.press(old).text


def test_a_void_bill_is_closed_at_the_gateway_and_money_that_still_comes_is_given_back(paying: World, committed: Any) -> None:
    bill, late = a_bill(), a_bill()
    url, late_url = actions.start(payer(), bill.id).url, actions.start(payer(), late.id).url
    paying.press(late_url)
    for one in (bill, late):
        assert actions.void(SYSTEM, one.id).state == "void"
        assert actions.void(SYSTEM, one.id).state == "void"
    committed.drain()
    assert "已关闭" in paying.press(url).text
    view = queries.bill(SYSTEM, late.id)
    assert (view.state, view.owed_back, view.alarms) == ("void", Decimal("0"), ("void-bill",)), "given back by the job at once"
    order = PaymentOrder.objects.get(bill__public_id=late.id)
    assert [one["kind"] for one in paying.said(str(order.public_id))["movements"]] == ["capture", "refund"]
    with pytest.raises(Refused, match="已作废"):
        actions.start(payer(), bill.id)


def test_a_paid_bill_cannot_be_made_void(paying: World) -> None:
    bill = a_bill()
    paying.press(actions.start(payer(), bill.id).url)
    actions.settle(bill.id)
    with pytest.raises(Refused, match="不能作废"):
        actions.void(SYSTEM, bill.id)


def test_a_void_bill_makes_room_for_a_new_one() -> None:
    case = str(uuid4())
    actions.void(SYSTEM, a_bill("5.00", case=case).id)
    fresh = a_bill("6.00", case=case)
    assert queries.bill_of_case(payer(), case) == fresh
    assert [bill.state for bill in queries.bills_of_case(case)] == ["void", "open"]


def test_money_taken_twice_is_recorded_owed_back_and_given_back(paying: World) -> None:
    paying.gateway.set(pay="twice")
    bill = a_bill()
    paying.press(actions.start(payer(), bill.id).url)
    view = actions.settle(bill.id)
    assert (view.state, view.owed_back, view.alarms) == ("paid", Decimal("28000.00"), ("second-capture",))
    surplus = Refund.objects.get()
    paying.refund(surplus.capture.transaction)
    view = actions.settle(bill.id, str(order_of(bill).public_id))
    assert (view.state, view.owed_back) == ("paid", 0)
    assert events(bill) == ["bill.opened", "bill.paid", "bill.alarm", "bill.repaid"]


def test_a_payment_given_back_unasked_is_an_alarm(paying: World) -> None:
    bill = a_bill()
    paying.press(actions.start(payer(), bill.id).url)
    paid = actions.settle(bill.id)
    paying.refund(paid.transaction)
    view = actions.settle(bill.id, str(order_of(bill).public_id))
    assert (view.state, view.alarms) == ("refunded", ("refunded-unasked",))


def test_less_than_was_due_pays_nothing_and_is_owed_back(paying: World) -> None:
    paying.gateway.set(pay="short")
    bill = a_bill()
    paying.press(actions.start(payer(), bill.id).url)
    view = actions.settle(bill.id)
    assert (view.state, view.owed_back, view.alarms) == ("open", Decimal("27999.99"), ("other-amount",))
    paying.gateway.set(pay="normal")
    paying.press(actions.start(payer(), bill.id).url)
    assert actions.settle(bill.id).state == "paid"


def test_a_gateway_that_is_down_takes_no_money_and_the_next_try_goes_on(paying: World) -> None:
    bill = a_bill()
    paying.gateway.set(query="down")
    with pytest.raises(Refused, match="没有扣款"):
        actions.start(payer(), bill.id)
    assert not actions.settle(bill.id).checking
    paying.gateway.set(query="normal")
    assert actions.settle(bill.id).state == "open"
    assert actions.start(payer(), bill.id).url
    assert PaymentOrder.objects.count() == 1


def test_half_a_posting_is_refused_at_commit(paying: World) -> None:
    bill = a_bill()
    paying.press(actions.start(payer(), bill.id).url)
    actions.settle(bill.id)
    with pytest.raises(IntegrityError, match="do not balance"):
        _half_a_posting(Movement.objects.get())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE payments_entry SET debit = 1")
    assert Movement.objects.count() == 1


@transaction.atomic
def _half_a_posting(row: Movement) -> None:
    row.pk, row.transaction = None, "half"
    row.save(force_insert=True)
    Entry.objects.create(movement=row, account="cash", debit=row.amount, at=row.recorded_at)
    Entry.objects.create(movement=row, account="revenue", credit=row.amount - 1, at=row.recorded_at)


def test_a_payment_in_doubt_for_long_is_an_alarm_once(paying: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bill = a_bill()
    actions.start(payer(), bill.id)
    paying.gateway.set(query="down")
    monkeypatch.setattr(actions, "DOUBT", timedelta(0))
    for _ in range(3):
        actions.settle(bill.id)
    assert queries.bill(payer(), bill.id).alarms == ("unknown-long",)


def test_two_who_open_the_same_bill_at_once_open_one() -> None:
    case, opened = str(uuid4()), []

    def open_it() -> None:
        opened.append(a_bill(case=case).id)
        connections.close_all()

    both = [threading.Thread(target=open_it) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert len(opened) == 4
    assert len(set(opened)) == 1
