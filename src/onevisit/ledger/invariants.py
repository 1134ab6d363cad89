"""What must hold in any living database (不变量), and how it is checked: on one read-only snapshot, so also on a standby.

Each invariant yields what offends it, nothing if it holds. Numbers are those of `onevisit check`; they are never reused.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby, pairwise
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from onevisit.core import chain
from onevisit.ledger import jobs, queries, roots, suite
from onevisit.ledger.models import Event, Root, Stream

SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
ROOTED_WITHIN = timedelta(minutes=2)
PATIENCE = timedelta(seconds=60)
P99_AGE = timedelta(seconds=30)
KEYED = ["bill.paid", "bill.refunded", "licence.issued"]
DIGESTS = {byte: one.digest for byte, one in suite.BY_BYTE.items()}


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that holds; `check` yields the ids that offend it. `quick`: cheap enough for every five minutes."""

    number: int
    room: str
    title: str
    quick: bool
    check: Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; `failure` says why it could not be made."""

    number: int
    room: str
    title: str
    offenders: tuple[str, ...] = ()
    failure: str = ""

    @property
    def holds(self) -> bool:
        """Whether it was checked and nothing offends."""
        return not self.offenders and not self.failure


def run(invariants: Iterable[Invariant], *, quick: bool = False, only: Collection[int] = ()) -> list[Finding]:
    """One finding for each invariant asked for, all on the same snapshot, in the order of their numbers."""
    chosen = [one for one in invariants if (not quick or one.quick) and (not only or one.number in only)]
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(SNAPSHOT)
        cursor.execute("SET LOCAL statement_timeout = 0")
        return [_found(one) for one in sorted(chosen, key=lambda one: one.number)]


def _found(invariant: Invariant) -> Finding:
    of = (invariant.number, invariant.room, invariant.title)
    try:
        with transaction.atomic():
            return Finding(*of, offenders=tuple(invariant.check()))
    except Exception as why:  # whatever it is, the other checks go on, and the answer is "could not check"
        return Finding(*of, failure=f"{type(why).__name__}: {why}")


def offending(sql: str, *parameters: Any) -> Iterator[str]:
    """The first column of each row that the statement finds, as text."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        yield from (str(row[0]) for row in cursor.fetchall())


def broken_chains() -> Iterator[str]:
    """Streams whose events are not 1..n, chained, true to their hashes, forward in time, up to the head."""
    rows = Event.objects.select_related("stream").order_by("stream_id", "seq").iterator(chunk_size=2000)
    for _, events in groupby(rows, key=lambda row: row.stream_id):
        written = list(events)
        yield from _broken(written[0].stream, [queries.view(row) for row in written])
    for empty in Stream.objects.filter(events=None).exclude(sequence=0, head=chain.GENESIS):
        yield from _broken(empty, [])


def _broken(stream: Stream, events: list[queries.EventView]) -> Iterator[str]:
    linked = [chain.Linked(one.seq, queries.record(one), one.previous, one.hash) for one in events]
    for finding in chain.verify(linked, bytes(stream.head), stream.sequence, DIGESTS):
        yield f"{stream.public_id}#{finding.seq} {finding.code}"
    for before, after in pairwise(events):
        if after.entered < before.entered:
            yield f"{stream.public_id}#{after.seq} back in time"


def broken_roots() -> Iterator[str]:
    """Roots that do not recompute, link or bear a true signature; events under no root; a witness who saw another history."""
    number, previous = 0, chain.GENESIS
    ours = {}
    for root in Root.objects.order_by("number").iterator(chunk_size=500):
        yield from (f"root {root.number} {fault}" for fault in _faults(root, number, previous))
        number, previous = root.number, bytes(root.hash)
        ours[number] = previous
    yield from _uncovered()
    for witnessed, digest in roots.witnessed().items():
        if ours.get(witnessed) != digest:
            yield f"root {witnessed} {'differs from the witness' if witnessed in ours else 'known to the witness only'}"


def _faults(root: Root, number: int, previous: bytes) -> Iterator[str]:
    digest = bytes(root.hash)
    made_by = suite.BY_BYTE.get(digest[0] if digest else 0)
    if made_by is None:
        yield "of no suite"
        return
    if (root.number, bytes(root.previous)) != (number + 1, previous):
        yield "unlinked"
    body = roots.record(root.number, root.made_at, root.heads, bytes(root.merkle))
    if chain.link(bytes(root.previous), body, made_by.digest, made_by.byte) != digest:
        yield "changed"
    if not made_by.verify(suite.public_key(root.key_id), digest, bytes(root.signature)):
        yield "badly signed"
    leaves = _leaves(root)
    if len(leaves) != len(root.heads) or chain.merkle_root(leaves, made_by.digest) != bytes(root.merkle):
        yield "over other events"


