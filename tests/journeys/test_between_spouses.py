"""林若溪 takes over her husband's home: nothing to pay, so nobody asks her to pay, and the certificate is there all the same."""

from playwright.sync_api import Page, expect
from tests.journeys.walks import LIN, account, draft, fill_in, number_of, submit, until


def test_between_spouses_there_is_a_certificate_and_no_payment(page: Page) -> None:
    draft(page, LIN)
    fill_in(page, LIN)
    expect(page.locator("main")).to_contain_text(number_of("陈思远"))
    case = submit(page)
    until(page, case, "结果已存入")
    expect(page.locator("main")).to_contain_text("0.00元")
    expect(page.locator(".rail li", has_text="缴税")).to_contain_text("不用办")
    expect(page.get_by_role("link", name="去缴费")).to_have_count(0)
    assert page.goto(f"{case}/pay").status == 404  # type: ignore[union-attr]
    page.goto(case)
    assert account(page) == "0 / 0"
    page.get_by_role("link", name="契税完税证明").click()
    page.goto("/licences")
    expect(page.locator(".cards section")).to_contain_text("契税完税证明")


def test_a_wrong_number_is_not_believed(page: Page) -> None:
    """Somebody else's number: no register knows of a marriage, so a person looks, and no tax is waived."""
    draft(page, LIN)
    page.get_by_role("link", name="接着填").click()
    while not page.get_by_label("对方的公民身份号码").count():
        page.get_by_role("button", name="下一步").click()
    page.get_by_label("对方的公民身份号码").fill(number_of("周国良"))
    page.get_by_role("button", name="下一步").click()
    page.goto(page.url.rpartition("/fill/")[0] + "/check")
    case = submit(page)
    until(page, case, "由工作人员核定")
    expect(page.get_by_role("heading", name="决定")).to_have_count(0)
    withdrawn_once(page, case)


def withdrawn_once(page: Page, case: str) -> None:
    """The case is given up; a second press of the same button finds it so."""
    second = page.context.new_page()
    for tab in (page, second):
        tab.goto(f"{case}/withdraw")
    for tab in (page, second):
        tab.get_by_role("button", name="撤回").click()
        expect(tab.get_by_role("heading", level=1)).to_contain_text("已撤回")
    second.close()
