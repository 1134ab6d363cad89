"""The payment gateway's stand-in over real HTTP: one order, one capture, a memory, and each way it can err."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standins.signing import Keyring, Unsigned, verify
from tests.standins.asking import Heard, ask, is_signed, listener
from tests.standins.running import Running, running


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("gateway", tmp_path_factory.mktemp("gateway")) as it:
        yield it


@pytest.fixture
def house() -> Iterator[Heard]:
    with listener() as heard:
        yield heard


@pytest.fixture(autouse=True)
def _calm(gateway: Running) -> Iterator[None]:
    yield
    gateway.set(pay="normal", callback="normal", query="normal", seconds="5")


def new_order(house: Heard, amount: str = "28000.00") -> dict[str, str]:
    return {
        "order": str(uuid4()), "amount": amount, "currency": "CNY", "payee": "蚌埠市税务局（演示）", "title": "契税",
        "notify_url": house.url, "return_url": "http://127.0.0.1:8000/my/bills/x",
    }  # fmt: skip


def opened(gateway: Running, house: Heard) -> dict[str, Any]:
    answer = ask(gateway, "POST", "/orders", new_order(house))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def press(order: dict[str, Any], act: str) -> httpx.Response:
    return httpx.post(order["url"], data={"act": act}, follow_redirects=True, timeout=10)


def asked(gateway: Running, order: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = ask(gateway, "GET", f"/orders/{order['order']}").json()
    return found


def until(true: Callable[[], object], seconds: float = 8) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_order_is_made_once_and_another_body_is_refused(gateway: Running, house: Heard) -> None:
    body = new_order(house)
    first, again = ask(gateway, "POST", "/orders", body), ask(gateway, "POST", "/orders", body)
    other = ask(gateway, "POST", "/orders", body | {"amount": "1.00"})
    assert first.json() == again.json()
    assert first.json()["state"] == "open"
    assert (other.status_code, other.json()["code"]) == (409, "other-order")
    assert is_signed(gateway, first)
    assert is_signed(gateway, other)


@pytest.mark.parametrize("bad", [{"amount": "-1.00"}, {"amount": "NaN"}, {"amount": 1}, {"payee": ""}, {"note": "x"}])
def test_a_senseless_order_is_refused(gateway: Running, house: Heard, bad: dict[str, Any]) -> None:
    assert ask(gateway, "POST", "/orders", new_order(house) | bad).status_code == 422


def test_the_page_shows_what_is_paid_and_pays_once(gateway: Running, house: Heard) -> None:
    order = opened(gateway, house)
    page = httpx.get(order["url"]).text
    assert "¥28,000.00" in page
    assert "演示" in page
    assert "<script" not in page
    for _ in range(3):
        assert "已支付" in press(order, "pay").text
    movements = asked(gateway, order)["movements"]
    assert [(m["kind"], m["amount"]) for m in movements] == [("capture", "28000.00")]


def test_the_callback_is_signed_and_repeated_until_it_is_taken(gateway: Running, house: Heard) -> None:
    house.status = 500
    order = opened(gateway, house)
    press(order, "pay")
    until(lambda: len(house.calls) >= 2)
    house.status = 204
    until(lambda: len(house.calls) >= 3)
    nonces = {verify(call, Keyring(gateway.keys), lambda *_: True) for call, _ in house.calls}
    assert len(nonces) == len(house.calls)
    assert house.calls[-1][1]["event"] == "captured"
    time.sleep(0.5)
    taken = len(house.calls)
    time.sleep(1.5)
    assert len(house.calls) == taken


@pytest.mark.parametrize("act", ["fail", "cancel"])
def test_an_order_can_fail_and_then_takes_no_money(gateway: Running, house: Heard, act: str) -> None:
    order = opened(gateway, house)
    press(order, act)
    press(order, "pay")
    assert asked(gateway, order)["movements"] == []
    assert asked(gateway, order)["state"] in ("failed", "cancelled")


def test_a_closed_order_takes_no_money(gateway: Running, house: Heard) -> None:
    order = opened(gateway, house)
    assert ask(gateway, "POST", f"/orders/{order['order']}/close").json()["state"] == "closed"
    assert "已关闭" in press(order, "pay").text
    assert asked(gateway, order)["movements"] == []


def test_a_timeout_after_capture_hides_the_end_for_a_while_and_tells_nobody(gateway: Running, house: Heard) -> None:
    gateway.set(pay="timeout", seconds="2")
    order = opened(gateway, house)
    assert press(order, "pay").status_code == 504
    hidden = asked(gateway, order)
    assert (hidden["state"], hidden["movements"]) == ("processing", [])
    until(lambda: asked(gateway, order)["state"] == "captured")
    assert len(asked(gateway, order)["movements"]) == 1
    assert house.calls == []


def test_a_killed_gateway_remembers_what_it_captured_and_whom_to_tell(gateway: Running, house: Heard) -> None:
    gateway.set(callback="delay", seconds="1")
    order = opened(gateway, house)
    press(order, "pay")
    gateway.kill()
    gateway.start()
    assert asked(gateway, order)["state"] == "captured"
    until(lambda: len(house.calls) == 1)


def test_a_second_capture_and_its_refund_stand_in_the_answer(gateway: Running, house: Heard) -> None:
    gateway.set(pay="twice")
    order = opened(gateway, house)
    press(order, "pay")
    captures = asked(gateway, order)["movements"]
    for expected in (303, 409):
        done = httpx.post(f"{gateway.url}/control", data={"refund": captures[1]["transaction"], "order": order["order"]})
        assert done.status_code == expected
    kinds = [(m["kind"], m["of"]) for m in asked(gateway, order)["movements"]]
    assert kinds == [("capture", None), ("capture", None), ("refund", captures[1]["transaction"])]


@pytest.mark.parametrize(
    ("mode", "field", "value"),
    [("forge_amount", "amount", "0.01"), ("forge_payee", "payee", "别人"), ("forge_order", "order", "0" * 32)],
)
def test_a_forged_callback_lies_about_one_thing(gateway: Running, house: Heard, mode: str, field: str, value: str) -> None:
    gateway.set(callback=mode)
    order = opened(gateway, house)
    press(order, "pay")
    until(lambda: house.calls)
    assert house.calls[0][1][field] == value


@pytest.mark.parametrize(("mode", "code"), [("unsigned", "no-signature"), ("bad_signature", "bad-signature")])
def test_a_callback_can_lack_its_signature(gateway: Running, house: Heard, mode: str, code: str) -> None:
    gateway.set(callback=mode)
    press(opened(gateway, house), "pay")
    until(lambda: house.calls)
    with pytest.raises(Unsigned, match=code):
        verify(house.calls[0][0], Keyring(gateway.keys), lambda *_: True)


def test_callbacks_can_be_doubled_and_dropped(gateway: Running, house: Heard) -> None:
    gateway.set(callback="drop")
    press(opened(gateway, house), "pay")
    gateway.set(callback="double")
    second = opened(gateway, house)
    press(second, "pay")
    until(lambda: len(house.calls) == 2)
    assert {said["order"] for _, said in house.calls} == {second["order"]}


def test_its_answers_to_a_query_can_lie_or_fail(gateway: Running, house: Heard) -> None:
    order = opened(gateway, house)
    gateway.set(query="wrong_amount")
    assert asked(gateway, order)["amount"] == "1.00"
    gateway.set(query="wrong_payee")
    assert asked(gateway, order)["payee"] != order["payee"]
    gateway.set(query="down")
    assert ask(gateway, "GET", f"/orders/{order['order']}").status_code == 503


def test_nobody_unsigned_sees_or_makes_an_order(gateway: Running, house: Heard) -> None:
    order = opened(gateway, house)
    assert httpx.get(f"{gateway.url}/orders/{order['order']}").status_code == 401
    assert httpx.post(f"{gateway.url}/orders", json=new_order(house)).status_code == 401
    assert ask(gateway, "GET", "/orders/none").status_code == 404
    assert httpx.get(f"{gateway.url}/pay/none").status_code == 404


def test_another_site_can_press_no_button(gateway: Running, house: Heard) -> None:
    order = opened(gateway, house)
    pressed = httpx.post(order["url"], data={"act": "pay"}, headers={"Origin": "http://evil.example"})
    assert pressed.status_code == 403
    assert asked(gateway, order)["state"] == "open"


def test_the_gateway_stops_cleanly(tmp_path: Path) -> None:
    with running("gateway", tmp_path) as it:
        assert it.stop() == 0
