"""T02, T08, T09 for what travels: callbacks doubled, late or forged, a house killed in between: one parcel, one end."""

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from tests.cases import ground, test_handing
from tests.cases.test_handing import decided, delivery_of, in_order, mine, outcome, titles
from tests.conftest import Committed
from tests.deliveries.sending import HOME, World, courier_process, posting

from onevisit.access import Refused
from onevisit.cases import actions, follow
from onevisit.cases.models import Task
from onevisit.deliveries import actions as deliveries
from onevisit.deliveries.models import Parcel

__all__ = ["courier_process", "posting"]
WAY = ("moving", "missed", "moving", "delivered")
HOUSE = """
import django
django.setup()
from django.conf import settings
settings.BASE_URL = '{base}'
from onevisit.cases import follow
follow.follow('{case}')
"""


@pytest.fixture
def town(posting: World, committed: Committed, clock: Callable[[str], None], tmp_path: Path) -> World:
    """A small city that sends stall permits by courier."""
    clock("2026-03-02T10:00")
    ground.small_city()
    ground.offer_stall(tmp_path, test_handing.EVERY_WAY)
    posting.house.calls.clear()
    return posting


@pytest.mark.parametrize("seed", range(3))
def test_callbacks_doubled_and_in_any_order_end_the_case_once(town: World, committed: Committed, seed: int) -> None:
    town.courier.set(callback="double")
    view = decided("courier", HOME)
    committed.drain()
    for state in WAY:
        town.press(delivery_of(view.id), state)
    calls = town.calls(len(WAY) * 2)
    for asked, _ in random.Random(seed).sample(calls, len(calls)):
        deliveries.callback(asked.headers, asked.body)
        if seed:
            committed.drain()
    committed.drain()
    assert (mine(view.id).stage, outcome(view.id)) == ("concluded", "courier")
    assert ground.kinds(view.id).count("case.concluded") == 1
    assert len(titles(view.id)) == len(set(titles(view.id)))
    in_order()


@pytest.mark.parametrize("way", ["unsigned", "bad_signature", "forge_number", "forge_parcel"])
def test_a_forged_callback_ends_no_case(town: World, committed: Committed, way: str) -> None:
    view = decided("courier", HOME)
    committed.drain()
    town.courier.set(callback=way)
    town.press(delivery_of(view.id), "moving")
    asked, _ = town.calls(1)[0]
    with pytest.raises(Refused):
        deliveries.callback(asked.headers, asked.body)
    committed.drain()
    assert (mine(view.id).stage, delivery_of(view.id).state) == ("decided", "sent")
    in_order()


def test_a_lie_in_the_answer_ends_no_case(town: World, committed: Committed) -> None:
    view = decided("courier", HOME)
    committed.drain()
    for lie in ("wrong_number", "wrong_parcel"):
        town.courier.set(answer=lie)
        deliveries.settle(delivery_of(view.id).id)
        committed.drain()
    assert mine(view.id).stage == "decided"
    assert set(delivery_of(view.id).alarms) == {"answer-other-number", "answer-other-parcel"}
    in_order()


def test_a_callback_after_the_end_changes_nothing(town: World, committed: Committed) -> None:
    town.courier.set(callback="normal")
    view = decided("courier", HOME)
    committed.drain()
    town.press(delivery_of(view.id), "delivered")
    town.hear()
    committed.drain()
    before = ground.kinds(view.id)
    town.press(delivery_of(view.id), "returned")
    town.hear()
    committed.drain()
    assert ground.kinds(view.id) == before
    assert (mine(view.id).stage, delivery_of(view.id).state) == ("concluded", "delivered")
    in_order()


@pytest.mark.parametrize("point", ["before_deliver", "after_deliver"])
@pytest.mark.parametrize("arrived", [False, True])
def test_a_house_killed_while_it_delivers_goes_on(town: World, committed: Committed, point: str, arrived: bool) -> None:
    view = decided("courier", HOME) if arrived else _about_to_send()
    if arrived:
        deliveries.settle(delivery_of(view.id).id)
        town.press(delivery_of(view.id), "delivered")
        deliveries.settle(delivery_of(view.id).id)
        Task.objects.filter(step="deliver").update(next_try_at=None)
    text = HOUSE.format(base=settings.BASE_URL, case=view.id)
    environment = {**committed.environment, "ONEVISIT_FAULT": point, "ONEVISIT_NOW": "2026-03-02T10:00"}
    died = subprocess.run([sys.executable, "-c", text], env=environment, timeout=60, check=False, capture_output=True)
    assert died.returncode == 9, died.stderr.decode()[-2000:]
    Task.objects.filter(step="deliver", closed_at=None).update(claimed_until=None)
    follow.follow(view.id)
    committed.drain()
    if not arrived:
        town.press(delivery_of(view.id), "delivered")
        deliveries.settle(delivery_of(view.id).id)
        committed.drain()
    assert mine(view.id).stage == "concluded"
    assert Parcel.objects.count() == 1
    assert ground.kinds(view.id).count("case.concluded") == 1
    in_order()


def _about_to_send() -> ground.CaseView:
    """A case that was granted just now: nothing of what follows is done yet."""
    zhang, chief = ground.person(), ground.officer()
    view = ground.a_draft(zhang)
    actions.choose_delivery(zhang, view.id, "courier", HOME)
    actions.file(zhang, view.id)
    follow.follow(view.id)
    actions.take(chief, view.id)
    return actions.decide(ground.holding(chief), view.id, actions.Ruling("grant", opinion="材料齐全。"))
