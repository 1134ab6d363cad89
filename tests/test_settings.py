"""The two clocks, the database's address, the key of sessions: as every process of a house reads them from its environment."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from onevisit.settings import REAL_CLOCK, ZONE, database, keep_once

SAYS = "import json; from onevisit import settings as s; print(json.dumps({said}))"
TIMES = SAYS.format(said="[s.CLOCK().isoformat(), s.REAL_CLOCK().isoformat()]")


def process(program: str, folder: Path, **environment: str) -> subprocess.CompletedProcess:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ONEVISIT_", "DATABASE_", "DJANGO_"))}
    inherited |= {"ONEVISIT_VAR": str(folder), **environment}
    return subprocess.run([sys.executable, "-c", program], env=inherited, capture_output=True, text=True)


def times(folder: Path, **environment: str) -> list[datetime]:
    return [datetime.fromisoformat(moment) for moment in json.loads(process(TIMES, folder, **environment).stdout)]


def test_both_clocks_say_hall_time(tmp_path):
    legal, real = times(tmp_path, TZ="America/New_York")
    assert legal.utcoffset() == real.utcoffset() == timedelta(hours=8)
    assert timedelta(0) <= real - legal < timedelta(seconds=1)


def test_a_demo_shifts_the_legal_clock_and_lets_it_run_on(tmp_path):
    since = (REAL_CLOCK() - timedelta(seconds=90)).isoformat()
    legal, real = times(tmp_path, ONEVISIT_DEMO="1", ONEVISIT_NOW="2026-03-02T10:00+08:00", ONEVISIT_NOW_SINCE=since)
    start = datetime(2026, 3, 2, 10, 1, 30, tzinfo=ZONE)
    assert start <= legal < start + timedelta(seconds=30)
    assert abs(real - REAL_CLOCK()) < timedelta(seconds=30)


def test_time_can_run_faster(tmp_path):
    since = (REAL_CLOCK() - timedelta(seconds=60)).isoformat()
    environment = {"ONEVISIT_NOW": "2026-03-02T10:00", "ONEVISIT_NOW_SINCE": since, "ONEVISIT_RATE": "60"}
    legal, _ = times(tmp_path, ONEVISIT_DEMO="1", **environment)
    assert datetime(2026, 3, 2, 11, 0, tzinfo=ZONE) <= legal < datetime(2026, 3, 2, 11, 30, tzinfo=ZONE)


def test_children_agree_with_their_parent_on_the_shifted_time(tmp_path):
    program = f"import subprocess, sys; {TIMES}; subprocess.run([sys.executable, '-c', {TIMES!r}])"
    run = process(program, tmp_path, ONEVISIT_DEMO="1", ONEVISIT_NOW="2026-03-02T10:00")
    clocks = [[datetime.fromisoformat(moment) for moment in json.loads(line)] for line in run.stdout.splitlines()]
    parent, child = (real - legal for legal, real in clocks)
    assert abs(parent - child) < timedelta(milliseconds=5)


def test_outside_a_demo_the_legal_clock_is_the_real_one(tmp_path):
    legal, real = times(tmp_path, ONEVISIT_NOW="2026-03-02T10:00+08:00")
    assert real - legal < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql:///city", {"NAME": "city", "HOST": "", "USER": "", "PORT": ""}),
        (
            "postgres://ov:p%40ss@db.example:5433/city",
            {"NAME": "city", "HOST": "db.example", "USER": "ov", "PASSWORD": "p@ss", "PORT": "5433"},
        ),
        ("postgresql://ov@/city?host=/run/ov", {"NAME": "city", "USER": "ov", "HOST": ""}),
        ("postgresql://%2Frun%2Fov/city", {"NAME": "city", "HOST": "/run/ov"}),
        ("postgresql://db.example", {"NAME": "onevisit", "HOST": "db.example"}),
    ],
)
def test_an_address_names_a_database(url, expected):
    found = database(url)
    assert {key: found[key] for key in expected} == expected


def test_what_follows_the_question_mark_goes_to_libpq():
    options = database("postgresql:///city?host=/run/ov&target_session_attrs=read-write")["OPTIONS"]
    assert (options["host"], options["target_session_attrs"]) == ("/run/ov", "read-write")
    assert "statement_timeout=10s" in options["options"]


def test_another_engine_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="必须以 postgresql:// 开头"):
        database("sqlite:///x")


SECRET = SAYS.format(said="s.SECRET_KEY")


def test_a_demo_keeps_the_key_it_made(tmp_path):
    first, second = (json.loads(process(SECRET, tmp_path, ONEVISIT_DEMO="1").stdout) for _ in range(2))
    assert first == second
    assert len(first) > 40
    assert (tmp_path / "keys" / "session").stat().st_mode & 0o777 == 0o400


def test_outside_a_demo_nothing_is_served_without_a_key(tmp_path):
    program = "import onevisit.wsgi; from django.conf import settings; settings.SECRET_KEY"
    run = process(program, tmp_path)
    assert run.returncode != 0
    assert "SECRET_KEY" in run.stderr
    assert not (tmp_path / "keys").exists()


def test_who_comes_first_writes_the_file_whole(tmp_path):
    path = tmp_path / "keys" / "one"
    keep_once(path, "first")
    keep_once(path, "second")
    assert path.read_text() == "first"
    assert [file.name for file in path.parent.iterdir()] == ["one"]


def test_the_policy_of_pages_lets_nothing_in_from_elsewhere():
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert policy["default-src"] == ["'self'"]
    assert not [source for sources in policy.values() for source in sources if source not in ("'self'", "'none'")]
