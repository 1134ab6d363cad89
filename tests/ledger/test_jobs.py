"""Jobs come with their commit, go with its rollback, and come back when their worker is killed."""

import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob as Job

from onevisit.ledger import jobs, numbers
from onevisit.ledger.models import Counter, DeadJob

done: list[str] = []


def waiting() -> list[Job]:
    """The jobs of these tests; a worker brings its periodic ones along."""
    return list(Job.objects.filter(task_name__startswith="tests.").order_by("id"))


@jobs.task("tests.note")
def note(word: str, then: str = "") -> None:
    done.append(word)
    if then:
        with transaction.atomic():
            jobs.defer("tests.note", word=then)
            transaction.set_rollback(then == "never")


@jobs.task("tests.stumble")
def stumble(word: str) -> None:
    done.append(word)
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def _nothing_done_yet():
    done.clear()


def test_a_job_is_done_after_its_commit(committed):
    with transaction.atomic():
        jobs.defer("tests.note", word="first")
        committed.drain()
        assert done == []
    committed.drain()
    assert done == ["first"]
    assert waiting() == []


def test_a_rollback_takes_the_job_along(committed):
    with transaction.atomic():
        jobs.defer("tests.note", word="never")
        jobs.defer("tests.note", key="k", word="never")
        assert len(waiting()) == 2
        transaction.set_rollback(True)
    committed.drain()
    assert (done, waiting()) == ([], [])


@pytest.mark.parametrize(("then", "expected"), [("second", ["first", "second"]), ("never", ["first"])])
def test_inside_a_worker_too_the_job_belongs_to_the_transaction(committed, then, expected):
    jobs.defer("tests.note", word="first", then=then)
    committed.drain()
    committed.drain()
    assert done == expected


def test_of_one_key_only_one_waits(committed):
    with transaction.atomic():
        jobs.defer("tests.note", key="k", word="first")
        jobs.defer("tests.note", key="k", word="second")
        jobs.defer("tests.note", key="other", word="third")
    assert sorted(Job.objects.values_list("args__word", flat=True)) == ["first", "third"]


def test_a_started_job_lets_the_next_of_its_key_wait(committed):
    jobs.defer("tests.note", key="k", word="first")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    jobs.defer("tests.note", key="k", word="second")
    assert Job.objects.count() == 2
    jobs.rescue()
    assert set(Job.objects.values_list("status", flat=True)) == {"todo"}


def test_a_job_waits_for_its_time(committed):
    jobs.defer("tests.note", at=settings.REAL_CLOCK() + timedelta(hours=1), word="later")
    committed.drain()
    assert done == []


def test_a_job_that_raises_is_tried_again_later_each_time(committed):
    jobs.defer("tests.stumble", word="x")
    committed.drain()
    (row,) = waiting()
    assert (done, row.status, row.attempts) == (["x"], "todo", 1)
    assert row.scheduled_at > settings.REAL_CLOCK()


def test_back_off_doubles_to_an_hour_and_ends_after_three_days():
    row = app.tasks["tests.note"].configure().job
    waits = []
    while decision := jobs.Backoff().get_retry_decision(exception=ValueError(), job=row):
        waits.append(round((decision.retry_at - settings.REAL_CLOCK()).total_seconds()))
        row = row.evolve(attempts=row.attempts + 1)
    assert waits[:4] == [2, 4, 8, 16]
    assert max(waits) == jobs.LONGEST_WAIT
    assert timedelta(hours=72) <= timedelta(seconds=sum(waits)) < timedelta(hours=73)
    assert row.attempts + 1 == jobs.TRIES


def test_a_job_that_gave_up_has_an_owner(committed):
    jobs.defer("tests.stumble", word="x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s WHERE task_name = 'tests.stumble'", [jobs.TRIES - 1])
    committed.drain()
    jobs.rescue()
    jobs.rescue()
    dead = DeadJob.objects.get()
    assert (waiting()[0].status, dead.task, dead.owner) == ("failed", "tests.stumble", "system-admin")


def test_a_job_of_a_dead_worker_counts_a_try_and_waits_again(committed):
    jobs.defer("tests.note", word="x")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '11 seconds') RETURNING id")
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [cursor.fetchone()[0]])
    jobs.rescue()
    assert (Job.objects.get().status, Job.objects.get().attempts) == ("todo", 1)
    committed.drain()
    assert done == ["x"]


def test_a_job_of_a_living_worker_is_left_alone(committed):
    jobs.defer("tests.note", word="x")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 seconds') RETURNING id")
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [cursor.fetchone()[0]])
    jobs.rescue()
    assert Job.objects.get().status == "doing"


def test_a_job_that_kills_its_worker_again_and_again_is_given_up(committed):
    jobs.defer("tests.note", word="x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = %s", [jobs.TRIES - 1])
    jobs.rescue()
    assert Job.objects.get().status == "failed"
    assert DeadJob.objects.count() == 1


KILLED_AT_A_FAULT_POINT = """
import django; django.setup()
from django.db import transaction
from onevisit.ledger import faults, numbers
with transaction.atomic():
    print(numbers.next_number("faults"), flush=True)
    faults.fault("before_commit")
faults.fault("after_commit")
print("alive", flush=True)
"""


@pytest.mark.parametrize(("point", "says", "kept"), [("before_commit", "1", 0), ("after_commit", "1", 1), ("", "1 alive", 1)])
def test_a_fault_point_kills_where_it_is_named(committed, point, says, kept):
    environment = committed.environment | {"ONEVISIT_FAULT": point}
    run = subprocess.run([sys.executable, "-c", KILLED_AT_A_FAULT_POINT], env=environment, capture_output=True, text=True)
    assert (run.stdout.split(), run.returncode) == (says.split(), 9 if point else 0)
    assert Counter.objects.filter(series="faults").count() == kept
    with transaction.atomic():
        assert numbers.next_number("faults") == kept + 1


@pytest.mark.slow
def test_a_worker_process_makes_roots_and_rescues_by_itself(committed):
    program = "import django; django.setup(); from onevisit.ledger import jobs; jobs.work()"
    worker = subprocess.Popen([sys.executable, "-c", program], env=committed.environment)
    jobs.defer("tests.unknown", word="x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = %s", [jobs.TRIES - 1])
    deadline = time.monotonic() + 30
    while not DeadJob.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    worker.terminate()
    assert worker.wait(20) == 0
    assert DeadJob.objects.count() == 1


def test_a_dead_worker_s_jobs_are_looked_for_every_ten_seconds():
    (rescue,) = [each for each in app.periodic_registry.periodic_tasks.values() if each.task.name.endswith("jobs.rescue")]
    times = rescue.croniter
    times.set_current(start_time=0)
    assert [round(times.get_next(ret_type=float)) for _ in range(4)] == [10, 20, 30, 40]
