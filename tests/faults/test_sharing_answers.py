"""T12: another person, expired, NaN, HTML, bad signature, cut, endless, dripping, bomb: never used, little time and memory."""

import os
import time
from pathlib import Path

import pytest
from standins import trouble
from tests.sharing.asking import Province, peak

from onevisit.sharing.models import Inquiry

WHOLE = 10.0 if os.environ.get("ONEVISIT_SOAK") == "1" else 2.0
MEGABYTE = 1_000_000
WRONG = {
    "wrong_person": ("wrong", "other-subject"),
    "expired": ("wrong", "expired"),
    "nan": ("wrong", "not-json"),
    "html": ("wrong", "not-json"),
    "bad_signature": ("wrong", "bad-signature"),
    "unsigned": ("wrong", "no-signature"),
    "replay": ("wrong", "bad-signature"),
    "extra": ("wrong", "unknown-field"),
    "bad_type": ("wrong", "bad-type"),
    "deep": ("wrong", "not-json"),
    "bomb": ("wrong", "encoded"),
    "endless": ("wrong", "too-large"),
    "redirect": ("wrong", "redirect"),
    "cut": ("down", "unreachable"),
    "drip": ("down", "timeout"),
    "slow": ("down", "timeout"),
    "down": ("down", "status-503"),
}


@pytest.mark.parametrize("mode", WRONG)
def test_a_bad_answer_is_no_answer(province: Province, mode: str) -> None:
    province.inquire("police.person")
    province.set(mode=mode, seconds="30")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, began = peak(), time.monotonic()
    got = province.inquire(timeout=WHOLE)
    assert time.monotonic() - began < WHOLE + 1
    assert peak() - before < 20 * MEGABYTE
    assert ((got.state, got.failure), got.values) == (WRONG[mode], {})
    assert got.waiting_for.startswith("住房和城乡建设局")
    row = Inquiry.objects.get(public_id=got.inquiry_id)
    assert (row.answer, row.digest, row.source) == (None, None, "")
    province.set(mode="normal")
    assert province.inquire().state == "answered"


def test_every_way_of_being_wrong_is_tried() -> None:
    assert set(trouble.MODES) == {"normal", "empty", *WRONG}
