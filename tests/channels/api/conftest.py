"""A small city with one item on offer, and a client that speaks to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.catalogue.town import offered, small_city

from onevisit.catalogue.queries import ItemView
from onevisit.channels.api import kept


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """What one test's catalogue answered is not another's."""
    kept.forget()
    yield
    kept.forget()


@pytest.fixture
def item(db: None, tmp_path: Path) -> ItemView:
    small_city()
    return offered(tmp_path)
