"""Jobs (后台任务) that follow a commit: deferred by name in the transaction of their cause, so that a rollback takes them along.

Retries back off to an hour and end after 72 hours; a job that gave up is buried with an owner, who is shown it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.tasks import configure_task


def defer(task: str, *, lock: str = "", key: str = "", at: datetime | None = None, queue: str = "default", **args: Any) -> None:
    """One job of the task named `task`, if the transaction commits; of jobs with the same `key` only one waits at a time.

    `lock`: jobs of one lock run one after another. Args are JSON.
    """
    deferrer = configure_task(
        name=task, job_manager=app.job_manager, queue=queue, lock=lock or None, queueing_lock=key or None, schedule_at=at
    )
    if not key:
        deferrer.defer(**args)
        return
    try:
        with transaction.atomic():
            deferrer.defer(**args)
    except exceptions.AlreadyEnqueued:
        return  # what is still waiting will do this too


def defer_each(task: str, rows: Sequence[dict[str, Any]]) -> None:
    """One job of the task for each row of args, if the transaction commits."""
    if rows:
        configure_task(name=task, job_manager=app.job_manager).batch_defer(*rows)
