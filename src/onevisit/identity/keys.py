"""Wrapping keys (包裹密钥): the key files that the data keys of persons and cases are wrapped with; one a year, the newest wraps.

A key is named in envelopes by the head of its own digest, so a file that was swapped or damaged opens nothing and is told apart.
"""

from dataclasses import dataclass

from django.conf import settings

from onevisit.identity.records import DataKey
from onevisit.ledger import suite

ID = 4
PREFIX = "wrapping-"


@dataclass(frozen=True, slots=True, repr=False)
class WrappingKey:
    """A secret of 32 bytes and the four bytes by which envelopes name it."""

    id: bytes
    secret: bytes


def wrapping() -> tuple[WrappingKey, ...]:
    """Every wrapping key, the newest last; raises `suite.KeyMissing`. A demo makes its first one, never beside sealed values."""
    names = sorted(path.name for path in settings.KEYS.glob(f"{PREFIX}*"))
    return tuple(_key(name) for name in names or (_first(),))


def _first() -> str:
    if DataKey.objects.exists():
        raise suite.KeyMissing(f"{settings.KEYS} 里没有包裹密钥，而数据库里已有加密的个人信息。请取回原来的密钥文件，不能另造。")
    return f"{PREFIX}{settings.REAL_CLOCK().year}"


def _key(name: str) -> WrappingKey:
    try:
        secret = suite.secret(name)
    except ValueError as why:
        raise suite.KeyMissing(f"密钥文件 {settings.KEYS / name} 已损坏，请从密钥保管处取回原文件。") from why
    if len(secret) != suite.SECRET:
        raise suite.KeyMissing(f"密钥文件 {settings.KEYS / name} 应有{suite.SECRET}个字节，实有{len(secret)}个，请取回原文件。")
    return WrappingKey(suite.GM.digest(secret)[:ID], secret)
