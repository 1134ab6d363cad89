"""Every event of a case has its sentence; a pause is hatched on the clock and says why (UX check 22)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from onevisit.cases.queries import CaseView
from onevisit.channels.portal import progress, story
from onevisit.core import stages
from onevisit.core.definition import SPECIAL
from onevisit.ledger.queries import EventView

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=settings.ZONE)
STEPS = {"verify": "核对数据"}
DATA: dict[str, dict[str, Any]] = {
    "case.decided": {"outcome": "refuse"},
    "case.suspended": {"reason": "correction", "clocks": ["promised"]},
    "case.resumed": {"reason": "correction"},
}


def event(kind: str, days: int = 0, **data: Any) -> EventView:
    told = data or DATA.get(kind, {"step": "verify"} if kind.startswith("step.") else {})
    return EventView(1, "s", 1, kind, MONDAY + timedelta(days=days), MONDAY, "system", "", "portal", told, b"", b"")


@pytest.mark.parametrize("kind", sorted({*stages.KINDS, "visit.recorded"}))
def test_every_kind_of_event_has_a_sentence(kind: str) -> None:
    said = story.sentence(event(kind), STEPS)
    assert said.endswith("。")
    assert len(said) >= 5


def test_a_step_is_called_by_its_name_and_a_reason_is_told() -> None:
    assert story.sentence(event("step.finished"), STEPS) == "“核对数据”办好了。"
    assert story.sentence(event("step.skipped", step="verify", reason="应缴为零"), STEPS) == "“核对数据”不用办：应缴为零。"
    assert "不予" in story.sentence(event("case.decided", outcome="refuse"), STEPS)


@pytest.mark.parametrize("reason", [*SPECIAL, "correction", "payment", "visit"])
def test_every_reason_to_pause_has_words(reason: str) -> None:
    (pause,) = story.pauses([event("case.suspended", reason=reason, clocks=["legal", "promised"])])
    assert reason not in pause.words
    assert pause.words.startswith("3月2日起")


def test_a_pause_of_the_legal_clock_alone_does_not_touch_the_promise() -> None:
    assert story.pauses([event("case.suspended", reason="hearing", clocks=["legal"])]) == ()


def test_a_pause_ends_with_what_it_waited_for() -> None:
    told = [event("case.suspended", 1, reason="correction", clocks=["promised"]), event("case.corrected", 3)]
    (pause,) = story.pauses(told)
    assert (pause.start.day, pause.end and pause.end.day) == (3, 5)
    assert pause.words == "3月3日到3月5日等您补正，不计时"


def test_the_clock_of_a_paused_case_is_hatched_and_says_why(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(settings, "CLOCK", lambda: MONDAY + timedelta(days=3))
    blank: dict[str, Any] = dict.fromkeys(CaseView.__dataclass_fields__, "")
    blank |= {"stage": "accepted", "accepted_at": MONDAY, "due_at": MONDAY + timedelta(days=3), "decided_at": None}
    told = story.pauses([event("case.suspended", 2, reason="correction", clocks=["promised"])])
    bar = progress.clock(CaseView(**blank), told)
    assert bar is not None
    assert "p" in bar.cells
    assert "等您补正" in bar.text
    assert bar.headline == "计时暂停：等您补正"
