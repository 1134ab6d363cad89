"""Nothing typed is lost: not to a session that ran out, not to a server that died, not to another page that saved first."""

from playwright.sync_api import Page, expect
from tests.journeys.walks import LI, LIN, ZHANG, draft, log_in, press_person
from tests.living import City

PHONE = "0552-3998877"


def line(page: Page) -> str:
    return page.locator(".autosave").inner_text()


def test_a_dropped_session_is_told_within_ten_seconds_and_mended_on_the_spot(page: Page) -> None:
    base = draft(page, ZHANG)
    page.goto(f"{base}/fill/2")
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("联系电话").fill(PHONE)
    expect(page.locator(".autosave")).to_contain_text("登录已过期", timeout=10_000)
    expect(page.get_by_label("联系电话")).to_have_value(PHONE)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="登录，再接着填").click()
    press_person(opened.value, ZHANG.name)
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("已登录")
    opened.value.close()
    expect(page.locator(".autosave")).to_contain_text("已自动保存", timeout=10_000)
    expect(page.get_by_label("联系电话")).to_have_value(PHONE)
    page.get_by_role("button", name="下一步").click()
    page.goto(f"{base}/fill/2")
    expect(page.get_by_label("联系电话")).to_have_value(PHONE)


def test_a_form_sent_without_a_session_waits_behind_the_log_in(plain: Page) -> None:
    base = draft(plain, LIN)
    plain.goto(f"{base}/fill/2")
    plain.context.clear_cookies(name="sessionid")
    plain.get_by_label("联系电话").fill(PHONE)
    plain.get_by_role("button", name="下一步").click()
    expect(plain.locator("main")).to_contain_text("您刚才填的内容还在")
    plain.get_by_role("button", name=LIN.name).first.click()
    plain.get_by_role("button", name="接着办").click()
    plain.goto(f"{base}/fill/2")
    expect(plain.get_by_label("联系电话")).to_have_value(PHONE)


def test_a_server_that_dies_and_comes_back_has_what_was_typed_ten_seconds_ago(page: Page, city: City) -> None:
    base = draft(page, LI)
    page.goto(f"{base}/fill/2")
    page.get_by_label("联系电话").fill(PHONE)
    expect(page.locator(".autosave")).to_contain_text("已自动保存", timeout=5_500)
    page.get_by_label("联系电话").fill("0552-3998")
    city.kill("web")
    page.get_by_label("联系电话").press_sequentially("899")
    expect(page.locator(".autosave")).to_contain_text("断网了，文字还在这页", timeout=10_000)
    city.start("web")
    expect(page.locator(".autosave")).to_contain_text("已自动保存", timeout=15_000)
    page.goto(f"{base}/fill/2")
    expect(page.get_by_label("联系电话")).to_have_value("0552-3998899")


def test_typing_without_a_rest_is_saved_every_five_seconds(page: Page) -> None:
    base = draft(page, LI)
    page.goto(f"{base}/fill/2")
    page.get_by_label("联系电话").fill("")
    page.get_by_label("联系电话").press_sequentially("0552-39988775", delay=600)
    other = page.context.new_page()
    other.goto(f"{base}/fill/2")
    assert len(other.get_by_label("联系电话").input_value()) >= 3
    other.close()


def test_two_pages_that_save_are_shown_side_by_side(page: Page) -> None:
    base = draft(page, LI)
    page.goto(f"{base}/fill/2")
    other = page.context.new_page()
    other.goto(f"{base}/fill/2")
    other.get_by_label("联系电话").fill("0552-3000001")
    other.get_by_role("button", name="下一步").click()
    page.get_by_label("联系电话").fill("0552-3000002")
    expect(page.locator(".autosave")).to_contain_text("在别处改过了", timeout=8_000)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("这份草稿在别处改过了")
    expect(page.locator("table")).to_contain_text("0552-3000001")
    expect(page.get_by_label("联系电话")).to_have_value("0552-3000002")
    page.get_by_role("button", name="用刚才填的").click()
    page.goto(f"{base}/fill/2")
    expect(page.get_by_label("联系电话")).to_have_value("0552-3000002")


def test_who_logs_in_as_somebody_else_saves_nothing_into_the_draft(page: Page) -> None:
    base = draft(page, LI)
    page.goto(f"{base}/fill/2")
    other = page.context.new_page()
    log_in(other, LIN.name)
    page.get_by_label("联系电话").fill(PHONE)
    page.wait_for_timeout(3000)
    assert "已自动保存" not in line(page)
    other.close()
