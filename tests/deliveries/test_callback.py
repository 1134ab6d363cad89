"""Callbacks that are not to be believed change nothing and are known by an alarm; doubled ones do nothing twice."""

import json
from typing import Any

import pytest
from standins.signing import Asked, request_headers
from tests.deliveries.sending import World, a_delivery, events, now, parcel_of, peer
from tests.standins.asking import key

from onevisit.access import Refused
from onevisit.deliveries import actions
from onevisit.deliveries.queries import DeliveryView

PATH = "/deliveries/callback"


@pytest.fixture
def arrived(posting: World) -> DeliveryView:
    """A delivery that has reached its owner, of which the house has not heard yet."""
    made = a_delivery()
    actions.settle(made.id)
    posting.press(made, "delivered")
    return made


def word(of: DeliveryView, **lies: Any) -> bytes:
    parcel = parcel_of(of)
    said = {
        "parcel": str(parcel.public_id),
        "number": parcel.number,
        "event": "delivered",
        "happened": "2026-03-02T10:00:00+08:00",
    }
    return json.dumps({**said, **lies}).encode()


def signed(posting: World, body: bytes, path: str = PATH) -> dict[str, str]:
    return request_headers("demo-courier", key(posting.courier), Asked("POST", path, {}, body))


def refused(headers: dict[str, str], body: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        actions.callback(headers, body)
    return str(refusal.value.code)


def test_doubled_and_repeated_callbacks_do_it_once(posting: World) -> None:
    posting.courier.set(callback="double")
    made = a_delivery()
    actions.settle(made.id)
    for state in ("moving", "missed", "delivered"):
        posting.press(made, state)
    calls = posting.calls(6)
    for asked, _ in calls:
        actions.callback(asked.headers, asked.body)
    assert (now(made).state, events(made)) == ("delivered", ["opened", "sent", "delivered"])
    for asked, _ in reversed(calls):
        actions.callback(signed(posting, asked.body), asked.body)
    assert (now(made).alarms, events(made)) == ((), ["opened", "sent", "delivered"])


def test_an_early_word_of_what_has_not_happened_changes_nothing(posting: World) -> None:
    made = a_delivery()
    actions.settle(made.id)
    body = word(made)
    actions.callback(signed(posting, body), body)
    assert (now(made).state, now(made).alarms) == ("sent", ())


def test_unsigned_or_badly_signed_is_refused_with_one_alarm(posting: World, arrived: DeliveryView) -> None:
    body = word(arrived)
    good = signed(posting, body)
    assert refused({}, body) == "bad-callback"
    assert refused({**good, "X-OV-Signature": "0" * 64}, body) == "bad-callback"
    assert refused({**good, "X-OV-Signature": "1" * 64}, body) == "bad-callback"
    assert refused(signed(posting, body, "/other/path"), body) == "bad-callback"
    assert refused(good, word(arrived, event="lost")) == "bad-callback"
    assert now(arrived).alarms == ("callback-no-signature", "callback-bad-signature", "callback-bad-digest")
    assert now(arrived).state == "sent"


@pytest.mark.parametrize("number", ["YS-000000000000", "", None, 1])
def test_a_wrong_tracking_number_is_refused_with_an_alarm(posting: World, arrived: DeliveryView, number: object) -> None:
    body = word(arrived, number=number)
    assert refused(signed(posting, body), body) == "bad-callback"
    assert (now(arrived).state, now(arrived).alarms) == ("sent", ("callback-other-number",))


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 5000, b'{"parcel": "x"}', b'{"parcel": 1}', b"x" * 30_000])
def test_what_is_no_callback_is_refused(posting: World, arrived: DeliveryView, body: bytes) -> None:
    assert refused(signed(posting, body), body) == "no-parcel"
    assert now(arrived).alarms == ()


def test_an_old_nonce_is_refused_and_the_truth_stays(posting: World, arrived: DeliveryView) -> None:
    body = word(arrived)
    headers = signed(posting, body)
    actions.callback(headers, body)
    assert now(arrived).state == "delivered"
    with pytest.raises(Refused, match="已经收到过"):
        actions.callback(headers, body)
    assert now(arrived).alarms == ("callback-nonce-used",)


def test_another_partner_s_key_is_refused(posting: World, arrived: DeliveryView) -> None:
    peer(1, "gateway")
    secret = posting.courier.keys / "peer-demo-gateway.key"
    if not secret.exists():
        secret.write_text("ab" * 32)
        secret.chmod(0o400)
    body = word(arrived)
    headers = request_headers("demo-gateway", bytes.fromhex(secret.read_text()), Asked("POST", PATH, {}, body))
    assert refused(headers, body) == "bad-callback"
    assert now(arrived).alarms == ("callback-unknown-key",)


@pytest.mark.parametrize("way", ["forge_number", "forge_parcel", "unsigned", "bad_signature"])
def test_a_forging_courier_gets_nowhere_but_the_truth_is_found(posting: World, way: str) -> None:
    made = a_delivery()
    actions.settle(made.id)
    posting.courier.set(callback=way)
    posting.press(made, "delivered")
    with pytest.raises(Refused):
        posting.hear()
    assert now(made).state == "sent"
    assert actions.settle(made.id).state == "delivered"
