"""What an officer is told on his page of work: accepted by silence, withdrawn from his hands; seen once, then gone."""

import re
from collections.abc import Callable

import pytest
from tests.channels.workbench.conftest import actor, browser

from onevisit.access import Actor
from onevisit.cases import actions, jobs, queries
from onevisit.cases.models import Reminder
from onevisit.cases.queries import CaseView

pytestmark = pytest.mark.django_db


def told(key: str) -> list[str]:
    """What stands in the section 请您知道."""
    page = browser(key).get("/workbench/").content.decode()
    part = re.search(r'aria-label="请您知道">(.*?)</section>', page, re.DOTALL)
    return re.findall(r"</a>：(.*?)。", part[1]) if part else []


def test_clerk_and_chief_are_told_that_silence_accepted(a_fair: CaseView, clock: Callable[[str], None]) -> None:
    clock("2026-03-09T17:01")
    jobs.silence(0)
    assert queries.case(actor("zhang-xiaoyue"), a_fair.id).stage == "accepted"
    words = ["没有在期限内告知，已视为受理"]
    assert (told("han-mei"), told("wu-min")) == (words, words)
    assert (told("shi-lei"), told("peng-jun")) == ([], [])
    jobs.silence(0)
    assert told("han-mei") == words


def test_what_was_seen_is_gone_for_him_alone(a_fair: CaseView, clock: Callable[[str], None]) -> None:
    clock("2026-03-09T17:01")
    jobs.silence(0)
    mine = Reminder.objects.get(account=actor("han-mei").id)
    assert browser("wu-min").post(f"/workbench/reminders/{mine.public_id}").status_code == 404
    assert browser("han-mei").post(f"/workbench/reminders/{mine.public_id}").status_code == 302
    assert (told("han-mei"), len(told("wu-min"))) == ([], 1)


def test_who_has_a_case_in_hand_is_told_that_it_was_withdrawn(stall: CaseView, zhang: Actor) -> None:
    actions.take(actor("wu-min"), stall.id, "")
    actions.withdraw(zhang, stall.id)
    assert told("wu-min") == ["申请人撤回了，不用再办"]
