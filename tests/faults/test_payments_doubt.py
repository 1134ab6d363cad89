"""T10 and its neighbours: a time-out after capture, two tabs, a killed gateway, a house killed between any two steps."""

import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from django.db import connections
from tests.payments.paying import World, a_bill, order_of, payer, state

from onevisit.access import Refused
from onevisit.ledger import invariants
from onevisit.payments import actions, queries
from onevisit.payments.invariants import INVARIANTS
from onevisit.payments.models import Movement, PaymentOrder

HOUSE = """
import django
django.setup()
from django.conf import settings
from onevisit.access import Actor
from onevisit.payments import actions
settings.BASE_URL = "{base}"
actions.{call}
"""


def all_hold() -> None:
    assert [one for one in invariants.run(INVARIANTS) if not one.holds] == []


def test_a_time_out_after_capture_is_being_confirmed_and_then_known(paying: World) -> None:
    paying.gateway.set(pay="timeout", seconds="2")
    bill = a_bill()
    assert paying.press(actions.start(payer(), bill.id).url).status_code == 504
    doubtful = actions.settle(bill.id)
    assert (doubtful.state, doubtful.checking) == ("open", True)
    with pytest.raises(Refused, match="请不要重复缴费"):
        actions.start(payer(), bill.id)
    time.sleep(2.1)
    paid = actions.settle(bill.id)
    assert (paid.state, paid.checking, paid.owed_back) == ("paid", False, 0)
    all_hold()


def test_two_tabs_pay_once(paying: World) -> None:
    bill = a_bill()
    urls: list[str] = []

    def tab() -> None:
        urls.append(actions.start(payer(), bill.id).url)
        paying.press(urls[-1])
        actions.settle(bill.id)
        connections.close_all()

    tabs = [threading.Thread(target=tab) for _ in range(4)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join(30)
    assert len(set(urls)) == 1
    assert len(urls) >= 1
    view = actions.settle(bill.id)
    assert (view.state, view.owed_back) == ("paid", 0)
    assert (PaymentOrder.objects.count(), Movement.objects.count()) == (1, 1)
    with pytest.raises(Refused, match="不用再缴"):
        actions.start(payer(), bill.id)
    all_hold()


def test_a_gateway_killed_after_capture_is_asked_again_when_it_is_back(paying: World) -> None:
    bill = a_bill()
    paying.press(actions.start(payer(), bill.id).url)
    paying.gateway.kill()
    assert actions.settle(bill.id).checking
    paying.gateway.start()
    assert actions.settle(bill.id).state == "paid"
    all_hold()


@pytest.mark.parametrize(
    ("point", "call"),
    [
        ("after_order_before_gateway", "start(Actor('a', 'applicant', person='{payer}', fresh=True), '{bill}')"),
        ("after_answer_before_booking", "settle('{bill}')"),
    ],
)
def test_a_house_killed_between_two_steps_goes_on_where_it_was(paying: World, committed: Any, point: str, call: str) -> None:
    bill = a_bill()
    if point == "after_answer_before_booking":
        paying.press(actions.start(payer(), bill.id).url)
    text = HOUSE.format(
        base=paying.house.url.removesuffix("/payments/callback"), call=call.format(payer=bill.payer, bill=bill.id)
    )
    environment = {**committed.environment, "ONEVISIT_FAULT": point}
    died = subprocess.run([sys.executable, "-c", text], env=environment, timeout=60, check=False, capture_output=True)
    assert died.returncode == 9, died.stderr.decode()[-2000:]
    assert state(bill) == "open"
    if not order_of(bill).url:
        paying.press(actions.start(payer(), bill.id).url)
    assert actions.settle(bill.id).state == "paid"
    assert (PaymentOrder.objects.count(), Movement.objects.count()) == (1, 1)
    assert queries.bill(payer(), bill.id).alarms == ()
    all_hold()
