"""The same key never does anything twice, whoever asks how often and when."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from onevisit.ledger import once as doing
from onevisit.ledger.models import Counter, IdempotencyKey
from onevisit.ledger.numbers import next_number
from onevisit.ledger.once import InFlight, OtherBody, once


def take() -> dict[str, int]:
    return {"number": next_number("once")}


def test_the_second_time_gives_the_first_answer(db):
    assert once("a", "key", b"body", take) == {"number": 1}
    assert once("a", "key", b"body", take) == {"number": 1}
    assert Counter.objects.get(series="once").last == 1


def test_another_actor_or_key_is_another_request(db):
    assert [once(*who, b"body", take)["number"] for who in (("a", "k"), ("b", "k"), ("a", "l"))] == [1, 2, 3]


def test_the_key_of_another_body_is_refused(db):
    once("a", "key", b"body", take)
    with pytest.raises(OtherBody):
        once("a", "key", b"other", take)


def test_what_failed_may_be_tried_again(committed):
    with pytest.raises(ZeroDivisionError):
        once("a", "key", b"body", lambda: take()["number"] / 0)
    assert once("a", "key", b"body", take) == {"number": 1}


def test_twenty_at_once_do_it_once(committed):
    answers, refused = [], []
    gate = threading.Barrier(20)

    def ask() -> None:
        gate.wait()
        try:
            answers.append(once("a", "key", b"body", take)["number"])
        except InFlight:
            refused.append(1)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {1}
    assert len(answers) + len(refused) == 20
    assert IdempotencyKey.objects.count() == 1


def test_while_it_runs_the_same_key_is_told_to_wait(committed):
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> dict[str, int]:
        inside.set()
        go_on.wait(5)
        return take()

    runner = threading.Thread(target=lambda: (once("a", "key", b"body", slow), connection.close()))
    runner.start()
    inside.wait(5)
    with pytest.raises(InFlight):
        once("a", "key", b"body", take)
    go_on.set()
    runner.join()
    assert once("a", "key", b"body", take) == {"number": 1}


def test_keys_are_forgotten_after_their_time(db):
    once("a", "day", b"", take)
    once("a", "week", b"", take, keep=doing.A_WEEK)
    IdempotencyKey.objects.update(kept_until=settings.REAL_CLOCK() - timedelta(seconds=1))
    IdempotencyKey.objects.filter(key="week").update(kept_until=settings.REAL_CLOCK() + timedelta(days=6))
    doing.forget()
    assert [row.key for row in IdempotencyKey.objects.all()] == ["week"]
