"""What is missing is told at once and cited, mended by the applicant alone, and stops the promise, seldom the law's clock."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from tests.cases import ground

from onevisit.access import Actor, Denied, Hidden, Refused
from onevisit.cases import actions, documents, queries
from onevisit.cases.actions import Fault
from onevisit.cases.models import Attachment, Defect, Opinion

Act = Callable[..., Any]
UNCLEAR = Fault("material:photo", "照片里看不清摊位的四周。", "请重新拍一张，四边都要拍到。")


def due(view: queries.CaseView) -> tuple[str, str]:
    promised, legal = view.due_at, view.legal_due_at
    assert promised is not None
    assert legal is not None
    return promised.astimezone(settings.ZONE).isoformat()[:10], legal.astimezone(settings.ZONE).isoformat()[:10]


@pytest.fixture
def reviewed(zhang: Actor) -> tuple[queries.CaseView, Actor]:
    """A stall case that was accepted on Monday 2026-03-02, in a reviewer's hands."""
    view = ground.a_followed(zhang)
    reviewer = ground.officer("reviewer")
    actions.take(reviewer, view.id)
    return view, ground.holding(reviewer)


def test_a_correction_stops_the_promise_and_not_the_law(
    act: Act, zhang: Actor, reviewed: tuple[queries.CaseView, Actor], clock: Callable[[str], None]
) -> None:
    view, reviewer = reviewed
    before = queries.case(zhang, view.id)
    assert due(before) == ("2026-03-09", "2026-03-30")
    clock("2026-03-04T10:00")
    act(actions.ask, reviewer, view.id, [UNCLEAR])
    (asked,) = queries.to_mend(zhang, view.id)
    assert (asked.target, asked.wrong, asked.until) == (UNCLEAR.target, UNCLEAR.wrong, date(2026, 3, 25))
    clock("2026-03-06T15:00")
    ground.a_paper(zhang, view.id, "photo", "重拍.jpg")
    corrected = act(actions.correct, zhang, view.id)
    assert due(corrected) == ("2026-03-12", "2026-03-30"), "Wednesday to Friday are not counted"
    assert queries.to_mend(zhang, view.id) == ()
    assert Attachment.objects.filter(case__public_id=view.id, material="photo").count() == 2


def test_a_fault_that_cites_nothing_is_refused(act: Act, reviewed: tuple[queries.CaseView, Actor]) -> None:
    view, reviewer = reviewed
    for faults in ([], [Fault("material:other", "缺", "补")], [Fault("photo", "缺", "补")], [Fault("material:photo", " ", "补")]):
        with pytest.raises(Refused) as refused:
            act(actions.ask, reviewer, view.id, faults)
        assert refused.value.way_out
    assert not Defect.objects.exists()


def test_a_second_correction_waits_for_the_first(act: Act, reviewed: tuple[queries.CaseView, Actor]) -> None:
    view, reviewer = reviewed
    act(actions.ask, reviewer, view.id, [UNCLEAR])
    with pytest.raises(Refused, match="还没有交来"):
        act(actions.ask, reviewer, view.id, [Fault("field:goods", "写得太笼统。", "请写清卖什么。")])


def test_only_what_was_named_can_be_changed(act: Act, zhang: Actor, reviewed: tuple[queries.CaseView, Actor]) -> None:
    view, reviewer = reviewed
    act(actions.ask, reviewer, view.id, [Fault("field:goods", "写得太笼统。", "请写清卖什么。")])
    with pytest.raises(Refused, match="没有要求补正"):
        act(actions.mend, zhang, view.id, {"area": "9"})
    with pytest.raises(Refused, match="已经提交"):
        ground.a_paper(zhang, view.id, "photo")
    act(actions.mend, zhang, view.id, {"goods": "手工布鞋和布袜"})
    act(actions.correct, zhang, view.id)
    assert queries.contents(zhang, view.id).values["goods"]["value"] == "手工布鞋和布袜"


def test_strangers_ask_and_mend_nothing(act: Act, zhang: Actor, reviewed: tuple[queries.CaseView, Actor]) -> None:
    view, reviewer = reviewed
    with pytest.raises(Denied):
        act(actions.ask, zhang, view.id, [UNCLEAR])
    with pytest.raises(Hidden):
        act(actions.ask, ground.officer("reviewer"), view.id, [UNCLEAR])
    act(actions.ask, reviewer, view.id, [UNCLEAR])
    with pytest.raises(Hidden):
        act(actions.correct, ground.person("lin-ruoxi"), view.id)


