"""Killed between any two steps of making the file (SECURITY T02): taken up again, one file, one seal that counts, no gap."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from onevisit.access import SYSTEM
from onevisit.ledger.models import Event
from onevisit.licences import actions, invariants
from onevisit.licences.models import Licence
from onevisit.papers import signing
from onevisit.papers.models import StoredFile

from .conftest import found_city, new

MAKE = "import django; django.setup(); from onevisit.licences import jobs; jobs.make_file({id!r})"


@pytest.mark.parametrize("point", ["before_licence_file", "after_licence_seal", "after_licence_file"])
def test_a_killed_worker_leaves_one_file(committed: Any, clock: Callable[[str], None], point: str) -> None:
    clock("2026-03-02T10:00")
    found_city()
    made = actions.issue(SYSTEM, new())
    command = [sys.executable, "-c", MAKE.format(id=made.id)]
    killed = subprocess.run(command, env={**committed.environment, "ONEVISIT_FAULT": point}, check=False, capture_output=True)
    assert killed.returncode == 9, killed.stderr.decode()
    for _ in range(2):
        subprocess.run(command, env=committed.environment, check=True)
    assert StoredFile.objects.count() == 1
    assert Event.objects.filter(kind="licence.filed").count() == 1
    row = Licence.objects.select_related("file").get()
    assert row.file is not None
    assert signing.verify(bytes(row.file.content)).valid
    assert list(invariants.disagreeing()) == []
