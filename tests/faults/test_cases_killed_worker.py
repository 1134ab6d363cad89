"""T02: the worker is killed at each point of its work on cases: it resumes; one decision, licence, file, message each, no gap."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from tests.cases import ground
from tests.conftest import Committed
from tests.payments.paying import World
from tests.standins.running import Running

from onevisit.access import Actor
from onevisit.cases import actions, follow
from onevisit.cases.models import Case, Decision, Task
from onevisit.identity import actions as identity
from onevisit.ledger.jobs import ProcrastinateJob
from onevisit.ledger.models import Event
from onevisit.licences.models import Licence
from onevisit.notices.models import Notice
from onevisit.payments import actions as payments
from onevisit.payments.queries import bills_of_case
from onevisit.settings import ROOT

GIFT = {"act": "gift", "buyer": "person", "relation": "spouse"}
POINTS = (
    "before_accept", "after_accept", "before_verify", "after_inquiry_before_call", "after_call_before_answer", "after_verify",
    "before_decide", "after_run_before_decision", "after_decide", "before_issue", "after_licence_before_step", "after_issue",
    "before_deliver", "after_deliver", "after_notice_before_event", "before_licence_file", "after_licence_seal",
    "after_licence_file",
)  # fmt: skip
KILLED = 9


@pytest.fixture
def city(committed: Committed, province_process: Running, paying: World, tmp_path: Path) -> Committed:
    """A small city with both items, a province and a gateway; the worker is a process of its own."""
    ground.small_city()
    ground.offer_stall(tmp_path)
    ground.offer_deed_tax()
    identity.found_demo_peer("province", "省数据共享平台（演示）", province_process.port)
    province_process.set(mode="normal", seconds="5", resource="")
    return committed


def log_of(city: Committed) -> Path:
    """What the workers said."""
    return Path(city.environment["ONEVISIT_VAR"]) / "worker.log"


@contextmanager
def worker(city: Committed, fault: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """A worker that dies at the fault point, or works until it is told to stop."""
    command = [sys.executable, "-m", "onevisit", "worker"]
    environment = {**city.environment, "ONEVISIT_FAULT": fault, "PYTHONFAULTHANDLER": "1", "ONEVISIT_BASE_URL": settings.BASE_URL}
    with log_of(city).open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(30)


def killed_at(city: Committed, point: str) -> None:
    """A worker took up what is due, and died at the point."""
    ProcrastinateJob.objects.filter(status="todo", task_name__endswith="jobs.follow").update(scheduled_at=None)
    connection.close()
    with worker(city, point) as process:
        assert process.wait(60) == KILLED, point


def a_gift(lin: Actor) -> str:
    """A deed tax case between spouses, just filed."""
    view = actions.start(lin, "deed-tax", ground.NEAR, GIFT)
    actions.save(lin, view.id, {"phone": "15400000005", "other_number": "340300198802149079"})
    return actions.file(lin, view.id).id


def a_paid_stall(zhang: Actor, paying: World) -> str:
    """A stall case whose bill the gateway has taken money for, and nobody has heard of it yet."""
    view, chief = ground.a_taken(zhang, "yes")
    actions.decide(chief, view.id, actions.Ruling("grant", opinion="齐全。"))
    follow.follow(view.id)
    (bill,) = bills_of_case(view.id)
    paying.press(payments.start(zhang, bill.id).url)
    payments.settle(bill.id)
    return view.id


def all_concluded() -> bool:
    connection.close()
    return not Case.objects.exclude(stage__in=["concluded", "draft"]).exists()


def test_a_killed_worker_is_taken_over_at_every_point(city: Committed, paying: World) -> None:
    lin, zhang = ground.person("lin-ruoxi"), ground.person()
    for point in POINTS:
        a_gift(lin)
        killed_at(city, point)
    a_paid_stall(zhang, paying)
    killed_at(city, "after_pay_before_follow")
    with worker(city) as process:
        try:
            until(all_concluded, "every case to be concluded", 100)
            until(lambda: not Licence.objects.filter(file=None).exists(), "every file", 60)
            until(quiet, "the jobs to be done", 60)
        except AssertionError as why:
            process.send_signal(signal.SIGABRT)  # it says what each of its threads is at
            process.wait(30)
            raise AssertionError(f"{why}\nworker: {process.poll()}\n{log_of(city).read_text()[-9000:]}") from None
    cases = list(Case.objects.all())
    assert len(cases) == len(POINTS) + 1
    for case in cases:
        assert Decision.objects.filter(case=case).count() == 1
        assert Licence.objects.filter(case=case.public_id).count() == 1
        said = list(Notice.objects.filter(case=case.public_id).values_list("kind", flat=True))
        assert sorted(set(said)) == sorted(said), "each message once"
        assert {"receipt", "accepted", "decision", "result"} <= set(said)
    assert Event.objects.filter(kind="licence.filed").count() == len(cases)
    for series in ("deed-tax-certificate", "stall-permit"):
        serials = sorted(Licence.objects.filter(type__key=series).values_list("serial", flat=True))
        assert serials == list(range(1, len(serials) + 1))
    checked(city)


def quiet() -> bool:
    """No job is due, and none gave up."""
    connection.close()
    waiting = ProcrastinateJob.objects.exclude(status="succeeded").exclude(task_name__startswith="onevisit.payments")
    return not waiting.filter(scheduled_at=None).exists() and not ProcrastinateJob.objects.filter(status="failed").exists()


def until(holds: Any, what: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}\n{left()}"
        time.sleep(0.3)


def left() -> str:
    """What is still open: steps with their claims, jobs with their times."""
    tasks = Task.objects.filter(closed_at=None).values_list(
        "case_id", "step", "attempt", "claimed_until", "next_try_at", "waiting_for"
    )
    waiting = ProcrastinateJob.objects.exclude(status="succeeded").exclude(task_name__endswith="news")
    jobs = waiting.values_list("task_name", "args", "status", "attempts", "scheduled_at", "queueing_lock")
    return "\n".join(str(row) for row in (*tasks, *jobs))


def checked(city: Committed) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "onevisit", "check"], cwd=ROOT, env=city.environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
