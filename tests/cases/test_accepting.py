"""Receipt and acceptance apart: at a window, by silence, without what may follow; each with the right date."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.cases import fair, ground

from onevisit.access import Actor, Denied, Grant, Hidden, Refused
from onevisit.cases import actions, jobs, queries
from onevisit.cases.actions import Fault

Act = Callable[..., Any]
Clock = Callable[[str], None]
BLURRED = Fault("material:plan", "图上看不清出口。", "请画出全部出口。")


@pytest.fixture
def offered(city: None, tmp_path: Path) -> None:
    fair.offer(tmp_path)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=settings.ZONE)


def at_window(case: str) -> Actor:
    """A clerk at a general window, with the case of whoever stands there in hand."""
    clerk = ground.officer("window")
    return replace(clerk, grants=(Grant("window", hall="hall"),), holds=frozenset({case}))


def test_silence_accepts_from_the_day_of_receipt(act: Act, offered: None, zhang: Actor, clock: Clock) -> None:
    view = fair.filed(zhang)
    assert ground.row(view.id).notice_due_at == moment("2026-03-09T17:00")
    clock("2026-03-09T16:59")
    act(jobs.silence, 0)
    assert queries.case(zhang, view.id).stage == "received"
    clock("2026-03-11T08:00")
    act(jobs.silence, 0)
    accepted = queries.case(zhang, view.id)
    row = ground.row(view.id)
    assert (accepted.stage, actions.state_of(row).deemed, actions.state_of(row).accepted) == ("accepted", True, "2026-03-02")
    assert accepted.due_at == moment("2026-03-16T17:00"), "ten working days from the day of receipt, not from the fifth day"
    event = row.stream.events.get(kind="case.accepted")
    assert event.happened.astimezone(settings.ZONE) == moment("2026-03-09T17:00"), "at its moment"
    assert event.entered.astimezone(settings.ZONE) == moment("2026-03-11T08:00")
    act(jobs.silence, 0)
    assert ground.kinds(view.id).count("case.accepted") == 1


def test_a_notice_after_the_period_is_refused(act: Act, offered: None, zhang: Actor, clock: Clock) -> None:
    view = fair.filed(zhang)
    clerk = fair.taken(fair.acceptor(), view.id)
    clock("2026-03-09T17:01")
    with pytest.raises(Refused, match="期限已过"):
        actions.notify(clerk, view.id, [BLURRED])


def test_a_notice_in_time_stops_the_silence_and_a_correction_begins_it_anew(
    act: Act, offered: None, zhang: Actor, clock: Clock
) -> None:
    view = fair.filed(zhang)
    act(actions.notify, fair.taken(fair.acceptor(), view.id), view.id, [BLURRED])
    clock("2026-03-12T10:00")
    act(jobs.silence, 0)
    assert queries.case(zhang, view.id).stage == "noticed"
    ground.a_paper(zhang, view.id, "plan")
    act(actions.correct, zhang, view.id)
    assert ground.row(view.id).notice_due_at == moment("2026-03-19T17:00")


def test_who_has_not_confirmed_holds_his_step_and_not_the_office(act: Act, offered: None, zhang: Actor, clock: Clock) -> None:
    view = actions.start(zhang, "fair", fair.NEAR, {"night": "no"})
    actions.save(zhang, view.id, {"where": fair.VILLAGE, "phone": "15400000001"})
    ground.a_paper(zhang, view.id, "plan")
    act(actions.file, zhang, view.id)
    assert ground.row(view.id).notice_due_at is None
    clock("2026-03-20T18:30")
    act(jobs.silence, 0)
    assert queries.case(zhang, view.id).stage == "received"
    with pytest.raises(Refused, match="验证是您本人"):
        actions.confirm(replace(zhang, fresh=False), view.id, "identity")
    with pytest.raises(Hidden):
        actions.confirm(ground.person("lin-ruoxi"), view.id, "identity")
    act(actions.confirm, zhang, view.id, "identity")
    assert ground.row(view.id).received_at == moment("2026-03-23T09:00"), "Friday after closing is Monday's opening"
    assert actions.state_of(ground.row(view.id)).received == "2026-03-23T09:00:00+08:00"
    with pytest.raises(Refused, match="没有要您确认"):
        actions.confirm(zhang, view.id, "identity")


def test_the_chief_objects_once_with_a_reason(act: Act, offered: None, zhang: Actor, clock: Clock) -> None:
    view = fair.filed(zhang)
    chief = ground.officer("chief")
    with pytest.raises(Refused, match="不是视为受理"):
        actions.object_to_silence(chief, view.id, "缺图。")
    clock("2026-03-10T08:00")
    act(jobs.silence, 0)
    with pytest.raises(Refused, match="写明理由"):
        actions.object_to_silence(chief, view.id, " ")
    with pytest.raises(Denied):
        actions.object_to_silence(ground.officer("reviewer"), view.id, "缺图。")
    act(actions.object_to_silence, chief, view.id, "图上看不清出口，窗口没有说。")
    assert queries.case(zhang, view.id).stage == "accepted", "an objection changes nothing for the applicant"
    with pytest.raises(Refused, match="已经提过"):
        actions.object_to_silence(chief, view.id, "再说一次。")


def test_chief_and_clerk_find_what_silence_accepted(act: Act, offered: None, zhang: Actor, clock: Clock) -> None:
    silent, said = fair.filed(zhang), fair.accepted(ground.person("lin-ruoxi"))
    clock("2026-03-10T08:00")
    act(jobs.silence, 0)
    chief = fair.both("chief", "reviewer")
    assert {one.case.id for one in queries.work(chief)} == {silent.id, said.id}
    assert [one.case.id for one in queries.work(chief, queries.Wanted(due="silence"))] == [silent.id]


def test_a_window_checks_before_receipt(act: Act, city: None, zhang: Actor, tmp_path: Path) -> None:
    submit = "  - {id: submit, by: applicant, does: submit, at: [online, hall]}\n"
    text = fair.FAIR.replace(submit, submit + "  - {id: look, by: window, does: precheck, needs: [submit], days: 1}\n")
    fair.offer(tmp_path, text.replace("level: village, needs: [identity]", "level: village, needs: [identity, look]"))
    view = fair.filed(zhang)
    assert ground.row(view.id).tasks.get(step="look").due_at == moment("2026-03-03T17:00")
    window = fair.taken(ground.officer("window"), view.id, "look")
    with pytest.raises(Refused, match="写明意见"):
        actions.finish(window, view.id, "look", {})
    act(actions.finish, window, view.id, "look", {}, actions.Said("材料齐全。"))
    assert actions.state_of(ground.row(view.id)).marks["accept"].status == "ready"


def test_what_may_follow_is_owed_and_supplied(act: Act, offered: None, zhang: Actor) -> None:
    view = fair.accepted(zhang)
    (owed,) = ground.row(view.id).owed.all()
    assert (owed.material, owed.until, owed.supplied_at) == ("insurance", date(2026, 3, 5), None)
    with pytest.raises(Refused, match="还没有上传"):
        actions.supply(zhang, view.id, "insurance")
    with pytest.raises(Refused, match="不用补交"):
        actions.supply(zhang, view.id, "plan")
    ground.a_paper(zhang, view.id, "insurance")
    act(actions.supply, zhang, view.id, "insurance")
    assert not ground.row(view.id).owed.filter(supplied_at=None).exists()


def test_nothing_is_granted_while_something_is_owed(act: Act, offered: None, zhang: Actor) -> None:
    view = fair.accepted(zhang)
    town = fair.taken(ground.officer("reviewer", "township", fair.TOWN), view.id, "check")
    act(actions.finish, town, view.id, "check", {"outcome": "safe"}, fair.seen(town, ground.officer()))
    reviewer = fair.taken(ground.officer("reviewer"), view.id, "review")
    act(actions.finish, reviewer, view.id, "review", {}, actions.Said("可以。"))
    chief = fair.taken(ground.officer("chief"), view.id, "decide")
    with pytest.raises(Refused, match="还没有补齐"):
        actions.decide(chief, view.id, actions.Ruling("grant", opinion="同意。"))


def test_what_never_came_lets_the_case_lapse_the_day_after(act: Act, offered: None, zhang: Actor, clock: Clock) -> None:
    view = fair.accepted(zhang)
    clock("2026-03-05T23:59")
    act(jobs.lapses, 0)
    assert queries.case(zhang, view.id).stage == "accepted"
    clock("2026-03-06T00:07")
    act(jobs.lapses, 0)
    assert queries.case(zhang, view.id).stage == "lapsed"
    assert ground.row(view.id).stream.events.get(kind="case.lapsed").data["reason"] == "owed"
    again = fair.filed(zhang)
    assert ground.row(again.id).affair == ground.row(view.id).affair, (
        "who files again within 30 days goes on with the same affair"
    )


def test_a_case_with_everything_owes_nothing(act: Act, offered: None, zhang: Actor, clock: Clock) -> None:
    view = fair.accepted(zhang, insured=True)
    clock("2026-06-01T10:00")
    act(jobs.lapses, 0)
    assert queries.case(zhang, view.id).stage == "accepted"


def test_an_uncorrected_case_lapses(act: Act, offered: None, zhang: Actor, clock: Clock) -> None:
    view = fair.filed(zhang)
    act(actions.notify, fair.taken(fair.acceptor(), view.id), view.id, [BLURRED])
    clock("2026-06-01T10:00")
    act(jobs.lapses, 0)
    assert queries.case(zhang, view.id).stage == "lapsed"


def test_a_window_receives_what_is_there(act: Act, offered: None, zhang: Actor) -> None:
    draft = actions.start(zhang, "fair", fair.NEAR, {"night": "no"})
    act(actions.receive, at_window(draft.id), draft.id)
    row = ground.row(draft.id)
    assert (row.stage, bool(row.number)) == ("received", True)
    assert actions.state_of(row).marks["submit"].status == "done"
    act(actions.confirm, at_window(draft.id), draft.id, "identity", zhang.person)
    assert ground.row(draft.id).notice_due_at == moment("2026-03-09T17:00")
    with pytest.raises(Denied):
        actions.accept(at_window(draft.id), draft.id)


def test_a_window_without_the_visitor_sees_nothing(act: Act, offered: None, zhang: Actor) -> None:
    draft = actions.start(zhang, "fair", fair.NEAR, {"night": "no"})
    with pytest.raises(Hidden):
        actions.receive(replace(at_window(draft.id), holds=frozenset()), draft.id)


def test_a_window_asks_before_it_receives(act: Act, offered: None, zhang: Actor) -> None:
    draft = actions.start(zhang, "fair", fair.NEAR, {})
    with pytest.raises(Refused, match="还没有问"):
        actions.receive(at_window(draft.id), draft.id)
