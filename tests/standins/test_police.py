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

CALM = {
    "decide": "book",
    "pace": "seconds",
    "clock": "now",
    "paper": "given",
    "answer": "normal",
    "callback": "normal",
    "seconds": "0",
}
DENG, XIE = "340300198505149419", "340300198202279435"


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


def new_case(house: Heard, **other: Any) -> dict[str, Any]:
    return {
        "case": str(uuid4()), "step": "decide", "attempt": 1, "does": "decide", "item": "driving-licence-renewal",
        "number": "113403000000000000202603020001", "notify_url": house.url, "received": "2026-03-02T10:00:00+08:00",
        "answers": {"issued": "here"}, "data": {"class": "C1"}, "materials": [], "paid": "0.00",
        "applicant": {"kind": "citizen", "number": "340300199408169025", "name": "张晓月"}, **other,
    }  # fmt: skip


def of(number: str) -> dict[str, Any]:
    return {"applicant": {"kind": "citizen", "number": number, "name": "演示"}}


def pushed(police: Running, house: Heard, **other: Any) -> dict[str, Any]:
    answer = ask(police, "POST", "/cases", new_case(house, **other))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def path(case: dict[str, Any]) -> str:
    return f"/cases/{case['number']}/{case['step']}/{case['attempt']}"


