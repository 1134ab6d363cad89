"""What `make` prepares first: the environment, whole or not at all, and Debian's packages, or the line that brings them."""

import importlib
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from onevisit.settings import ROOT

PYTHON = """#!/bin/sh
[ "$1" = -c ] && exit 0
echo "$@" >> "$ASKED"
[ "$2" = venv ] && { mkdir -p .venv/bin; cp "$0" .venv/bin/python; }
[ -z "$FAILS" ] || ! echo "$@" | grep -q -- "$FAILS"
"""
"""Stands for Python: notes what it is asked, makes a .venv with itself in it, fails where FAILS says."""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A checkout with nothing but what preparing it needs."""
    folder = tmp_path / "house"
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    (folder / "requirements.lock").write_text("django==5.2\n")
    (folder / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "python").write_text(PYTHON)
    (tmp_path / "python").chmod(0o755)
    return folder


def prepare(house: Path, fails: str = "") -> tuple[int, str]:
    asked = house.parent / "asked"
    asked.write_text("")
    env = {**os.environ, "PYTHON": str(house.parent / "python"), "ASKED": str(asked), "FAILS": fails}
    run = subprocess.run(["sh", "deploy/environment.sh"], cwd=house, env=env, capture_output=True, text=True)
    return run.returncode, asked.read_text()


def test_an_environment_is_made_once_with_hashes_and_without_an_index_of_its_own(house):
    code, asked = prepare(house)
    assert code == 0
    assert "--require-hashes -r requirements.lock" in asked
    assert "--no-deps --no-index --no-build-isolation -e ." in asked
    assert prepare(house) == (0, "")


@pytest.mark.parametrize("step", ["--require-hashes", "--no-deps"])
def test_one_that_was_broken_off_is_made_again(house, step):
    assert prepare(house, fails=step)[0] == 1
    (house / ".venv" / "half").touch()
    code, asked = prepare(house)
    assert (code, "-m venv" in asked) == (0, True)
    assert not (house / ".venv" / "half").exists()


def test_a_renewed_lock_makes_it_anew_and_a_renewed_project_only_installs_that(house):
    prepare(house)
    (house / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    assert "venv" not in prepare(house)[1]
    (house / "requirements.lock").write_text("django==5.3\n")
    assert "-m venv" in prepare(house)[1]


def packages(tmp_path: Path, have: str, user: int) -> subprocess.CompletedProcess[str]:
    commands = {"dpkg-query": f'case " {have} " in *" $3 "*) echo "install ok installed";; esac', "id": f"echo {user}"}
    commands["apt-get"] = 'echo "apt-get $*"'
    for name, body in commands.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:/usr/bin:/bin"}
    return subprocess.run(["sh", "deploy/packages.sh", "run"], cwd=ROOT, env=env, capture_output=True, text=True)


RUN = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libmagic1 fonts-noto-cjk"


def test_debians_packages_are_brought_by_whoever_may(tmp_path):
    assert (packages(tmp_path, RUN, 1000).returncode, packages(tmp_path, RUN, 1000).stdout) == (0, "")
    told = packages(tmp_path, RUN.replace(" libmagic1", ""), 1000)
    assert told.returncode == 1
    assert told.stderr == "还缺少系统软件包。请运行：sudo apt install libmagic1\n"
    assert "install -y -qq --no-install-recommends libmagic1" in packages(tmp_path, RUN.replace(" libmagic1", ""), 0).stdout


def test_the_readme_begins_with_what_a_fresh_debian_needs():
    first = (ROOT / "README.md").read_text().splitlines()[0].split()
    listed = [line.split() for line in (ROOT / "deploy" / "apt.txt").read_text().splitlines() if line and line[0] != "#"]
    assert {"apt", "install", "make", "python3-venv", "git"} <= set(first)
    assert {name for name, when in listed if when == "run"} <= set(first)


def test_all_processes_count_a_shifted_clock_from_one_moment(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "deploy")
    run = importlib.import_module("run")
    monkeypatch.setenv("ONEVISIT_NOW", "2026-03-02T10:00")
    env = run._environment(run.PORTS)
    assert datetime.fromisoformat(env["ONEVISIT_NOW_SINCE"]).tzinfo
    clock = "from onevisit import settings; print(settings.CLOCK().isoformat()[:15])"
    told = {subprocess.run([sys.executable, "-c", clock], env=env, capture_output=True, text=True).stdout for _ in range(2)}
    assert told == {"2026-03-02T10:0\n"}
    monkeypatch.delenv("ONEVISIT_NOW")
    assert "ONEVISIT_NOW_SINCE" not in run._environment(run.PORTS)
