"""The courier's stand-in over real HTTP: a parcel once, its way, a memory, and each way it can err."""

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

CALM = {"road": "delivered", "collect": "yes", "answer": "normal", "callback": "normal", "seconds": "0"}


@pytest.fixture(scope="module")
def courier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("courier", tmp_path_factory.mktemp("courier")) as it:
        yield it


@pytest.fixture
def house() -> Iterator[Heard]:
    with listener() as heard:
        yield heard


@pytest.fixture(autouse=True)
def _calm(courier: Running) -> None:
    courier.set(**CALM)


def new_parcel(house: Heard) -> dict[str, Any]:
    return {
        "parcel": str(uuid4()), "sender": "蚌埠市公安局（演示）", "what": "机动车驾驶证1本", "collect": [],
        "notify_url": house.url,
        "to": {"name": "张晓月", "phone": "15400000001", "address": "蚌埠市龙子湖区示例路1号2幢301室"},
    }  # fmt: skip


def taken(courier: Running, house: Heard) -> dict[str, Any]:
    answer = ask(courier, "POST", "/parcels", new_parcel(house))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def asked(courier: Running, parcel: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = ask(courier, "GET", f"/parcels/{parcel['parcel']}").json()
    return found


def press(courier: Running, parcel: dict[str, Any], state: str) -> int:
    return httpx.post(f"{courier.url}/control", data={"parcel": parcel["parcel"], "state": state}).status_code


def until(true: Callable[[], object], seconds: float = 8) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_parcel_is_taken_once_and_another_body_is_refused(courier: Running, house: Heard) -> None:
    courier.set(road="hand")
    body = new_parcel(house)
    first, again = ask(courier, "POST", "/parcels", body), ask(courier, "POST", "/parcels", body)
    other = ask(courier, "POST", "/parcels", body | {"what": "别的东西"})
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["attempts"]) == ("accepted", 0)
    assert (other.status_code, other.json()["code"]) == (409, "other-parcel")
    assert is_signed(courier, first)
    assert is_signed(courier, other)


BAD = (
    {"what": ""},
    {"what": 1},
    {"collect": ""},
    {"collect": [1]},
    {"to": {"name": "x", "phone": "1"}},
    {"to": None},
    {"note": "x"},
)


@pytest.mark.parametrize("bad", BAD)
def test_a_senseless_parcel_is_refused(courier: Running, house: Heard, bad: dict[str, Any]) -> None:
    assert ask(courier, "POST", "/parcels", new_parcel(house) | bad).status_code == 422


@pytest.mark.parametrize(
    ("road", "states", "attempts"),
    [
        ("delivered", ["accepted", "moving", "delivered"], 0),
        ("second", ["accepted", "moving", "missed", "moving", "delivered"], 1),
        ("failed", ["accepted", "moving", "missed", "missed", "returned"], 2),
        ("lost", ["accepted", "moving", "lost"], 0),
    ],
)
def test_a_parcel_goes_its_way_by_itself_and_each_step_is_told(
    courier: Running, house: Heard, road: str, states: list[str], attempts: int
) -> None:
    courier.set(road=road)
    parcel = taken(courier, house)
    until(lambda: asked(courier, parcel)["state"] == states[-1])
    said = asked(courier, parcel)
    assert [step["state"] for step in said["progress"]] == states
    assert (said["attempts"], said["number"]) == (attempts, parcel["number"])
    until(lambda: len(house.calls) == len(states) - 1)
    assert [call["event"] for _, call in house.calls] == states[1:]
    assert {call["number"] for _, call in house.calls} == {parcel["number"]}
    nonces = {verify(call, Keyring(courier.keys), lambda *_: True) for call, _ in house.calls}
    assert len(nonces) == len(house.calls)


def test_a_parcel_by_hand_waits_for_its_buttons(courier: Running, house: Heard) -> None:
    courier.set(road="hand")
    parcel = taken(courier, house)
    time.sleep(0.4)
    assert asked(courier, parcel)["state"] == "accepted"
    assert press(courier, parcel, "missed") == 303
    assert press(courier, parcel, "eaten") == 409
    said = asked(courier, parcel)
    assert (said["state"], said["attempts"]) == ("missed", 1)
    page = httpx.get(f"{courier.url}/control").text
    assert parcel["number"] in page
    assert "演示" in page
    assert "15400000001" not in page


