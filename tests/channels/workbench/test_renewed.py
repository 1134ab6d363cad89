"""Rules that changed while a draft lay at the counter: the clerk is told, nothing is received that nobody has looked at."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from tests.cases import ground
from tests.channels.workbench.window import GENERAL, begins, comes, filled, office, picture, row, seated, seen, text, version

from onevisit.access import SYSTEM
from onevisit.catalogue import actions as catalogue
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.ledger.models import Event

TOLD = "时限的承诺时限：5，改为3"


@pytest.fixture
def clerk(city: None) -> Client:
    """A browser of the general window's clerk, who sits at window 1."""
    known = {one.key: one for one in people.demo_people()}
    office("services", ground.NEAR)
    identity.load_demo([replace(known[GENERAL], division=ground.NEAR)])
    return seated(GENERAL)


@pytest.fixture
def change(tmp_path: Path) -> Callable[[], None]:
    """Publishes a tighter promise."""
    new = ground.STALL.replace("promised: 5", "promised: 3")
    return lambda: catalogue.publish_pack(SYSTEM, ground.stall_pack(tmp_path / "new", new))  # type: ignore[return-value]


def test_a_press_on_receive_does_nothing_but_tell_what_changed(clerk: Client, change: Callable[[], None]) -> None:
    case = begins(clerk, comes(clerk))
    filled(clerk, case)
    before, old = seen(clerk, case), row(case).standard_id
    change()
    answer = clerk.post(f"{case}/receive", {"seen": before, "material-photo": picture(), "shown-photo": "both"})
    assert answer.status_code == 409
    assert TOLD in text(answer)
    assert row(case).stage == "draft"
    assert row(case).standard_id != old
    again = {"seen": seen(clerk, case), "shown-photo": "both"}
    assert clerk.post(f"{case}/receive", again).status_code == 302
    assert row(case).stage == "accepted"
    assert TOLD not in text(clerk.get(case)), "what is received is told of no more"


def test_each_page_of_a_draft_goes_over_to_the_rules_of_today_and_says_so(clerk: Client, change: Callable[[], None]) -> None:
    case = begins(clerk, comes(clerk))
    filled(clerk, case)
    change()
    for page in (case, f"{case}/fill"):
        assert TOLD in text(clerk.get(page))
    assert Event.objects.filter(kind="case.renewed").count() == 1


def test_what_was_typed_meanwhile_is_not_saved_over_the_new_form(clerk: Client, change: Callable[[], None]) -> None:
    case = begins(clerk, comes(clerk))
    filled(clerk, case)
    at = version(clerk, case)
    change()
    answer = clerk.post(f"{case}/fill", {"q.food": "no", "goods": "凉皮", "area": "3", "version": at})
    assert answer.status_code == 409
    assert TOLD in text(answer)
    assert clerk.post(f"{case}/save", {"goods": "凉皮", "version": at}).status_code == 409


def test_who_begins_again_finds_his_draft_on_the_new_version(clerk: Client, change: Callable[[], None]) -> None:
    visit = comes(clerk)
    case = begins(clerk, visit)
    filled(clerk, case)
    old = row(case).standard_id
    change()
    assert begins(clerk, visit) == case
    assert row(case).standard_id != old
    assert TOLD in text(clerk.get(f"{case}/fill"))
