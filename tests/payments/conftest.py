"""The gateway that tests of payments speak to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.payments.paying import World, world


@pytest.fixture
def paying(committed: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world(tmp_path, monkeypatch) as it:
        yield it
