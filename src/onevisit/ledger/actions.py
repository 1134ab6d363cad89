"""Writing: a stream is opened, events are appended; the news of each goes out as a job in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit.access import Actor
from onevisit.core import chain
from onevisit.ledger import jobs, queries, suite
from onevisit.ledger.models import Event, Stream

NEWS = "onevisit.reactions.news"


@dataclass(frozen=True, slots=True)
class Entry:
    """What to append: a kind (`noun.past`), references and digests, and when it happened if not just now."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    happened: datetime | None = None


def open_stream(kind: str) -> Stream:
    """A new, empty stream for one aggregate of this kind."""
    return Stream.objects.create(kind=kind)


def append(stream: Stream, actor: Actor, entries: Sequence[Entry]) -> list[Event]:
    """The new events, chained to the head, one job of news each; inside the action's transaction, after its other locks."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("events are appended only in the transaction of their cause")
    locked = Stream.objects.select_for_update().get(pk=stream.pk)
    now = settings.CLOCK()
    written = []
    for entry in entries:
        locked.last_entered = max(now, locked.last_entered or now)
        row = _chained(locked, actor, entry, locked.last_entered)
        locked.sequence, locked.head = row.seq, row.hash
        written.append(row)
    Event.objects.bulk_create(written)
    locked.save(update_fields=["sequence", "head", "last_entered"])
    stream.sequence, stream.head, stream.last_entered = locked.sequence, locked.head, locked.last_entered
    jobs.defer_each(NEWS, [{"event_id": row.pk} for row in written])
    return written


def _chained(stream: Stream, actor: Actor, entry: Entry, entered: datetime) -> Event:
    row = Event(
        stream=stream, seq=stream.sequence + 1, kind=entry.kind, happened=entry.happened or entered, entered=entered,
        actor=actor.id, on_behalf_of=actor.on_behalf_of, via=actor.via, data=dict(entry.data), previous=bytes(stream.head),
    )  # fmt: skip
    row.hash = chain.link(bytes(stream.head), queries.record(queries.view(row)), suite.digest, suite.SUITE_BYTE)
    return row
