"""Doing it once (幂等): a request that comes again gets the answer it got, and nothing is done twice.

The key is the sender's; its row is written in the transaction of what was done. A day later (money: a week) it is forgotten, and
the stage table refuses.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar, cast

from django.conf import settings
from django.db import connection, transaction

from onevisit.ledger import suite
from onevisit.ledger.jobs import periodic
from onevisit.ledger.models import IdempotencyKey

A_DAY = timedelta(hours=24)
A_WEEK = timedelta(days=7)

T = TypeVar("T")


class InFlight(Exception):
    """The same request is still running (409): ask again with the same key."""


class OtherBody(Exception):
    """The key was used for another request (422)."""


def once(actor_id: str, key: str, body: bytes, do: Callable[[], T], *, keep: timedelta = A_DAY) -> T:
    """What `do()` answers (JSON), or what it answered when actor and key came first; raises InFlight or OtherBody."""
    digest = suite.digest(body)
    with transaction.atomic():
        if not _taken(suite.digest(f"{actor_id}\n{key}".encode())):
            raise InFlight(key)
        known = IdempotencyKey.objects.filter(actor=actor_id, key=key).first()
        if known is None:
            answer = do()
            now = settings.REAL_CLOCK()
            row = IdempotencyKey(actor=actor_id, key=key, digest=digest, answer=answer, made_at=now, kept_until=now + keep)
            row.save(force_insert=True)
            return answer
        if bytes(known.digest) != digest:
            raise OtherBody(key)
        return cast(T, known.answer)


def _taken(name: bytes) -> bool:
    """Whether this transaction is now the only one at work under the name; it lets go when it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(name[:8], "big", signed=True)])
        return bool(cursor.fetchone()[0])


@periodic("onevisit.ledger.once.forget", "17 3 * * *")
def forget(timestamp: int = 0) -> None:
    """Keys past their time are gone."""
    IdempotencyKey.objects.filter(kept_until__lt=settings.REAL_CLOCK()).delete()
