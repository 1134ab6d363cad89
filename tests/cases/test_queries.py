"""What is read of cases: one's own, the work of one's office, the rail in order; never somebody else's."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cases import ground
from tests.cases.ground import FAR, NEAR

from onevisit.access import Actor, Denied, Grant, Hidden
from onevisit.cases import actions, follow, queries


def test_the_rail_says_who_does_what_in_order(city: None, zhang: Actor) -> None:
    view = ground.a_followed(zhang, "yes")
    rail = queries.rail(zhang, view.id)
    assert [(step.id, step.status, step.by, step.group) for step in rail] == [
        ("submit", "done", "applicant", 0), ("accept", "done", "system", 1), ("decide", "ready", "department", 2),
        ("pay", "waiting", "applicant", 3), ("issue", "waiting", "system", 4), ("deliver", "waiting", "system", 5),
    ]  # fmt: skip
    assert rail[0].at == settings.CLOCK()
    assert rail[2].at is None


def test_work_is_what_one_may_take_the_earliest_promise_first(city: None, zhang: Actor, clock: Callable[[str], None]) -> None:
    clock("2026-03-03T10:00")
    later = ground.a_followed(zhang)
    clock("2026-03-02T10:00")
    sooner = ground.a_followed(ground.person("lin-ruoxi"))
    ground.a_filed(ground.person("chen-siyuan"))
    chief = ground.officer()
    assert [(one.case.id, one.step) for one in queries.work(chief)] == [(sooner.id, "decide"), (later.id, "decide")]
    assert queries.work(ground.officer(division=FAR)) == ()
    assert queries.work(ground.officer(department="tax")) == ()
    own = ground.replace(chief, person=zhang.person)
    assert [one.case.id for one in queries.work(own)] == [sooner.id], "nobody handles his own matter"
    narrow = ground.replace(chief, grants=(Grant("chief", "market", NEAR, frozenset({"another-item"})),))
    assert queries.work(narrow) == ()
    for nobody in (zhang, ground.officer("editor"), Actor("", "anonymous")):
        with pytest.raises(Denied):
            queries.work(nobody)


def test_what_is_listed_is_what_may_be_taken(city: None, zhang: Actor) -> None:
    view = ground.a_followed(zhang)
    for actor in (ground.officer(), ground.officer("reviewer"), ground.officer(division=FAR), ground.officer(department="tax")):
        listed = {one.case.id for one in queries.work(actor)}
        try:
            actions.take(actor, view.id)
            may = True
        except Hidden:
            may = False
        except actions.beats.Refused:  # a colleague was first
            may = True
        assert (view.id in listed) == may


def test_a_list_costs_as_much_whatever_its_length(city: None, zhang: Actor) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            queries.mine(zhang)
            queries.work(chief)
        return len(seen)

    chief = ground.officer()
    ground.a_followed(zhang)
    first = cost()
    for _ in range(3):
        ground.a_followed(zhang)
    ground.a_draft(zhang)
    assert len(queries.mine(zhang)) == 5
    assert cost() == first <= 10


def test_my_cases_are_mine(city: None, zhang: Actor, clock: Callable[[str], None]) -> None:
    ground.a_filed(zhang)
    clock("2026-03-03T10:00")
    newest = ground.a_draft(zhang)
    ground.a_filed(ground.person("lin-ruoxi"))
    assert queries.mine(zhang)[0].id == newest.id
    assert len(queries.mine(zhang)) == 2
    older = queries.mine(zhang, before=datetime(2026, 3, 3, 10, tzinfo=settings.ZONE))
    assert [one.stage for one in older] == ["received"]
    assert queries.draft(zhang, "stall", NEAR) is not None
    assert queries.draft(ground.person("lin-ruoxi"), "stall", NEAR) is None
    assert queries.draft(Actor("", "anonymous"), "stall", NEAR) is None


def test_somebody_else_sees_nothing(city: None, zhang: Actor) -> None:
    view, chief = ground.a_taken(zhang)
    actions.decide(chief, view.id, actions.Ruling("grant", opinion="齐全。"))
    follow.follow(view.id)
    attached = queries.contents(zhang, view.id).attachments[0]
    reads: tuple[Callable[[Actor], Any], ...] = (
        lambda who: queries.case(who, view.id),
        lambda who: queries.contents(who, view.id),
        lambda who: queries.rail(who, view.id),
        lambda who: queries.account(who, view.id),
        lambda who: queries.decision(who, view.id),
        lambda who: queries.handed_over(who, view.id),
        lambda who: queries.attachment(who, view.id, attached.id),
    )
    for read in reads:
        read(zhang)
        for stranger in (ground.person("lin-ruoxi"), ground.officer(division=FAR), ground.officer("reviewer")):
            with pytest.raises(Hidden):
                read(stranger)
        with pytest.raises(Denied):
            read(Actor("", "anonymous"))


def test_the_account_counts_visits_made_and_promised(city: None, zhang: Actor) -> None:
    view = ground.a_followed(zhang)
    assert queries.account(zhang, view.id) == queries.Account(0, 0)
    assert not queries.Account(1, 1).broken
    assert queries.Account(2, 1).broken
