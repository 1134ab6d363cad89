"""Signed messages between the house and other systems (签名报文): docs/partners.md is the contract, followed by both sides.

Always SM3 and HMAC-SM3, whatever suite the house stores with. A nonce is spent only after the signature held.
"""

import hmac
import re
from collections.abc import Mapping
from datetime import timedelta
from secrets import token_hex

from django.conf import settings
from django.db import IntegrityError, transaction

from onevisit.identity.models import Nonce, Peer
from onevisit.ledger import suite

SKEW = timedelta(seconds=300)
NONCE_KEPT = timedelta(minutes=10)
HEX64 = re.compile(r"[0-9a-f]{64}")
SHAPES = {
    "x-ov-key": re.compile(r"[A-Za-z0-9-]{1,40}"),
    "x-ov-time": re.compile(r"[0-9]{1,12}"),
    "x-ov-nonce": re.compile(r"[0-9a-f]{32}"),
    "x-ov-digest": HEX64,
    "x-ov-signature": HEX64,
}
WORDS = {
    "no-signature": "报文没有签名，或签名头的写法不对。",
    "unknown-key": "没有这个密钥编号，或该系统已停用。",
    "clock-skew": "报文时间与本系统相差超过300秒，请校准时钟。",
    "bad-digest": "报文内容与摘要不符。",
    "bad-signature": "签名不正确。",
    "nonce-used": "这个报文已经收到过。",
}


class BadSignature(Exception):
    """A message that is not to be believed; `code` as in docs/partners.md."""

    def __init__(self, code: str) -> None:
        super().__init__(WORDS[code])
        self.code = code


def sign_request(key_id: str, method: str, path: str, body: bytes) -> dict[str, str]:
    """The five headers of a request."""
    head = {"X-OV-Key": key_id, "X-OV-Time": _time(), "X-OV-Nonce": token_hex(16), "X-OV-Digest": _digest(body)}
    return head | {"X-OV-Signature": _mac(key_id, "OV1", method.upper(), path, *head.values())}


def verify_request(headers: Mapping[str, str], method: str, path: str, body: bytes) -> str:
    """The key id of the system that sent this, now, for the first time; `path` with its query as sent. Raises BadSignature."""
    sent = _shaped(headers, tuple(SHAPES))
    key_id, time, nonce, digest = sent["x-ov-key"], sent["x-ov-time"], sent["x-ov-nonce"], sent["x-ov-digest"]
    if not Peer.objects.filter(key_id=key_id, active=True).exists():
        raise BadSignature("unknown-key")
    _check(sent, body, _mac(key_id, "OV1", method.upper(), path, key_id, time, nonce, digest))
    _spend(key_id, nonce)
    return key_id


def sign_answer(key_id: str, nonce: str, status: int, body: bytes, kind: str) -> dict[str, str]:
    """The four headers of an answer to the request with this nonce; `kind` is its content type."""
    head = {"X-OV-Key": key_id, "X-OV-Time": _time(), "X-OV-Digest": _digest(body)}
    lines = ("OV1-ANSWER", str(status), key_id, head["X-OV-Time"], nonce, head["X-OV-Digest"], media(kind))
    return head | {"X-OV-Signature": _mac(key_id, *lines)}


def verify_answer(key_id: str, nonce: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Nothing, if the answer is of the peer with this key and to the request with this nonce; else raises BadSignature."""
    sent = _shaped(headers, ("x-ov-key", "x-ov-time", "x-ov-digest", "x-ov-signature"))
    if sent["x-ov-key"] != key_id:
        raise BadSignature("unknown-key")
    lines = (str(status), key_id, sent["x-ov-time"], nonce, sent["x-ov-digest"], media(headers.get("content-type", "")))
    _check(sent, body, _mac(key_id, "OV1-ANSWER", *lines))


def media(content_type: str) -> str:
    """The content type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def _shaped(headers: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    lower = {name.lower(): value for name, value in headers.items()}
    if not all(SHAPES[name].fullmatch(lower.get(name, "")) for name in names):
        raise BadSignature("no-signature")
    return {name: lower[name] for name in names}


def _check(sent: Mapping[str, str], body: bytes, expected: str) -> None:
    if abs(settings.REAL_CLOCK().timestamp() - int(sent["x-ov-time"])) > SKEW.total_seconds():
        raise BadSignature("clock-skew")
    if not hmac.compare_digest(sent["x-ov-digest"], _digest(body)):
        raise BadSignature("bad-digest")
    if not hmac.compare_digest(sent["x-ov-signature"], expected):
        raise BadSignature("bad-signature")


def _spend(key_id: str, nonce: str) -> None:
    now = settings.REAL_CLOCK()
    Nonce.objects.filter(seen_at__lt=now - NONCE_KEPT).delete()
    try:
        with transaction.atomic():
            Nonce.objects.create(key_id=key_id, nonce=nonce, seen_at=now)
    except IntegrityError as why:
        raise BadSignature("nonce-used") from why


def _time() -> str:
    return str(int(settings.REAL_CLOCK().timestamp()))


def _digest(body: bytes) -> str:
    return suite.GM.digest(body).hex()


def _mac(key_id: str, *lines: str) -> str:
    return suite.GM.mac(suite.secret(f"peer-{key_id}.key"), "\n".join(lines).encode()).hex()
