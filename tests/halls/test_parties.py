"""Two parties of one case at the window: one after the other or side by side, the account counts each one's visits."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cases import ground, two
from tests.halls.receiving import a_seat, arrival, passed, received

from onevisit.access import Hidden, Refused
from onevisit.cases import actions as cases
from onevisit.cases import queries as matters
from onevisit.halls import actions, invariants, queries
from onevisit.halls.models import Presence, Stay, Visit
from onevisit.identity.models import Holding


@pytest.fixture
def offered(city: None, tmp_path: Path) -> None:
    """The sale of boats."""
    two.offer(tmp_path)


def test_the_case_is_there_when_the_other_party_comes(offered: None) -> None:
    taker, giver = ground.person(two.TAKER), ground.person(two.GIVER)
    ground.person(two.OTHER)
    view = two.a_filed(taker)
    sitting = a_seat()
    visit = received(sitting, two.GIVER)
    assert [one.id for one in queries.visitor_cases(ground.holding(sitting), visit.id)] == [view.id]
    actions.touch(sitting, visit.id, view.id, "chosen")
    actions.leave(sitting, visit.id)
    assert (matters.account(giver, view.id).made, matters.account(taker, view.id).made) == (1, 1)
    other = received(sitting, two.OTHER)
    assert queries.visitor_cases(ground.holding(sitting), other.id) == ()
    with pytest.raises(Hidden):
        actions.touch(sitting, other.id, view.id)


def test_visits_are_counted_for_each_and_the_worst_counts(offered: None) -> None:
    taker, _ = ground.person(two.TAKER), ground.person(two.GIVER)
    view = two.a_filed(taker)
    sitting = a_seat()
    passed(sitting, view.id, key=two.GIVER, reason="chosen")
    passed(sitting, view.id, key=two.TAKER, reason="chosen")
    assert matters.account(taker, view.id).made == 1, "each came once"
    passed(sitting, view.id, key=two.GIVER, forced="closed", reason="failure")
    assert matters.account(taker, view.id).made == 2


def all_hold() -> None:
    """What must hold of visits holds."""
    assert [text for one in invariants.INVARIANTS for text in one.check()] == []


def test_both_stand_at_the_window_and_each_counts_one_visit(offered: None) -> None:
    taker, giver = ground.person(two.TAKER), ground.person(two.GIVER)
    draft = two.a_draft(taker)
    sitting = a_seat()
    visit = received(sitting, two.TAKER)
    actions.take_up(sitting, visit.id, draft.id)
    view = cases.receive(ground.holding(sitting), draft.id)
    beside = actions.join(ground.holding(sitting), visit.id, view.id, arrival(two.GIVER, "present"))
    assert (beside.beside, beside.window, beside.cases) == (visit.id, visit.window, (view.id,))
    assert actions.join(ground.holding(sitting), visit.id, view.id, arrival(two.GIVER, "present")).id == beside.id
    assert [one.id for one in queries.companions(sitting, visit.id)] == [beside.id]
    serving = queries.now_serving(sitting)
    assert serving is not None
    assert serving.id == visit.id
    clerk = ground.holding(sitting)
    for step, who in (("confirm", giver), ("identity", taker), ("identity", giver)):
        cases.confirm(clerk, view.id, step, who.person)
    assert matters.case(taker, view.id).received_at is not None
    assert matters.account(taker, view.id).made == 1, "each came once"
    assert {one.reason for one in Presence.objects.all()} == {"chosen"}, "he came for the reason for which the other did"
    all_hold()
    actions.leave(sitting, visit.id)
    assert not Visit.objects.filter(until=None).exists()
    assert not Holding.objects.filter(holder=sitting.id, ended_at=None).exists()
    assert Stay.objects.count() == 2
    all_hold()


def test_who_leaves_first_takes_nothing_of_the_other_away(offered: None) -> None:
    taker, giver = ground.person(two.TAKER), ground.person(two.GIVER)
    view = two.a_filed(taker)
    sitting = a_seat()
    visit = received(sitting, two.TAKER)
    actions.touch(sitting, visit.id, view.id, "party")
    beside = actions.join(ground.holding(sitting), visit.id, view.id, arrival(two.GIVER))
    actions.leave(ground.holding(sitting), beside.id)
    assert queries.companions(sitting, visit.id) == ()
    assert view.id in ground.holding(sitting).holds
    assert giver.person not in ground.holding(sitting).holds
    with pytest.raises(Refused, match="正在"):
        received(a_seat("2"), two.TAKER)
    all_hold()


def test_beside_stands_only_another_party_of_the_case(offered: None) -> None:
    taker, _, other = ground.person(two.TAKER), ground.person(two.GIVER), ground.person(two.OTHER)
    view = two.a_filed(taker)
    sitting = a_seat()
    visit = received(sitting, two.TAKER)
    actions.touch(sitting, visit.id, view.id, "chosen")
    with pytest.raises(Refused, match="正在接待的这位"):
        actions.join(ground.holding(sitting), visit.id, view.id, arrival(two.TAKER))
    with pytest.raises(Hidden):
        actions.join(ground.holding(sitting), visit.id, view.id, arrival(two.OTHER))
    assert not Visit.objects.filter(stay__person=other.person).exists()
    with pytest.raises(Hidden):
        actions.join(a_seat("2"), visit.id, view.id, arrival(two.GIVER))
    beside = actions.join(ground.holding(sitting), visit.id, view.id, arrival(two.GIVER))
    with pytest.raises(Refused, match="已经结束"):
        actions.join(ground.holding(sitting), beside.id, view.id, arrival(two.OTHER))
    actions.leave(sitting, visit.id)
    with pytest.raises(Refused, match="已经结束"):
        actions.join(ground.holding(sitting), visit.id, view.id, arrival(two.GIVER))
    all_hold()


def test_who_is_served_elsewhere_can_not_stand_beside(offered: None) -> None:
    taker, _ = ground.person(two.TAKER), ground.person(two.GIVER)
    view = two.a_filed(taker)
    sitting = a_seat()
    received(a_seat("2"), two.GIVER)
    visit = received(sitting, two.TAKER)
    actions.touch(sitting, visit.id, view.id, "chosen")
    with pytest.raises(Refused, match="2号窗口办事"):
        actions.join(ground.holding(sitting), visit.id, view.id, arrival(two.GIVER))


def test_a_day_that_ended_shuts_both(offered: None, clock: Callable[[str], None]) -> None:
    taker, _ = ground.person(two.TAKER), ground.person(two.GIVER)
    view = two.a_filed(taker)
    sitting = a_seat()
    visit = received(sitting, two.TAKER)
    actions.touch(sitting, visit.id, view.id, "chosen")
    actions.join(ground.holding(sitting), visit.id, view.id, arrival(two.GIVER))
    clock("2026-03-03T01:00")
    actions.close_day()
    assert not Visit.objects.filter(until=None).exists()
    all_hold()
