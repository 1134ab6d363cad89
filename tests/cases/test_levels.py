"""Steps at their own level: accepted in the village, inspected in the town, decided in the county, by different people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.cases import fair, ground

from onevisit.access import Actor, Hidden, Refused
from onevisit.cases import actions, follow, queries
from onevisit.cases.actions import NewRecord, Ruling, Said

Act = Callable[..., Any]
SEEN = Said("场地安全出口够宽。")


@pytest.fixture
def offered(city: None, tmp_path: Path) -> None:
    fair.offer(tmp_path)


def offices(case: str) -> dict[str, tuple[str, str]]:
    return {task.step: (task.department, task.division) for task in ground.row(case).tasks.all()}


def test_each_step_waits_at_its_level(act: Act, offered: None, zhang: Actor) -> None:
    view = fair.accepted(zhang)
    assert offices(view.id)["accept"] == ("township", fair.VILLAGE)
    assert offices(view.id)["check"] == ("township", fair.TOWN)
    assert offices(view.id)["review"] == ("market", fair.NEAR)


def test_the_county_does_not_do_the_towns_work_nor_the_town_the_countys(act: Act, offered: None, zhang: Actor) -> None:
    view = fair.accepted(zhang)
    town, county = ground.officer("reviewer", "township", fair.TOWN), ground.officer("reviewer")
    assert [one.step for one in queries.work(town)] == ["check"]
    assert [one.step for one in queries.work(county)] == ["review"]
    with pytest.raises(Hidden):
        actions.take(ground.officer("reviewer", "township", "340322100000"), view.id)
    with pytest.raises(Refused, match="没有要人办的环节"):
        actions.take(county, view.id, "check")
    held = fair.taken(county, view.id)
    with pytest.raises(Refused, match="不在您手里"):
        actions.finish(held, view.id, "check", {"outcome": "safe"}, SEEN)


def test_from_the_village_to_the_permit(act: Act, offered: None, zhang: Actor) -> None:
    view = fair.accepted(zhang, insured=True)
    town, second = ground.officer("reviewer", "township", fair.TOWN), ground.officer("reviewer", "township", fair.TOWN)
    act(actions.finish, fair.taken(town, view.id, "check"), view.id, "check", {"outcome": "safe"}, fair.seen(town, second))
    both = fair.both("reviewer", "chief")
    act(actions.finish, fair.taken(both, view.id, "review"), view.id, "review", {}, SEEN)
    with pytest.raises(Refused, match="不同的人"):
        actions.decide(fair.taken(both, view.id, "decide"), view.id, Ruling("grant", opinion="同意。"))
    with pytest.raises(Refused, match="审批科长签发"):
        actions.decide(registrar(view.id), view.id, Ruling("grant", opinion="好"))
    actions.give_back(ground.holding(both), view.id)
    chief = fair.taken(ground.officer("chief"), view.id, "decide")
    act(actions.decide, chief, view.id, Ruling("grant", opinion="同意。"))
    follow.follow(view.id)
    assert queries.case(zhang, view.id).stage == "concluded"


def registrar(case: str) -> Actor:
    """A registrar who somehow holds the case."""
    one = fair.both("registrar")
    return Actor(one.id, "officer", person=one.person, grants=one.grants, holds=frozenset({case}), fresh=True)


def test_an_unsafe_place_is_looked_at_once_more(act: Act, offered: None, zhang: Actor, clock: Callable[[str], None]) -> None:
    view = fair.accepted(zhang, insured=True)
    assert queries.case(zhang, view.id).due_at == datetime(2026, 3, 16, 17, tzinfo=settings.ZONE)
    town = fair.taken(ground.officer("reviewer", "township", fair.TOWN), view.id, "check")
    clock("2026-03-03T10:00")
    act(actions.finish, town, view.id, "check", {"outcome": "unsafe"}, fair.seen(town, ground.officer()))
    state = actions.state_of(ground.row(view.id))
    assert state.marks["check~2"].status == "ready"
    assert [(pause.reason, pause.clocks, bool(pause.end)) for pause in state.pauses] == [("rework", ("promised",), False)]
    clock("2026-03-05T10:00")
    again = fair.taken(ground.officer("reviewer", "township", fair.TOWN), view.id, "check~2")
    act(actions.finish, again, view.id, "check~2", {"outcome": "safe"}, fair.seen(again, ground.officer()))
    state = actions.state_of(ground.row(view.id))
    assert state.marks["check~2"].outcome == "safe"
    assert all(pause.end for pause in state.pauses)
    assert queries.case(zhang, view.id).due_at == datetime(2026, 3, 19, 17, tzinfo=settings.ZONE), "3 to 5 March are not counted"
    assert queries.case(zhang, view.id).legal_due_at == datetime(2026, 3, 30, 17, tzinfo=settings.ZONE)


def test_a_safe_place_is_not_looked_at_again(act: Act, offered: None, zhang: Actor) -> None:
    view = fair.accepted(zhang, insured=True)
    town = fair.taken(ground.officer("reviewer", "township", fair.TOWN), view.id, "check")
    act(actions.finish, town, view.id, "check", {"outcome": "safe"}, fair.seen(town, ground.officer()))
    assert actions.state_of(ground.row(view.id)).marks["check~2"].status == "skipped"
    assert [step.id for step in queries.rail(zhang, view.id)].count("check~2") == 1


@pytest.mark.parametrize("said", [SEEN, Said(), None], ids=["no record", "nothing", "none"])
def test_an_inspection_has_a_record(act: Act, offered: None, zhang: Actor, said: Said | None) -> None:
    view = fair.accepted(zhang)
    town = fair.taken(ground.officer("reviewer", "township", fair.TOWN), view.id, "check")
    with pytest.raises(Refused, match="笔录"):
        actions.finish(town, view.id, "check", {"outcome": "safe"}, said)


def test_a_record_is_of_two_officers_and_of_the_past(act: Act, offered: None, zhang: Actor) -> None:
    view = fair.accepted(zhang)
    town = fair.taken(ground.officer("reviewer", "township", fair.TOWN), view.id, "check")
    with pytest.raises(Refused, match="至少要有2名"):
        actions.finish(town, view.id, "check", {"outcome": "safe"}, fair.seen(town, town))
    late = Said("", NewRecord("inspection", (town.id, "b"), settings.CLOCK() + timedelta(hours=1), "看过"))
    with pytest.raises(Refused, match="不能晚于现在"):
        actions.finish(town, view.id, "check", {"outcome": "safe"}, late)
    with pytest.raises(Refused, match="结论"):
        actions.finish(town, view.id, "check", {"outcome": "perfect"}, fair.seen(town, ground.officer()))


def test_the_chief_gives_a_step_to_another(act: Act, offered: None, zhang: Actor) -> None:
    view = fair.accepted(zhang)
    first = fair.taken(ground.officer("reviewer"), view.id, "review")
    assert first.holds == {view.id}
    with pytest.raises(Refused, match="不能办这个环节"):
        actions.reassign(ground.officer("chief"), view.id, "review", "00000000-0000-4000-8000-000000000000")
    assert ground.holding(first).holds == {view.id}
