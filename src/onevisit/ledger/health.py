"""Whether the house can work now (就绪): what probes, metrics and `doctor` ask. Each check says what is wrong and what mends."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

BEAT = timedelta(seconds=60)
SKEW = timedelta(seconds=5)
FREE = 0.05
"""The share of the disk that must be free."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so; `text` says how it is, `mend` what to do."""

    name: str
    ok: bool
    text: str
    mend: str = ""


def readiness() -> tuple[Check, ...]:
    """Every check, the database first: without it those that need it are not made."""
    first = _checked("database", _database)
    rest: tuple[tuple[str, Callable[[], Check]], ...] = (("migrations", _migrations), ("worker", _worker), ("clock", _clock))
    asked = tuple(_checked(name, check) if first.ok else Check(name, False, "数据库连不上，没有检查。") for name, check in rest)
    return (first, *asked, _disk())


def _checked(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except DatabaseError as why:
        connection.close()
        return Check(name, False, f"数据库没有回答（{type(why).__name__}）。", "请确认数据库已启动，再看DATABASE_URL。")


def _database() -> Check:
    _value("SELECT 1")
    return Check("database", True, "数据库有回答。")


_current: set[str] = set()
"""Databases whose structure was found up to date: new code is a new process, so they stay so while this one runs."""


def _migrations() -> Check:
    name = str(connection.settings_dict["NAME"])
    waiting = 0
    if name not in _current:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        return Check("migrations", False, f"有{waiting}项数据库结构没有更新。", "onevisit migrate")
    _current.add(name)
    return Check("migrations", True, "数据库结构是新的。")


def _worker() -> Check:
    age = _value("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers")
    ok = age is not None and age < BEAT.total_seconds()
    text = "后台办理没有启动过。" if age is None else f"后台办理{int(age)}秒前有动静。"
    return Check("worker", ok, text, "" if ok else "onevisit worker")


def _clock() -> Check:
    real = settings.REAL_CLOCK().timestamp()
    skew = abs(real - (_value("SELECT extract(epoch FROM clock_timestamp())") or real))
    ok = skew < SKEW.total_seconds()
    return Check("clock", ok, f"与数据库的时钟相差{skew:.1f}秒。", "" if ok else "请在两台机器上同时校时（NTP）。")


def _disk() -> Check:
    place = settings.VAR if settings.VAR.exists() else settings.ROOT
    usage = shutil.disk_usage(place)
    share = usage.free / usage.total
    return Check("disk", share >= FREE, f"磁盘还剩{share:.0%}。", "" if share >= FREE else f"请清理{place}所在的磁盘。")


def figures() -> Mapping[str, float]:
    """Jobs waiting, the age of the oldest that is due, jobs that gave up, workers alive."""
    due = "status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
    since = "coalesce(scheduled_at, (SELECT min(at) FROM procrastinate_events WHERE job_id = procrastinate_jobs.id))"
    asked = {
        "jobs_waiting": f"SELECT count(*) FROM procrastinate_jobs WHERE {due}",
        "job_age_seconds": f"SELECT extract(epoch FROM now() - min({since})) FROM procrastinate_jobs WHERE {due}",
        "jobs_given_up": "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'",
        "workers": "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'",
    }
    return {name: float(_value(sql) or 0) for name, sql in asked.items()}


def _value(sql: str) -> float | None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return None if row is None or row[0] is None else float(row[0])
