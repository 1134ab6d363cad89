"""A day at the workbench: by keyboard alone, two clerks at one case, a session that ends, a server that dies, leave."""

from playwright.sync_api import Browser, Page, expect
from tests.journeys.screens import filed_will
from tests.journeys.walks import log_in, until
from tests.living import City

CHIEF, REVIEWER = "吴敏", "周海峰"
OPINION = "看了公证遗嘱和公证书，周子航是受遗赠人。"


def gone(page: Page, case: str) -> None:
    """The applicant takes it back, so that the next one can begin anew."""
    page.goto(f"{case}/withdraw")
    page.get_by_role("button", name="撤回").click()


def test_everything_is_done_by_keyboard_alone(page: Page, officer: Page) -> None:
    case, short = filed_will(page)
    log_in(officer, CHIEF)
    keys = officer.keyboard
    officer.goto("/workbench/")
    keys.press("?")
    expect(officer.locator("#keys")).to_contain_text("领取")
    keys.press("?")
    keys.press("/")
    expect(officer.get_by_label("编号末几位")).to_be_focused()
    keys.type(short)
    keys.press("Enter")
    officer.wait_for_url("**number=*")
    expect(officer.locator("tr[data-row]")).to_have_count(1)
    keys.press("j")
    expect(officer.locator("tr.here")).to_contain_text(short)
    keys.press("t")
    officer.wait_for_url("**/workbench/cases/*-*")
    keys.press("1")
    officer.wait_for_url("**/decide")
    to(officer, "核定说明")
    keys.type("12tjk" + OPINION)
    expect(officer.get_by_label("核定说明")).to_have_value("12tjk" + OPINION)
    to(officer, "税务机关核定的价格", back=True)
    keys.type("620000")
    radio = officer.get_by_role("radio", name="受遗赠人")
    for _ in range(40):
        if officer.evaluate("document.activeElement.type") == "radio":
            break
        keys.press("Shift+Tab")
    for _ in range(12):
        if radio.is_checked():
            break
        keys.press("ArrowDown")
    expect(radio).to_be_checked()
    keys.press("Control+Enter")
    officer.wait_for_url("**/workbench/")
    until(page, case, "请缴费")
    expect(page.locator("main")).to_contain_text(OPINION)


def to(page: Page, label: str, back: bool = False) -> None:
    """The focus is moved to the control of this label by the Tab key."""
    wanted = page.get_by_label(label)
    for _ in range(60):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"the Tab key does not reach {label}")


def test_the_second_of_two_clerks_is_told_what_changed_and_keeps_his_words(
    city: City, browser: Browser, page: Page, officer: Page
) -> None:
    case, short = filed_will(page)
    log_in(officer, REVIEWER)
    officer.goto(f"/workbench/?number={short}")
    officer.get_by_role("button", name="领取").click()
    officer.wait_for_url("**/workbench/cases/*-*")
    desk = officer.url
    officer.get_by_role("link", name="中止计时").click()
    officer.get_by_label("理由").select_option("鉴定")
    officer.get_by_label("告知的内容").fill("要鉴定笔迹，大约十天。")

    other = browser.new_context(base_url=city.url, locale="zh-CN").new_page()
    log_in(other, CHIEF)
    other.goto(desk)
    other.get_by_role("link", name="延长期限").click()
    other.get_by_label("理由").fill("公证机关要十天才能答复。")
    other.get_by_role("button", name="延长期限").click()
    other.wait_for_url("**/workbench/cases/*-*")

    officer.get_by_role("button", name="中止计时").click()
    expect(officer.get_by_role("alert")).to_contain_text("延长期限（吴")
    expect(officer.get_by_label("告知的内容")).to_have_value("要鉴定笔迹，大约十天。")
    officer.get_by_role("button", name="中止计时").click()
    expect(officer.locator("main")).to_contain_text("起鉴定，法定时限也停")
    other.goto(desk)
    other.get_by_role("link", name="改派").click()
    other.context.close()
    gone(page, case)


def test_what_staff_type_survives_a_session_that_ends_and_a_server_that_dies(
    city: City, browser: Browser, page: Page, officer: Page
) -> None:
    case, short = filed_will(page)
    log_in(officer, CHIEF)
    officer.goto(f"/workbench/?number={short}")
    officer.get_by_role("button", name="领取").click()
    officer.get_by_role("link", name="核定和签发").click()
    officer.get_by_label("核定说明").fill(OPINION)
    expect(officer.locator(".keep")).to_contain_text("文字已存在这台电脑上")
    officer.context.clear_cookies(name="sessionid")
    officer.get_by_label("核定说明").fill(OPINION + "再看一遍。")
    expect(officer.locator(".keep")).to_contain_text("登录已过期", timeout=10_000)
    with officer.context.expect_page() as opened:
        officer.get_by_role("link", name="在新的一页登录").click()
    opened.value.get_by_role("button", name=CHIEF).click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("已登录")
    opened.value.close()
    expect(officer.locator(".keep")).to_contain_text("文字已存在这台电脑上", timeout=10_000)

    city.kill("web")
    city.start("web")
    officer.reload()
    expect(officer.get_by_label("核定说明")).to_have_value(OPINION + "再看一遍。")
    officer.get_by_label("核定说明").fill("遗嘱没有签名，依照民法典第一千一百三十四条不发生效力。")
    officer.get_by_role("button", name="不予").click()
    officer.wait_for_url("**/workbench/")
    assert officer.evaluate("Object.keys(localStorage).filter((key) => key.endsWith('/decide')).length") == 0
    until(page, case, "决定：不予")


def test_leave_is_entered_and_the_stand_in_takes_over(city: City, browser: Browser, page: Page, officer: Page) -> None:
    case, short = filed_will(page)
    log_in(officer, REVIEWER)
    officer.goto(f"/workbench/?number={short}")
    officer.get_by_role("button", name="领取").click()
    officer.get_by_role("link", name="同事").first.click()
    officer.get_by_label("谁请假").select_option(index=1)
    officer.get_by_label("谁顶岗").select_option(label="吴*（审批科长）")
    today = officer.evaluate("new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })")
    officer.get_by_label("从哪天起").fill(today)
    officer.get_by_label("到哪天止").fill(today)
    officer.get_by_role("button", name="登记请假").click()
    expect(officer.get_by_role("region", name="请假")).to_contain_text("审批科长")

    chief = browser.new_context(base_url=city.url, locale="zh-CN").new_page()
    log_in(chief, CHIEF)
    chief.get_by_role("link", name="不在岗同事的").click()
    chief.locator("tr", has_text=short).get_by_role("button", name="接手").click()
    expect(chief.get_by_role("region", name="经过")).to_contain_text("顶岗")
    chief.context.close()
    officer.reload()
    officer.get_by_role("button", name="取消请假").click()
    expect(officer.locator("main")).to_contain_text("没有人请假")
    gone(page, case)
