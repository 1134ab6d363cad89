"""`onevisit doctor`: each thing that can be wrong is named, with the act that mends it; the web refuses what is grave."""

import http.server
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from tests.living import free_port

from onevisit.channels.cli import diagnosis, machine


def onevisit(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "onevisit", *words], env=environment, capture_output=True, text=True, timeout=60)


def doctor(environment: dict[str, str]) -> tuple[int, dict[str, dict]]:
    run = onevisit(environment, "doctor", "--json")
    document = json.loads(run.stdout)
    assert document["healthy"] == (run.returncode == 0)
    return run.returncode, {one["name"]: one for one in document["checks"]}


def wrong(found: dict[str, dict]) -> set[str]:
    return {name for name, one in found.items() if not one["ok"]}


@pytest.fixture
def environment(committed) -> dict[str, str]:
    """A demo whose web port is free."""
    return {**committed.environment, "ONEVISIT_BASE_URL": f"http://127.0.0.1:{free_port()}"}


def test_a_migrated_database_without_a_worker_on_a_throw_away_server(environment):
    """What tests run on is told apart: its server does not keep what it was given, and nobody works."""
    code, found = doctor(environment)
    assert (code, wrong(found)) == (1, {"durability", "worker"})
    assert {"python", "packages", "libraries", "fonts", "database", "triggers", "migrations", "clock", "disk", "keys"} <= set(
        found
    )
    assert "fsync" in found["durability"]["text"]
    assert found["worker"]["mend"] == "onevisit worker"


def test_a_stopped_database_is_named_with_what_to_run(environment):
    """UX check 40."""
    code, found = doctor({**environment, "DATABASE_URL": f"postgresql://a:hunter2@127.0.0.1:{free_port()}/city"})
    assert (code, "database" in wrong(found)) == (1, True)
    assert "没有启动" in found["database"]["text"]
    assert "systemctl start postgresql" in found["database"]["mend"]
    assert "hunter2" not in json.dumps(found)
    assert "triggers" not in found
    said = onevisit({**environment, "DATABASE_URL": "postgresql://@/city?host=/var/lib/onevisit/none"}, "doctor").stdout
    assert "请处理 database：make run" in said


def test_an_absent_database_is_created_by_the_command_that_is_named(environment):
    _, found = doctor({**environment, "DATABASE_URL": re.sub(r"/test_\w+", "/nowhere", environment["DATABASE_URL"])})
    assert found["database"]["mend"] == "createdb nowhere"


def test_a_trigger_that_was_taken_away_is_named_and_the_web_does_not_start(environment):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_event DISABLE TRIGGER ledger_event_append_only")
    _, found = doctor(environment)
    assert "ledger_event_append_only" in found["triggers"]["text"]
    refused = onevisit(environment, "serve", "--port", str(free_port()))
    assert refused.returncode == 1
    assert "ledger_event_append_only" in refused.stdout


def test_a_migration_that_waits_is_named_and_the_web_does_not_start(environment):
    MigrationRecorder(connection).record_unapplied("payments", "0003_claims")
    _, found = doctor(environment)
    assert found["migrations"]["mend"] == "onevisit migrate"
    assert "migrate" in onevisit(environment, "serve", "--port", str(free_port())).stdout


def test_a_real_city_does_not_start_on_a_server_that_forgets(environment):
    real = {**environment, "ONEVISIT_DEMO": "0", "ONEVISIT_SECRET_KEY": "k" * 50}
    refused = onevisit(real, "serve", "--port", str(free_port()))
    assert refused.returncode == 1
    assert "fsync" in refused.stdout


def test_a_wrong_setting_is_a_finding(environment):
    _, found = doctor({**environment, "DATABASE_URL": "mysql://here"})
    assert "postgresql://" in found["settings"]["text"]


def test_keys_that_others_can_read_or_that_are_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    assert diagnosis.keys(folder).ok  # a demo makes them when they are first used
    monkeypatch.setattr(settings, "DEMO", False)
    assert "包裹" in diagnosis.keys(folder).text
    for name in ("session", "wrapping-2026", "root-gm", "seal.pem"):
        (folder / name).write_text("0")
        (folder / name).chmod(0o400)
    assert diagnosis.keys(folder).ok
    (folder / "session").chmod(0o440)
    assert diagnosis.keys(folder).text == "密钥别人也能读：session。"
    (folder / "session").chmod(0o400)
    folder.chmod(0o755)
    assert not diagnosis.keys(folder).ok


def test_the_demo_log_in_is_for_this_machine_alone(monkeypatch: pytest.MonkeyPatch):
    assert diagnosis.demo().ok
    monkeypatch.setattr(settings, "BASE_URL", "https://city.example.cn")
    assert "ONEVISIT_DEMO" in diagnosis.demo().mend
    monkeypatch.setattr(settings, "DEMO", False)
    assert diagnosis.demo().ok


def test_sessions_need_a_secret(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "SECRET_KEY", "k" * 40)
    assert diagnosis.secret().ok
    monkeypatch.setattr(settings, "SECRET_KEY", "short")
    assert not diagnosis.secret().ok


def test_a_port_of_somebody_else_is_told_from_a_free_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "BASE_URL", f"http://127.0.0.1:{free_port()}")
    assert diagnosis.port().ok
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        monkeypatch.setattr(settings, "BASE_URL", f"http://127.0.0.1:{other.server_port}")
        found = diagnosis.port()
        other.shutdown()
    assert (found.ok, "别的程序" in found.text) == (False, True)


def test_python_packages_and_fonts(tmp_path: Path):
    assert machine.python((3, 11)).ok
    assert "python3.11" in machine.python((3, 12)).mend
    assert machine.packages({"django": "5.2"}, {"django": "5.2"}).ok
    assert "django" in machine.packages({"django": "5.2"}, {}).text
    assert "不一致" in machine.packages({"django": "5.2"}, {"django": "5.1"}).text
    assert machine.packages(machine.wanted(), machine.installed()).ok
    assert machine.fonts((tmp_path,)).mend == "sudo apt install fonts-noto-cjk"
    (tmp_path / "NotoSansCJK-Regular.ttc").touch()
    assert machine.fonts((tmp_path,)).ok


def test_a_library_that_is_absent_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch):
    assert machine.libraries().ok
    monkeypatch.setattr(machine.ctypes.util, "find_library", lambda name: None if name == "magic" else name)
    assert machine.libraries().mend == "sudo apt install libmagic1"
