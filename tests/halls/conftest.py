"""The ground of tests on halls: a small city where the stall permit takes one visit, on a Monday morning."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cases import ground
from tests.halls.receiving import AT_THE_HALL

from onevisit.access import Actor


@pytest.fixture
def city(db: None, clock: Callable[[str], None], tmp_path: Path) -> None:
    """The city."""
    clock("2026-03-02T10:00")
    ground.small_city()
    ground.offer_stall(tmp_path, AT_THE_HALL)


@pytest.fixture
def zhang(city: None) -> Actor:
    """A person with an account."""
    return ground.person()
