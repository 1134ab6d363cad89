"""Roots over the heads that moved, linked, signed, told to the witness."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from onevisit.access import SYSTEM
from onevisit.core import chain
from onevisit.ledger import queries, roots, suite
from onevisit.ledger.actions import Entry, append, open_stream
from onevisit.ledger.models import Root, Stream


def a_stream(*kinds: str) -> Stream:
    stream = open_stream("case")
    with transaction.atomic():
        append(stream, SYSTEM, [Entry(kind) for kind in kinds])
    return stream


def test_a_root_covers_the_heads_that_moved(db):
    first, second = a_stream("case.filed", "case.accepted"), a_stream("case.filed")
    open_stream("case")
    roots.make()
    root = Root.objects.get()
    assert root.heads == [[str(first.public_id), 2], [str(second.public_id), 1]]
    assert bytes(root.merkle) == chain.merkle_root([first.head, second.head], suite.digest)
    assert suite.CURRENT.verify(suite.public_key(root.key_id), bytes(root.hash), bytes(root.signature))


def test_each_root_links_the_one_before_and_takes_only_what_is_new(db):
    a_stream("case.filed")
    roots.make()
    second = a_stream("case.filed")
    roots.make()
    one, two = Root.objects.order_by("number")
    assert (two.number, bytes(two.previous)) == (one.number + 1, bytes(one.hash))
    assert two.heads == [[str(second.public_id), 1]]


def test_any_event_is_proved_under_its_root(db):
    streams = [a_stream("case.filed", "case.accepted") for _ in range(5)]
    roots.make()
    leaves = [stream.head for stream in streams]
    proof = chain.inclusion_proof(leaves, 3, suite.digest)
    newest = queries.events(streams[3].public_id)[-1]
    assert chain.is_included(newest.hash, proof, bytes(Root.objects.get().merkle), suite.digest)


def test_in_silence_there_is_a_root_an_hour(db, clock):
    clock("2026-03-02T10:00")
    roots.make()
    clock("2026-03-02T10:59")
    roots.make()
    assert Root.objects.count() == 1
    clock("2026-03-02T11:00")
    roots.make()
    assert Root.objects.count() == 2


def test_more_heads_than_one_root_takes_are_spread_over_several(db, monkeypatch):
    monkeypatch.setattr(roots, "AT_MOST", 2)
    for _ in range(5):
        a_stream("case.filed")
    roots.make()
    assert [len(root.heads) for root in Root.objects.order_by("number")] == [2, 2, 1]


def test_a_stream_in_use_is_left_to_the_next_root(committed):
    stream = a_stream("case.filed")
    Stream.objects.update(rooted=1)
    moved = a_stream("case.filed")
    with transaction.atomic():
        append(stream, SYSTEM, [Entry("case.accepted")])
        in_another_thread(roots.make)
    assert Root.objects.get().heads == [[str(moved.public_id), 1]]
    roots.make()
    assert Root.objects.get(number=2).heads == [[str(stream.public_id), 2]]


def in_another_thread(do: Callable[[], None]) -> None:
    thread = threading.Thread(target=lambda: (do(), connection.close()))
    thread.start()
    thread.join()


@pytest.fixture
def witness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "witness"
    monkeypatch.setattr(settings, "WITNESS", str(path))
    return path


def test_the_witness_is_told_each_root_once(db, witness, clock):
    clock("2026-03-02T10:00")
    a_stream("case.filed")
    roots.make()
    a_stream("case.filed")
    roots.make()
    roots.make()
    assert roots.witnessed() == {root.number: bytes(root.hash) for root in Root.objects.all()}
    assert len(witness.read_text().splitlines()) == 2


def test_root_times_never_go_back(db, clock):
    clock("2026-03-02T10:00")
    a_stream("case.filed")
    roots.make()
    clock("2026-03-02T09:00")
    a_stream("case.filed")
    roots.make()
    one, two = Root.objects.order_by("number")
    assert two.made_at - one.made_at == timedelta(0)
