"""The frozen vectors of docs/adr/0001: an event written today is hashed as the first one was."""

import hashlib
import json
from datetime import datetime

import pytest

from onevisit.core import chain
from onevisit.ledger import roots
from onevisit.ledger.queries import EventView, record
from onevisit.ledger.suite import SUITES
from onevisit.settings import ROOT, ZONE

VECTORS = json.loads((ROOT / "docs" / "adr" / "0001-hash-suite.md").read_text().split("```json")[1].split("```")[0])
STREAM = "00000000-0000-4000-8000-000000000001"


def at(hour: int, minute: int = 0, second: int = 0, microsecond: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, second, microsecond, tzinfo=ZONE)


FILED = EventView(
    id=1, stream=STREAM, seq=1, kind="case.filed", happened=at(10), entered=at(10, microsecond=123456), previous=b"", hash=b"",
    actor="00000000-0000-4000-8000-0000000000aa", on_behalf_of="", via="portal", data={"item": "deed-tax", "materials": 0},
)  # fmt: skip
DECIDED = EventView(
    id=2, stream=STREAM, seq=2, kind="case.decided", happened=at(10, second=1), entered=at(10, second=1), previous=b"", hash=b"",
    actor="system", on_behalf_of="", via="system", data={"run": None, "reviewed": False, "reasons": ["首套"], "outcome": "grant"},
)  # fmt: skip


def test_events_are_spelled_as_ever():
    assert [chain.canonical(record(event)).decode() for event in (FILED, DECIDED)] == VECTORS["canonical"]


@pytest.mark.parametrize("name", SUITES)
def test_events_and_roots_are_hashed_as_ever(name):
    suite, frozen = SUITES[name], {key: bytes.fromhex(value) for key, value in VECTORS[name].items()}
    assert chain.link(chain.GENESIS, record(FILED), suite.digest, suite.byte) == frozen["first"]
    assert chain.link(frozen["first"], record(DECIDED), suite.digest, suite.byte) == frozen["second"]
    assert chain.merkle_root([frozen["first"], frozen["second"]], suite.digest) == frozen["merkle"]
    body = roots.record(1, at(10, 1), [[STREAM, 2]], chain.merkle_root([frozen["second"]], suite.digest))
    assert chain.link(chain.GENESIS, body, suite.digest, suite.byte) == frozen["root"]


def test_a_stranger_with_the_page_and_a_hash_function_gets_the_same():
    first = b"\x02" + hashlib.sha256(VECTORS["canonical"][0].encode()).digest()
    second = b"\x02" + hashlib.sha256(first + VECTORS["canonical"][1].encode()).digest()
    leaves = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in (first, second)]
    merkle = hashlib.sha256(b"\x01" + leaves[0] + leaves[1]).digest()
    assert (first.hex(), second.hex(), merkle.hex()) == tuple(VECTORS["intl"][key] for key in ("first", "second", "merkle"))
