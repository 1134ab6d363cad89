"""What a gateway's answer must look like, every lie told apart; and the table of moves, beside which nothing moves."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from onevisit.payments import states
from onevisit.payments.statement import Expected, Wrong, read

EXPECTED = Expected("order-1", Decimal("28000.00"), "税务局")
CAPTURE = {"transaction": "t1", "kind": "capture", "of": None, "amount": "28000.00", "at": "2026-03-02T10:00:00+08:00"}
REFUND = {**CAPTURE, "transaction": "t2", "kind": "refund", "of": "t1"}
RIGHT: dict[str, Any] = {
    "order": "order-1", "state": "captured", "amount": "28000.00", "currency": "CNY", "payee": "税务局",
    "movements": [REFUND, CAPTURE],
}  # fmt: skip


def test_a_right_answer_is_read_with_captures_first() -> None:
    said = read(RIGHT, EXPECTED)
    assert said.state == "captured"
    assert [(moved.kind, moved.transaction, moved.of, moved.amount) for moved in said.movements] == [
        ("capture", "t1", "", Decimal("28000.00")),
        ("refund", "t2", "t1", Decimal("28000.00")),
    ]


@pytest.mark.parametrize(
    ("word", "state"), [("open", "open"), ("processing", "unknown"), ("cancelled", "failed"), ("closed", "failed")]
)
def test_the_gateway_s_words_become_ours(word: str, state: str) -> None:
    assert read({**RIGHT, "state": word, "movements": []}, EXPECTED).state == state


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        ({"order": "order-2"}, "other-order"),
        ({"amount": "28000.01"}, "other-amount"),
        ({"amount": "28000"}, "bad-amount"),
        ({"amount": 28000}, "bad-amount"),
        ({"currency": "USD"}, "other-amount"),
        ({"payee": "别人"}, "other-payee"),
        ({"state": "paid"}, "bad-shape"),
        ({"note": "x"}, "bad-shape"),
        ({"movements": None}, "bad-shape"),
        ({"movements": []}, "captured-nothing"),
        ({"movements": [CAPTURE, CAPTURE]}, "transaction-twice"),
        ({"movements": [CAPTURE] * 101}, "bad-shape"),
        ({"movements": [{**CAPTURE, "amount": "0.00"}]}, "bad-amount"),
        ({"movements": [{**CAPTURE, "amount": "-1.00"}]}, "bad-amount"),
        ({"movements": [{**CAPTURE, "of": "t9"}]}, "bad-shape"),
        ({"movements": [{**REFUND, "of": None}]}, "bad-shape"),
        ({"movements": [{**CAPTURE, "transaction": ""}]}, "bad-shape"),
        ({"movements": [{**CAPTURE, "transaction": "x" * 65}]}, "bad-shape"),
        ({"movements": [{**CAPTURE, "at": "2026-03-02T10:00:00"}]}, "bad-time"),
        ({"movements": [{**CAPTURE, "at": None}]}, "bad-time"),
        ({"movements": [[]]}, "bad-shape"),
    ],
)
def test_each_lie_is_known(lie: dict[str, Any], code: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read({**RIGHT, **lie}, EXPECTED)
    assert wrong.value.code == code


def test_only_the_listed_moves_are_allowed() -> None:
    bill = {pair for pair in product(states.BILL, repeat=2) if states.allowed(states.BILL, *pair)}
    order = {pair for pair in product(states.ORDER, repeat=2) if states.allowed(states.ORDER, *pair)}
    assert bill == {("open", "paid"), ("open", "void"), ("paid", "refunded"), ("refunded", "paid")}
    assert order == {
        ("open", "unknown"), ("open", "captured"), ("open", "failed"), ("unknown", "open"), ("unknown", "captured"),
        ("unknown", "failed"), ("failed", "captured"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        (("bill.opened",), "open"),
        (("bill.opened", "bill.alarm", "bill.paid", "bill.repaid"), "paid"),
        (("bill.opened", "bill.paid", "bill.refunded", "bill.paid"), "paid"),
        (("bill.opened", "bill.voided", "bill.paid"), ""),
        (("bill.opened", "bill.paid", "bill.voided"), ""),
        ((), ""),
    ],
)
def test_events_fold_into_a_state(kinds: tuple[str, ...], state: str) -> None:
    assert states.fold(kinds) == state
