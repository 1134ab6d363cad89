"""Jobs (后台任务) that follow a commit: deferred by name in the transaction of their cause, so that a rollback takes them along.

A job that raises is tried again, ever later, for 72 hours; one whose worker died, after its lease. One that gave up is kept with
an owner, who is shown it. A job may run twice: whatever it does is keyed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from procrastinate import PsycopgConnector, exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.manager import JobManager
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.tasks import Task, configure_task
from psycopg.types.json import Jsonb

from onevisit.ledger.models import DeadJob

LEASE = timedelta(seconds=10)
HEARTBEAT = timedelta(seconds=2)
LONGEST_WAIT = 3600
TRIES = 83  # 2, 4 … 2048 seconds, then hourly: 72 hours in all
PATIENCE = 5.0
"""Seconds that a worker waits for a connection: one whose database is gone must end soon."""
OWNER = "system-admin"

# A worker gives `app` a connection of its own; a job deferred through that would outlive a rollback. This one is always Django's.
DJANGO = DjangoConnector(alias="default")
_MANAGER = JobManager(DJANGO)


class Backoff(BaseRetryStrategy):
    """Twice as long after each try, an hour at most, until the tries are used up."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When the job is tried again; None if it gives up."""
        if job.attempts + 1 >= TRIES:
            return None
        return RetryDecision(retry_in={"seconds": min(2 ** (job.attempts + 1), LONGEST_WAIT)})


def task(name: str) -> Callable[[Callable[..., None]], Task[Any, None, Any]]:
    """The decorated function is what a job of this name does, tried again by `Backoff`."""
    return app.task(name=name, retry=Backoff())


def periodic(name: str, cron: str) -> Callable[[Callable[..., None]], Task[Any, None, Any]]:
    """Like `task`, for a job that comes by itself at the times of `cron` (seconds stand last) and takes that `timestamp`."""
    return lambda function: app.periodic(cron=cron)(task(name)(function))


@dataclass(frozen=True, slots=True)
class Later:
    """A job that an append defers along with its news: one statement writes them all."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


ROW = "ROW(%s, %s, 0, %s, NULL, %s, %s)::procrastinate_job_to_defer_v1"
"""One job for `procrastinate_defer_jobs_v1`: queue, task, priority, lock, queueing lock, args, time."""


def defer(name: str, *, lock: str = "", key: str = "", at: datetime | None = None, queue: str = "default", **args: Any) -> None:
    """One job of the task called `name`, if the transaction commits; of jobs with one `key` only one waits at a time.

    `lock`: jobs of one lock run one after another. Args are JSON.
    """
    if not key:
        params: list[Any] = [queue, name, lock or None, Jsonb(args), at]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT procrastinate_defer_jobs_v1(ARRAY[{ROW}])", params)
        return
    deferrer = configure_task(name=name, job_manager=_MANAGER, queue=queue, lock=lock or None, queueing_lock=key, schedule_at=at)
    try:
        with transaction.atomic():
            deferrer.defer(**args)
    except exceptions.AlreadyEnqueued:
        return  # what is still waiting will do this too


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that waits for its time, with what it will be given."""

    at: datetime
    args: Mapping[str, Any]


def waiting(key: str) -> Waiting | None:
    """The job of this key, if it waits for a time."""
    row = ProcrastinateJob.objects.filter(queueing_lock=key, status="todo", scheduled_at__isnull=False).first()
    return Waiting(row.scheduled_at, row.args) if row else None


def call_off(key: str) -> bool:
    """Whether the job of this key was still waiting and will not be done."""
    row = ProcrastinateJob.objects.filter(queueing_lock=key, status="todo").first()
    return row is not None and _MANAGER.cancel_job_by_id(row.pk, delete_job=True)


def later(jobs: Sequence[Later]) -> tuple[str, list[Any]]:
    """An SQL array of the jobs, and its parameters."""
    rows = ", ".join(ROW for _ in jobs)
    params = [one for job in jobs for one in ("default", job.name, None, Jsonb(dict(job.args)), job.at)]
    return f"ARRAY[{rows}]::procrastinate_job_to_defer_v1[]", params


def work(*, wait: bool = True, concurrency: int = 4) -> None:
    """Jobs are done until the process is told to stop, or with `wait=False` until none is due."""
    with app.replace_connector(PsycopgConnector(kwargs=connector_params("default"), timeout=PATIENCE)):
        app.run_worker(
            wait=wait,
            concurrency=concurrency,
            delete_jobs=DeleteJobCondition.SUCCESSFUL,
            install_signal_handlers=wait,
            listen_notify=wait,
            fetch_job_polling_interval=1.0,
            update_heartbeat_interval=HEARTBEAT.total_seconds(),
            stalled_worker_timeout=LEASE.total_seconds(),
        )


@periodic("onevisit.ledger.jobs.rescue", "* * * * * */10")
def rescue(timestamp: int = 0) -> None:
    """Jobs whose worker died wait again, that try counted; those that gave up have an owner."""
    doing = ProcrastinateJob.objects.filter(status="doing")
    for job in doing.filter(Q(worker=None) | Q(worker__last_heartbeat__lt=Now() - LEASE)):
        if job.attempts + 1 < TRIES:
            _MANAGER.retry_job_by_id(job.pk, retry_at=settings.REAL_CLOCK())
        else:
            ProcrastinateJob.objects.filter(pk=job.pk, status="doing").update(status=Status.FAILED.value)
    bury()


def bury() -> None:
    """Each job that gave up is noted with its owner."""
    given_up = ProcrastinateJob.objects.filter(status="failed").exclude(pk__in=DeadJob.objects.values("job"))
    now = settings.REAL_CLOCK()
    rows = [DeadJob(job=job.pk, task=job.task_name, owner=OWNER, noted_at=now) for job in given_up]
    DeadJob.objects.bulk_create(rows, ignore_conflicts=True)