@pytest.mark.parametrize(("collect", "owed", "collected"), [("yes", True, True), ("no", True, False), ("yes", False, False)])
def test_an_old_paper_is_collected_at_the_door(courier: Running, house: Heard, collect: str, owed: bool, collected: bool) -> None:
    courier.set(road="hand", collect=collect)
    back = ["原纸质机动车驾驶证"] if owed else []
    parcel = ask(courier, "POST", "/parcels", new_parcel(house) | {"collect": back}).json()
    assert parcel["collected"] is False
    press(courier, parcel, "delivered")
    assert asked(courier, parcel)["collected"] is collected


def test_a_killed_courier_remembers_its_parcels_and_goes_on(courier: Running, house: Heard) -> None:
    courier.set(seconds="1")
    parcel = taken(courier, house)
    courier.kill()
    courier.start()
    until(lambda: asked(courier, parcel)["state"] == "delivered")
    until(lambda: len(house.calls) == 2)


def test_a_courier_may_refuse_be_slow_or_be_down(courier: Running, house: Heard) -> None:
    courier.set(answer="refuse", road="hand")
    refused = ask(courier, "POST", "/parcels", new_parcel(house))
    assert (refused.status_code, refused.json()["code"]) == (422, "no-service")
    courier.set(answer="normal")
    parcel = taken(courier, house)
    courier.set(answer="slow", seconds="1")
    began = time.monotonic()
    asked(courier, parcel)
    assert time.monotonic() - began >= 1
    courier.set(answer="down")
    assert ask(courier, "GET", f"/parcels/{parcel['parcel']}").status_code == 503


@pytest.mark.parametrize(
    ("mode", "field", "value"),
    [
        ("wrong_number", "number", "YS-000000000000"),
        ("wrong_parcel", "parcel", "00000000-0000-4000-8000-000000000000"),
        ("early", "state", "delivered"),
    ],
)
def test_its_answers_can_lie_about_one_thing(courier: Running, house: Heard, mode: str, field: str, value: str) -> None:
    courier.set(road="hand")
    parcel = taken(courier, house)
    courier.set(answer=mode)
    assert asked(courier, parcel)[field] == value


@pytest.mark.parametrize(
    ("way", "field", "value"),
    [("forge_number", "number", "YS-000000000000"), ("forge_parcel", "parcel", "00000000-0000-4000-8000-000000000000")],
)
def test_a_forged_callback_lies_about_one_thing(courier: Running, house: Heard, way: str, field: str, value: str) -> None:
    courier.set(callback=way)
    taken(courier, house)
    until(lambda: house.calls)
    assert house.calls[0][1][field] == value


@pytest.mark.parametrize(("way", "code"), [("unsigned", "no-signature"), ("bad_signature", "bad-signature")])
def test_a_callback_can_lack_its_signature(courier: Running, house: Heard, way: str, code: str) -> None:
    courier.set(callback=way)
    taken(courier, house)
    until(lambda: house.calls)
    with pytest.raises(Unsigned, match=code):
        verify(house.calls[0][0], Keyring(courier.keys), lambda *_: True)


def test_callbacks_can_be_doubled_dropped_and_are_repeated_until_taken(courier: Running, house: Heard) -> None:
    courier.set(callback="drop")
    parcel = taken(courier, house)
    until(lambda: asked(courier, parcel)["state"] == "delivered")
    assert house.calls == []
    courier.set(callback="double", road="hand")
    second = taken(courier, house)
    press(courier, second, "moving")
    until(lambda: len(house.calls) == 2)
    house.status = 500
    courier.set(callback="normal")
    press(courier, second, "delivered")
    until(lambda: len(house.calls) >= 4)
    assert {call["parcel"] for _, call in house.calls} == {second["parcel"]}


def test_nobody_unsigned_sees_or_hands_over_a_parcel(courier: Running, house: Heard) -> None:
    parcel = taken(courier, house)
    assert httpx.get(f"{courier.url}/parcels/{parcel['parcel']}").status_code == 401
    assert httpx.post(f"{courier.url}/parcels", json=new_parcel(house)).status_code == 401
    assert ask(courier, "GET", "/parcels/none").status_code == 404


def test_another_site_can_press_no_button(courier: Running, house: Heard) -> None:
    courier.set(road="hand")
    parcel = taken(courier, house)
    data = {"parcel": parcel["parcel"], "state": "delivered"}
    assert httpx.post(f"{courier.url}/control", data=data, headers={"Origin": "http://evil.example"}).status_code == 403
    assert httpx.post(f"{courier.url}/control", data={"road": "nowhere"}).status_code == 422
    assert asked(courier, parcel)["state"] == "accepted"


def test_the_courier_stops_cleanly(tmp_path: Path) -> None:
    with running("courier", tmp_path) as it:
        assert it.stop() == 0
