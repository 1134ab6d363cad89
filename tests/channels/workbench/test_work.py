"""My work by clock: who sees which step, two filters at once, a page at a time, who is away, what is told in words."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from tests.cases import fair, ground
from tests.channels.workbench.conftest import actor, browser

from onevisit.access import Actor
from onevisit.cases import actions, queries
from onevisit.cases.models import Task
from onevisit.cases.queries import CaseView
from onevisit.channels.workbench import listing
from onevisit.city import queries as places
from onevisit.identity import actions as identity

pytestmark = pytest.mark.django_db
LIST = "/workbench/"


def shown(key: str, address: str = LIST) -> list[str]:
    """The short numbers in the list, in order."""
    page = browser(key).get(address)
    assert page.status_code == 200
    return re.findall(r'<td class="no">(\d{12})</td>', page.content.decode())


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=settings.ZONE)


def test_everybody_sees_the_steps_of_his_own_office(a_fair: CaseView, stall: CaseView) -> None:
    assert shown("han-mei") == [a_fair.short]
    assert shown("shi-lei") == []
    assert shown("wu-min") == [stall.short]
    assert browser("zhang-xiaoyue").get(LIST).status_code == 403


def test_who_is_not_logged_in_is_asked_to_be_and_comes_back(city: None) -> None:
    answer = browser("nobody").get(f"{LIST}?whose=mine")
    assert answer.headers["Location"] == "/workbench/login?next=%2Fworkbench%2F%3Fwhose%3Dmine"
    page = browser("nobody").get(answer.headers["Location"]).content.decode()
    assert "吴敏" in page
    assert "张晓月" not in page
    assert 'value="/workbench/?whose=mine"' in page


def test_two_filters_both_apply_and_the_address_says_which(stall: CaseView, zhang: Actor) -> None:
    other = ground.a_followed(actor("li-fugen"))
    actions.take(actor("wu-min"), other.id)
    assert shown("wu-min", f"{LIST}?whose=mine") == [other.short]
    assert shown("wu-min", f"{LIST}?whose=mine&number={stall.short[-4:]}") == []
    assert shown("wu-min", f"{LIST}?whose=free&item=stall&does=decide") == [stall.short]
    page = browser("wu-min").get(f"{LIST}?whose=free&due=over&item=stall").content.decode()
    assert 'href="?due=over&amp;item=stall&amp;whose=mine"' in page
    assert 'href="?whose=free&amp;item=stall&amp;due=today"' in page


def test_a_number_is_found_by_its_last_digits(stall: CaseView) -> None:
    assert shown("wu-min", f"{LIST}?number={stall.short[-6:]}") == [stall.short]
    assert shown("wu-min", f"{LIST}?number=999999") == []


@pytest.mark.parametrize("asked", ["whose=everything", "due=never", "does=dance", "after=x~y", "after=2026~1", "number=%00"])
def test_an_address_that_says_nothing_shows_everything(stall: CaseView, asked: str) -> None:
    assert browser("wu-min").get(f"{LIST}?{asked}").status_code == 200


def test_what_is_due_today_and_over_is_told_apart(stall: CaseView, clock: Callable[[str], None]) -> None:
    assert shown("wu-min", f"{LIST}?due=today") == []
    clock("2026-03-09T09:00")
    assert shown("wu-min", f"{LIST}?due=today") == [stall.short]
    assert shown("wu-min", f"{LIST}?due=over") == []
    clock("2026-03-10T09:00")
    assert shown("wu-min", f"{LIST}?due=over") == [stall.short]
    assert "超期1天" in browser("wu-min").get(LIST).content.decode()


def test_what_waits_for_the_applicant_is_found(stall: CaseView) -> None:
    assert shown("wu-min", f"{LIST}?due=applicant") == []
    reviewer = actor("zhou-haifeng")
    actions.take(reviewer, stall.id)
    actions.ask(actor("zhou-haifeng"), stall.id, [actions.Fault("material:photo", "看不清。", "请重拍。")])
    assert shown("wu-min", f"{LIST}?due=applicant") == [stall.short]
    assert "等申请人补正" in browser("wu-min").get(LIST).content.decode()


def test_pages_follow_one_another_without_a_gap_or_a_repeat(stall: CaseView, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        ground.a_followed(actor("li-fugen"))
    monkeypatch.setattr(listing, "PAGE", 2)
    everything, address = shown("wu-min"), LIST
    seen: list[str] = []
    while address:
        page = browser("wu-min").get(address).content.decode()
        seen += re.findall(r'<td class="no">(\d{12})</td>', page)
        found = re.search(r'href="(\?after=[^"]+)">后面的', page)
        address = f"{LIST}{found[1]}" if found else ""
    assert len(seen) == 5
    assert len(set(seen)) == 5
    assert everything == seen[:2]


def test_the_order_is_that_of_the_clocks_and_what_has_none_comes_last(stall: CaseView) -> None:
    late = ground.a_followed(actor("li-fugen"))
    Task.objects.filter(case__public_id=late.id, does="decide").update(by_at=at("2026-03-01T10:00"))
    assert shown("wu-min") == [late.short, stall.short]
    Task.objects.filter(case__public_id=late.id, does="decide").update(by_at=None)
    assert shown("wu-min") == [stall.short, late.short]


def test_the_list_is_made_with_few_queries_whatever_its_length(
    stall: CaseView, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(5):
        ground.a_followed(actor("li-fugen"))
    chief = actor("wu-min")
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
        assert len(queries.work(chief)) == 6


def test_work_of_a_colleague_on_leave_is_seen_and_taken_over(a_fair: CaseView) -> None:
    view = a_fair
    actions.accept(fair.taken(actor("han-mei"), view.id), view.id)
    actions.take(actor("shi-lei"), view.id)
    assert "同事已经领取" in browser("jiang-bo").post(f"{LIST}cases/{view.id}/take").content.decode()
    identity.enter_absence(actor("shi-lei"), actor("shi-lei").id, actor("jiang-bo").id, date(2026, 3, 2), date(2026, 3, 3))
    assert shown("jiang-bo", f"{LIST}?whose=away") == [view.short]
    page = browser("jiang-bo").get(LIST).content.decode()
    assert "不在岗" in page
    assert "接手" in page
    browser("jiang-bo").post(f"{LIST}cases/{view.id}/take", {"step": "check"})
    assert ground.row(view.id).tasks.get(step="check").claimed_by == actor("jiang-bo").id
    assert view.id not in actor("shi-lei").holds
    told = ground.row(view.id).stream.events.filter(kind="step.started").order_by("-seq")[0]
    assert (told.actor, told.data["stead"]) == (actor("jiang-bo").id, actor("shi-lei").id)
    assert "顶岗" in browser("jiang-bo").get(f"{LIST}cases/{view.id}").content.decode()


def test_leave_is_entered_and_ended_on_its_page(city: None) -> None:
    chief, away, other = browser("wu-min"), actor("zhou-haifeng").id, actor("peng-jun").id
    wrong = chief.post(f"{LIST}colleagues", {"account": away, "stand_in": away, "since": "2026-03-02", "until": "2026-03-03"})
    assert wrong.status_code == 422
    assert "另一位同事" in wrong.content.decode()
    empty = chief.post(f"{LIST}colleagues", {"since": "soon"})
    assert [p.target for p in empty.context["problems"]] == ["f-account", "f-stand_in", "f-since", "f-until"]
    sent = {"account": away, "stand_in": other, "since": "2026-03-02", "until": "2026-03-03"}
    assert chief.post(f"{LIST}colleagues", sent).status_code == 302
    page = browser("peng-jun").get(f"{LIST}colleagues").content.decode()
    assert "取消请假" not in page
    (end,) = re.findall(r'action="(/workbench/colleagues/[^"]+/end)"', chief.get(f"{LIST}colleagues").content.decode())
    assert browser("peng-jun").post(end).status_code == 404
    assert chief.post(end).status_code == 302
    assert "没有人请假" in chief.get(f"{LIST}colleagues").content.decode()
    assert browser("zhang-xiaoyue").get(f"{LIST}colleagues").status_code == 403


@pytest.mark.parametrize(
    ("by", "words", "state"),
    [
        (None, "没有时限", "none"),
        ("2026-03-02T17:00", "今天17:00前", "today"),
        ("2026-03-02T09:30", "今天09:30已过", "late"),
        ("2026-02-27T17:00", "超期3天", "late"),
        ("2026-03-03T17:00", "3月3日，还有1个工作日", "soon"),
        ("2026-03-09T17:00", "3月9日，还有5个工作日", "fine"),
    ],
)
def test_a_clock_is_told_in_words_with_a_state(city: None, by: str | None, words: str, state: str) -> None:
    assert listing.clock(at(by) if by else None, at("2026-03-02T10:00"), places.calendar()) == (words, state)


def test_a_page_asks_whether_somebody_is_still_logged_in(city: None) -> None:
    assert browser("wu-min").get(f"{LIST}alive").status_code == 204
    assert browser("nobody").get(f"{LIST}alive").status_code == 401


def test_what_a_clock_counts_are_working_days(city: None) -> None:
    friday = at("2026-03-06T10:00")
    assert listing.clock(friday + timedelta(days=3), friday, places.calendar())[0] == "3月9日，还有1个工作日"


def test_a_page_is_full_although_the_first_steps_are_his_own_matter(stall: CaseView) -> None:
    chief = actor("wu-min")
    own = Actor(chief.id, "applicant", person=chief.person, fresh=True)
    mine = [ground.a_followed(own).id for _ in range(3)]
    Task.objects.filter(case__public_id__in=mine).update(by_at=at("2026-03-01T10:00"))
    assert [one.case.id for one in queries.work(chief, limit=2)] == [stall.id]


def test_behind_the_last_clock_comes_what_has_none(stall: CaseView) -> None:
    other = ground.a_followed(actor("li-fugen"))
    Task.objects.filter(case__public_id=other.id).update(by_at=None)
    (first,) = queries.work(actor("wu-min"), limit=1)
    (second,) = queries.work(actor("wu-min"), after=first.mark, limit=5)
    assert [first.case.id, second.case.id] == [stall.id, other.id]
    assert queries.work(actor("wu-min"), after=second.mark) == ()
