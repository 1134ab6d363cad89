"""Signatures as docs/partners.md says: the vectors there, and every way in which a message is not to be believed."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from onevisit.identity import actions, signing
from onevisit.identity.models import Nonce, Peer
from onevisit.ledger import suite
from onevisit.settings import ROOT, ZONE

pytestmark = pytest.mark.django_db
KEY_ID = "demo-province"
BODY = b'{"a":1}'
PATH = "/share/person?x=1"


@pytest.fixture(autouse=True)
def _province() -> None:
    actions.found_demo_peer("province", "省数据共享平台（演示）", 8101)


def signed(body: bytes = BODY, path: str = PATH) -> dict[str, str]:
    return signing.sign_request(KEY_ID, "POST", path, body)


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """The real clock goes wrong by so many seconds."""
    true = settings.REAL_CLOCK
    monkeypatch.setattr(settings, "REAL_CLOCK", lambda: true() + timedelta(seconds=seconds))


def test_a_signed_request_is_believed_once() -> None:
    headers = signed()
    assert signing.verify_request(headers, "POST", PATH, BODY) == KEY_ID
    with pytest.raises(signing.BadSignature, match="已经收到过") as refusal:
        signing.verify_request(headers, "POST", PATH, BODY)
    assert refusal.value.code == "nonce-used"


def test_the_vectors_of_the_partners_page_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "partners.md").read_text(encoding="utf-8")
    request, answer = re.findall(r"digest `([0-9a-f]{64})`, signature `([0-9a-f]{64})`", page)
    monkeypatch.setattr(suite, "secret", lambda name: bytes(range(32)))
    nonce = "000102030405060708090a0b0c0d0e0f"
    sent = {"x-ov-key": KEY_ID, "x-ov-time": "1767225600", "x-ov-nonce": nonce}
    sent |= {"x-ov-digest": request[0], "x-ov-signature": request[1]}
    monkeypatch.setattr(settings, "REAL_CLOCK", lambda: datetime.fromtimestamp(1767225600, ZONE))
    assert signing.verify_request(sent, "POST", PATH, BODY) == KEY_ID
    replied = {
        "x-ov-key": KEY_ID,
        "x-ov-time": "1767225601",
        "x-ov-digest": answer[0],
        "x-ov-signature": answer[1],
        "content-type": "application/json; charset=utf-8",
    }
    signing.verify_answer(KEY_ID, nonce, 200, replied, b'{"b":2}')


def test_the_standard_library_alone_makes_the_same_signature() -> None:
    headers = signed()
    lines = ("OV1", "POST", PATH, *list(headers.values())[:4])
    key = suite.secret(f"peer-{KEY_ID}.key")
    assert headers["X-OV-Signature"] == hmac.new(key, "\n".join(lines).encode(), "sm3").hexdigest()
    assert headers["X-OV-Digest"] == hashlib.new("sm3", BODY).hexdigest()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"X-OV-Signature": "0" * 64}, "bad-signature"),
        ({"X-OV-Nonce": "f" * 32}, "bad-signature"),
        ({"X-OV-Digest": "0" * 64}, "bad-digest"),
        ({"X-OV-Key": "../../etc/passwd"}, "no-signature"),
        ({"X-OV-Key": "nobody"}, "unknown-key"),
        ({"X-OV-Time": "１７"}, "no-signature"),
        ({"X-OV-Time": "1"}, "clock-skew"),
        ({"X-OV-Nonce": ""}, "no-signature"),
    ],
)
def test_a_changed_header_is_refused(change: dict[str, str], code: str) -> None:
    with pytest.raises(signing.BadSignature) as refusal:
        signing.verify_request({**signed(), **change}, "POST", PATH, BODY)
    assert refusal.value.code == code
    assert not Nonce.objects.exists(), "a stranger spends nobody's nonce"


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("PUT", PATH, BODY, "bad-signature"),
        ("POST", "/share/person?x=2", BODY, "bad-signature"),
        ("POST", PATH, b"{}", "bad-digest"),
    ],
)
def test_another_message_is_refused(method: str, path: str, body: bytes, code: str) -> None:
    with pytest.raises(signing.BadSignature) as refusal:
        signing.verify_request(signed(), method, path, body)
    assert refusal.value.code == code


@pytest.mark.parametrize(("seconds", "believed"), [(0, True), (299, True), (-299, True), (302, False), (-302, False)])
def test_five_minutes_of_skew_are_borne(monkeypatch: pytest.MonkeyPatch, seconds: int, believed: bool) -> None:
    headers = signed()
    at(monkeypatch, seconds)
    if believed:
        assert signing.verify_request(headers, "POST", PATH, BODY) == KEY_ID
    else:
        with pytest.raises(signing.BadSignature, match="300秒"):
            signing.verify_request(headers, "POST", PATH, BODY)


def test_old_nonces_are_forgotten_but_old_messages_stay_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    headers = signed()
    signing.verify_request(headers, "POST", PATH, BODY)
    at(monkeypatch, 601)
    signing.verify_request(signed(), "POST", PATH, BODY)
    assert Nonce.objects.count() == 1
    with pytest.raises(signing.BadSignature, match="300秒"):
        signing.verify_request(headers, "POST", PATH, BODY)


def test_a_system_that_was_switched_off_is_unknown() -> None:
    headers = signed()
    Peer.objects.update(active=False)
    with pytest.raises(signing.BadSignature, match="已停用"):
        signing.verify_request(headers, "POST", PATH, BODY)


def test_an_answer_is_bound_to_its_question() -> None:
    answer = {**signing.sign_answer(KEY_ID, "a" * 32, 200, BODY, "application/json"), "content-type": "application/json"}
    signing.verify_answer(KEY_ID, "a" * 32, 200, answer, BODY)
    for nonce, status in (("b" * 32, 200), ("a" * 32, 201)):
        with pytest.raises(signing.BadSignature, match="签名不正确"):
            signing.verify_answer(KEY_ID, nonce, status, answer, BODY)
    with pytest.raises(signing.BadSignature):
        signing.verify_answer("demo-gateway", "a" * 32, 200, answer, BODY)


def test_a_key_that_is_missing_makes_no_signature(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(suite.KeyMissing):
        signing.sign_request("no-such-key", "GET", "/", b"")
