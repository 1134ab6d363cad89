"""What the city knows may be wrong: the applicant says so beside the value, and a person looks before anything is decided."""

from playwright.sync_api import Page, expect
from tests.journeys.walks import ZHANG, draft, fill_in, log_in, submit, until

REASON = "这套房2023年已经卖了，名下没有房。"


def test_a_disputed_value_goes_to_a_person(page: Page, officer: Page) -> None:
    draft(page, ZHANG)
    fill_in(page, ZHANG)
    until(page, page.url, "28,000.00元")
    row = page.locator("dl.sum > dt", has_text="家庭已有住房套数").locator("xpath=following-sibling::dd[2]")
    row.get_by_role("link", name="不对？").click()
    page.get_by_role("button", name="提出异议").click()
    expect(page).to_have_title("有错误：家庭已有住房套数不对？：契税申报 - 一次办")
    page.get_by_label("请写明哪里不对").fill(REASON)
    page.get_by_role("button", name="提出异议").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("核对并提交")
    expect(page.locator("main")).to_contain_text(REASON)
    expect(page.get_by_text("预计要缴")).to_have_count(0)
    case = submit(page)
    until(page, case, "由工作人员核定")
    log_in(officer, "吴敏")
    officer.locator("tr", has_text=case_number(page)).get_by_role("button", name="领取").click()
    officer.get_by_role("link", name="核定和签发").click()
    expect(officer.locator("main")).to_contain_text(f"申请人有异议：{REASON}")
    officer.get_by_label("家庭已有住房套数").fill("0")
    officer.get_by_label("核定说明").fill("查了登记簿，2023年已经转移登记，现在名下没有住房。")
    officer.get_by_role("button", name="准予").click()
    until(page, case, "请缴费")
    expect(page.locator("main")).to_contain_text("28,000.00元")


def test_an_objection_can_be_taken_back(page: Page) -> None:
    base = draft(page, ZHANG)
    page.goto(f"{base}/dispute/name?back=check")
    page.get_by_label("请写明哪里不对").fill("写错了字")
    page.get_by_role("button", name="提出异议").click()
    expect(page.locator("main")).to_contain_text("您有异议")
    page.goto(f"{base}/dispute/name?back=check")
    page.get_by_role("button", name="撤回异议").click()
    expect(page.locator("main")).not_to_contain_text("您有异议")


def case_number(page: Page) -> str:
    """The last twelve digits of the case whose page is open."""
    return page.locator(".crumbs .no").inner_text()
