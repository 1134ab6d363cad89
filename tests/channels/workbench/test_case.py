"""A case on the workbench: what its page tells, the acts that fit, stale forms, files, nothing typed lost."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from tests.cases import fair, ground
from tests.channels.workbench.conftest import actor, browser

from onevisit.access import Actor
from onevisit.cases import actions
from onevisit.cases.queries import CaseView

pytestmark = pytest.mark.django_db


def address(case: CaseView, rest: str = "") -> str:
    return f"/workbench/cases/{case.id}{rest}"


def text(key: str, where: str) -> str:
    answer = browser(key).get(where)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def acts(page: str) -> list[str]:
    """The acts that the page offers, in the order of their keys."""
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r'data-key="\d"[^>]*><kbd>\d</kbd>([^<]+)</a>', page)]


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.fixture
def checked(a_fair: CaseView) -> CaseView:
    """A fair that the village point has accepted, in the hands of the town's reviewer."""
    actions.accept(fair.taken(actor("han-mei"), a_fair.id), a_fair.id)
    actions.take(actor("shi-lei"), a_fair.id)
    return a_fair


def test_the_page_tells_everything_to_whoever_has_the_case_in_hand(checked: CaseView) -> None:
    page = text("shi-lei", address(checked))
    for part in (
        "举办庙会许可",
        "张**",
        "场地平面图",
        "已交",
        "容缺，最晚3月5日补交",
        "近山村",
        "3月16日",
        "3月30日",
        "领取：现场核查",
    ):
        assert part in page, part
    assert "15400000001" in page
    assert acts(page) == ["登记现场核查", "要求补正", "中止计时", "交回待办"]
    facts = page.partition("事实和来源")[2]
    order = [facts.index(f">{label}</th>") for label in ("晚上办不办？", "在哪个村（社区）办", "联系电话")]
    assert order == sorted(order), "as the form asks for them"


def test_a_chief_sees_the_frame_and_opens_the_rest_with_a_reason(stall: CaseView) -> None:
    page = text("wu-min", address(stall))
    assert "内容没有打开" in page
    assert "手工布鞋" not in page
    assert "领取：作出决定" in page
    assert "手工布鞋" in text("wu-min", address(stall, "?reason=群众来电询问"))


def test_nobody_else_opens_it(stall: CaseView) -> None:
    assert browser("zhou-haifeng").get(address(stall)).status_code == 404
    assert browser("han-mei").get(address(stall)).status_code == 404
    assert browser("zhang-xiaoyue").get(address(stall)).status_code == 403


def test_what_does_not_fit_is_not_offered_and_not_done(checked: CaseView) -> None:
    assert browser("shi-lei").get(address(checked, "/do/accept")).status_code == 404
    assert browser("shi-lei").post(address(checked, "/do/extend"), {"reason": "忙"}).status_code == 404
    assert browser("shi-lei").get(address(checked, "/do/nonsense")).status_code == 404


def test_acceptance_says_first_what_will_be_owed_until_when(a_fair: CaseView) -> None:
    actions.take(actor("han-mei"), a_fair.id)
    page = text("han-mei", address(a_fair, "/do/accept"))
    assert "容缺受理" in page
    assert "公众责任险保单，最晚3月5日补交" in page
    assert browser("han-mei").post(address(a_fair, "/do/accept"), {"seen": seen(page)}).status_code == 302
    assert ground.row(a_fair.id).stage == "accepted"
    assert ground.row(a_fair.id).owed.get().material == "insurance"


def test_an_inspection_is_recorded_by_two_with_date_outcome_and_text(checked: CaseView) -> None:
    where = address(checked, "/do/inspect")
    empty = browser("shi-lei").post(where, {"outcome": "safe"})
    assert empty.status_code == 422
    assert [p.target for p in empty.context["problems"]] == ["f-second", "f-held_at", "f-text"]
    second = actor("jiang-bo").id
    sent = {"outcome": "safe", "second": second, "held_at": "2026-03-02T09:00", "text": "出口三处。", "opinion": "符合。"}
    later = browser("shi-lei").post(where, {**sent, "held_at": "2026-03-02T12:00"})
    assert later.status_code == 422
    assert "出口三处。" in later.content.decode()
    assert browser("shi-lei").post(where, sent).status_code == 302
    record = ground.row(checked.id).records.get()
    assert set(record.officers) == {second, actor("shi-lei").id}
    assert actions.state_of(ground.row(checked.id)).marks["check"].outcome == "safe"


