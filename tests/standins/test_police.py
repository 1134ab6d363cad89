"""The police's stand-in over real HTTP: a case once, decided by itself under a number of its own, and each way it can err."""

import base64
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standins.signing import Keyring, Unsigned, verify
from tests.standins.asking import Heard, ask, is_signed, listener
from tests.standins.running import Running, running

CALM = {"decide": "grant", "clock": "now", "answer": "normal", "callback": "normal", "seconds": "0"}


@pytest.fixture(scope="module")
def police(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("police", tmp_path_factory.mktemp("police")) as it:
        yield it


@pytest.fixture
def house() -> Iterator[Heard]:
    with listener() as heard:
        yield heard


@pytest.fixture(autouse=True)
def _calm(police: Running) -> None:
    police.set(**CALM)


def new_case(house: Heard) -> dict[str, Any]:
    return {
        "case": str(uuid4()), "number": "113403000000000000202603020001", "item": "driving", "notify_url": house.url,
        "received": "2026-03-02T10:00:00+08:00", "data": {"class": "C1"},
        "applicant": {"kind": "citizen", "number": "340300199408169025", "name": "张晓月"},
    }  # fmt: skip


def pushed(police: Running, house: Heard) -> dict[str, Any]:
    answer = ask(police, "POST", "/cases", new_case(house))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def asked(police: Running, case: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = ask(police, "GET", f"/cases/{case['number']}").json()
    return found


def until(true: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_case_is_taken_once_under_a_number_of_its_own(police: Running, house: Heard) -> None:
    police.set(decide="hand")
    body = new_case(house)
    first, again = ask(police, "POST", "/cases", body), ask(police, "POST", "/cases", body)
    other, next_one = ask(police, "POST", "/cases", body | {"item": "other"}), pushed(police, house)
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["decision"]) == ("received", None)
    assert first.json()["number"] not in (body["number"], next_one["number"])
    assert (other.status_code, other.json()["code"]) == (409, "other-case")
    assert is_signed(police, first)


@pytest.mark.parametrize("bad", [{"item": ""}, {"applicant": {"number": "1"}}, {"data": []}, {"received": 1}, {"note": "x"}])
def test_a_senseless_case_is_refused(police: Running, house: Heard, bad: dict[str, Any]) -> None:
    assert ask(police, "POST", "/cases", new_case(house) | bad).status_code == 422


def test_a_grant_brings_its_own_licence_number_and_file(police: Running, house: Heard) -> None:
    case = pushed(police, house)
    until(lambda: house.calls)
    call, said = house.calls[0]
    verify(call, Keyring(police.keys), lambda *_: True)
    assert said == asked(police, case)
    licence = said["decision"]["licence"]
    assert (said["case"], said["state"], said["decision"]["outcome"]) == (case["case"], "granted", "grant")
    assert licence["number"].startswith("DM")
    assert base64.b64decode(licence["file"], validate=True).startswith(b"%PDF-")
    assert "演示" in licence["title"]
    assert licence["valid_from"] < licence["valid_to"]


def test_a_refusal_has_reasons_and_no_licence(police: Running, house: Heard) -> None:
    police.set(decide="refuse")
    case = pushed(police, house)
    until(lambda: asked(police, case)["state"] == "refused")
    decision = asked(police, case)["decision"]
    assert decision["licence"] is None
    assert decision["reasons"][0]["text"]
    assert decision["reasons"][0]["basis"]


def test_it_may_report_late_what_it_did_earlier(police: Running, house: Heard) -> None:
    police.set(clock="earlier")
    case = pushed(police, house)
    until(lambda: asked(police, case)["state"] == "granted")
    happened = datetime.fromisoformat(asked(police, case)["happened"])
    assert datetime.now(happened.tzinfo) - happened > timedelta(hours=1)
    assert happened < datetime.fromisoformat(case["happened"])


def test_a_case_by_hand_is_decided_once(police: Running, house: Heard) -> None:
    police.set(decide="hand")
    case = pushed(police, house)
    time.sleep(0.4)
    assert asked(police, case)["state"] == "received"
    for outcome, code in (("eat", 422), ("grant", 303), ("refuse", 409)):
        pressed = httpx.post(f"{police.url}/control", data={"number": case["number"], "outcome": outcome})
        assert pressed.status_code == code
    assert asked(police, case)["state"] == "granted"
    until(lambda: len(house.calls) == 1)
    assert httpx.post(f"{police.url}/control", data={"again": case["number"]}).status_code == 303
    until(lambda: len(house.calls) == 2)
    assert house.calls[0][1] == house.calls[1][1]
    page = httpx.get(f"{police.url}/control").text
    assert case["number"] in page
    assert "340300199408169025" not in page


def test_a_killed_police_remembers_and_decides(police: Running, house: Heard) -> None:
    police.set(seconds="1")
    case = pushed(police, house)
    police.kill()
    police.start()
    until(lambda: asked(police, case)["state"] == "granted")
    until(lambda: len(house.calls) == 1)


def test_it_can_be_slow_down_or_lie(police: Running, house: Heard) -> None:
    case = pushed(police, house)
    until(lambda: asked(police, case)["state"] == "granted")
    police.set(answer="wrong_case")
    assert asked(police, case)["case"] != case["case"]
    police.set(answer="no_file")
    assert asked(police, case)["decision"]["licence"] is None
    police.set(answer="bad_file")
    assert not base64.b64decode(asked(police, case)["decision"]["licence"]["file"]).startswith(b"%PDF")
    police.set(answer="slow", seconds="1")
    began = time.monotonic()
    asked(police, case)
    assert time.monotonic() - began >= 1
    police.set(answer="down")
    assert ask(police, "GET", f"/cases/{case['number']}").status_code == 503


def test_callbacks_can_be_doubled_forged_or_unsigned(police: Running, house: Heard) -> None:
    police.set(callback="double")
    case = pushed(police, house)
    until(lambda: len(house.calls) == 2)
    police.set(callback="forge_case")
    httpx.post(f"{police.url}/control", data={"again": case["number"]})
    until(lambda: len(house.calls) == 3)
    assert house.calls[2][1]["case"] != case["case"]
    police.set(callback="unsigned")
    httpx.post(f"{police.url}/control", data={"again": case["number"]})
    until(lambda: len(house.calls) == 4)
    with pytest.raises(Unsigned, match="no-signature"):
        verify(house.calls[3][0], Keyring(police.keys), lambda *_: True)


def test_nobody_unsigned_sees_or_pushes_a_case(police: Running, house: Heard) -> None:
    case = pushed(police, house)
    assert httpx.get(f"{police.url}/cases/{case['number']}").status_code == 401
    assert httpx.post(f"{police.url}/cases", json=new_case(house)).status_code == 401
    assert ask(police, "GET", "/cases/none").status_code == 404
    foreign = httpx.post(f"{police.url}/control", data={"decide": "refuse"}, headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403


def test_the_police_stops_cleanly(tmp_path: Path) -> None:
    with running("police", tmp_path) as it:
        assert it.stop() == 0
