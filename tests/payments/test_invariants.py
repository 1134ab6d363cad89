"""The invariants of money hold after every way of paying, and each notices what a superuser breaks."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection, transaction
from tests.payments.paying import World, a_bill, order_of, payer

from onevisit.ledger import invariants
from onevisit.payments import actions
from onevisit.payments.invariants import INVARIANTS

Tampering = Callable[[], AbstractContextManager[None]]


def findings() -> dict[int, tuple[str, ...]]:
    """What offends each invariant; none may fail to be checked."""
    found = invariants.run(INVARIANTS)
    assert [one.failure for one in found] == [""] * 4
    return {one.number: one.offenders for one in found if not one.holds}


@pytest.fixture
def paid(paying: World) -> World:
    """One bill paid twice, the surplus given back; one paid once; one void; one open."""
    paying.gateway.set(pay="twice")
    twice = a_bill()
    paying.press(actions.start(payer(), twice.id).url)
    actions.settle(twice.id)
    surplus = paying.said(str(order_of(twice).public_id))["movements"][1]["transaction"]
    paying.refund(surplus)
    actions.settle(twice.id, str(order_of(twice).public_id))
    paying.gateway.set(pay="normal")
    once = a_bill("12.30")
    paying.press(actions.start(payer(), once.id).url)
    actions.settle(once.id)
    actions.void(actions.SYSTEM, a_bill("7.00").id)
    a_bill("8.00")
    return paying


def test_they_hold_after_all_of_this(paid: World) -> None:
    assert findings() == {}


MUTATIONS = (
    (9, "UPDATE payments_bill SET state = 'paid', paid_at = opened_at WHERE state = 'void'"),
    (9, "UPDATE ledger_event SET kind = 'bill.paid' WHERE kind = 'bill.voided'"),
    (14, "DELETE FROM payments_entry WHERE account = 'revenue'"),
    (14, "UPDATE payments_entry SET credit = credit - 1 WHERE credit > 0"),
    (14, "UPDATE payments_entry SET account = 'owed_back' WHERE account = 'revenue'"),
    (14, "UPDATE payments_entry SET at = at - interval '2 days' WHERE account = 'cash'"),
    (14, "DELETE FROM payments_entry e USING payments_movement m WHERE m.id = e.movement_id AND m.kind = 'refund'"),
    (15, "UPDATE payments_bill SET amount = amount + 1 WHERE state = 'open'"),
    (15, "UPDATE payments_bill SET run = gen_random_uuid() WHERE state = 'open'"),
    (15, "ALTER TABLE payments_bill DROP CONSTRAINT bill_has_a_basis; UPDATE payments_bill SET basis = '[]'"),
    (15, "UPDATE payments_paymentorder SET payee = '别人'"),
    (16, "UPDATE payments_confirmation SET body = jsonb_set(body, '{payee}', '\"别人\"')"),
    (16, "UPDATE payments_confirmation SET signature = ''"),
    (16, "UPDATE payments_confirmation SET body = jsonb_set(body, '{movements}', '[]')"),
    (16, "DELETE FROM payments_refund"),
    (
        16,
        "ALTER TABLE payments_movement DROP CONSTRAINT transaction_once;"
        "UPDATE payments_movement SET transaction = 'same' WHERE kind = 'capture'",
    ),
)  # fmt: skip


def test_each_notices_what_is_broken(paid: World, tampering: Tampering) -> None:
    missed = [(number, sql) for number, sql in MUTATIONS if not _is_noticed(number, sql, tampering)]
    assert missed == []
    assert findings() == {}


def _is_noticed(number: int, sql: str, tampering: Tampering) -> bool:
    """Whether the invariant names something after this; the mutation is undone."""
    check = next(one.check for one in INVARIANTS if one.number == number)
    with transaction.atomic():
        with tampering(), connection.cursor() as cursor:
            cursor.execute(sql)
        noticed = any(check())
        transaction.set_rollback(True)
    return noticed
