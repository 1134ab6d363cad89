"""Callbacks that are not to be believed change nothing and are known by an alarm (SECURITY trial T09)."""

import json
from typing import Any

import pytest
from standins.signing import Asked, request_headers
from tests.payments.paying import World, a_bill, order_of, payer, peer, state
from tests.standins.asking import key

from onevisit.access import Refused
from onevisit.ledger import queries as ledger
from onevisit.payments import actions, queries
from onevisit.payments.models import Entry, Movement
from onevisit.payments.queries import BillView


@pytest.fixture
def pressed(paying: World) -> BillView:
    """A bill that was paid at the gateway, whose callback has not come yet."""
    bill = a_bill()
    paying.press(actions.start(payer(), bill.id).url)
    return bill


def word(paying: World, bill: BillView, **lies: Any) -> bytes:
    said = {
        "order": str(order_of(bill).public_id), "event": "captured", "transaction": "t", "amount": "28000.00", "currency": "CNY",
        "payee": bill.payee, **lies,
    }  # fmt: skip
    return json.dumps(said).encode()


def signed(paying: World, body: bytes, path: str = "/payments/callback") -> dict[str, str]:
    return request_headers("demo-gateway", key(paying.gateway), Asked("POST", path, {}, body))


def refused(paying: World, headers: dict[str, str], body: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        actions.callback(headers, body)
    assert not Movement.objects.exists()
    assert not Entry.objects.exists()
    return str(refusal.value.code)


def test_unsigned_or_badly_signed_is_refused_with_one_alarm(paying: World, pressed: BillView) -> None:
    body = word(paying, pressed)
    good = signed(paying, body)
    assert refused(paying, {}, body) == "bad-callback"
    assert refused(paying, {**good, "X-OV-Signature": "0" * 64}, body) == "bad-callback"
    assert refused(paying, {**good, "X-OV-Signature": "1" * 64}, body) == "bad-callback"
    assert refused(paying, {**good, "X-OV-Time": "1"}, body) == "bad-callback"
    assert refused(paying, signed(paying, body, "/other/path"), body) == "bad-callback"
    assert refused(paying, good, word(paying, pressed, event="refunded")) == "bad-callback"
    alarms = queries.bill(payer(), pressed.id).alarms
    assert alarms == ("callback-no-signature", "callback-bad-signature", "callback-clock-skew", "callback-bad-digest")
    assert state(pressed) == "open"


@pytest.mark.parametrize(
    ("lies", "code"),
    [
        ({"amount": "0.01"}, "callback-other-amount"),
        ({"amount": 28000}, "callback-other-amount"),
        ({"amount": "NaN"}, "callback-other-amount"),
        ({"payee": "别人"}, "callback-other-payee"),
    ],
)
def test_another_amount_or_payee_is_refused_with_an_alarm(
    paying: World, pressed: BillView, lies: dict[str, Any], code: str
) -> None:
    body = word(paying, pressed, **lies)
    assert refused(paying, signed(paying, body), body) == "bad-callback"
    assert queries.bill(payer(), pressed.id).alarms == (code,)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 5000, b'{"order": "x"}', b'{"order": 1}', b"x" * 30_000])
def test_what_is_no_callback_is_refused(paying: World, pressed: BillView, body: bytes) -> None:
    assert refused(paying, signed(paying, body), body) == "no-order"
    assert queries.bill(payer(), pressed.id).alarms == ()


def test_an_old_nonce_is_refused_and_the_truth_stays(paying: World, pressed: BillView) -> None:
    body = word(paying, pressed)
    headers = signed(paying, body)
    actions.callback(headers, body)
    assert state(pressed) == "paid"
    with pytest.raises(Refused, match="已经收到过"):
        actions.callback(headers, body)
    assert Movement.objects.count() == 1
    assert queries.bill(payer(), pressed.id).alarms == ("callback-nonce-used",)


def test_another_partner_s_key_is_refused(paying: World, pressed: BillView) -> None:
    peer(1, "stranger")
    secret = paying.gateway.keys / "peer-demo-stranger.key"
    secret.write_text("ab" * 32)
    secret.chmod(0o400)
    body = word(paying, pressed)
    headers = request_headers("demo-stranger", bytes.fromhex("ab" * 32), Asked("POST", "/payments/callback", {}, body))
    assert refused(paying, headers, body) == "bad-callback"


@pytest.mark.parametrize("mode", ["forge_amount", "forge_payee", "forge_order", "unsigned", "bad_signature"])
def test_a_forging_gateway_gets_nowhere_but_the_money_is_found(paying: World, mode: str) -> None:
    paying.gateway.set(callback=mode)
    bill = a_bill()
    paying.press(actions.start(payer(), bill.id).url)
    with pytest.raises(Refused):
        paying.hear()
    assert state(bill) == "open"
    assert actions.settle(bill.id).state == "paid"


@pytest.mark.parametrize(("mode", "code"), [("wrong_amount", "answer-other-amount"), ("wrong_payee", "answer-other-payee")])
def test_a_lie_in_the_answer_to_our_own_query_is_an_alarm_and_no_payment(
    paying: World, pressed: BillView, mode: str, code: str
) -> None:
    paying.gateway.set(query=mode)
    view = actions.settle(pressed.id)
    assert (view.state, view.checking, view.alarms) == ("open", True, (code,))
    assert not Movement.objects.exists()
    paying.gateway.set(query="normal")
    view = actions.settle(pressed.id)
    assert (view.state, view.checking) == ("paid", False)
    kinds = [event.kind for event in ledger.events(str(queries.row_of(pressed.id).stream.public_id))]
    assert kinds == ["bill.opened", "bill.alarm", "bill.paid"]
