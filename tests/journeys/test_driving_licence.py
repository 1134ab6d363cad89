"""邓浩 renews his driving licence from home: the police decide and issue by their own system, and no clerk types anything."""

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.walks import (
    CHECK,
    DENG,
    JIN,
    XIE,
    Applicant,
    account,
    begin,
    draft,
    fill_in,
    find,
    log_in,
    pay,
    submit,
    throw_away,
    until,
)
from tests.living import City

pytestmark = pytest.mark.usefixtures("police")


def filed(page: Page, who: Applicant) -> str:
    """A renewal, filed; its address."""
    draft(page, who)
    fill_in(page, who)
    expect(page.get_by_role("heading", level=1)).to_have_text(CHECK)
    return submit(page)


def test_a_licence_is_renewed_by_the_police_own_system(page: Page) -> None:
    log_in(page, DENG.name)
    throw_away(page, DENG.key)
    page.goto("/licences")
    expect(page.locator(".cards section")).to_contain_text("机动车驾驶证")
    find(page, "驾照到期", DENG.item)
    begin(page, DENG)
    fill_in(page, DENG)
    expect(page.locator("main")).to_contain_text("合格，须戴眼镜")
    case = submit(page)
    until(page, case, "去缴费")
    expect(page.locator("main")).to_contain_text("在自己的业务系统里作出")
    expect(page.locator("main")).to_contain_text("演示驾证340300000001")
    expect(page.locator(".rail")).to_contain_text("部门自己的系统")
    pay(page, case)
    until(page, case, "结果已存入")
    assert account(page) == "0 / 0"
    card = licence_of(page)
    expect(card).to_contain_text("2036年4月20日")
    answer = page.request.get(card.get_by_role("link", name="打开").get_attribute("href") or "")
    assert answer.body().startswith(b"%PDF-")
    page.goto(card.get_by_role("link", name="验证页").get_attribute("href") or "")
    expect(page.locator("main")).to_contain_text("演示驾证340300000001")
    page.goto("/licences")
    expect(page.locator(".cards section", has_text="已换发新证")).to_have_count(1)


def licence_of(page: Page) -> Locator:
    """The card of the licence in force."""
    page.goto("/licences")
    return page.locator(".cards section", has=page.get_by_role("link", name="打开")).first


def test_who_has_an_unsettled_violation_is_refused_by_the_police(page: Page) -> None:
    case = filed(page, XIE)
    until(page, case, "决定：不予")
    main = page.locator("main")
    expect(main).to_contain_text("有1起道路交通安全违法行为没有处理完毕，不予通过审验")
    expect(main).to_contain_text("机动车驾驶证申领和使用规定第七十三条")
    expect(main).to_contain_text("申请行政复议")
    expect(page.get_by_role("link", name="去缴费")).to_have_count(0)
    page.goto("/licences")
    expect(page.locator(".cards section", has_text="已换发新证")).to_have_count(0)


def test_while_the_police_system_is_down_the_case_waits_by_name(page: Page, city: City) -> None:
    city.trouble("police", answer="down")
    case = filed(page, DENG)
    until(page, case, "公安交管系统")
    expect(page.locator("main")).to_contain_text("正在等公安交管系统审查、作出决定")
    expect(page.get_by_role("link", name="撤回申报")).to_be_visible()
    page.goto("/cases")
    expect(page.locator("main")).to_contain_text("正在等公安交管系统")
    city.trouble("police", answer="normal")
    until(page, case, "去缴费", 90)


def test_who_has_not_been_examined_is_told_at_once_and_the_police_of_nothing(page: Page, city: City) -> None:
    case = filed(page, JIN)
    until(page, case, "去补正")
    page.get_by_role("link", name="去补正").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("有1份材料没有查到")
    expect(page.locator("main")).to_contain_text("机动车驾驶人身体条件证明")
    told = """SELECT count(*) FROM sharing_errand WHERE "case" = %s"""
    assert city.rows(told, case.rpartition("/")[2])[0][0] == 0