def test_a_second_clerk_is_refused_with_what_changed_and_keeps_what_he_typed(checked: CaseView) -> None:
    form = text("shi-lei", address(checked, "/do/suspend"))
    fault = actions.Fault("material:plan", "看不清。", "请重拍。")
    actions.ask(actor("shi-lei"), checked.id, [fault])
    sent = {"seen": seen(form), "reason": "hearing", "told": "要听证，大约二十天。"}
    stale = browser("shi-lei").post(address(checked, "/do/suspend"), sent)
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "办件有了变化" in page
    assert "中止计时" in page
    assert "石" in page
    assert "要听证，大约二十天。" in page
    assert ground.kinds(checked.id).count("case.suspended") == 1


def test_a_stale_decision_is_not_signed_and_its_words_stay(stall: CaseView) -> None:
    actions.take(actor("wu-min"), stall.id)
    form = text("wu-min", address(stall, "/decide"))
    actions.settle_facts(actor("wu-min"), stall.id, {"area": "5"})
    stale = browser("wu-min").post(address(stall, "/decide"), {"seen": seen(form), "act": "grant", "opinion": "看过，同意。"})
    assert stale.status_code == 409
    assert "核定事实" in stale.content.decode()
    assert "看过，同意。" in stale.content.decode()
    fresh = {"seen": seen(stale.content.decode()), "act": "grant", "opinion": "看过，同意。"}
    assert browser("wu-min").post(address(stall, "/decide"), fresh).status_code == 302
    assert ground.row(stall.id).outcome == "grant"


def test_everything_wrong_is_told_at_once_numbered_with_the_catalogues_words(a_fair: CaseView) -> None:
    actions.take(actor("han-mei"), a_fair.id)
    page = text("han-mei", address(a_fair, "/notify"))
    assert "请补交“场地平面图”" in page
    nothing = browser("han-mei").post(address(a_fair, "/notify"), {"seen": seen(page)})
    assert nothing.status_code == 422
    sent = {"seen": seen(page)}
    for target in ("material:plan", "field:phone"):
        sent |= {f"ask-{target}": "1", f"wrong-{target}": "看不清。", f"mend-{target}": "请重填。"}
    half = browser("han-mei").post(address(a_fair, "/notify"), {**sent, "mend-field:phone": ""})
    assert half.status_code == 422
    assert half.content.decode().count("看不清。") == 2
    assert browser("han-mei").post(address(a_fair, "/notify"), sent).status_code == 302
    assert ground.row(a_fair.id).stage == "noticed"
    assert ground.row(a_fair.id).defects.count() == 2


def test_a_second_notice_is_not_offered_to_the_clerk(a_fair: CaseView, zhang: Actor) -> None:
    clerk = fair.taken(actor("han-mei"), a_fair.id)
    actions.notify(clerk, a_fair.id, [actions.Fault("material:plan", "看不清。", "请重拍。")])
    ground.a_paper(zhang, a_fair.id, "plan")
    actions.correct(zhang, a_fair.id)
    assert "一次告知" not in acts(text("han-mei", address(a_fair)))
    sent = {"ask-field:phone": "1", "wrong-field:phone": "不对。", "mend-field:phone": "请改。"}
    assert browser("han-mei").post(address(a_fair, "/notify"), sent).status_code in (403, 404)
    assert ground.row(a_fair.id).stage == "received"


