"""Giving back: proposed by the house, approved by another person, done once at the gateway, right in the books."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from tests.payments.paying import PAYER, World, a_bill, payer

from onevisit.access import SYSTEM, Actor, Denied, Grant, Hidden, Refused
from onevisit.ledger import queries as told
from onevisit.payments import actions, invariants, queries, refunds
from onevisit.payments.models import Bill, Claim, Movement
from onevisit.payments.queries import BillView


def chief(division: str = "340302000000") -> Actor:
    """A chief of the office that the money belongs to."""
    return Actor(str(uuid4()), "officer", grants=(Grant("chief", "tax", division),), fresh=True)


@pytest.fixture
def paid(paying: World) -> BillView:
    """A paid bill of the district's tax office."""
    bill = a_bill()
    Bill.objects.filter(public_id=bill.id).update(department="tax", division="340302000000")
    paying.press(actions.start(payer(), bill.id).url)
    actions.settle(bill.id)
    return queries.bill(SYSTEM, bill.id)


def whole() -> bool:
    return [offence for one in invariants.INVARIANTS for offence in one.check()] == []


def test_what_was_refused_is_given_back_once_it_is_approved(paid: BillView, paying: World, committed: Any) -> None:
    claim = refunds.propose(SYSTEM, paid.id, "不予登记，登记费退还。")
    assert claim is not None
    assert refunds.propose(SYSTEM, paid.id, "再说一次。") == claim
    assert [one.id for one in queries.claims(chief())] == [claim.id]
    assert queries.claims(chief("340303000000")) == ()
    refunds.approve(chief(), claim.id)
    assert queries.bill(SYSTEM, paid.id).state == "paid", "until the gateway has done it"
    committed.drain()
    after = queries.bill(SYSTEM, paid.id)
    assert (after.state, after.owed_back, after.alarms) == ("refunded", Decimal(0), ())
    assert Claim.objects.get().state == "done"
    assert whole()
    actions.settle(paid.id)
    assert Movement.objects.filter(kind="refund").count() == 1


def test_two_officers_refund_once(paid: BillView, paying: World, committed: Any) -> None:
    claim = refunds.propose(SYSTEM, paid.id, "撤回。")
    assert claim is not None
    refunds.approve(chief(), claim.id)
    with pytest.raises(Refused, match="正在退"):
        refunds.approve(chief(), claim.id)
    with pytest.raises(Refused, match="正在退"):
        refunds.decline(chief(), claim.id, "不退。")
    committed.drain()
    refunds.repay(Movement.objects.get(kind="capture").transaction)
    assert Movement.objects.filter(kind="refund").count() == 1


def test_who_may_not(paid: BillView) -> None:
    claim = refunds.propose(payer(), paid.id, "重复缴费。")
    assert claim is not None
    with pytest.raises(Denied):
        refunds.approve(payer(), claim.id)
    with pytest.raises(Hidden):
        refunds.approve(chief("340303000000"), claim.id)
    with pytest.raises(Hidden):
        refunds.approve(chief(), str(uuid4()))
    with pytest.raises(Hidden):
        refunds.propose(Actor(str(uuid4()), "applicant", person=str(uuid4())), paid.id, "我的。")
    Claim.objects.update(proposed_by="someone")
    proposer = Actor("someone", "officer", grants=(Grant("chief", "tax", "340302000000"),), fresh=True)
    with pytest.raises(Refused, match="另一人"):
        refunds.approve(proposer, claim.id)


def test_a_refund_is_declined_with_a_reason(paid: BillView, committed: Any) -> None:
    claim = refunds.propose(SYSTEM, paid.id, "撤回。")
    assert claim is not None
    with pytest.raises(Refused, match="写明理由"):
        refunds.decline(chief(), claim.id, " ")
    assert refunds.decline(chief(), claim.id, "已经出证。").state == "declined"
    committed.drain()
    assert queries.bill(SYSTEM, paid.id).state == "paid"
    found = queries.claim_of_case(Actor("x", "applicant", person=PAYER), paid.case)
    assert found is not None
    assert found.answer == "已经出证。"


def test_nothing_is_proposed_where_nothing_was_paid(paying: World) -> None:
    assert refunds.propose(SYSTEM, a_bill().id, "撤回。") is None
    with pytest.raises(Refused, match="写明理由"):
        refunds.propose(SYSTEM, a_bill().id, "")


def test_a_gateway_that_is_away_is_asked_again(paid: BillView, paying: World, committed: Any) -> None:
    claim = refunds.propose(SYSTEM, paid.id, "撤回。")
    assert claim is not None
    refunds.approve(chief(), claim.id)
    paying.gateway.set(query="down")
    with pytest.raises(refunds.NotYet):
        refunds.repay(Movement.objects.get(kind="capture").transaction)
    paying.gateway.set(query="normal")
    refunds.repay(Movement.objects.get(kind="capture").transaction)
    assert queries.bill(SYSTEM, paid.id).state == "refunded"
    assert [e.kind for e in told.events(Bill.objects.get().stream.public_id)][-3:] == [
        "refund.proposed", "refund.approved", "bill.refunded",
    ]  # fmt: skip
