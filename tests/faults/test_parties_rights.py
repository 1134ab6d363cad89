"""What the other party of a case may: look, confirm, withdraw; nothing of what is the applicant's own. By every address (T23)."""

from pathlib import Path
from typing import Any

import pytest
from tests.cases import accounts, ground, two
from tests.cases.accounts import Somebody
from tests.cases.conftest import city
from tests.cases.test_parties import heard

from onevisit.cases import actions, queries
from onevisit.cases.models import Party
from onevisit.channels.portal.urls import urlpatterns

__all__ = ["city"]

ADDRESSES: dict[str, tuple[int, int]] = {
    "case": (200, 405), "receipt": (200, 405), "part": (200, 302), "withdraw": (200, 302), "receipt-pdf": (202, 405),
    "mend": (404, 404), "tasks": (404, 404), "fill": (404, 404), "autosave": (405, 404), "papers": (404, 404),
    "paper-remove": (405, 404), "dispute": (404, 404), "check": (404, 404), "file": (405, 404), "pay": (404, 404),
    "pay-start": (405, 404), "pay-done": (404, 404), "attachment": (404, 405), "decision-pdf": (404, 405),
    "delivery": (404, 404), "delivery-save": (405, 200), "paper-pdf": (404, 405),
}  # fmt: skip
"""GET and POST as the seller, of every address of the buyer's case that is not the desk's."""


@pytest.fixture
def boats(city: None, tmp_path: Path) -> dict[str, Somebody]:
    """The buyer, the seller, somebody else."""
    two.offer(tmp_path)
    return {key: accounts.applicant(key) for key in (two.TAKER, two.GIVER, two.OTHER)}


def filled(pattern: Any, case: str) -> str:
    """The address with ids in it."""
    parts = {
        "case": case,
        "name": "tolerance",
        "step": "confirm",
        "page": 1,
        "field": "boat",
        "attachment": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
    }
    text = str(pattern.pattern)
    for name, value in parts.items():
        for kind in ("uuid", "str", "int", "slug"):
            text = text.replace(f"<{kind}:{name}>", str(value))
    return f"/{text}"


def test_the_other_party_at_every_address_of_the_case(boats: dict[str, Somebody]) -> None:
    case = two.a_filed(boats[two.TAKER].actor).id
    wrong = []
    for pattern in urlpatterns:
        if not str(pattern.pattern).startswith("cases/<uuid:case>") or pattern.name not in ADDRESSES:
            continue
        got = boats[two.GIVER].http.get(filled(pattern, case)).status_code
        if got != ADDRESSES[pattern.name][0]:
            wrong.append(f"GET {pattern.name}: {got}")
    assert wrong == []
    for pattern in urlpatterns:
        if pattern.name in ADDRESSES and pattern.name not in ("part", "withdraw"):
            got = boats[two.GIVER].http.post(filled(pattern, case), {"key": "x"}).status_code
            if got != ADDRESSES[pattern.name][1]:
                wrong.append(f"POST {pattern.name}: {got}")
    assert wrong == []
    assert ground.row(case).stage == "received"


def test_every_address_of_a_case_is_thought_of() -> None:
    known = {pattern.name for pattern in urlpatterns if str(pattern.pattern).startswith("cases/<uuid:case>")}
    assert known - ADDRESSES.keys() == set()


def test_a_stranger_finds_nothing(boats: dict[str, Somebody]) -> None:
    case = two.a_filed(boats[two.TAKER].actor).id
    for pattern in urlpatterns:
        if pattern.name in ADDRESSES:
            got = boats[two.OTHER].http.get(filled(pattern, case)).status_code
            assert got in (404, 405), pattern.name


