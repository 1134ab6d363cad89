"""Every invariant of the ledger holds on what the house does, and names what was broken: each mutation is caught."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from onevisit.access import SYSTEM
from onevisit.core import chain
from onevisit.ledger import invariants, jobs, queries, roots, suite
from onevisit.ledger.actions import Entry, append, open_stream
from onevisit.ledger.invariants import INVARIANTS, Invariant, run
from onevisit.ledger.models import DeadJob, Event, IdempotencyKey, Root, Stream

CHECKS = {one.number: one.check for one in INVARIANTS}


def offenders(number: int) -> list[str]:
    return list(CHECKS[number]())


def a_stream(*kinds: str, **data: str) -> Stream:
    stream = open_stream("case")
    with transaction.atomic():
        append(stream, SYSTEM, [Entry(kind, data) for kind in kinds])
    return stream


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_all_hold_on_a_house_at_work(committed):
    a_stream("case.filed", "case.accepted")
    a_stream("bill.paid", key="gateway:1")
    open_stream("licence")
    roots.make()
    assert [(one.number, one.holds) for one in run(INVARIANTS)] == [(7, True), (8, True), (31, True), (32, True)]


MUTATIONS: dict[str, Callable[[Stream], None]] = {
    "changed": lambda stream: sql(
        'UPDATE ledger_event SET data = \'{"outcome": "grant"}\' WHERE stream_id = %s AND seq = 2', stream.pk
    ),
    "removed": lambda stream: sql("DELETE FROM ledger_event WHERE stream_id = %s AND seq = 2", stream.pk),
    "cut": lambda stream: sql("DELETE FROM ledger_event WHERE stream_id = %s AND seq = 3", stream.pk),
    "inserted": lambda stream: sql(
        """INSERT INTO ledger_event (stream_id, seq, kind, happened, entered, actor, on_behalf_of, via, data, previous, hash)
        SELECT stream_id, 4, 'case.decided', happened, entered, actor, on_behalf_of, via, data, hash, 'x' FROM ledger_event
        WHERE stream_id = %s AND seq = 3""",
        stream.pk,
    ),
    "reordered": lambda stream: sql(
        "UPDATE ledger_event SET seq = CASE seq WHEN 1 THEN 12 ELSE 11 END WHERE stream_id = %s AND seq < 3", stream.pk
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_7_names_the_stream_that_was_tampered_with(db, tampering, mutation):
    whole, stream = a_stream("case.filed"), a_stream("case.filed", "case.accepted", "case.touched")
    assert offenders(7) == []
    with tampering():
        MUTATIONS[mutation](stream)
    found = offenders(7)
    assert found
    assert all(one.startswith(str(stream.public_id)) for one in found)
    assert str(whole.public_id) not in "".join(found)


def test_7_names_a_stream_that_lost_all_its_events(db, tampering):
    stream = a_stream("case.filed")
    with tampering():
        sql("DELETE FROM ledger_event")
    assert [one.split("#")[0] for one in offenders(7)] == [str(stream.public_id)]


def test_7_notices_time_that_goes_back_even_with_right_hashes(db, tampering, clock):
    clock("2026-03-02T10:00")
    stream = a_stream("case.filed", "case.accepted")
    with tampering():
        sql("UPDATE ledger_event SET entered = entered - interval '1 day' WHERE seq = 2")
    rewrite(stream, tampering)
    assert offenders(7) == [f"{stream.public_id}#2 back in time"]


def rewrite(stream: Stream, tampering: Callable) -> None:
    """Every hash of the stream made right again, as somebody with the code and the database could."""
    head = chain.GENESIS
    with tampering():
        for row in Event.objects.filter(stream=stream).order_by("seq"):
            row.previous = head
            row.hash = head = chain.link(head, queries.record(queries.view(row)), suite.digest, suite.SUITE_BYTE)
            row.save()
        Stream.objects.filter(pk=stream.pk).update(head=head)


def test_8_notices_a_stream_rewritten_with_right_hashes(db, tampering):
    stream = a_stream("case.filed", "case.accepted")
    roots.make()
    assert offenders(8) == []
    with tampering():
        sql("UPDATE ledger_event SET actor = 'somebody-else' WHERE seq = 1")
    rewrite(stream, tampering)
    assert offenders(7) == []
    assert offenders(8) == ["root 1 over other events"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("heads = '[]'", "root 2 changed"),
        ("made_at = made_at - interval '1 hour'", "root 2 changed"),
        ("previous = 'x'", "root 2 unlinked"),
        ("number = 3", "root 3 unlinked"),
        ("signature = (SELECT signature FROM ledger_root WHERE number = 1)", "root 2 badly signed"),
        ("hash = ''", "root 2 of no suite"),
    ],
)
def test_8_names_a_root_that_was_tampered_with(db, tampering, change, fault):
    for _ in range(2):
        a_stream("case.filed")
        roots.make()
    with tampering():
        sql(f"UPDATE ledger_root SET {change} WHERE number = 2")
    assert fault in offenders(8)


def test_8_names_a_root_that_is_gone(db, tampering):
    for _ in range(3):
        a_stream("case.filed")
        roots.make()
    with tampering():
        sql("DELETE FROM ledger_root WHERE number = 2")
    assert "root 3 unlinked" in offenders(8)


def test_8_gives_an_event_two_minutes_to_come_under_a_root(db, clock):
    clock("2026-03-02T10:00")
    stream = a_stream("case.filed", "case.accepted")
    clock("2026-03-02T10:02")
    assert offenders(8) == []
    clock("2026-03-02T10:03")
    assert offenders(8) == [f"{stream.public_id}#1 under no root", f"{stream.public_id}#2 under no root"]
    roots.make()
    assert offenders(8) == []


def test_8_knows_a_restored_backup_by_the_witness(db, tampering, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(settings, "WITNESS", str(tmp_path / "witness"))
    for _ in range(2):
        a_stream("case.filed")
        roots.make()
    assert offenders(8) == []
    with tampering():
        Root.objects.filter(number=2).delete()
    assert "root 2 known to the witness only" in offenders(8)


def test_8_compares_our_roots_with_the_witness(db, tmp_path: Path, monkeypatch):
    witness = tmp_path / "witness"
    monkeypatch.setattr(settings, "WITNESS", str(witness))
    a_stream("case.filed")
    roots.make()
    witness.write_text(f"1 {'00' * 33} 00\n")
    assert offenders(8) == ["root 1 differs from the witness"]


def a_job(status: str = "todo", attempts: int = 0, age: str = "0 s") -> int:
    jobs.defer("tests.anything")
    sql("UPDATE procrastinate_jobs SET status = %s, attempts = %s", status, attempts)
    sql("UPDATE procrastinate_events SET at = now() - %s::interval", age)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("job", "fault"),
    [
        ({"status": "doing", "age": "71 s"}, "job {} past its lease"),
        ({"attempts": jobs.TRIES + 1}, "job {} tried too often"),
        ({"status": "failed", "age": "61 s"}, "job {} dead without owner"),
        ({"age": "31 s"}, "queue default waits too long"),
    ],
)
def test_31_names_jobs_that_are_stuck(db, job, fault):
    assert offenders(31) == []
    number = a_job(**job)
    assert offenders(31) == [fault.format(number)]


@pytest.mark.parametrize("job", [{"status": "doing", "age": "69 s"}, {"status": "failed", "age": "59 s"}, {"age": "29 s"}])
def test_31_is_patient(db, job):
    a_job(**job)
    assert offenders(31) == []


def test_31_is_content_when_a_dead_job_has_an_owner(db):
    number = a_job(status="failed", age="1 day")
    jobs.bury()
    assert offenders(31) == []
    DeadJob.objects.filter(job=number).update(owner="")
    assert offenders(31) == [f"job {number} dead without owner"]


def test_32_names_a_key_with_two_answers(db):
    now = settings.REAL_CLOCK()
    sql("ALTER TABLE ledger_idempotencykey DROP CONSTRAINT idempotency_one_answer")
    for answer in (1, 2):
        IdempotencyKey.objects.create(actor="a", key="k", digest=b"", answer=answer, made_at=now, kept_until=now)
    assert offenders(32) == ["a k"]


@pytest.mark.parametrize("kind", invariants.KEYED)
def test_32_names_money_and_licences_without_a_key_or_twice_for_one(db, kind):
    a_stream(kind, key="one")
    assert offenders(32) == []
    a_stream(kind, key="one")
    a_stream(kind)
    without = Event.objects.latest("id").pk
    assert offenders(32) == [f"event {without} has no key", f"{kind} one twice"]


def test_the_runner_shows_what_could_not_be_checked_and_goes_on(committed):
    broken = Invariant(1, "tests", "cannot be checked", True, lambda: invariants.offending("SELECT no_such_column"))
    offending = Invariant(2, "tests", "offended", False, lambda: ["x"])
    one, two = run([offending, broken])
    assert (one.number, one.holds, "no_such_column" in one.failure) == (1, False, True)
    assert (two.number, two.holds, two.offenders) == (2, False, ("x",))


def test_the_runner_takes_only_what_is_asked_for(committed):
    assert [one.number for one in run(INVARIANTS, quick=True)] == [31]
    assert [one.number for one in run(INVARIANTS, only={7, 32})] == [7, 32]


def test_the_runner_cannot_write(committed):
    def write() -> list[str]:
        open_stream("case")
        return []

    (found,) = run([Invariant(1, "tests", "writes", True, write)])
    assert "read-only" in found.failure


def test_the_runner_sees_one_moment(committed):
    def count() -> list[str]:
        seen = [str(Stream.objects.count())]
        in_another_thread(lambda: open_stream("case"))
        return [*seen, str(Stream.objects.count())]

    (found,) = run([Invariant(1, "tests", "counts", True, count)])
    assert found.offenders == ("0", "0")


def in_another_thread(do: Callable[[], object]) -> None:
    thread = threading.Thread(target=lambda: (do(), connection.close()))
    thread.start()
    thread.join()