def asked(police: Running, case: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = ask(police, "GET", path(case)).json()
    return found


def until(true: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ended(police: Running, case: dict[str, Any], state: str) -> dict[str, Any]:
    until(lambda: asked(police, case)["state"] == state)
    return asked(police, case)


def test_a_step_is_taken_once_under_a_number_of_its_own(police: Running, house: Heard) -> None:
    police.set(decide="hand")
    body = new_case(house)
    first, again = ask(police, "POST", "/cases", body), ask(police, "POST", "/cases", body)
    other, next_one = ask(police, "POST", "/cases", body | {"item": "other"}), pushed(police, house)
    later = pushed(police, house, case=body["case"], step="issue", does="issue")
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["decision"], first.json()["licence"]) == ("received", None, None)
    assert first.json()["number"] not in (body["number"], next_one["number"])
    assert later["number"] == first.json()["number"]
    assert (other.status_code, other.json()["code"]) == (409, "other-case")
    assert is_signed(police, first)


@pytest.mark.parametrize(
    "bad", [{"item": ""}, {"applicant": {"number": "1"}}, {"data": []}, {"received": 1}, {"note": "x"}, {"attempt": 0}]
)
def test_a_senseless_case_is_refused(police: Running, house: Heard, bad: dict[str, Any]) -> None:
    assert ask(police, "POST", "/cases", new_case(house) | bad).status_code == 422


def test_it_grants_by_its_book_and_tells_the_house(police: Running, house: Heard) -> None:
    case = pushed(police, house, **of(DENG))
    until(lambda: house.calls)
    call, said = house.calls[0]
    verify(call, Keyring(police.keys), lambda *_: True)
    assert said == asked(police, case)
    assert (said["case"], said["state"], said["licence"]) == (case["case"], "granted", None)
    result = {"number": "演示驾证340300000001", "valid_from": "2026-04-20", "valid_to": "2036-04-20"}
    assert said["decision"] == {"outcome": "grant", "reasons": [], "result": result}


def test_an_issue_brings_its_own_licence_number_and_file(police: Running, house: Heard) -> None:
    decided = pushed(police, house, **of(DENG))
    made = pushed(police, house, **of(DENG), case=decided["case"], step="issue", does="issue", paid="10.00")
    licence = ended(police, made, "issued")["licence"]
    assert licence["number"] == ended(police, decided, "granted")["decision"]["result"]["number"]
    assert base64.b64decode(licence["file"], validate=True).startswith(b"%PDF-")
    assert "演示" in licence["title"]
    police.set(paper="none")
    bare = ended(police, pushed(police, house, step="issue", does="issue"), "issued")["licence"]
    assert (bare["kind"], bare["file"]) == (None, None)
    assert bare["number"].startswith("DMGA-")
    assert bare["valid_from"] < bare["valid_to"]


def test_it_takes_the_time_that_its_book_says(police: Running, house: Heard) -> None:
    police.set(pace="book")
    slow, quick = pushed(police, house, **of(DENG)), pushed(police, house)
    ended(police, quick, "granted")
    assert asked(police, slow)["state"] == "received"


def test_a_refusal_has_reasons_and_no_licence(police: Running, house: Heard) -> None:
    decision = ended(police, pushed(police, house, **of(XIE)), "refused")["decision"]
    assert decision["reasons"] == [
        {"text": "有1起道路交通安全违法行为没有处理完毕，不予通过审验", "basis": "机动车驾驶证申领和使用规定第七十三条"}
    ]
    assert decision["result"] == {}
    police.set(decide="refuse")
    assert ended(police, pushed(police, house), "refused")["decision"]["reasons"][0]["basis"]


def test_any_other_step_is_just_done(police: Running, house: Heard) -> None:
    case = pushed(police, house, step="review", does="review", attempt=2)
    assert ended(police, case, "done")["decision"] == {"outcome": "", "reasons": [], "result": {}}


def test_it_may_report_late_what_it_did_earlier(police: Running, house: Heard) -> None:
    police.set(clock="earlier")
    case = pushed(police, house)
    happened = datetime.fromisoformat(ended(police, case, "granted")["happened"])
    assert datetime.now(happened.tzinfo) - happened > timedelta(hours=1)
    assert happened < datetime.fromisoformat(case["happened"])


def job_of(police: Running, number: str) -> str:
    row = httpx.get(f"{police.url}/control").text.partition(number)[2]
    return row.partition('name="job" value="')[2].partition('"')[0]


def test_a_case_by_hand_is_decided_once(police: Running, house: Heard) -> None:
    police.set(decide="hand")
    case = pushed(police, house)
    time.sleep(0.4)
    assert asked(police, case)["state"] == "received"
    job = job_of(police, case["number"])
    for outcome, code in (("eat", 422), ("grant", 303), ("refuse", 409)):
        pressed = httpx.post(f"{police.url}/control", data={"job": job, "outcome": outcome})
        assert pressed.status_code == code
    assert asked(police, case)["state"] == "granted"
    until(lambda: len(house.calls) == 1)
    assert httpx.post(f"{police.url}/control", data={"again": job}).status_code == 303
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
    ended(police, case, "granted")
    until(lambda: len(house.calls) == 1)


def test_it_can_be_slow_down_or_lie(police: Running, house: Heard) -> None:
    case = pushed(police, house, step="issue", does="issue")
    ended(police, case, "issued")
    police.set(answer="wrong_case")
    assert asked(police, case)["case"] != case["case"]
    police.set(answer="wrong_number")
    assert asked(police, case)["number"] != case["number"]
    police.set(answer="no_licence")
    assert asked(police, case)["licence"] is None
    police.set(answer="bad_file")
    assert not base64.b64decode(asked(police, case)["licence"]["file"]).startswith(b"%PDF")
    police.set(answer="lost")
    assert ask(police, "GET", path(case)).status_code == 404
    police.set(answer="slow", seconds="1")
    began = time.monotonic()
    asked(police, case)
    assert time.monotonic() - began >= 1
    police.set(answer="down")
    assert ask(police, "GET", path(case)).status_code == 503


def test_callbacks_can_be_doubled_forged_or_unsigned(police: Running, house: Heard) -> None:
    police.set(callback="double")
    case = pushed(police, house)
    until(lambda: len(house.calls) == 2)
    job = job_of(police, case["number"])
    for way in ("forge_case", "forge_number"):
        police.set(callback=way)
        httpx.post(f"{police.url}/control", data={"again": job})
    until(lambda: len(house.calls) == 4)
    assert house.calls[2][1]["case"] != case["case"]
    assert house.calls[3][1]["number"] != case["number"]
    police.set(callback="unsigned")
    httpx.post(f"{police.url}/control", data={"again": job})
    until(lambda: len(house.calls) == 5)
    with pytest.raises(Unsigned, match="no-signature"):
        verify(house.calls[4][0], Keyring(police.keys), lambda *_: True)


def test_nobody_unsigned_sees_or_pushes_a_case(police: Running, house: Heard) -> None:
    case = pushed(police, house)
    assert httpx.get(police.url + path(case)).status_code == 401
    assert httpx.post(f"{police.url}/cases", json=new_case(house)).status_code == 401
    assert ask(police, "GET", "/cases/none/decide/1").status_code == 404
    foreign = httpx.post(f"{police.url}/control", data={"decide": "refuse"}, headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403


def test_the_police_stops_cleanly(tmp_path: Path) -> None:
    with running("police", tmp_path) as it:
        assert it.stop() == 0
