"""Writing: a stream is opened, events are appended; the news of each goes out as a job in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from onevisit.access import Actor
from onevisit.core import chain
from onevisit.ledger import jobs, queries, suite
from onevisit.ledger.models import Event, Stream
from onevisit.ledger.rows import Writes

NEWS = "onevisit.reactions.news"
QUIET = frozenset({"step.started", "step.finished", "step.skipped", "facts.settled", "visit.recorded"})
"""Kinds that are most of all events and on which nobody acts: no job is made to find that out."""

EVENT = "(%s::bigint, %s, %s::timestamptz, %s::timestamptz, %s, %s, %s, %s::jsonb, %s::bytea, %s::bytea)"
APPEND = """moved AS (
    UPDATE ledger_stream SET sequence = %s, head = %s, last_entered = %s
    WHERE id = %s AND sequence = %s AND head = %s RETURNING id
), written AS (
    INSERT INTO ledger_event (stream_id, seq, kind, happened, entered, actor, on_behalf_of, via, data, previous, hash)
    SELECT moved.id, fresh.* FROM moved, (VALUES {rows}) AS fresh
    RETURNING id, seq, kind
)"""
DEFER = """, jobs AS (
    SELECT procrastinate_defer_jobs_v1(coalesce(array_agg(
        ROW('default', %s, 0, NULL, NULL, jsonb_build_object('event_id', id), NULL)::procrastinate_job_to_defer_v1 ORDER BY seq
    ) FILTER (WHERE kind = ANY(%s)), '{{}}') || {then}) AS ids FROM written HAVING count(*) > 0
)"""
NUMBERS, DEFERRED = "(SELECT array_agg(id ORDER BY seq) FROM written)", "(SELECT ids FROM jobs)"


@dataclass(frozen=True, slots=True)
class Entry:
    """What to append: a kind (`noun.past`), references and digests, and when it happened if not just now."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    happened: datetime | None = None


def open_stream(kind: str) -> Stream:
    """A new, empty stream for one aggregate of this kind."""
    return Stream.objects.create(kind=kind)


def append(
    stream: Stream, actor: Actor, entries: Sequence[Entry], then: Sequence[jobs.Later] = (), beside: Writes | None = None
) -> list[Event]:
    """The new events, chained to the head; inside the action's transaction, after its other locks.

    There is one job of news for each event that is not QUIET.

    `then`: other jobs that go out with the news; `beside`: what else the action stores. All that is one statement, where the head
    is still the one that was read. Where another has appended since, the stream is locked, read, and its part said again.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("events are appended only in the transaction of their cause")
    if not entries and beside is None:
        return []
    beside = beside or Writes()
    made = _written(stream, actor, entries, then, beside)
    if made is None:
        stream.refresh_from_db(from_queryset=Stream.objects.select_for_update())
        made = _written(stream, actor, entries, then, beside)
    if made is None:
        raise RuntimeError(f"stream {stream.public_id} moved under its lock")
    return made


def _written(
    stream: Stream, actor: Actor, entries: Sequence[Entry], then: Sequence[jobs.Later], beside: Writes
) -> list[Event] | None:
    """The events, if the head was still the stream's; the stream then knows its new one. What stands beside is stored at once."""
    now = settings.CLOCK()
    entered = max(now, stream.last_entered or now)
    rows: list[Event] = []
    for entry in entries:
        rows.append(_chained(rows[-1] if rows else None, stream, actor, entry, entered))
    last = rows[-1]
    params: list[Any] = [last.seq, last.hash, entered, stream.pk, stream.sequence, bytes(stream.head)]
    for row in rows:
        params += [row.seq, row.kind, row.happened, row.entered, row.actor, row.on_behalf_of, row.via]
        params += [Jsonb(row.data), row.previous, row.hash]
    more, columns = APPEND.format(rows=", ".join([EVENT] * len(rows))), [NUMBERS]
    heard = [row.kind for row in rows if row.kind not in QUIET]
    if heard or then:
        array, of_jobs = jobs.later(then)
        more, columns = more + DEFER.format(then=array), [NUMBERS, DEFERRED]
        params += [NEWS, heard, *of_jobs]
    numbers = beside.whole(more, params, columns)[0]
    if numbers is None:
        return None
    for row, number in zip(rows, numbers, strict=True):
        row.pk = number
    stream.sequence, stream.head, stream.last_entered = last.seq, last.hash, entered
    return rows


def _chained(before: Event | None, stream: Stream, actor: Actor, entry: Entry, entered: datetime) -> Event:
    seq, head = (before.seq, bytes(before.hash)) if before else (stream.sequence, bytes(stream.head))
    row = Event(
        stream=stream, seq=seq + 1, kind=entry.kind, happened=entry.happened or entered, entered=entered,
        actor=actor.id, on_behalf_of=actor.on_behalf_of, via=actor.via, data=dict(entry.data), previous=head,
    )  # fmt: skip
    row.hash = chain.link(head, queries.record(queries.view(row)), suite.digest, suite.SUITE_BYTE)
    return row
