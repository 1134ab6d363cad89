"""Merkle roots (存证根): each minute one signed root ties the heads that moved, and links the root before it.

A leaf is the hash of a stream's newest event, which commits to all before it; the newest root of a day therefore commits to every
event of the house. Outside the database, the witness (见证) keeps one line a root: who rewrites history must also rewrite that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from onevisit.core import chain
from onevisit.ledger import suite
from onevisit.ledger.jobs import periodic
from onevisit.ledger.models import Root, Stream

AT_MOST = 10_000
SILENCE = timedelta(hours=1)
KEY = "root"


@dataclass(frozen=True, slots=True)
class Head:
    """A stream's place and hash when a root was made."""

    stream: str
    seq: int
    hash: bytes


@periodic("onevisit.ledger.roots.make", "* * * * *")
def make(timestamp: int = 0) -> None:
    """Every head that moved is under a root, and the witness has seen it."""
    while _make_one():
        continue
    tell_witness()


def record(number: int, made_at: datetime, heads: Sequence[Sequence[object]], merkle: bytes) -> dict[str, object]:
    """What of a root is hashed and signed, beside the root before it."""
    moment = made_at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"number": number, "made_at": moment, "heads": [list(head) for head in heads], "merkle": merkle.hex()}


def tell_witness() -> None:
    """The witness file has one line for each root: number, hash, signature. Only ever appended to."""
    if not settings.WITNESS:
        return
    path = Path(settings.WITNESS)
    newest = newest_witnessed()
    lines = [f"{root.number} {bytes(root.hash).hex()} {bytes(root.signature).hex()}\n" for root in _after(newest)]
    with path.open("a", encoding="ascii") as witness:
        witness.writelines(lines)


def newest_witnessed() -> int:
    """The number of the newest root that the witness has seen; 0 for none."""
    return max(witnessed(), default=0)


def witnessed() -> dict[int, bytes]:
    """The hash of each root that the witness has seen."""
    path = Path(settings.WITNESS) if settings.WITNESS else None
    lines = path.read_text(encoding="ascii").splitlines() if path and path.exists() else []
    return {int(number): bytes.fromhex(digest) for number, digest, _ in (line.split(" ") for line in lines)}


def _after(number: int) -> list[Root]:
    return list(Root.objects.filter(number__gt=number).order_by("number"))


@transaction.atomic
def _make_one() -> bool:
    """Whether a root was made and more heads may be waiting. Streams that somebody is appending to are left to the next root."""
    last = Root.objects.select_for_update().order_by("-number").first()
    moved = Stream.objects.filter(sequence__gt=F("rooted")).order_by("pk").select_for_update(skip_locked=True)[:AT_MOST]
    streams = list(moved)
    now = settings.CLOCK()
    if not streams and last is not None and now - last.made_at < SILENCE:
        return False
    heads = [Head(str(stream.public_id), stream.sequence, bytes(stream.head)) for stream in streams]
    _root(last, heads, max(now, last.made_at) if last else now).save(force_insert=True)
    Stream.objects.filter(pk__in=[stream.pk for stream in streams]).update(rooted=F("sequence"))
    return len(streams) == AT_MOST


def _root(last: Root | None, heads: Sequence[Head], made_at: datetime) -> Root:
    """The root over these heads, linked to the last one and signed."""
    number, previous = (last.number + 1, bytes(last.hash)) if last else (1, chain.GENESIS)
    listed = [[head.stream, head.seq] for head in heads]
    merkle = chain.merkle_root([head.hash for head in heads], suite.digest)
    digest = chain.link(previous, record(number, made_at, listed, merkle), suite.digest, suite.SUITE_BYTE)
    pair = suite.signer(KEY)
    return Root(
        number=number, made_at=made_at, heads=listed, merkle=merkle, previous=previous, hash=digest,
        key_id=suite.key_id(pair.public), signature=suite.CURRENT.sign(pair, digest),
    )  # fmt: skip
