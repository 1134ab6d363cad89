"""Key files (密钥文件): wrapping keys for personal values, the key of blind indexes, keys shared with other systems.

One file a key in `settings.KEYS`, 64 hex characters, mode 0400, off the database host: `wrapping-<year>-<check>.key`, `index-<check>.key`,
`peer-<key id>.key`. The check value is the head of the key's own digest, so a swapped or damaged file is found before it is used.
"""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from onevisit.identity.records import DataKey
from onevisit.ledger import suite

SIZE = 32
CHECK = 4


class KeyTrouble(Exception):
    """A key file is absent, loose, damaged or swapped; the message says which and what to do."""


@dataclass(frozen=True, repr=False)
class Key:
    """A secret of 32 bytes and the four bytes by which envelopes name it."""

    id: bytes
    secret: bytes


def wrapping() -> dict[bytes, Key]:
    """Every wrapping key by its id; the newest year is the last one."""
    return {key.id: key for key in _checked("wrapping")}


def newest_wrapping() -> Key:
    """The wrapping key that new data keys are wrapped with."""
    return _checked("wrapping")[-1]


def index() -> Key:
    """The one key that blind indexes derive from."""
    found = _checked("index")
    if len(found) > 1:
        raise KeyTrouble(f"{settings.KEYS} 里有多个 index-*.key。索引密钥只能有一个，请移走错误的那个。")
    return found[0]


def peer(key_id: str) -> bytes:
    """The key shared with another system; in demo mode it is made when it is missing."""
    path = settings.KEYS / f"peer-{key_id}.key"
    if settings.DEMO and not path.exists():
        with _alone():
            if not path.exists():
                _write(path, secrets.token_bytes(SIZE))
    return _read(path)


def _checked(use: str) -> list[Key]:
    paths = sorted(settings.KEYS.glob(f"{use}-*.key"))
    if not paths:
        _found_keys()
        paths = sorted(settings.KEYS.glob(f"{use}-*.key"))
    return [_verified(path) for path in paths]


def _verified(path: Path) -> Key:
    secret = _read(path)
    check = suite.digest(secret)[:CHECK]
    if path.stem.rpartition("-")[2] != check.hex():
        raise KeyTrouble(f"密钥文件 {path} 与它的名称不符，可能被换过或已损坏。请从密钥保管处取回原文件。")
    return Key(check, secret)


def _read(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as trouble:
        raise KeyTrouble(f"读不到密钥文件 {path}。请从密钥保管处取回，放好后执行 chmod 0400 {path}。") from trouble
    if stat.S_IMODE(mode) & 0o377:
        raise KeyTrouble(f"密钥文件 {path} 的权限太宽（{stat.S_IMODE(mode):04o}）。请执行 chmod 0400 {path}。")
    try:
        secret = bytes.fromhex(text)
    except ValueError as trouble:
        raise KeyTrouble(f"密钥文件 {path} 的内容不是十六进制。请从密钥保管处取回原文件。") from trouble
    if len(secret) != SIZE:
        raise KeyTrouble(f"密钥文件 {path} 应有{SIZE}个字节，实有{len(secret)}个。请从密钥保管处取回原文件。")
    return secret


def _found_keys() -> None:
    """The first keys of a demo; anywhere else, and wherever values are sealed already, their absence is trouble."""
    if not settings.DEMO:
        raise KeyTrouble(f"{settings.KEYS} 里没有密钥文件。正式环境的密钥由两人生成并保管，请放好后再启动。")
    if DataKey.objects.exists():
        raise KeyTrouble(f"{settings.KEYS} 里没有密钥文件，而数据库里已有加密的个人信息。请取回原密钥，不能另造。")
    with _alone():
        for use in (f"wrapping-{settings.REAL_CLOCK().year}", "index"):
            if not list(settings.KEYS.glob(f"{use.partition('-')[0]}-*.key")):
                secret = secrets.token_bytes(SIZE)
                _write(settings.KEYS / f"{use}-{suite.digest(secret)[:CHECK].hex()}.key", secret)


def _write(path: Path, secret: bytes) -> None:
    """The whole file at once: a reader in another process never sees half a key."""
    draft = path.with_suffix(".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")
    draft.chmod(0o400)
    draft.rename(path)


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time makes keys."""
    settings.KEYS.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.KEYS / ".making").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
