"""The checks of UX over the screens of the window (1, 4, 5, 6, 8): each is looked over as the clerk comes to it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.counter import Keys, begins, comes, fills_a_transfer
from tests.journeys.looks import looked_over
from tests.journeys.walks import log_in, number_of
from tests.living import City

CLERK, VISITOR = "田芳", "林若溪"


@pytest.fixture
def page(browser: Browser, city: City) -> Iterator[Page]:
    """A page of a clerk."""
    made = browser.new_context(
        base_url=city.url, locale="zh-CN", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    made.set_default_timeout(15000)
    yield made.new_page()
    made.close()


def test_every_screen_of_a_visit_looks_as_it_should(page: Page) -> None:
    log_in(page, CLERK)
    page.goto("/workbench/window/")
    looked_over(page, "windows")
    page.get_by_role("button", name="2号窗口").click()
    looked_over(page, "seat")
    page.get_by_label("证件号码").fill("340300196001019013")
    page.get_by_role("button", name="接待").click()
    expect(page.get_by_label("姓名")).to_be_visible()
    looked_over(page, "first time")
    page.get_by_label("证件号码").fill("340300196001019014")
    page.get_by_role("button", name="接待").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_over(page, "wrong number")
    page.goto("/workbench/window/")
    page.get_by_label("证件号码").fill(number_of(VISITOR))
    page.get_by_role("button", name="接待").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("林**要办什么")
    looked_over(page, "visit")
    page.get_by_label("编号，至少末12位").fill("1")
    page.get_by_role("button", name="打开", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_over(page, "no such number")
    page.get_by_role("textbox", name="找事项").fill("二手房过户")
    page.get_by_role("button", name="查找").click()
    looked_over(page, "found")
    page.get_by_role("button", name="转移登记").click()
    expect(page.get_by_role("button", name="保存，看材料")).to_be_visible()
    looked_over(page, "form")
    page.get_by_role("button", name="保存，看材料").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_over(page, "form with faults")
    page.get_by_role("button", name="没填完，先看材料").click()
    expect(page.get_by_role("button", name="收件")).to_be_visible()
    looked_over(page, "counter")
    page.keyboard.press("F8")
    expect(page.get_by_label("证件号码")).to_be_focused()
    page.get_by_role("button", name="关窗").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("在哪个窗口办公")


def test_the_screens_of_two_who_come_together_look_as_they_should(page: Page) -> None:
    log_in(page, CLERK)
    page.goto("/workbench/window/")
    page.get_by_role("button", name="2号窗口").click()
    clerk = Keys(page)
    comes(clerk, "唐文静")
    begins(clerk, "国有建设用地使用权及房屋所有权转移登记", "二手房过户")
    fills_a_transfer(clerk)
    page.get_by_role("button", name="收件").click()
    expect(page.get_by_label("还没有来的")).to_be_visible()
    looked_over(page, "one of two")
    page.get_by_role("link", name="换一种证件").click()
    looked_over(page, "another document")
    page.get_by_label("证件号码").fill(number_of("马国庆"))
    page.get_by_role("button", name="一起接待").click()
    expect(page.get_by_role("button", name="确认申请")).to_be_focused()
    clerk.press("F2")
    expect(page.get_by_label("马**本人在场")).to_be_checked()
    looked_over(page, "both")
    clerk.press("F2")
    expect(page.locator("#act")).to_contain_text("受托受理")
    clerk.press("F2")
    expect(page.locator("#papers")).to_contain_text("马**的")
    looked_over(page, "papers of both")
    page.keyboard.press("F8")
    expect(page.get_by_label("证件号码")).to_be_focused()
    page.get_by_role("button", name="关窗").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("在哪个窗口办公")
