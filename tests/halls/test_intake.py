"""What a visit begins: strangers are registered, applications begun, a case found by its number; what a hall does most."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.cases import ground, two
from tests.halls.receiving import a_seat, clerk, hall, manager, number_of, passed, received

from onevisit.access import Actor, Denied, Grant, Hidden, Refused
from onevisit.cases import actions as cases
from onevisit.cases import queries as matters
from onevisit.halls import actions, invariants, queries
from onevisit.halls.actions import Arrival, Wish
from onevisit.halls.models import Presence, Visit
from onevisit.identity.models import Person

NEW = "340300194112039114"


def general() -> Actor:
    """Who sits at a general window: any department's matters, in this hall."""
    return replace(clerk(), grants=(Grant("window", hall=hall()),))


def now(sitting: Actor) -> Actor:
    """The clerk with what he has in hand."""
    return ground.holding(sitting)


def all_hold() -> None:
    """What must hold of visits holds."""
    assert [text for one in invariants.INVARIANTS for text in one.check()] == []


def test_who_comes_for_the_first_time_is_registered_once(city: None) -> None:
    sitting = a_seat(who=general())
    with pytest.raises(Refused, match="还没有这位群众"):
        actions.receive_visitor(sitting, hall(), Arrival(NEW, "ask"))
    for wrong in ({"name": "周国良", "phone": "12"}, {"name": "国" * 51}):
        with pytest.raises(Refused, match="姓名或者手机号码不对"):
            actions.receive_visitor(sitting, hall(), Arrival(NEW, "ask", **wrong))
    assert not Person.objects.exists()
    visit = actions.receive_visitor(sitting, hall(), Arrival(NEW, "ask", name=" 周国良 ", phone="154 0000 0077"))
    assert visit.person_name == "周**"
    assert actions.receive_visitor(sitting, hall(), Arrival(NEW, "ask", name="别人")) == visit
    assert Person.objects.count() == 1
    with pytest.raises(Denied):
        actions.receive_visitor(replace(sitting, grants=()), hall(), Arrival(number_of(), "ask", name="张晓月"))


def test_a_general_window_begins_any_item_of_its_hall(city: None) -> None:
    zhang = ground.person()
    sitting = a_seat(who=general())
    visit = received(sitting)
    begun = actions.begin(now(sitting), visit.id, Wish("stall", {"food": "no"}))
    assert (begun.applicant, begun.stage) == (zhang.person, "draft")
    assert actions.begin(now(sitting), visit.id, Wish("stall")).id == begun.id
    assert queries.visit(sitting, visit.id).cases == (begun.id,)
    assert matters.account(zhang, begun.id).made == 1
    with pytest.raises(Hidden):
        actions.begin(now(sitting), visit.id, Wish("no-such-item"))
    with pytest.raises(Hidden):
        actions.begin(now(sitting), visit.id, Wish("stall", firm=visit.person))
    with pytest.raises(Hidden):
        actions.begin(general(), visit.id, Wish("stall"))
    actions.leave(sitting, visit.id)
    with pytest.raises(Hidden):
        actions.begin(now(sitting), visit.id, Wish("stall"))
    all_hold()


def test_who_need_not_come_at_all_came_since_he_wished_to(city: None, tmp_path: Path) -> None:
    ground.offer_stall(tmp_path)
    zhang = ground.person()
    draft = ground.a_draft(zhang).id
    sitting = a_seat()
    visit = received(sitting)
    actions.take_up(sitting, visit.id, draft)
    assert Presence.objects.get().reason == "chosen"
    filed = cases.file(zhang, draft)
    actions.leave(sitting, visit.id)
    again = received(sitting, forced="closed")
    with pytest.raises(Refused, match="承诺最多到场0次，这是第2次"):
        actions.take_up(sitting, again.id, filed.id)
    all_hold()


def test_a_party_who_is_new_finds_the_case_by_its_number(city: None, tmp_path: Path) -> None:
    two.offer(tmp_path)
    taker = ground.person(two.TAKER)
    view = two.a_filed(taker)
    sitting = a_seat(who=general())
    row = two.who(two.GIVER)
    visit = actions.receive_visitor(sitting, hall(), Arrival(row.number, "present", name=row.name))
    assert queries.visitor_cases(now(sitting), visit.id) == ()
    for wrong in ("1234", "9" * 12, "", view.number[-11:]):
        with pytest.raises(Hidden):
            actions.bring(now(sitting), visit.id, wrong, "party")
    assert actions.bring(now(sitting), visit.id, view.number[-12:], "party") == view.id
    turn = matters.turns(now(sitting), view.id)[0]
    cases.confirm(now(sitting), view.id, turn.step, visit.person)
    assert visit.person in ground.row(view.id).jointly
    actions.leave(sitting, visit.id)
    ground.person(two.OTHER)
    other = received(sitting, two.OTHER)
    with pytest.raises(Hidden):
        actions.bring(now(sitting), other.id, view.number, "party")
    actions.leave(sitting, other.id)
    all_hold()


def test_a_hall_s_usual_items_are_those_that_it_works_on(city: None) -> None:
    assert queries.usual(hall()) == ()
    case = ground.a_filed(ground.person()).id
    passed(a_seat(), case)
    assert queries.usual(hall()) == ("stall",)


def test_a_clerk_may_open_the_windows_of_his_hall(city: None) -> None:
    with pytest.raises(Hidden):
        queries.windows_for(general())
    sitting = a_seat(who=general())
    assert [one.number for one in queries.windows_for(sitting)] == ["1"]
    assert queries.windows_for(clerk())
    with pytest.raises(Denied):
        queries.windows_for(manager())
    elsewhere = replace(clerk(), grants=(Grant("window", hall="00000000-0000-0000-0000-000000000000"),))
    with pytest.raises(Hidden):
        queries.windows_for(elsewhere)
    assert not Visit.objects.exists()
