"""`onevisit check` as an operator runs it: another process, a living database."""

import json
import subprocess
import sys

import pytest
from django.db import transaction

from onevisit.access import SYSTEM
from onevisit.ledger import roots
from onevisit.ledger.actions import Entry, append, open_stream


def check(committed, *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "onevisit", "check", *words]
    return subprocess.run(command, env=committed.environment, capture_output=True, text=True)


@pytest.fixture
def stream(committed):
    opened = open_stream("case")
    with transaction.atomic():
        append(opened, SYSTEM, [Entry("case.filed"), Entry("case.accepted")])
    roots.make()
    return opened


def test_a_whole_database_holds_and_rows_without_a_room_are_said(committed, stream):
    run = check(committed, "--json")
    document = json.loads(run.stdout)
    assert (run.returncode, document["holds"]) == (0, True), run.stdout
    assert {7, 8, 31, 32} <= {one["number"] for one in document["checked"]}
    assert 28 in document["not_present"]
    assert "not present" in check(committed).stdout


def test_what_offends_is_named(committed, stream, tampering):
    with tampering():
        stream.events.filter(seq=2).delete()
    run = check(committed, "--only", "7,8", "--json")
    first, second = json.loads(run.stdout)["checked"]
    assert run.returncode == 1
    assert first["offenders"] == [f"{stream.public_id}#2 cut"]
    assert second["offenders"] == ["root 1 over other events"]
    assert f"{stream.public_id}#2" in check(committed, "--only", "7").stdout


def test_quick_takes_the_quick_ones(committed):
    numbers = [one["number"] for one in json.loads(check(committed, "--quick", "--json").stdout)["checked"]]
    assert 31 in numbers
    assert 7 not in numbers


@pytest.mark.parametrize("words", ["7,x", "41", "0", ""])
def test_a_wrong_number_is_refused_in_a_sentence(committed, words):
    run = check(committed, "--only", words)
    assert run.returncode == 2
    assert "编号" in run.stderr
    assert "Traceback" not in run.stderr


def test_without_a_database_one_sentence_says_what_to_do(committed):
    committed.environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    run = check(committed)
    assert run.returncode == 2
    assert "连不上数据库" in run.stderr
    assert len(run.stderr.splitlines()) == 1
