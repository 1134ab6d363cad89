"""The partners' signature (docs/partners.md), written again from the page: a second reading that the house is tested against."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac

KEY, TIME, NONCE, DIGEST, SIGNATURE = "X-OV-Key", "X-OV-Time", "X-OV-Nonce", "X-OV-Digest", "X-OV-Signature"
WINDOW = 300
"""Seconds that two clocks may differ."""


@dataclass(frozen=True)
class Asked:
    """A request as it came: what its signature covers."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Unsigned(Exception):
    """The request is not signed as it must be; `code` is what the asker is told."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Keyring:
    """The keys of one partner, read at each use: a file may appear after the start."""

    folder: Path

    def key(self, key_id: str) -> bytes | None:
        """The 32 bytes of this key id, None if there is no such file."""
        if not key_id.replace("-", "").isalnum() or len(key_id) > 40:
            return None
        try:
            return bytes.fromhex((self.folder / f"peer-{key_id}.key").read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            return None


def digest(body: bytes) -> str:
    """SM3 of the bytes, in hex."""
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(body)
    return sm3.finalize().hex()


def sign(key: bytes, *lines: str) -> str:
    """HMAC-SM3 over the lines, in hex."""
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update("\n".join(lines).encode())
    return mac.finalize().hex()


def verify(asked: Asked, keys: Keyring, spend: Callable[[str, str], bool]) -> tuple[str, str]:
    """Key id and nonce of a rightly signed request; `spend` keeps a nonce and is False if it was there. Raises `Unsigned`."""
    found = [asked.headers.get(name.lower(), "") for name in (KEY, TIME, NONCE, DIGEST, SIGNATURE)]
    key_id, when, nonce, claimed, signature = found
    if (
        not all(found)
        or not when.isdecimal()
        or len(when) > 12
        or not all(map(_is_hex, (nonce, claimed, signature), (32, 64, 64)))
    ):
        raise Unsigned("no-signature")
    key = keys.key(key_id)
    if key is None:
        raise Unsigned("unknown-key")
    if abs(time.time() - int(when)) > WINDOW:
        raise Unsigned("clock-skew")
    if digest(asked.body) != claimed:
        raise Unsigned("bad-digest")
    _check(key, signature, "OV1", asked.method, asked.path, key_id, when, nonce, claimed)
    if not spend(key_id, nonce):
        raise Unsigned("nonce-used")
    return key_id, nonce


def request_headers(key_id: str, key: bytes, asked: Asked) -> dict[str, str]:
    """The five headers of a request of ours."""
    when, nonce, summed = str(int(time.time())), secrets.token_hex(16), digest(asked.body)
    signature = sign(key, "OV1", asked.method, asked.path, key_id, when, nonce, summed)
    return {KEY: key_id, TIME: when, NONCE: nonce, DIGEST: summed, SIGNATURE: signature}


@dataclass(frozen=True)
class Reply:
    """An answer before it is signed."""

    status: int
    kind: str
    body: bytes


def answer_headers(key_id: str, key: bytes, nonce: str, reply: Reply) -> dict[str, str]:
    """The four headers that bind an answer to the question with this nonce."""
    when, summed = str(int(time.time())), digest(reply.body)
    signature = sign(key, "OV1-ANSWER", str(reply.status), key_id, when, nonce, summed, reply.kind.partition(";")[0].lower())
    return {KEY: key_id, TIME: when, DIGEST: summed, SIGNATURE: signature}


def _is_hex(text: str, length: int) -> bool:
    return len(text) == length and not set(text) - set("0123456789abcdef")


def _check(key: bytes, signature: str, *lines: str) -> None:
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update("\n".join(lines).encode())
    try:
        mac.verify(bytes.fromhex(signature))
    except InvalidSignature:
        raise Unsigned("bad-signature") from None
