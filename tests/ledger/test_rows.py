"""Rows by statements that are made once: they are as the ORM reads and writes them."""

from uuid import uuid4

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from onevisit.access import SYSTEM
from onevisit.ledger import rows
from onevisit.ledger.actions import Entry, append, open_stream
from onevisit.ledger.models import Event, Stream
from onevisit.ledger.rows import Writes


def test_what_is_fetched_is_as_the_orm_reads_it(db):
    stream = open_stream("case")
    (event,) = append(stream, SYSTEM, [Entry("case.filed", {"needs": {"submit": []}})])
    tail = "FROM ledger_event JOIN ledger_stream ON ledger_stream.id = ledger_event.stream_id WHERE ledger_stream.id = %s"
    ((found, its, number),) = rows.fetch((Event, Stream), tail, [stream.pk], "ledger_event.id + 1")
    same = Event.objects.select_related("stream").get(pk=event.pk)
    for one, other in ((found, same), (its, same.stream)):
        assert {f.attname: getattr(one, f.attname) for f in one._meta.concrete_fields} == {
            f.attname: getattr(other, f.attname) for f in other._meta.concrete_fields
        }
    assert number == event.pk + 1
    assert not found._state.adding


def test_new_and_changed_rows_go_out_with_the_events_in_one_statement(db):
    stream, other = open_stream("case"), open_stream("case")
    writes = Writes()
    new = [Stream(kind="case", public_id=uuid4()), Stream(kind="bill", public_id=uuid4())]
    writes.add(*new)
    other.kind = "licence"
    writes.change(other, ["kind"])
    other.kind = "bill"  # what it has when it goes out
    writes.say("UPDATE ledger_stream SET rooted = 0 WHERE id = %s", [new[0].pk or 0])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        append(stream, SYSTEM, [Entry("case.filed")], beside=writes)
    assert len(asked) == 1
    assert [Stream.objects.get(pk=one.pk).public_id for one in new] == [one.public_id for one in new]
    assert Stream.objects.get(pk=other.pk).kind == "bill"
    append(stream, SYSTEM, [Entry("case.accepted")], beside=writes)
    assert Stream.objects.count() == 4  # nothing goes out twice


def test_what_stands_beside_is_stored_once_though_the_stream_has_moved(db):
    stream = open_stream("case")
    early = Stream.objects.get(pk=stream.pk)
    append(stream, SYSTEM, [Entry("case.filed")])
    writes = Writes()
    new = Stream(kind="bill", public_id=uuid4())
    writes.add(new)
    append(early, SYSTEM, [Entry("case.accepted")], beside=writes)
    assert list(Stream.objects.filter(kind="bill").values_list("pk", flat=True)) == [new.pk]
    assert early.sequence == 2


def test_a_rollback_takes_all_of_it_along(committed):
    stream = open_stream("case")
    writes = Writes()
    writes.add(Stream(kind="bill", public_id=uuid4()))
    with transaction.atomic():
        append(stream, SYSTEM, [Entry("case.filed")], beside=writes)
        transaction.set_rollback(True)
    assert (Stream.objects.count(), Event.objects.count()) == (1, 0)
