"""Numbers follow one another, whatever is rolled back and whoever asks at the same time."""

import threading

import pytest
from django.db import connection, transaction

from onevisit.ledger.numbers import next_number


def test_each_series_counts_for_itself(db):
    assert [next_number("a"), next_number("a"), next_number("b"), next_number("a")] == [1, 2, 1, 3]


def test_a_rollback_gives_the_number_back(committed):
    with transaction.atomic():
        assert next_number("a") == 1
    with transaction.atomic():
        assert next_number("a") == 2
        transaction.set_rollback(True)
    with transaction.atomic():
        assert next_number("a") == 2


def test_outside_a_transaction_there_is_no_number(committed):
    with pytest.raises(transaction.TransactionManagementError):
        next_number("a")


def test_eight_at_once_leave_no_gap(committed):
    taken: list[int] = []

    def take(fails: bool) -> None:
        for _ in range(10):
            with transaction.atomic():
                number = next_number("a")
                transaction.set_rollback(fails)
            if not fails:
                taken.append(number)
        connection.close()

    threads = [threading.Thread(target=take, args=(place % 2 == 0,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 41))
