"""The ground of tests on cases, and `act`: whatever was done, the row is the fold of its events and the chain is whole."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.cases import ground
from tests.sharing.asking import province_process
from tests.standins.running import Running

from onevisit.access import Actor, Denied, Hidden, Refused
from onevisit.cases.models import Case
from onevisit.core import stages
from onevisit.core.state import Event, from_json
from onevisit.identity import actions as identity
from onevisit.ledger import invariants

__all__ = ["province_process"]


@pytest.fixture
def city(db: None, clock: Callable[[str], None], tmp_path: Path) -> None:
    """A small city with the stall permit, on a Monday morning."""
    clock("2026-03-02T10:00")
    ground.small_city()
    ground.offer_stall(tmp_path)


@pytest.fixture
def taxed(city: None) -> None:
    """The deed tax is there too."""
    ground.offer_deed_tax()


@pytest.fixture
def zhang(city: None) -> Actor:
    """A person with an account."""
    return ground.person()


@pytest.fixture
def timezone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Where the server stands, as its operating system believes."""

    def stand(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield stand
    monkeypatch.undo()
    time.tzset()


def all_agree() -> None:
    """Every case row is the fold of its events, strictly; its open tasks are the steps that are ready; every chain is whole."""
    for row in Case.objects.select_related("stream"):
        events = [Event(e.kind, e.happened.astimezone(settings.ZONE), e.data) for e in row.stream.events.order_by("seq")]
        state = stages.fold(event for event in events if event.kind in stages.KINDS)
        assert state == from_json(row.state)
        assert (state.stage, state.outcome) == (row.stage, row.outcome)
        waiting = set() if state.stage in stages.ENDS else set(state.ready())
        assert set(row.tasks.filter(closed_at=None).values_list("step", flat=True)) == waiting
    assert list(invariants.broken_chains()) == []


@pytest.fixture
def act() -> Callable[..., Any]:
    """`act(action, …)`: what the action gives or refuses, with everything in agreement afterwards."""

    def acted(action: Callable[..., Any], *given: Any, **named: Any) -> Any:
        try:
            return action(*given, **named)
        except (Denied, Hidden, Refused):
            raise
        finally:
            all_agree()

    return acted


@pytest.fixture
def province(committed: object, clock: Callable[[str], None], province_process: Running) -> Running:
    """A province that answers, in a city that takes the deed tax; commits are real."""
    clock("2026-03-02T10:00")
    ground.small_city()
    ground.offer_deed_tax()
    identity.found_demo_peer("province", "省数据共享平台（演示）", province_process.port)
    province_process.set(mode="normal", seconds="5", resource="")
    return province_process
