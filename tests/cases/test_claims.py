"""A step of the house is done by one at a time; a claim that ran out is taken over, and a late hand writes nothing."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests.cases import ground
from tests.cases.conftest import all_agree

from onevisit.access import SYSTEM
from onevisit.cases import actions, claims, follow, queries
from onevisit.cases.claims import Claim
from onevisit.cases.models import Case, Task
from onevisit.ledger.models import Event


@pytest.fixture
def case(committed: object, clock: Callable[[str], None], tmp_path: Path) -> Iterator[str]:
    """A filed case whose acceptance nobody has begun."""
    clock("2026-03-02T10:00")
    ground.small_city()
    ground.offer_stall(tmp_path)
    yield ground.a_filed(ground.person()).id
    all_agree()


def lapse() -> None:
    """The time of every claim is over."""
    Task.objects.exclude(claimed_until=None).update(claimed_until=timezone.now() - timedelta(seconds=1))


def at_once(do: Callable[[int], Any], times: int = 8) -> list[Any]:
    """What comes of it in so many threads at once."""

    def one(number: int) -> Any:
        try:
            return do(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_of_many_at_once_one_gets_the_step(case: str) -> None:
    got = [held for held in at_once(lambda n: claims.claim(case, f"process {n}")) if held]
    assert [(held.step, held.does, held.attempt) for held in got] == [("accept", "accept", 1)]
    assert claims.claim(case, "late") is None


def test_many_who_follow_do_each_step_once(case: str) -> None:
    at_once(lambda n: follow.follow(case))
    written = list(Event.objects.filter(stream=Case.objects.get().stream).values_list("kind", "data"))
    assert [kind for kind, _ in written].count("case.accepted") == 1
    assert Case.objects.get().stage == "accepted"


def test_a_claim_that_ran_out_is_taken_over_with_the_next_attempt(case: str) -> None:
    first = claims.claim(case, "slow")
    lapse()
    second = claims.claim(case, "fresh")
    assert first is not None
    assert second == Claim(case, "accept", "accept", 2, first.standard)
    with pytest.raises(claims.Lost):
        claims.require(first)
    claims.require(second)


def test_a_late_hand_writes_nothing(case: str) -> None:
    late = claims.claim(case, "slow")
    assert late is not None
    lapse()
    follow.follow(case)
    before = Event.objects.count()
    follow._do(late, 0)
    assert Event.objects.count() == before
    assert Task.objects.get(step="decide").hands == "department"


def test_a_late_hand_does_not_give_the_step_away_under_the_one_who_does_it(case: str) -> None:
    late = claims.claim(case, "slow")
    assert late is not None
    lapse()
    fresh = claims.claim(case, "fresh")
    with pytest.raises(claims.Lost):
        follow._hand_over(late, {})
    claims.wait(late, "somebody")
    task = Task.objects.get()
    assert (task.claimed_by, task.waiting_for, task.hands) == ("fresh", "", "system")
    assert fresh is not None
    claims.require(fresh)


def test_waiting_gives_the_claim_back_and_says_for_whom_ever_longer(case: str, clock: Callable[[str], None]) -> None:
    pauses = []
    for moment in ("10:00:00", "10:00:30", "10:10", "23:00"):
        clock(f"2026-03-02T{moment}")
        held = claims.claim(case, "me")
        assert held is not None
        claims.wait(held, "省数据共享平台")
        task = Task.objects.get()
        assert task.next_try_at is not None
        pauses.append(round((task.next_try_at - timezone.now()).total_seconds()))
        assert claims.claim(case, "me") is None
        assert queries.case(SYSTEM, case).waiting_for == "省数据共享平台"
        Task.objects.update(next_try_at=timezone.now())
    assert pauses == [5, 15, 300, 3600]


def test_what_is_still_to_do_is_known_with_its_time(case: str) -> None:
    soon, *_ = claims.pending(case)
    assert (soon.step, soon.attempt) == ("accept", 0)
    assert abs((soon.at - timezone.now()).total_seconds()) < 2
    claims.claim(case, "me")
    held, *_ = claims.pending(case)
    assert held.attempt == 1
    assert 25 < (held.at - timezone.now()).total_seconds() <= claims.LEASE.total_seconds()
    actions.withdraw(ground.replace(ground.person(), id="x"), case)
    assert claims.pending(case) == ()


def test_a_claim_is_not_waited_for_while_somebody_has_the_row(case: str) -> None:
    with transaction.atomic():
        Task.objects.select_for_update().get()
        assert at_once(lambda n: claims.claim(case, "other"), 1) == [None]
    assert claims.claim(case, "me") is not None


def test_the_lease_is_longer_than_sources_are_waited_for() -> None:
    assert claims.LEASE.total_seconds() > follow.prefill.PATIENCE