def _leaves(root: Root) -> list[bytes]:
    sql = """
        SELECT event.hash FROM ledger_root root, jsonb_array_elements(root.heads) WITH ORDINALITY AS head(pair, place)
        JOIN ledger_stream stream ON stream.public_id = (pair ->> 0)::uuid
        JOIN ledger_event event ON event.stream_id = stream.id AND event.seq = (pair ->> 1)::bigint
        WHERE root.id = %s ORDER BY place"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [root.pk])
        return [bytes(row[0]) for row in cursor.fetchall()]


def _uncovered() -> Iterator[str]:
    sql = """
        WITH covered AS (
            SELECT (pair ->> 0)::uuid AS stream, max((pair ->> 1)::bigint) AS seq
            FROM ledger_root, jsonb_array_elements(heads) AS head(pair) GROUP BY 1)
        SELECT stream.public_id || '#' || event.seq || ' under no root' FROM ledger_event event
        JOIN ledger_stream stream ON stream.id = event.stream_id LEFT JOIN covered ON covered.stream = stream.public_id
        WHERE event.entered < %s AND event.seq > coalesce(covered.seq, 0)"""
    yield from offending(sql, settings.CLOCK() - ROOTED_WITHIN)


PAST_LEASE = """
SELECT 'job ' || job.id || ' past its lease' FROM procrastinate_jobs job
LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id WHERE job.status = 'doing'
AND coalesce(worker.last_heartbeat, (SELECT max(at) FROM procrastinate_events WHERE job_id = job.id)) < now() - %s
"""
TRIED_TOO_OFTEN = "SELECT 'job ' || id || ' tried too often' FROM procrastinate_jobs WHERE attempts > %s"
WITHOUT_OWNER = """
SELECT 'job ' || job.id || ' dead without owner' FROM procrastinate_jobs job
LEFT JOIN ledger_deadjob dead ON dead.job = job.id WHERE job.status = 'failed' AND coalesce(dead.owner, '') = ''
AND (SELECT max(at) FROM procrastinate_events WHERE job_id = job.id) < now() - %s
"""
WAITS_TOO_LONG = """
SELECT 'queue ' || queue_name || ' waits too long' FROM (
    SELECT queue_name, now() - coalesce(scheduled_at, (SELECT min(at) FROM procrastinate_events WHERE job_id = job.id)) AS age
    FROM procrastinate_jobs job WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()
) waiting GROUP BY queue_name HAVING percentile_disc(0.99) WITHIN GROUP (ORDER BY age) > %s
"""


def stuck_jobs() -> Iterator[str]:
    """Jobs past their lease, tried too often, or dead without an owner; queues that wait too long. By the database's clock."""
    yield from offending(PAST_LEASE, jobs.LEASE + PATIENCE)
    yield from offending(TRIED_TOO_OFTEN, jobs.TRIES)
    yield from offending(WITHOUT_OWNER, PATIENCE)
    yield from offending(WAITS_TOO_LONG, P99_AGE)


TWO_ANSWERS = "SELECT actor || ' ' || key FROM ledger_idempotencykey GROUP BY actor, key HAVING count(*) > 1"
WITHOUT_KEY = (
    "SELECT 'event ' || id || ' has no key' FROM ledger_event WHERE kind = ANY(%s) AND coalesce(data ->> 'key', '') = ''"
)
KEY_TWICE = """
SELECT kind || ' ' || (data ->> 'key') || ' twice' FROM ledger_event WHERE kind = ANY(%s)
GROUP BY kind, data ->> 'key' HAVING count(*) > 1
"""


def done_twice() -> Iterator[str]:
    """Idempotency keys with two answers; money and licence events without a key, or two of one key."""
    yield from offending(TWO_ANSWERS)
    yield from offending(WITHOUT_KEY, KEYED)
    yield from offending(KEY_TWICE, KEYED)


INVARIANTS = (
    Invariant(7, "ledger", "每条事件链完整：编号连续、哈希相接、时间不倒退", False, broken_chains),
    Invariant(8, "ledger", "每个存证根可以重算、前后相接，两分钟前的事件都在根下", False, broken_roots),
    Invariant(31, "ledger", "没有卡住的任务，失败的任务有人负责", True, stuck_jobs),
    Invariant(32, "ledger", "同一请求只办一次，收费和发证都有请求编号", False, done_twice),
)
