"""邓浩 renews his driving licence at the general window: the police's own system decides, he pays, it is in his hands at once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.counter import Keys, at_window, begins, comes, reload_until
from tests.journeys.walks import DENG, account, log_in, pay, throw_away
from tests.living import City

CLERK = "何平"
MOST_KEYS = 10
"""From an empty window to the receipt; the pick-up is one click more, since most want the electronic licence only."""


pytestmark = pytest.mark.usefixtures("police")


@pytest.fixture
def clerk(browser: Browser, city: City) -> Iterator[Keys]:
    """Whoever receives any item of 龙子湖区, and accepts none."""
    with at_window(browser, city, CLERK) as hands:
        yield hands


def test_the_licence_is_in_his_hands_within_one_visit(clerk: Keys, page: Page, city: City) -> None:
    log_in(page, DENG.name)
    throw_away(page, DENG.key)
    desk = clerk.page
    comes(clerk, DENG.name)
    begins(clerk, DENG.item, "驾照到期")
    fetched = desk.locator("aside", has_text="我们取来的，不用填")
    for known in ("演示档案0001", "C1", "合格，须戴眼镜"):
        expect(fetched).to_contain_text(known)
    clerk.press("1")
    clerk.press("Enter")
    received(clerk)
    case = "/cases/" + desk.url.rpartition("/")[2]
    reload_until(desk, "要缴机动车驾驶证工本费")
    expect(desk.get_by_alt_text("缴费页面的二维码")).to_be_visible()
    pay(page, case)
    reload_until(desk, "由谁签收")
    handed_over(clerk)
    page.goto(case)
    expect(page.get_by_role("heading", level=1)).to_contain_text("已办结")
    expect(page.locator(".rail")).to_contain_text("部门自己的系统")
    assert account(page) == "1 / 0"
    assert reasons(city, case) == ["chosen"]
    typed_by_nobody(city, case)


def received(clerk: Keys) -> None:
    """Received with the wish to take it along at once, which needs no button of its own."""
    desk = clerk.page
    expect(desk.get_by_role("button", name="收件")).to_be_focused()
    expect(desk.locator("#materials")).to_contain_text("已调取：卫生健康委员会")
    expect(desk.locator("#materials input")).to_have_count(0)
    desk.get_by_role("radio", name="到窗口领取").check()
    clerk.press("F2")
    expect(desk.get_by_role("link", name="打印收件凭证")).to_be_focused()
    assert len(clerk.pressed) <= MOST_KEYS, clerk.pressed
    paper = desk.get_by_role("link", name="打印受理通知书").get_attribute("href") or ""
    assert desk.request.get(paper).body().startswith(b"%PDF-")


def handed_over(clerk: Keys) -> None:
    """One key hands it over: who signs for it, and by which proof, stands there already."""
    desk = clerk.page
    expect(desk.get_by_role("heading", level=2, name="机动车驾驶证", exact=True)).to_be_visible()
    expect(desk.get_by_label("由谁签收")).to_have_value("本人签收，读取证件")
    clerk.press("F2")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("已办结")
    expect(desk.locator("main aside")).to_contain_text("1 / 0")


def reasons(city: City, case: str) -> list[str]:
    """Why he came, though nobody need come for it."""
    rows = city.rows('SELECT reason FROM halls_presence WHERE "case" = %s', case.rpartition("/")[2])
    return [str(row[0]) for row in rows]


def typed_by_nobody(city: City, case: str) -> None:
    """The number, the decision and the licence are the police's own, and no officer did a step of theirs."""
    query = """SELECT e.kind, e.actor FROM ledger_event e JOIN cases_case c ON c.stream_id = e.stream_id
               WHERE c.public_id = %s AND e.kind IN ('case.decided', 'case.accepted')"""
    acts = dict(city.rows(query, case.rpartition("/")[2]))
    assert set(acts) == {"case.decided", "case.accepted"}
    assert all(str(who).startswith(("peer:", "system")) for who in acts.values()), acts
