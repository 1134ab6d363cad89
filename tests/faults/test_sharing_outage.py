"""T11, T13 for the connector: a source slow, dead, and back; addresses that nobody may reach; a house killed in between."""

import subprocess
import sys
import time
from typing import Any

import pytest
from django.conf import settings
from tests.sharing.asking import Province

from onevisit.access import SYSTEM
from onevisit.identity import peers
from onevisit.identity.models import Peer, PeerCall
from onevisit.ledger import invariants
from onevisit.sharing import actions
from onevisit.sharing.invariants import INVARIANTS
from onevisit.sharing.models import Inquiry

PATIENCE = 0.5
HOUSE = """
import django
django.setup()
from onevisit.access import SYSTEM
from onevisit.sharing import actions
actions.inquire(SYSTEM, actions.Ask(case="{case}", item_key="deed-tax", resource="housing.contract", subject="{subject}"))
"""


def test_a_slow_source_is_left_alone_and_named_and_asked_again_when_it_is_back(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "CONNECT", PATIENCE)  # so that a time-out of this length says that the source is down
    province.set(mode="slow", seconds="30")
    ask = province.ask(timeout=PATIENCE)
    spent = []
    for _ in range(peers.FAILURES + 3):
        began = time.monotonic()
        got = actions.inquire(SYSTEM, ask)
        spent.append(time.monotonic() - began)
        assert (got.state, got.waiting_for) == ("down", "住房和城乡建设局（不动产转移合同和登记受理信息）")
    assert max(spent) < 10, "the source takes thirty seconds"
    assert PeerCall.objects.filter(outcome="timeout").count() == peers.FAILURES
    province.running.kill()
    Peer.objects.update(closed_until=settings.REAL_CLOCK())
    assert actions.inquire(SYSTEM, ask).failure == "unreachable"
    province.running.start()
    province.set(mode="normal")
    assert actions.inquire(SYSTEM, ask).failure == "resting"
    Peer.objects.update(closed_until=settings.REAL_CLOCK())
    assert actions.inquire(SYSTEM, ask).state == "answered"
    assert [one for one in invariants.run(INVARIANTS) if not one.holds] == []


@pytest.mark.parametrize(
    ("host", "private"),
    [("127.0.0.1", False), ("::ffff:127.0.0.1", False), ("0x7f000001", False), ("localhost", False), ("169.254.169.254", True)],
)
def test_an_address_that_nobody_may_reach_is_not_reached_and_leaves_a_row(province: Province, host: str, private: bool) -> None:
    Peer.objects.update(host=host, private=private)
    got = province.inquire()
    assert (got.state, got.failure) == ("wrong", "forbidden-address")
    assert Inquiry.objects.get().failure == "forbidden-address"
    assert PeerCall.objects.get().outcome == "forbidden-address"


@pytest.mark.parametrize("point", ["after_inquiry_before_call", "after_call_before_answer"])
def test_a_house_killed_in_between_has_the_row_and_asks_again(province: Province, committed: Any, point: str) -> None:
    ask = province.ask()
    text = HOUSE.format(case=ask.case, subject=ask.subject)
    environment = {**committed.environment, "ONEVISIT_FAULT": point}
    died = subprocess.run([sys.executable, "-c", text], env=environment, timeout=60, check=False, capture_output=True)
    assert died.returncode == 9, died.stderr.decode()[-2000:]
    assert Inquiry.objects.get().state == "asked"
    assert actions.inquire(SYSTEM, ask).state == "answered"
    assert [one for one in invariants.run(INVARIANTS) if not one.holds] == []
