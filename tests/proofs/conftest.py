"""A small city whose item asks for one proof."""

from pathlib import Path

import pytest
from tests.proofs import land


@pytest.fixture
def asked(db: None, tmp_path: Path) -> str:
    """The key of the proof that the item asks for."""
    land.small_city()
    land.offered(tmp_path)
    return land.PROOF
