"""`onevisit city new` as an operator runs it: another process, a living database."""

import json
import subprocess
import sys

import pytest

from onevisit.city import queries
from onevisit.city.models import Division


def new(committed, *words: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "onevisit", "city", "new", *words]
    return subprocess.run(command, env={**committed.environment, **environment}, capture_output=True, text=True)


def test_a_prefecture_is_founded_to_the_village(committed):
    run = new(committed, "340300", "--demo", "--json")
    document = json.loads(run.stdout)
    assert (run.returncode, document["name"]) == (0, "蚌埠市"), run.stderr
    assert document["divisions"] == {"city": 1, "county": 9, "town": 87, "village": 1157}
    assert document["offices"] > 200
    assert Division.objects.count() == 1254
    assert queries.office("tax", "340302000000").demo
    assert "已建立蚌埠市" in new(committed, "340300").stdout


@pytest.mark.parametrize("code", ["999900", "340302", "abc"])
def test_a_wrong_code_is_refused_in_a_sentence(committed, code):
    run = new(committed, code)
    assert run.returncode == 1
    assert "340300" in run.stdout
    assert not Division.objects.exists()


def test_made_up_offices_stay_in_a_demo(committed):
    run = new(committed, "340300", "--demo", ONEVISIT_DEMO="0", ONEVISIT_SECRET_KEY="x")
    assert run.returncode == 2
    assert "演示环境" in run.stderr
    assert not Division.objects.exists()
