"""Sources that are down are chased on for whoever still waits; one that fails holds up no other; one run at a time."""

from typing import Any

import psycopg
import pytest
from tests.cases import ground
from tests.cases.test_lacking import filed, rounds
from tests.cases.test_sources import MARRIAGE, back, down, holding
from tests.conftest import Committed
from tests.standins.running import Running

from onevisit.cases import actions, chasing, jobs
from onevisit.proofs.models import Outage
from onevisit.sharing.models import Inquiry

__all__ = ["rounds"]


def asked(rounds: Running, *who: str) -> list[str]:
    """Cases for which a paper was asked while the marriage register is down; the source would answer again."""
    cases = []
    for one in who:
        cases.append(down(rounds, ground.person(one)))
        actions.notify(holding("acceptor", cases[-1]), cases[-1], [MARRIAGE])
    back(rounds)
    return cases


def is_down() -> bool:
    return Outage.objects.filter(source="shared:civil.marriage", ended_at=None).exists()


def test_when_the_newest_case_has_ended_it_is_asked_for_the_next(rounds: Running) -> None:
    older, newest = asked(rounds, "zhang-xiaoyue", "lin-ruoxi")
    actions.withdraw(ground.person("lin-ruoxi"), newest)
    jobs.outages(0)
    assert str(Inquiry.objects.filter(resource__word="civil.marriage").latest("pk").case) == older
    assert not is_down()


def test_nobody_is_asked_about_once_every_case_has_ended(rounds: Running) -> None:
    (only,) = asked(rounds, "zhang-xiaoyue")
    actions.withdraw(ground.person(), only)
    before = Inquiry.objects.count()
    jobs.outages(0)
    assert Inquiry.objects.count() == before
    assert is_down()
    filed(ground.person("lin-ruoxi"))
    jobs.outages(0)
    assert not is_down(), "an answer to anybody ends it"


def test_one_source_that_fails_does_not_hold_up_the_others(rounds: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(rounds, "zhang-xiaoyue")
    found = chasing.recorded.open_outages()
    monkeypatch.setattr(chasing.recorded, "open_outages", lambda: (("shared:no.such", ("no-case",)), *found))

    def answers(word: str, real: Any = chasing.sharing.heard) -> Any:
        if word == "no.such":
            raise LookupError(word)
        return real(word)

    monkeypatch.setattr(chasing.sharing, "heard", answers)
    jobs.outages(0)
    assert not is_down()


def test_there_is_one_run_at_a_time(rounds: Running, committed: Committed) -> None:
    asked(rounds, "zhang-xiaoyue")
    with psycopg.connect(committed.url, autocommit=True) as another:
        another.execute(chasing.LOCK.format("advisory_lock"))
        jobs.outages(0)
        assert is_down()
    jobs.outages(0)
    assert not is_down()
