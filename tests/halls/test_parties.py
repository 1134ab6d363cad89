"""Two parties of one case at the window: each is received for himself, and the account counts each one's visits."""

from pathlib import Path

import pytest
from tests.cases import ground, two
from tests.halls.receiving import a_seat, passed, received

from onevisit.access import Hidden
from onevisit.cases import queries as matters
from onevisit.halls import actions, queries


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
