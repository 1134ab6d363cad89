"""The algorithms of the house, as one suite by the setting SUITE, and its key files.

`gm` (国密, default): SM3 (GB/T 32905), HMAC-SM3, SM4-GCM (GB/T 32907), SM2 (GB/T 32918).
`intl`: SHA-256, HMAC-SHA-256, AES-256-GCM, Ed25519. Whatever is stored carries the suite's byte.
"""

import functools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes
from django.conf import settings
from gmssl_pyx import sm2_key_generate, sm2_sign, sm2_verify

from onevisit.settings import keep_once

NONCE = 12
TAG = 16
SECRET = 32
LOOSE = 0o077


class Unopened(Exception):
    """The sealed bytes are not what was sealed with this key for this place."""


class KeyMissing(Exception):
    """A key file is absent or open to others."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A signing pair, as raw bytes."""

    public: bytes
    private: bytes


@dataclass(frozen=True, slots=True)
class Suite:
    """One consistent choice of algorithms; `byte` marks what it wrote."""

    byte: int
    key_size: int
    algorithm: Callable[[], hashes.HashAlgorithm]
    cipher: Callable[[bytes], CipherAlgorithm]
    pair: Callable[[], Pair]
    sign: Callable[[Pair, bytes], bytes]
    verify: Callable[[bytes, bytes, bytes], bool]

    def digest(self, content: bytes) -> bytes:
        """The 32 bytes of the hash of `content`."""
        running = hashes.Hash(self.algorithm())
        running.update(content)
        return running.finalize()

    def mac(self, key: bytes, content: bytes) -> bytes:
        """The 32 bytes of the keyed hash (HMAC)."""
        running = hmac.HMAC(key, self.algorithm())
        running.update(content)
        return running.finalize()

    def seal(self, key: bytes, content: bytes, place: bytes = b"") -> bytes:
        """nonce ‖ ciphertext ‖ tag; opens only with the same key and the same `place` (AAD)."""
        nonce = secrets.token_bytes(NONCE)
        sealing = Cipher(self.cipher(key), modes.GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(place)
        return nonce + sealing.update(content) + sealing.finalize() + sealing.tag

    def open(self, key: bytes, sealed: bytes, place: bytes = b"") -> bytes:
        """What was sealed; raises Unopened when a byte, the key or the place differs."""
        if len(sealed) < NONCE + TAG:
            raise Unopened("sealed bytes are cut")
        opening = Cipher(self.cipher(key), modes.GCM(sealed[:NONCE], sealed[-TAG:])).decryptor()
        opening.authenticate_additional_data(place)
        try:
            return opening.update(sealed[NONCE:-TAG]) + opening.finalize()
        except InvalidTag as why:
            raise Unopened("sealed bytes, key or place were changed") from why

    def new_key(self) -> bytes:
        """A fresh key for `seal`."""
        return secrets.token_bytes(self.key_size)


def _sm2_pair() -> Pair:
    public, private = sm2_key_generate()
    return Pair(public, private)


def _sm2_sign(pair: Pair, content: bytes) -> bytes:
    signature: bytes = sm2_sign(pair.private, pair.public, content)
    return signature


def _ed25519_pair() -> Pair:
    private = Ed25519PrivateKey.generate()
    return Pair(private.public_key().public_bytes_raw(), private.private_bytes_raw())


def _ed25519_sign(pair: Pair, content: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(pair.private).sign(content)


def _ed25519_verify(public: bytes, content: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except InvalidSignature:
        return False
    return True


GM = Suite(1, 16, hashes.SM3, algorithms.SM4, _sm2_pair, _sm2_sign, sm2_verify)
INTL = Suite(2, 32, hashes.SHA256, algorithms.AES, _ed25519_pair, _ed25519_sign, _ed25519_verify)
SUITES = {"gm": GM, "intl": INTL}
BY_BYTE = {suite.byte: suite for suite in SUITES.values()}

CURRENT = SUITES[settings.SUITE]
SUITE_BYTE = CURRENT.byte
digest, mac, seal, open = CURRENT.digest, CURRENT.mac, CURRENT.seal, CURRENT.open


def secret(name: str) -> bytes:
    """The 32 secret bytes of the key file `name`; raises KeyMissing. A demo makes the file at its first use."""
    return _kept(settings.KEYS / name, lambda: secrets.token_bytes(SECRET))


def signer(name: str) -> Pair:
    """The signing pair `name`, its public half beside it by `key_id`; raises KeyMissing. A demo makes it at first use."""
    both = _kept(settings.KEYS / f"{name}-{settings.SUITE}", _joined_pair)
    pair = Pair(both[:-SECRET], both[-SECRET:])
    keep_once(settings.KEYS / f"{key_id(pair.public)}.pub", pair.public.hex())
    return pair


def key_id(public: bytes) -> str:
    """The sixteen characters that name a public key."""
    return digest(public).hex()[:16]


def public_key(named: str) -> bytes:
    """The public key that `key_id` names; raises KeyMissing."""
    return _content(settings.KEYS / f"{named}.pub")


def _joined_pair() -> bytes:
    pair = CURRENT.pair()
    return pair.public + pair.private


def _kept(path: Path, fresh: Callable[[], bytes]) -> bytes:
    if settings.DEMO and not path.exists():
        keep_once(path, fresh().hex())
    return _content(path)


@functools.lru_cache(maxsize=256)
def _content(path: Path) -> bytes:
    if not path.exists():
        raise KeyMissing(f"缺少密钥文件 {path}，请从备份恢复后再启动")
    if path.stat().st_mode & LOOSE:
        raise KeyMissing(f"密钥文件 {path} 的权限过宽，请执行 chmod 400")
    return bytes.fromhex(path.read_text(encoding="ascii"))
