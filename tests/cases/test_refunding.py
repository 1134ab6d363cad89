"""A case that ends without its result proposes that what was paid goes back; what is open is void."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from tests.cases import ground

from onevisit.access import SYSTEM, Actor
from onevisit.cases import actions, news
from onevisit.ledger import queries as ledger
from onevisit.payments import actions as payments
from onevisit.payments import queries as bills
from onevisit.payments.models import Bill, Claim

FIRST = ground.STALL.replace("needs: [decide], at: [online]", "needs: [accept], at: [online]")


@pytest.fixture
def paid_first(db: None, clock: Callable[[str], None], tmp_path: Path) -> str:
    """A stall case whose fee was paid before anybody decided; in an officer's hands."""
    clock("2026-03-02T10:00")
    ground.small_city()
    ground.offer_stall(tmp_path, FIRST)
    view = ground.a_followed(ground.person(), "yes")
    bill = Bill.objects.get(case=UUID(view.id))
    assert (bill.amount, bill.department, bill.division) == (Decimal("20.00"), "market", ground.NEAR)
    Bill.objects.update(state="paid", paid_at=settings.CLOCK())
    return view.id


def heard(case: str, kind: str) -> None:
    """The house hears what happened."""
    news.end_bills(ledger.event(ground.row(case).stream.events.filter(kind=kind).latest("pk").pk))


def test_a_refusal_after_payment_proposes_a_refund(paid_first: str) -> None:
    chief = ground.officer()
    actions.take(chief, paid_first)
    actions.decide(ground.holding(chief), paid_first, actions.Ruling("refuse", opinion="不符合条件。"))
    heard(paid_first, "case.decided")
    heard(paid_first, "case.decided")
    (claim,) = bills.claims(chief)
    assert (claim.state, claim.amount) == ("proposed", Decimal("20.00"))
    assert "不予办理" in claim.reason
    assert Claim.objects.count() == 1


def test_a_withdrawal_after_payment_proposes_a_refund(paid_first: str) -> None:
    actions.withdraw(ground.person(), paid_first)
    heard(paid_first, "case.withdrawn")
    assert "已撤回" in Claim.objects.get().reason


def test_an_open_bill_of_a_refused_case_is_void(paid_first: str) -> None:
    Bill.objects.update(state="open", paid_at=None)
    actions.withdraw(ground.person(), paid_first)
    heard(paid_first, "case.withdrawn")
    assert Bill.objects.get().state == "void"
    assert not Claim.objects.exists()


def test_what_was_granted_stays_paid(paid_first: str) -> None:
    chief: Actor = ground.officer()
    actions.take(chief, paid_first)
    actions.decide(ground.holding(chief), paid_first, actions.Ruling("grant", opinion="同意。"))
    heard(paid_first, "case.decided")
    assert not Claim.objects.exists()
    assert payments.settle(bills.bills_of_case(paid_first)[0].id).state == "paid"
    assert bills.claims(SYSTEM) == ()
