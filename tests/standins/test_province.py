"""The province's stand-in over real HTTP: what it knows, whom it answers, and each way it can go wrong."""

import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from tests.standins.asking import ask, is_signed, signed
from tests.standins.running import Running, running

ZHANG = "340300199408169025"
LIN = "340300199005219040"
CHEN = "340300198802149079"


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("province", tmp_path_factory.mktemp("province")) as it:
        yield it


@pytest.fixture(autouse=True)
def _calm(province: Running) -> Iterator[None]:
    yield
    province.set(mode="normal", seconds="5", resource="")


def question(number: str, *data: str, **params: str) -> dict[str, object]:
    return {
        "case": "c-1", "item": "deed-tax", "purpose": "handle", "basis": "契税法第九条",
        "subject": {"number": number, "name": "某人"}, "params": params, "data": list(data),
    }  # fmt: skip


def test_it_answers_only_what_was_asked_for_and_signs(province: Running) -> None:
    answer = ask(province, "POST", "/resources/housing.contract", question(ZHANG, "price", "area"))
    assert answer.json()["values"] == {"area": "140.00", "price": "2800000.00"}
    assert (answer.json()["subject"], answer.json()["resource"]) == (ZHANG, "housing.contract")
    assert "演示" in answer.json()["source"]
    assert is_signed(province, answer)


def test_a_relation_is_confirmed_only_if_it_is_in_the_register(province: Running) -> None:
    spouse = ask(province, "POST", "/resources/civil.kinship", question(LIN, "relation", other_number=CHEN, relation="spouse"))
    nobody = ask(province, "POST", "/resources/civil.kinship", question(LIN, "relation", other_number=ZHANG, relation="spouse"))
    assert spouse.json()["values"] == {"relation": "spouse"}
    assert nobody.json()["values"] is None


def test_the_dead_are_dead_and_firms_have_their_names(province: Running) -> None:
    dead = ask(province, "POST", "/resources/police.person", question("340300194112039114", "alive"))
    firm = ask(province, "POST", "/resources/market.enterprise", question("91340300DEM000014P", "name"))
    assert dead.json()["values"] == {"alive": False}
    assert firm.json()["values"] == {"name": "蚌埠示例商贸有限公司"}


@pytest.mark.parametrize(
    ("bent", "code"),
    [
        ({"X_OV_Signature": "0" * 64}, "bad-signature"),
        ({"X_OV_Digest": "0" * 64}, "bad-digest"),
        ({"X_OV_Time": "1"}, "clock-skew"),
        ({"X_OV_Key": "nobody"}, "unknown-key"),
        ({"X_OV_Nonce": "short"}, "no-signature"),
    ],
)
def test_a_wrongly_signed_question_is_refused(province: Running, bent: dict[str, str], code: str) -> None:
    answer = ask(province, "POST", "/resources/police.person", question(ZHANG, "name"), **bent)
    assert (answer.status_code, answer.json()["code"]) == (401, code)


def test_a_question_sent_twice_is_refused_even_after_kill_9(province: Running) -> None:
    first = ask(province, "POST", "/resources/police.person", question(ZHANG, "name"))
    province.kill()
    province.start()
    again = httpx.post(first.request.url, content=first.request.content, headers=first.request.headers)
    assert (first.status_code, again.status_code, again.json()["code"]) == (200, 401, "nonce-used")


def test_a_question_without_a_case_or_purpose_is_refused(province: Running) -> None:
    for lacking in ("case", "purpose", "basis", "item"):
        bad = question(ZHANG, "name") | {lacking: ""}
        assert ask(province, "POST", "/resources/police.person", bad).status_code == 422
    assert ask(province, "POST", "/resources/nothing.here", question(ZHANG)).status_code == 404


def test_its_page_makes_one_resource_lie_and_leaves_the_others_alone(province: Running) -> None:
    province.set(mode="wrong_person", resource="police.person")
    assert ask(province, "POST", "/resources/police.person", question(ZHANG, "name")).json()["subject"] != ZHANG
    assert ask(province, "POST", "/resources/police.children", question(ZHANG, "count")).json()["subject"] == ZHANG


def test_each_wrong_answer_is_wrong_in_its_own_way(province: Running) -> None:
    def answer(mode: str) -> httpx.Response:
        province.set(mode=mode)
        return ask(province, "POST", "/resources/housing.contract", question(ZHANG, "area"))

    assert answer("down").status_code == 503
    assert answer("html").headers["content-type"].startswith("text/html")
    assert "NaN" in answer("nan").text
    assert "salary" in answer("extra").json()["values"]
    assert int(answer("normal").json()["time"][:4]) - int(answer("expired").json()["time"][:4]) == 1
    assert not is_signed(province, answer("bad_signature"))
    assert "X-OV-Signature" not in answer("unsigned").headers
    assert not is_signed(province, answer("replay"))
    assert answer("redirect").is_redirect
    with pytest.raises(httpx.RemoteProtocolError):
        answer("cut")
    with pytest.raises(RecursionError):
        json.loads(answer("deep").content)


def test_the_bomb_is_small_on_the_way_and_large_when_opened(province: Running) -> None:
    province.set(mode="bomb")
    with httpx.Client() as client:
        raw = b"".join(_raw(client, province))
    assert len(raw) < 1_000_000
    assert len(zlib.decompressobj(31).decompress(raw, 50_000_000)) == 50_000_000


def _raw(client: httpx.Client, province: Running) -> Iterator[bytes]:
    asked = signed(province, "POST", "/resources/police.person", question(ZHANG, "name"))
    with client.stream("POST", province.url + asked.path, content=asked.body, headers=asked.headers) as answer:
        yield from answer.iter_raw()


def test_it_stops_cleanly_though_somebody_is_being_answered(tmp_path: Path) -> None:
    with running("province", tmp_path) as it:
        it.set(mode="drip")
        with httpx.Client(timeout=5) as client:
            drops = _raw(client, it)
            next(drops)
            assert it.stop() == 0
            with suppress(httpx.TransportError):
                drops.close()  # type: ignore[attr-defined]


def test_the_control_page_is_for_its_own_page_only(province: Running) -> None:
    foreign = httpx.post(f"{province.url}/control", data={"mode": "down"}, headers={"Origin": "http://evil.example"})
    unknown = httpx.post(f"{province.url}/control", data={"mode": "explode"})
    assert (foreign.status_code, unknown.status_code) == (403, 422)
    page = httpx.get(f"{province.url}/control")
    assert "演示" in page.text
    assert "<script" not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]


def test_a_port_in_use_is_said_in_a_sentence(province: Running, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    second = Running("province", province.keys, tmp_path / "p.sqlite3", province.port)
    second.start()  # the first one answers at that port
    assert second.process is not None
    assert second.process.wait(10) == 1
    assert "已被占用" in capfd.readouterr().err
