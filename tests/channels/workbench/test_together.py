"""Many cases accepted together: looked through first, called off within half a minute, each a legal act of its own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from tests.cases import fair, ground
from tests.channels.workbench.conftest import actor, browser

from onevisit.access import Actor, Hidden, Refused
from onevisit.cases import actions
from onevisit.cases.queries import CaseView

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(zhang: Actor) -> list[CaseView]:
    """Three fairs, complete."""
    return [fair.filed(who, insured=True) for who in (zhang, actor("li-fugen"), zhang)]


def held(cases: list[CaseView]) -> Actor:
    for case in cases:
        actions.take(actor("han-mei"), case.id)
    return actor("han-mei")


def test_the_lot_is_looked_through_before_it_is_accepted(three: list[CaseView]) -> None:
    clerk = browser("han-mei")
    assert "批量受理" in clerk.get("/workbench/").content.decode()
    page = clerk.post("/workbench/together", {"case": [one.id for one in three]}).content.decode()
    assert "3件可以受理" in page
    assert page.count("材料齐") == 3
    assert [ground.row(one.id).stage for one in three] == ["received"] * 3
    assert set(actor("han-mei").holds) == {one.id for one in three}


def test_what_a_colleague_has_is_left_out_of_the_lot(three: list[CaseView]) -> None:
    colleague = fair.acceptor()
    actions.take(colleague, three[0].id)
    page = browser("han-mei").post("/workbench/together", {"case": [one.id for one in three]}).content.decode()
    assert "2件可以受理" in page


def test_the_lot_is_accepted_after_half_a_minute_each_by_its_own_event(three: list[CaseView]) -> None:
    clerk = held(three)
    pending = actions.accept_soon(clerk, [one.id for one in three])
    assert timedelta(seconds=25) < pending.at - settings.REAL_CLOCK() <= timedelta(seconds=30)
    assert "将在" in browser("han-mei").get("/workbench/").content.decode()
    assert actions.accept_together(clerk.id, pending.cases) == ()
    for one in three:
        assert ground.row(one.id).stage == "accepted"
        told = ground.row(one.id).stream.events.get(kind="case.accepted")
        assert (told.actor, told.via) == (clerk.id, "workbench")


def test_the_lot_is_called_off_in_time_and_only_by_who_made_it(three: list[CaseView]) -> None:
    clerk = held(three)
    actions.accept_soon(clerk, [one.id for one in three])
    assert not actions.call_off(actor("wu-min"))
    assert browser("han-mei").post("/workbench/together/undo").status_code == 302
    assert actions.pending(clerk) is None
    late = browser("han-mei").post("/workbench/together/undo")
    assert late.status_code == 409
    assert "不能撤销" in late.content.decode()
    assert ground.row(three[0].id).stage == "received"


def test_a_second_lot_waits_for_the_first(three: list[CaseView]) -> None:
    clerk = held(three)
    actions.accept_soon(clerk, [three[0].id])
    with pytest.raises(Refused, match="前一批"):
        actions.accept_soon(clerk, [three[1].id])


def test_only_what_is_in_hand_and_received_is_accepted(three: list[CaseView], clock: Callable[[str], None]) -> None:
    with pytest.raises(Hidden):
        actions.accept_soon(actor("han-mei"), [three[0].id])
    clerk = held(three)
    actions.accept(clerk, three[0].id)
    with pytest.raises(Refused, match="不能受理"):
        actions.accept_soon(clerk, [three[0].id, three[1].id])
    with pytest.raises(Refused, match="1到50件"):
        actions.accept_soon(clerk, [])


def test_what_changed_in_the_meantime_stays_as_it_is(three: list[CaseView], zhang: Actor) -> None:
    clerk = held(three)
    actions.accept_soon(clerk, [one.id for one in three])
    actions.withdraw(zhang, three[0].id)
    assert actions.accept_together(clerk.id, [one.id for one in three]) == (three[0].id,)
    assert [ground.row(one.id).stage for one in three] == ["withdrawn", "accepted", "accepted"]