def test_turning_away_needs_reason_and_basis(a_fair: CaseView) -> None:
    actions.take(actor("han-mei"), a_fair.id)
    half = browser("han-mei").post(address(a_fair, "/do/turn-away"), {"reason": "不归本部门管。"})
    assert half.status_code == 422
    assert "不归本部门管。" in half.content.decode()
    whole = {"reason": "不归本部门管。", "basis": "《示例庙会条例》第一条"}
    assert browser("han-mei").post(address(a_fair, "/do/turn-away"), whole).status_code == 302
    assert ground.row(a_fair.id).stage == "turned_away"


def test_acceptance_by_silence_is_objected_to_by_the_chief_with_a_reason(a_fair: CaseView, clock: Callable[[str], None]) -> None:
    clock("2026-03-20T10:00")
    assert actions.accept_by_silence(a_fair.id)
    assert "对视为受理提出异议" in acts(text("wu-min", address(a_fair)))
    assert browser("wu-min").post(address(a_fair, "/do/object"), {}).status_code == 422
    assert browser("wu-min").post(address(a_fair, "/do/object"), {"reason": "材料没有交齐。"}).status_code == 302
    assert "silence.objected" in ground.kinds(a_fair.id)
    assert "对视为受理提出异议" not in acts(text("wu-min", address(a_fair)))


def test_the_chief_gives_a_step_to_a_named_colleague(stall: CaseView) -> None:
    sent = {"step": "decide", "to": actor("peng-jun").id}
    assert browser("wu-min").post(address(stall, "/do/reassign"), sent).status_code == 302
    assert ground.row(stall.id).tasks.get(step="decide").claimed_by == actor("peng-jun").id
    assert "改派给" in text("wu-min", address(stall, "?reason=改派以后看"))
    assert browser("peng-jun").get(address(stall, "/do/reassign")).status_code == 404


def test_a_clock_that_stands_still_says_why_and_runs_again(checked: CaseView, clock: Callable[[str], None]) -> None:
    sent = {"reason": "hearing", "told": "要听证。"}
    assert browser("shi-lei").post(address(checked, "/do/suspend"), sent).status_code == 302
    page = text("shi-lei", address(checked))
    assert "3月2日起听证，法定时限也停" in page
    assert "恢复计时" in acts(page)
    clock("2026-03-04T10:00")
    assert browser("shi-lei").post(address(checked, "/do/resume"), {}).status_code == 302
    due = ground.row(checked.id).due_at
    assert due is not None
    assert due.date() > datetime(2026, 3, 16).date()


def test_a_file_is_shown_where_nothing_can_run_or_downloaded(checked: CaseView) -> None:
    (file,) = re.findall(r'href="([^"]+/files/[^"?]+)\?view=1"', text("shi-lei", address(checked)))
    shown, saved = browser("shi-lei").get(f"{file}?view=1"), browser("shi-lei").get(file)
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert browser("zhou-haifeng").get(f"{file}?view=1").status_code == 404


def test_a_clerk_gives_back_and_lands_on_the_list_where_he_may_not_read(checked: CaseView) -> None:
    answer = browser("shi-lei").post(address(checked, "/do/back"), {})
    assert answer.headers["Location"] == "/workbench/"
    assert ground.row(checked.id).tasks.get(step="check").claimed_by == ""


def test_a_page_says_what_keeps_the_officer_from_signing(checked: CaseView) -> None:
    second = fair.both("reviewer")
    actions.finish(actor("shi-lei"), checked.id, "check", {"outcome": "safe"}, fair.seen(actor("shi-lei"), second))
    reviewer = fair.taken(actor("zhou-haifeng"), checked.id, "review")
    actions.finish(reviewer, checked.id, "review", {}, actions.Said("符合。"))
    actions.take(actor("wu-min"), checked.id, "decide")
    page = text("wu-min", address(checked, "/decide"))
    assert "容缺的公众责任险保单还没有补来" in page
    assert "由审批科长签发" in page
    assert "符合。" in page, "what the reviewer wrote is read where it is signed"
    refused = browser("wu-min").post(address(checked, "/decide"), {"act": "grant", "opinion": "同意。"})
    assert refused.status_code == 422
    assert "同意。" in refused.content.decode()
