"""Something is wrong: the page says so on top, leads to the field, and keeps every word."""

from playwright.sync_api import Page, expect
from tests.journeys.walks import ZHANG, ZHOU, draft, fill_in


def leads_to_the_field(page: Page) -> None:
    """The summary has the focus, and its first link reaches a field of the page."""
    expect(page.locator("#errors")).to_be_focused()
    link = page.locator("#errors a").first
    target = (link.get_attribute("href") or "").removeprefix("#")
    link.click()
    assert page.locator(f"[id='{target}']").count() == 1
    assert page.evaluate("decodeURIComponent(location.hash)") == f"#{target}"


def test_a_wrong_phone_is_told_at_the_field_and_kept(page: Page) -> None:
    base = draft(page, ZHANG)
    page.goto(f"{base}/fill/2")
    page.get_by_label("联系电话").fill("12号")
    page.get_by_role("button", name="下一步").click()
    expect(page).to_have_title("有错误：联系电话：契税申报 - 一次办")
    expect(page.get_by_label("联系电话")).to_have_value("12号")
    expect(page.locator("#f-phone-error")).to_contain_text("要填11位手机号")
    leads_to_the_field(page)
    expect(page.get_by_label("联系电话")).to_be_focused()
    page.goto(f"{base}/tasks")
    expect(page.locator(".tasks li", has_text="联系电话")).to_contain_text("要您改")
    page.goto(f"{base}/check")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page).to_have_title("有错误：核对并提交：契税申报 - 一次办")
    leads_to_the_field(page)
    expect(page.locator("main")).to_contain_text("12号")


def test_a_missing_paper_is_named_and_what_was_typed_stays(page: Page) -> None:
    base = draft(page, ZHOU)
    fill_in(page, ZHOU)
    page.goto(f"{base}/check")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("#errors")).to_contain_text("请上传“遗嘱（公证遗嘱附公证书）”。")
    leads_to_the_field(page)
    page.get_by_role("link", name="上传材料").first.click()
    page.get_by_label("遗嘱").set_input_files({"name": "病毒.exe", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00"})
    page.get_by_role("button", name="上传并继续").click()
    expect(page).to_have_title("有错误：上传材料：契税申报 - 一次办")
    expect(page.locator("#f-material-will-error")).to_contain_text("不能上传这种文件")
    leads_to_the_field(page)


def test_a_question_without_an_answer_asks_again(page: Page) -> None:
    page.goto("/items/deed-tax/check")
    page.get_by_role("button", name="下一步").click()
    expect(page).to_have_title("有错误：您的情况：契税申报 - 一次办")
    leads_to_the_field(page)
