"""Probes before hosts and sessions; what is missing is named with what mends it; metrics by token; one line in the log."""

import json

import pytest
import structlog
from django.conf import settings
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateWorker

from onevisit.channels.api import middleware
from onevisit.ledger import health

STRANGE = {"Host": "evil.example"}


def beat() -> None:
    """A worker is alive."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def test_the_process_answers_whatever_host_is_named(client: Client) -> None:
    answer = client.get("/livez", headers=STRANGE)
    assert (answer.status_code, answer.json()) == (200, {"live": True})


def test_the_process_answers_without_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "readiness", lambda: 1 / 0)
    assert client.get("/livez").status_code == 200


def test_ready_when_everything_is(client: Client, db: None) -> None:
    beat()
    answer = client.get("/readyz", headers=STRANGE)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["ready"] is True
    assert set(answer.json()["checks"]) == {"database", "migrations", "worker", "clock", "disk"}


def test_without_a_worker_it_is_not_ready_and_says_what_to_run(client: Client, db: None) -> None:
    worker = client.get("/readyz").json()["checks"]["worker"]
    assert (client.get("/readyz").status_code, worker["ok"], worker["mend"]) == (503, False, "onevisit worker")


def test_a_worker_that_was_silent_for_a_minute_counts_as_none(client: Client, db: None) -> None:
    beat()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '61 seconds'")
    assert ProcrastinateWorker.objects.count() == 1
    assert client.get("/readyz").status_code == 503


def test_a_structure_that_is_behind_is_named(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    beat()
    monkeypatch.setattr(health, "_current", set())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'catalogue')")
    migrations = client.get("/readyz").json()["checks"]["migrations"]
    assert (migrations["ok"], migrations["mend"]) == (False, "onevisit migrate")


@pytest.mark.django_db
def test_a_lost_database_is_said_in_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(sql: str) -> float:
        raise health.DatabaseError("connection refused at host secret-host")

    monkeypatch.setattr(health, "_value", lost)
    monkeypatch.setattr(health.connection, "close", lambda: None)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["text"] == "数据库没有回答（DatabaseError）。"
    assert "secret-host" not in answer.content.decode()


def test_a_full_disk_is_named(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    beat()
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 4, "total": 100})())
    assert client.get("/readyz").json()["checks"]["disk"]["text"] == "磁盘还剩4%。"


def test_metrics_are_for_the_token_outside_of_a_demo(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/metrics").status_code == 200
    monkeypatch.setattr(settings, "DEMO", False)
    monkeypatch.setattr(settings, "METRICS_TOKEN", "t0ken")
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    shown = client.get("/metrics", headers={"Authorization": "Bearer t0ken"}).content.decode()
    assert "onevisit_jobs_waiting 0.0" in shown
    monkeypatch.setattr(settings, "METRICS_TOKEN", "")
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401


def test_a_request_is_counted_by_its_route(client: Client, item: object) -> None:
    client.get("/api/v1/themes")
    assert 'onevisit_requests_total{method="GET",route="/api/v1/themes",status="200"}' in client.get("/metrics").content.decode()


def test_the_log_names_the_route_and_never_the_path(client: Client, item: object) -> None:
    with structlog.testing.capture_logs() as lines:
        client.get("/cases/340300199408169025?phone=13800000000")
        client.get("/api/v1/items/nothing")
    assert "340300199408169025" not in json.dumps(lines)
    assert "13800000000" not in json.dumps(lines)
    assert {"request", "/api/v1/items/<code>"} <= {*(one["event"] for one in lines), *(one["route"] for one in lines)}


@pytest.mark.parametrize(
    ("given", "kept"), [("abcdef0123456789", True), ("short", False), ("x" * 65, False), ("evil\tnumber-1", False)]
)
def test_the_caller_s_number_is_kept_if_it_is_decent(client: Client, item: object, given: str, kept: bool) -> None:
    answer = client.get("/api/v1/themes", headers={"X-Request-Id": given})
    assert (answer["X-Request-Id"] == given) is kept
    assert middleware.NUMBER.fullmatch(answer["X-Request-Id"])
