"""张晓月 buys her only home: from the words 买房交税 to a certificate that anybody can verify, and she went nowhere."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.walks import ZHANG, account, begin, fill_in, find, log_in, pay, submit, throw_away, until
from tests.living import City


@pytest.mark.parametrize("fixture", ["page", "plain"], ids=["with-script", "without-script"])
def test_a_home_is_bought_and_nobody_came(fixture: str, city: City, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    page: Page = request.getfixturevalue(fixture)
    throw_away_draft(page)
    find(page, "买房交税")
    expect(page.get_by_text("网上办：零跑")).to_be_visible()
    begin(page, ZHANG)
    fill_in(page, ZHANG)
    expect(page.get_by_text("一份也不用您交。")).to_be_visible()
    until(page, page.url, "28,000.00元")
    case = submit(page)
    pay(page, case)
    until(page, case, "结果已存入")
    expect(page.locator("main")).to_contain_text("个人购买家庭唯一住房，面积140平方米及以下，税率1%")
    assert account(page) == "0 / 0"
    assert page.locator(".rail .done").count() == 7
    certificate_opens_and_verifies(page, city, tmp_path)


def throw_away_draft(page: Page) -> None:
    """Nothing is left over from another story, and nobody is logged in."""
    log_in(page, ZHANG.name)
    throw_away(page)
    page.goto("/me")
    page.get_by_role("button", name="退出登录").click()


def certificate_opens_and_verifies(page: Page, city: City, folder: Path) -> None:
    """The PDF is genuine by the command line, and the public page says so to a stranger."""
    page.get_by_role("link", name="看我的证照").click()
    card = page.locator(".cards section").first
    expect(card).to_contain_text("契税完税证明")
    address = card.get_by_role("link", name="打开").get_attribute("href") or ""
    answer = page.request.get(address)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    file = folder / "certificate.pdf"
    file.write_bytes(answer.body())
    assert "核验通过" in city.onevisit("licence", "verify", str(file)).stdout
    verify = card.get_by_role("link", name="验证页").get_attribute("href") or ""
    stranger = page.context.browser.new_page()  # type: ignore[union-attr]
    stranger.goto(verify)
    expect(stranger.get_by_role("heading", name="契税完税证明：有效")).to_be_visible()
    expect(stranger.locator("main")).to_contain_text("张**")
    expect(stranger.locator("main")).not_to_contain_text("张晓月")
    stranger.close()
