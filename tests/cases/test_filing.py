"""A draft that lacks nothing is filed once, with a number without gaps and a moment of receipt; else every fault is told."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from tests.cases import ground
from tests.cases.ground import NEAR

from onevisit.access import Actor, Denied, Hidden, Refused
from onevisit.cases import actions, queries
from onevisit.ledger.actions import NEWS
from onevisit.ledger.jobs import ProcrastinateJob

Act = Callable[..., Any]


def test_filing_gives_a_number_a_process_and_a_moment_of_receipt(act: Act, zhang: Actor) -> None:
    view = act(actions.file, zhang, ground.a_draft(zhang).id)
    row = ground.row(view.id)
    assert (view.stage, view.stage_name, view.number) == ("received", "已收件", f"{row.item_code}202603020001")
    assert view.received_at == settings.CLOCK()
    assert set(row.state["marks"]) == {"submit", "accept", "decide", "issue", "deliver"}
    assert ground.kinds(view.id) == ["case.filed", "step.finished"]
    assert row.tasks.get().step == "accept"
    second = act(actions.file, zhang, ground.a_draft(zhang, "yes").id)
    assert second.number == f"{row.item_code}202603020002"
    assert [step.id for step in queries.rail(zhang, second.id)] == ["submit", "accept", "decide", "pay", "issue", "deliver"]


def test_the_jobs_that_follow_are_in_the_same_transaction(act: Act, zhang: Actor) -> None:
    view = act(actions.file, zhang, ground.a_draft(zhang).id)
    waiting = ProcrastinateJob.objects.filter(status="todo")
    told = set(waiting.filter(task_name=NEWS).values_list("args__event_id", flat=True))
    assert [one.kind for one in queries.events(zhang, view.id) if one.id in told] == ["case.filed"]  # nobody acts on its step
    assert waiting.filter(task_name="onevisit.cases.jobs.follow", args__case_id=view.id).count() == 1


def test_every_fault_is_told_at_once_and_nothing_is_filed(act: Act, zhang: Actor) -> None:
    view = actions.start(zhang, "stall", NEAR, {})
    act(actions.save, zhang, view.id, {"?food": "yes", "area": "21", "phone": "1", "remark": "长" * 5001})
    with pytest.raises(actions.Invalid) as invalid:
        act(actions.file, zhang, view.id)
    faults = {fault.field: fault.message for fault in invalid.value.faults}
    assert list(faults) == ["goods", "area", "phone", "cooled", "remark", "material-photo", "material-health", "material-exam"]
    assert faults["area"] == "“占地面积”不能大于20m²。"
    assert "有8处要改" in str(invalid.value)
    row = ground.row(view.id)
    assert (row.stage, row.number, row.stream.sequence) == ("draft", None, 0)


def test_a_question_that_was_not_answered_is_a_fault(act: Act, zhang: Actor) -> None:
    view = actions.start(zhang, "stall", NEAR, {})
    with pytest.raises(actions.Invalid) as invalid:
        act(actions.file, zhang, view.id)
    assert invalid.value.faults[0].field == "?food"


def test_one_paper_of_a_group_is_enough(act: Act, zhang: Actor) -> None:
    view = ground.a_draft(zhang, "yes")
    assert {one.material for one in queries.contents(zhang, view.id).attachments} == {"photo", "exam"}
    assert act(actions.file, zhang, view.id).stage == "received"


def test_what_counts_is_kept_in_its_normal_form_and_the_rest_is_forgotten(act: Act, zhang: Actor) -> None:
    view = ground.a_draft(zhang, "yes")
    actions.save(zhang, view.id, {"?food": "no", "remark": "  靠近路口 "})
    act(actions.file, zhang, view.id)
    kept = {name: value["value"] for name, value in queries.contents(zhang, view.id).values.items()}
    assert kept == {"goods": "手工布鞋", "area": "6.50", "phone": "15400000001", "remark": "靠近路口"}


def test_filing_twice_is_refused_by_the_stage_and_changes_nothing(act: Act, zhang: Actor) -> None:
    view = act(actions.file, zhang, ground.a_draft(zhang).id)
    with pytest.raises(Refused, match="办件已收件，不能申报") as refused:
        act(actions.file, zhang, view.id)
    assert refused.value.way_out
    assert queries.case(zhang, view.id) == view


@pytest.mark.parametrize(
    ("filed", "received"),
    [
        ("2026-03-02T08:59:59", "2026-03-02T09:00:00"),
        ("2026-03-02T17:00:00", "2026-03-02T17:00:00"),
        ("2026-03-02T23:59:59.9", "2026-03-03T09:00:00"),
        ("2026-03-03T00:00:00.1", "2026-03-03T09:00:00"),
        ("2026-03-07T12:00:00", "2026-03-09T09:00:00"),
    ],
)
def test_what_comes_outside_office_hours_is_received_at_the_next_opening(
    act: Act, zhang: Actor, clock: Callable[[str], None], filed: str, received: str
) -> None:
    clock(filed)
    view = act(actions.file, zhang, ground.a_draft(zhang).id)
    assert view.received_at.astimezone(settings.ZONE) == datetime.fromisoformat(received).replace(tzinfo=settings.ZONE)
    assert view.number.endswith(received[:10].replace("-", "") + "0001")


def test_a_number_is_not_lost_with_a_filing_that_failed(act: Act, zhang: Actor) -> None:
    bad = ground.a_draft(zhang, area="x")
    with pytest.raises(actions.Invalid):
        act(actions.file, zhang, bad.id)
    act(actions.withdraw, zhang, bad.id)
    assert act(actions.file, zhang, ground.a_draft(zhang).id).number.endswith("0001")


def test_filing_again_within_thirty_days_is_the_same_affair(act: Act, zhang: Actor, clock: Callable[[str], None]) -> None:
    first = act(actions.file, zhang, ground.a_draft(zhang).id)
    act(actions.withdraw, zhang, first.id)
    clock("2026-03-20T10:00")
    second = act(actions.file, zhang, ground.a_draft(zhang).id)
    assert ground.row(second.id).affair == ground.row(first.id).affair
    clock("2026-04-25T10:00")
    late = act(actions.file, zhang, ground.a_draft(zhang).id)
    assert ground.row(late.id).affair != ground.row(first.id).affair
    stranger = ground.person("lin-ruoxi")
    assert ground.row(act(actions.file, stranger, ground.a_draft(stranger).id).id).affair != ground.row(late.id).affair


def test_a_case_is_withdrawn_before_the_decision_and_not_after(act: Act, zhang: Actor) -> None:
    waiting = ground.a_followed(zhang)
    view = act(actions.withdraw, zhang, waiting.id)
    assert (view.stage, view.stage_name) == ("withdrawn", "已撤回")
    with pytest.raises(Refused, match="办件已撤回，不能撤回"):
        act(actions.withdraw, zhang, waiting.id)
    taken, chief = ground.a_taken(zhang)
    ground.granted(chief, taken.id)
    with pytest.raises(Refused, match="不能撤回"):
        act(actions.withdraw, zhang, taken.id)
    with pytest.raises(Hidden):
        act(actions.withdraw, ground.person("lin-ruoxi"), taken.id)
    with pytest.raises(Denied):
        act(actions.withdraw, chief, taken.id)


def test_a_withdrawn_case_is_in_nobody_s_hands(act: Act, zhang: Actor) -> None:
    taken, chief = ground.a_taken(zhang)
    assert ground.holding(chief).holds == {taken.id}
    act(actions.withdraw, zhang, taken.id)
    assert ground.holding(chief).holds == frozenset()
    with pytest.raises(Refused, match="已撤回"):
        act(actions.decide, chief, taken.id, actions.Ruling("grant"))
