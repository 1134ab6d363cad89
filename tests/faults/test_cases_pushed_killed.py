"""T02 for what is pushed: killed between any two of errand, call, answer, record, step: told once, decided once, one licence."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from tests.cases import ground
from tests.cases.pushing import (
    KEY,
    Police,
    alarms,
    broken,
    deng,
    errand,
    gateway,
    go_on,
    hand_back,
    paid,
    police,
    police_process,
    until,
)  # fmt: skip
from tests.conftest import Committed
from tests.payments.paying import World

from onevisit.access import Actor
from onevisit.cases import actions
from onevisit.cases.models import Decision, Task
from onevisit.ledger.models import Event
from onevisit.licences.models import Licence
from onevisit.settings import ROOT
from onevisit.sharing.models import Errand

__all__ = ["deng", "gateway", "police", "police_process"]
FOLLOW = "import django; django.setup(); from onevisit.cases import follow; follow.follow({id!r})"
DECIDING = (
    "before_decide",
    "after_errand_before_call",
    "after_department_before_record",
    "after_report_before_step",
    "after_decide",
)
ISSUING = ("after_department_before_record", "after_report_before_step", "after_licence_before_step", "after_issue")
KILLED = 9


def killed_at(committed: Committed, case: str, point: str) -> None:
    """A process that looks after the case until it dies at the point; whoever comes next finds its claim run out."""
    environment = {**committed.environment, "ONEVISIT_FAULT": point, "ONEVISIT_BASE_URL": settings.BASE_URL}
    for _ in range(40):
        command = [sys.executable, "-c", FOLLOW.format(id=case)]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False, capture_output=True)
        Task.objects.filter(case__public_id=case).update(claimed_until=None, next_try_at=None)
        if done.returncode == KILLED:
            return
        assert done.returncode == 0, done.stderr.decode()
    raise AssertionError(f"{point} was never reached")


@pytest.mark.parametrize("point", DECIDING)
def test_killed_while_it_decides_it_is_told_once_and_decides_once(
    police: Police, deng: Actor, committed: Committed, point: str
) -> None:
    hand_back(deng)
    view = actions.start(deng, KEY, ground.NEAR, {"issued": "here"})
    actions.save(deng, view.id, {"phone": "15400000035"})
    case = actions.file(deng, view.id).id
    killed_at(committed, case, point)
    until(case, "decided")
    assert (Errand.objects.count(), Decision.objects.count()) == (1, 1)
    assert list(Event.objects.filter(kind__startswith="errand").order_by("pk").values_list("kind", flat=True)) == [
        "errand.opened", "errand.answered",
    ]  # fmt: skip
    assert errand(case).number == Decision.objects.get().result["department_number"]
    assert alarms() == []
    assert broken() == []


@pytest.mark.parametrize("point", ISSUING)
def test_killed_while_it_issues_there_is_one_licence(
    police: Police, deng: Actor, gateway: World, committed: Committed, point: str
) -> None:
    old = hand_back(deng)
    view = actions.start(deng, KEY, ground.NEAR, {"issued": "here"})
    actions.save(deng, view.id, {"phone": "15400000035"})
    case = actions.file(deng, view.id).id
    go_on(case)
    until(case, "decided")
    police.set(answer="down")
    paid(deng, case, gateway)
    police.set(answer="normal")
    killed_at(committed, case, point)
    until(case, "concluded")
    made = Licence.objects.select_related("replaces").get(case=case)
    assert made.replaces is not None
    assert str(made.replaces.public_id) == old
    assert Licence.objects.count() == 2
    assert Event.objects.filter(kind="licence.filed").count() == 1
    assert broken() == []
