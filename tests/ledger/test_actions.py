"""Appending: order, chain, news in the same transaction, and nothing that changes what is written."""

import threading

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from onevisit.access import SYSTEM, Actor
from onevisit.core import chain
from onevisit.ledger import jobs, queries, suite
from onevisit.ledger.actions import NEWS, Entry, append, open_stream
from onevisit.ledger.models import Event, Root, Stream

CLERK = Actor("officer-1", "officer", via="workbench", on_behalf_of="person-1")


def a_stream(*kinds: str) -> Stream:
    stream = open_stream("case")
    with transaction.atomic():
        append(stream, SYSTEM, [Entry(kind) for kind in kinds])
    return stream


def news_of() -> list[int]:
    return list(ProcrastinateJob.objects.filter(task_name=NEWS).order_by("id").values_list("args__event_id", flat=True))


def test_events_are_numbered_and_chained(db, clock):
    clock("2026-03-02T10:00")
    stream = a_stream("case.filed", "case.accepted")
    append(stream, CLERK, [Entry("case.decided", {"outcome": "grant"})])
    first, second, third = queries.events(stream.public_id)
    assert [(one.seq, one.kind) for one in (first, second, third)] == [
        (1, "case.filed"),
        (2, "case.accepted"),
        (3, "case.decided"),
    ]
    assert first.previous == chain.GENESIS
    assert (second.previous, third.previous) == (first.hash, second.hash)
    assert third.hash == chain.link(second.hash, queries.record(third), suite.digest, suite.SUITE_BYTE)
    assert (third.actor, third.on_behalf_of, third.via, third.data) == (
        "officer-1",
        "person-1",
        "workbench",
        {"outcome": "grant"},
    )
    row = Stream.objects.get(pk=stream.pk)
    assert (row.sequence, bytes(row.head)) == (stream.sequence, stream.head) == (3, third.hash)


def test_each_event_sends_its_news_once(db):
    stream = a_stream("case.filed", "case.accepted")
    assert news_of() == [one.id for one in queries.events(stream.public_id)]


def test_what_nobody_acts_on_sends_no_news(db):
    stream = a_stream("step.finished")
    append(stream, SYSTEM, [Entry("step.finished"), Entry("case.filed"), Entry("step.finished")])
    assert news_of() == [one.id for one in queries.events(stream.public_id) if one.kind == "case.filed"]


def test_a_stream_that_was_read_too_early_is_read_anew(db):
    stream = a_stream("case.filed")
    early = Stream.objects.get(pk=stream.pk)
    append(stream, SYSTEM, [Entry("case.accepted")])
    append(early, SYSTEM, [Entry("case.suspended"), Entry("case.resumed")])
    told = queries.events(stream.public_id)
    assert [one.kind for one in told] == ["case.filed", "case.accepted", "case.suspended", "case.resumed"]
    assert [one.previous for one in told[1:]] == [one.hash for one in told[:-1]]
    assert (early.sequence, early.head) == (4, told[-1].hash)


def test_other_jobs_go_out_with_the_news(db, clock):
    clock("2026-03-02T10:00")
    later = settings.CLOCK()
    stream = open_stream("case")
    append(stream, SYSTEM, [Entry("case.filed")], [jobs.Later("tests.note", {"word": "x"}), jobs.Later("tests.late", at=later)])
    found = ProcrastinateJob.objects.order_by("id").values_list("task_name", "args", "queue_name", "scheduled_at", "status")
    assert [one[0] for one in found] == [NEWS, "tests.note", "tests.late"]
    assert found[1][1:] == ({"word": "x"}, "default", None, "todo")
    assert found[2][1:] == ({}, "default", later, "todo")


def test_a_rollback_takes_events_and_news_along(committed):
    stream = a_stream("case.filed")
    with transaction.atomic():
        append(stream, SYSTEM, [Entry("case.accepted")])
        assert len(news_of()) == 2
        transaction.set_rollback(True)
    assert [one.kind for one in queries.events(stream.public_id)] == ["case.filed"]
    assert len(news_of()) == 1


def test_time_never_goes_back_in_a_stream(db, clock):
    clock("2026-03-02T10:00")
    stream = a_stream("case.filed")
    clock("2026-03-02T09:00")
    append(stream, SYSTEM, [Entry("case.accepted")])
    first, second = queries.events(stream.public_id)
    assert second.entered == first.entered


def test_outside_a_transaction_nothing_is_appended(committed):
    stream = open_stream("case")
    with pytest.raises(transaction.TransactionManagementError):
        append(stream, SYSTEM, [Entry("case.filed")])


def test_a_float_is_refused_before_it_is_written(db):
    stream = open_stream("bill")
    with pytest.raises(TypeError):
        append(stream, SYSTEM, [Entry("bill.opened", {"amount": 0.1})])


def test_two_writers_of_one_stream_wait_for_each_other(committed):
    stream = open_stream("case")

    def write() -> None:
        for _ in range(10):
            with transaction.atomic():
                append(Stream.objects.get(pk=stream.pk), SYSTEM, [Entry("case.touched")])
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [one.seq for one in queries.events(stream.public_id)] == list(range(1, 41))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_event SET actor = 'x'",
        "DELETE FROM ledger_event",
        "TRUNCATE ledger_event",
        "DELETE FROM ledger_root",
        "TRUNCATE ledger_root",
        "UPDATE ledger_root SET number = 9",
    ],
)
def test_what_is_written_stays(db, statement):
    a_stream("case.filed")
    Root.objects.create(
        number=1, made_at=Event.objects.get().entered, heads=[], merkle=b"", previous=b"", hash=b"", key_id="", signature=b""
    )
    connection.check_constraints()
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="append-only"):
        cursor.execute(statement)
    transaction.set_rollback(True)