def test_the_notice_says_everything_with_its_basis(act: Act, reviewed: tuple[queries.CaseView, Actor]) -> None:
    view, reviewer = reviewed
    act(actions.ask, reviewer, view.id, [UNCLEAR, Fault("field:goods", "写得太笼统。", "请写清卖什么。")])
    sheet = documents.one_time(ground.row(view.id))
    assert [(d.what, d.basis) for d in sheet.defects] == [("摊位照片", "《示例摊贩条例》第二条"), ("卖什么", "")]
    assert sheet.applicant == "张晓月"


def test_a_notice_before_acceptance_takes_the_case_back_to_its_receipt(
    act: Act, zhang: Actor, clock: Callable[[str], None]
) -> None:
    view = ground.a_filed(zhang)
    clerk = ground.officer("acceptor")
    held = ground.replace(clerk, holds=frozenset({view.id}))
    clock("2026-03-05T10:00")
    noticed = act(actions.notify, held, view.id, [UNCLEAR])
    assert noticed.stage == "noticed"
    clock("2026-03-10T11:00")
    ground.a_paper(zhang, view.id, "photo")
    again = act(actions.correct, zhang, view.id)
    assert (again.stage, again.received_at) == ("received", settings.CLOCK())


def test_a_late_notice_is_refused(act: Act, zhang: Actor, clock: Callable[[str], None]) -> None:
    view = ground.a_filed(zhang)
    clerk = ground.replace(ground.officer("acceptor"), holds=frozenset({view.id}))
    clock("2026-03-09T17:00:01")
    with pytest.raises(Refused, match="期限已过"):
        act(actions.notify, clerk, view.id, [UNCLEAR])


def test_a_second_notice_is_the_chiefs_and_counted(act: Act, zhang: Actor) -> None:
    view = ground.a_filed(zhang)
    clerk = ground.replace(ground.officer("acceptor"), holds=frozenset({view.id}))
    act(actions.notify, clerk, view.id, [UNCLEAR])
    act(actions.correct, zhang, view.id)
    with pytest.raises(Denied):
        act(actions.notify, clerk, view.id, [UNCLEAR])
    act(actions.notify, ground.officer("chief"), view.id, [UNCLEAR])
    assert ground.row(view.id).state["notices"] == 2


def test_turning_away_needs_a_reason_and_its_basis(act: Act, zhang: Actor) -> None:
    view = ground.a_filed(zhang)
    clerk = ground.replace(ground.officer("acceptor"), holds=frozenset({view.id}))
    with pytest.raises(Refused, match="理由和依据"):
        act(actions.turn_away, clerk, view.id, "不归本机关管", " ")
    gone = act(actions.turn_away, clerk, view.id, "不归本机关管", "行政许可法第三十二条")
    assert gone.stage == "turned_away"
    assert Opinion.objects.get(on="turn_away").case.stage == "turned_away"


def test_a_hearing_stops_both_clocks_and_must_be_told(
    act: Act, reviewed: tuple[queries.CaseView, Actor], clock: Callable[[str], None]
) -> None:
    view, reviewer = reviewed
    with pytest.raises(Refused, match="法定的几种程序"):
        act(actions.suspend, reviewer, view.id, "holiday", "放假")
    with pytest.raises(Refused, match="书面告知"):
        act(actions.suspend, reviewer, view.id, "hearing", "")
    clock("2026-03-04T10:00")
    act(actions.suspend, reviewer, view.id, "hearing", "3月6日听证，需要三个工作日。")
    with pytest.raises(Refused, match="已经中止"):
        act(actions.suspend, reviewer, view.id, "testing", "检测")
    clock("2026-03-06T16:00")
    resumed = act(actions.resume, reviewer, view.id, "hearing")
    assert due(resumed) == ("2026-03-12", "2026-04-02")


def test_one_extension_before_the_end_with_its_reason(act: Act, zhang: Actor, clock: Callable[[str], None]) -> None:
    view, chief = ground.a_taken(zhang)
    with pytest.raises(Refused, match="理由"):
        act(actions.extend, chief, view.id, "")
    extended = act(actions.extend, chief, view.id, "要核对外地的登记。")
    assert due(extended) == ("2026-03-23", "2026-04-13")
    with pytest.raises(Refused, match="只能延长一次"):
        act(actions.extend, chief, view.id, "还要核对。")
    other, chief = ground.a_taken(ground.person("lin-ruoxi"))
    clock("2026-04-20T10:00")
    with pytest.raises(Refused, match="届满"):
        act(actions.extend, chief, other.id, "来不及。")


def test_a_case_given_back_waits_for_a_colleague(act: Act, reviewed: tuple[queries.CaseView, Actor]) -> None:
    view, reviewer = reviewed
    act(actions.give_back, reviewer, view.id)
    assert ground.holding(reviewer).holds == frozenset()
    chief = ground.officer("chief")
    act(actions.take, chief, view.id)
    with pytest.raises(Refused, match="不在您手里"):
        act(actions.give_back, reviewer, view.id)