def test_nothing_of_the_buyer_stands_on_the_seller_s_pages(boats: dict[str, Somebody]) -> None:
    giver = boats[two.GIVER]
    case = two.a_filed(boats[two.TAKER].actor).id
    heard()
    pages = [f"/cases/{case}", f"/cases/{case}/part/confirm", f"/cases/{case}/receipt", "/cases", "/messages", "/"]
    row = two.who(two.TAKER)
    for path in pages:
        shown = giver.http.get(path).content.decode()
        found = [one for one in (row.name, row.number, row.phone, "15400000001", "6222020000000001") if one in shown]
        assert not found, path
    asked = giver.http.get(f"/cases/{case}/part/confirm").content.decode()
    for words in ("水鸟一号", "5,000.00元", "林**", "买方", "一个人"):
        assert words in asked


def test_the_seller_confirms_and_both_are_verified_on_their_pages(boats: dict[str, Somebody]) -> None:
    taker, giver = boats[two.TAKER], boats[two.GIVER]
    case = two.a_filed(taker.actor).id
    assert "等您确认" in giver.http.get("/cases").content.decode()
    assert "等您确认" in giver.http.get("/").content.decode()
    assert "正在等" in taker.http.get(f"/cases/{case}").content.decode()
    assert giver.http.post(f"/cases/{case}/part/confirm", {"act": "confirm"}).status_code == 302
    for who in (taker, giver):
        sent = who.http.post(f"/cases/{case}/part/identity", {"act": "confirm"})
        assert (sent.status_code, sent.headers["Location"]) == (302, f"/confirm?next=%2Fcases%2F{case}%2Fpart%2Fidentity")
        assert who.http.post("/confirm", {"next": f"/cases/{case}/part/identity"}).status_code == 302
        who.http.post(f"/cases/{case}/part/identity", {"act": "confirm"})
    assert queries.turns(taker.actor, case) == ()
    assert "这几天不算办理时间" not in taker.http.get(f"/cases/{case}").content.decode()


def test_an_objection_is_read_by_the_buyer(boats: dict[str, Somebody]) -> None:
    taker, giver = boats[two.TAKER], boats[two.GIVER]
    case = two.a_filed(taker.actor).id
    assert giver.http.post(f"/cases/{case}/part/confirm", {"act": "disagree", "reason": " "}).status_code == 422
    assert giver.http.post(f"/cases/{case}/part/confirm", {"act": "disagree", "reason": "价格不对。"}).status_code == 302
    assert "价格不对。" in taker.http.get(f"/cases/{case}").content.decode()
    assert "为什么不同意" not in taker.http.get(f"/cases/{case}").content.decode()


def test_who_withdrew_is_told_apart(boats: dict[str, Somebody]) -> None:
    taker, giver = boats[two.TAKER], boats[two.GIVER]
    case = two.a_filed(taker.actor).id
    giver.http.post(f"/cases/{case}/withdraw")
    assert "您撤回了申报。" in giver.http.get(f"/cases/{case}").content.decode()
    assert "卖方撤回了申报。" in taker.http.get(f"/cases/{case}").content.decode()
    assert "买方提交了申报。" in giver.http.get(f"/cases/{case}").content.decode()


def test_the_invited_one_opens_the_address_and_nobody_else(city: None, tmp_path: Path) -> None:
    two.offer(tmp_path)
    taker, other = accounts.applicant(two.TAKER), accounts.applicant(two.OTHER)
    case = two.a_filed(taker.actor).id
    seat = Party.objects.get(case__public_id=case, role="giver")
    address = f"/parties/{seat.public_id}"
    assert address in taker.http.get(f"/cases/{case}").content.decode()
    for who in (taker, other):
        assert who.http.get(address).status_code == 404
        assert who.http.post(address).status_code == 404
    assert accounts.nobody().http.get(address).status_code == 302
    giver = accounts.applicant(two.GIVER)
    assert giver.http.get(f"/cases/{case}").status_code == 404
    assert "小船过户登记" in giver.http.get(address).content.decode()
    assert giver.http.get(f"/cases/{case}").status_code == 404, "looking binds nobody"
    assert giver.http.post(address).headers["Location"] == f"/cases/{case}"
    assert giver.http.get(f"/cases/{case}").status_code == 200
    assert address not in taker.http.get(f"/cases/{case}").content.decode()
    assert actions.state_of(ground.row(case)).stage == "received"
