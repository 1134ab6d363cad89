"""Limits: no more than a bucket holds and what has come back; also at once; paid for whatever becomes of the request."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import RequestFactory
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis.strategies import booleans, floats, integers, lists, tuples

from onevisit.identity import limits
from onevisit.identity.limits import LIMITS, Limit, TooOften, Use
from onevisit.identity.models import Bucket
from onevisit.settings import ROOT

START = datetime(2026, 3, 2, 10, tzinfo=settings.ZONE)
THREADS = 8
Standing = Callable[[float], None]
fresh = count()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Standing:
    """`at(3)`: it is three seconds past the start, and stays so."""

    def stand(seconds: float) -> None:
        monkeypatch.setattr(settings, "REAL_CLOCK", lambda: START + timedelta(seconds=seconds))

    stand(0)
    return stand


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Use:
    """A limit of three, one more each ten seconds."""
    return limited(monkeypatch, 3, 10)


def limited(monkeypatch: pytest.MonkeyPatch, most: int, every: float) -> Use:
    monkeypatch.setitem(LIMITS, "test", Limit(most, every, "试得太多了。", "请换一种办法。"))
    return Use("test", f"somebody {next(fresh)}")


def granted(*uses: Use) -> bool:
    try:
        limits.spend(*uses)
    except TooOften:
        return False
    return True


def test_three_at_once_and_one_more_in_ten_seconds(db: None, three: Use, at: Standing) -> None:
    assert [granted(three) for _ in range(5)] == [True, True, True, False, False]
    at(9.9)
    assert not granted(three)
    at(10)
    assert [granted(three), granted(three)] == [True, False]
    at(1000)
    assert [granted(three) for _ in range(4)] == [True, True, True, False], "it holds no more than three, however long it waits"


def test_a_clock_that_is_put_back_locks_nobody_out(db: None, three: Use, at: Standing) -> None:
    for _ in range(3):
        limits.spend(three)
    at(-60)
    assert not granted(three), "a little"
    at(-30 * 86_400)
    assert [granted(three) for _ in range(4)] == [True, True, True, False], "a lot"


def test_the_refusal_says_when_and_what_else(db: None, three: Use, at: Standing) -> None:
    for _ in range(3):
        limits.spend(three)
    at(2.5)
    with pytest.raises(TooOften) as refused:
        limits.spend(three)
    assert refused.value.seconds == 8
    assert (str(refused.value), refused.value.way_out) == ("试得太多了。8秒以后可以再试。", "请换一种办法。")
    at(2.5 + 8)
    assert granted(three), "what it says is true"


def test_each_has_his_own(db: None, three: Use, at: Standing) -> None:
    other = Use("test", "somebody else")
    assert [granted(three) for _ in range(4)][-1] is False
    assert granted(other)
    assert not granted(other, three), "both are asked"
    assert [granted(other), granted(other)] == [True, False], "and what was there of the other one is paid all the same"


def test_a_guess_that_hits_costs_nothing(db: None, three: Use, at: Standing) -> None:
    for _ in range(10):
        with limits.guess(three):
            pass
    for _ in range(2):
        with limits.guess(three) as guess:
            guess.missed = True
    with pytest.raises(ValueError, match="broken"), limits.guess(three):
        raise ValueError("broken")
    with pytest.raises(TooOften), limits.guess(three):
        raise AssertionError("nothing is tried")


@trials(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(holds=tuples(integers(1, 6), floats(0.1, 30)), steps=lists(tuples(floats(0, 40), booleans()), max_size=30))
def test_never_more_than_it_held_and_what_came_back(
    db: None, monkeypatch: pytest.MonkeyPatch, at: Standing, holds: tuple[int, float], steps: list[tuple[float, bool]]
) -> None:
    """In the whole time, and in any part of it; hits change nothing."""
    (most, every), now, times = holds, 0.0, list[float]()
    use = limited(monkeypatch, most, every)
    for pause, hits in steps:
        now += pause
        at(now)
        if granted(use):
            if hits:
                limits.give_back(use)
            else:
                times.append(now)
    for first, since in enumerate(times):
        for last, until in enumerate(times[first:], first):
            assert last - first + 1 <= most + (until - since) / every + 1e-3


def test_eight_at_once_get_no_more(committed: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real clock, and every one a guess that misses; each thread has a connection of its own."""
    use, got, gate = limited(monkeypatch, 20, 0.05), [], threading.Barrier(THREADS)

    def trying() -> None:
        gate.wait()
        try:
            for _ in range(25):
                began = settings.REAL_CLOCK()
                if granted(use):
                    got.append((began, settings.REAL_CLOCK()))
        finally:
            connection.close()

    threads = [threading.Thread(target=trying) for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    spent = (max(end for _, end in got) - min(began for began, _ in got)).total_seconds()
    assert 20 <= len(got) <= 20 + spent / 0.05


def test_eight_at_one_moment_get_what_is_there(committed: object, monkeypatch: pytest.MonkeyPatch, at: Standing) -> None:
    use, got, gate = limited(monkeypatch, 5, 3600), [], threading.Barrier(THREADS)

    def trying() -> None:
        gate.wait()
        try:
            got.extend([granted(use), granted(use)])
        finally:
            connection.close()

    threads = [threading.Thread(target=trying) for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(got), sum(got)) == (2 * THREADS, 5)


def test_what_is_undone_afterwards_was_paid_for(committed: object, three: Use, at: Standing) -> None:
    with suppress(ValueError), limits.guess(three), transaction.atomic():
        Bucket.objects.create(key=b"something", full_at=START)
        raise ValueError("undone")
    assert [bytes(one.key) for one in Bucket.objects.all()] == [three.key]
    with pytest.raises(RuntimeError), transaction.atomic():
        limits.spend(three)


def test_the_table_tells_nobody_who_it_was(db: None, at: Standing) -> None:
    limits.spend(Use("log-in-as", "203.0.113.7 zhang-xiaoyue"), Use("log-in", "203.0.113.7"))
    kept = [bytes(one.key) for one in Bucket.objects.all()]
    assert [len(key) for key in kept] == [32, 32]
    assert not [key for key in kept if b"203.0.113" in key or b"zhang" in key]
    assert Use("log-in", "1").key != Use("verify", "1").key


def test_the_key_is_the_house_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Use("log-in", "203.0.113.7").key
    monkeypatch.setattr(settings, "SECRET_KEY", "another house")
    assert Use("log-in", "203.0.113.7").key != here


def test_full_buckets_are_swept_and_no_others(db: None, three: Use, at: Standing) -> None:
    limits.spend(three)
    at(9)
    limits.sweep()
    assert Bucket.objects.count() == 1
    at(11)
    limits.sweep()
    assert not Bucket.objects.exists()
    assert [granted(three) for _ in range(4)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("near", "said", "found"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:0db8:0001:0002::/64"),
        ("2001:db8:1:2::9", "", "2001:0db8:0001:0002::/64"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("", "", ""),
        ("10.0.0.1", "rubbish", "10.0.0.1"),
    ],
)
def test_from_where_a_request_comes(monkeypatch: pytest.MonkeyPatch, near: str, said: str, found: str) -> None:
    """Nobody but our own proxy is believed, and it only of whom it has seen itself."""
    monkeypatch.setattr(settings, "PROXIES", frozenset({"10.0.0.1"}))
    headers = {"X-Forwarded-For": said} if said else {}
    assert limits.address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=near)) == found


def test_every_limit_says_what_to_do() -> None:
    for name, one in LIMITS.items():
        assert one.most >= 10, name
        assert one.every > 0, name
        assert one.text.endswith("。"), name
        assert one.way_out.endswith("。") or name == "api", name


def test_the_page_about_limits_names_each() -> None:
    page = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| ")][1:]
    named = {name: held for row in rows for name, held in zip(row[0].split(", "), row[2].split("; "), strict=True)}
    assert {name: int(held.partition(",")[0]) for name, held in named.items()} == {name: one.most for name, one in LIMITS.items()}
