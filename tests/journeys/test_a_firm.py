"""王志远 files for his firm, which buys a shop: the band says for whom, the price is taken without value-added tax."""

from playwright.sync_api import Page, expect
from tests.journeys.walks import FIRM, account, draft, fill_in, pay, submit, until

NAME = "蚌埠示例商贸有限公司"


def test_a_firm_buys_a_shop(page: Page) -> None:
    draft(page, FIRM)
    expect(page.get_by_label("正在代谁办理")).to_contain_text(NAME)
    page.get_by_role("link", name="接着填").click()
    page.get_by_label("联系电话").fill("0552-3112345")
    page.get_by_role("button", name="下一步").click()
    page.goto(page.url.rpartition("/fill/")[0] + "/tasks")
    fill_in(page, FIRM)
    expect(page.locator("main")).to_contain_text(f"{NAME}会收到受理、决定和出证的消息")
    case = submit(page)
    pay(page, case)
    until(page, case, "结果已存入")
    expect(page.locator("main")).to_contain_text("150,000.00元")
    expect(page.locator("main")).to_contain_text("5,000,000.00元")
    assert account(page) == "0 / 0"
    until(page, "/messages", "已办结")
