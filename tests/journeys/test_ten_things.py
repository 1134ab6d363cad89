"""A citizen finds ten things in her own words: from the search box at home, one press to the guide, or the answer at once."""

import pytest
from playwright.sync_api import Locator, Page, expect

GUIDES = (
    ("房本上想添我老公的名字", "国有建设用地使用权及房屋所有权变更登记", "您要找的可能是"),
    ("sangzang buzhu", "丧葬补助金和抚恤金申领", "听起来像"),
    ("駕駛證快到期了要換", "机动车驾驶证期满换证", ""),
    ("契水去哪里交", "契税申报", "听起来像"),
    ("打官司没钱请律师", "法律援助申请", ""),
    ("屋里太婆九十多了有钱领不", "高龄津贴申领", ""),
)


def asked(page: Page, words: str) -> Locator:
    """What the page says to these words, typed at home."""
    page.goto("/")
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("button", name="搜索").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"“{words}”")
    return page.locator("main")


def opened(page: Page, name: str) -> None:
    """One press leads to the guide of this name, which begins with the visits."""
    page.locator(".results").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".doors .door").first).to_be_visible()


@pytest.mark.parametrize(("words", "name", "why"), GUIDES)
def test_spoken_words_lead_to_the_guide(page: Page, words: str, name: str, why: str) -> None:
    line = asked(page, words).locator(".results li").filter(has_text=name)
    expect(line).to_contain_text(why)
    assert name in page.locator(".results li b").all_text_contents()[:3]
    opened(page, name)


def test_a_cancelled_proof_is_told_with_what_replaces_it(page: Page) -> None:
    told = asked(page, "证明我妈是我妈").locator('[data-reply="cancelled"]')
    expect(told).to_contain_text("亲属关系证明（已取消）")
    expect(told).to_contain_text("不用开")
    expect(told).to_contain_text("国办发〔2018〕47号")
    expect(page.locator("main")).not_to_contain_text("没有找到")


def test_the_wrong_desk_is_told_and_the_right_one_found(page: Page) -> None:
    told = asked(page, "去民政局开没犯过罪的证明").locator('[data-reply="desk"]')
    expect(told).to_contain_text("不用去民政局")
    expect(told).to_contain_text("公安局")
    opened(page, "开具无犯罪记录证明")


def test_a_question_about_nothing_in_particular_is_answered(page: Page) -> None:
    told = asked(page, "跑几次").locator('[data-reply="question"]')
    expect(told).to_contain_text("零跑腿、最多跑一次")
    told.get_by_role("link", name="去看看").click()
    expect(page.get_by_role("heading", name="按主题找")).to_be_visible()


def test_what_has_no_guide_yet_says_whom_to_ask(page: Page) -> None:
    line = asked(page, "出国的本本到期了").locator(".results li").filter(has_text="普通护照签发")
    expect(line).to_contain_text("还没有网上指南")
    expect(line).to_contain_text("公安局")
