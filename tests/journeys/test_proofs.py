"""A proof is cleaned up: an editor proposes, a publisher decides, who looks for it is told, the item that asked is listed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.looks import looked_over
from tests.journeys.walks import log_in
from tests.living import City

EDITOR, PUBLISHER = "陈曦", "项云"
PROOF, ITEM = "转诊单", "异地就医备案"
WHY = "参保地的转诊信息已经由医保部门共享。"


@pytest.fixture
def page(browser: Browser, city: City) -> Iterator[Page]:
    """A page of the editor."""
    made = browser.new_context(
        base_url=city.url, locale="zh-CN", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    made.set_default_timeout(15000)
    yield made.new_page()
    made.close()


def test_a_proof_is_cancelled_by_two_and_everybody_is_told(page: Page, officer: Page) -> None:
    log_in(page, EDITOR)
    page.goto("/studio/proofs")
    looked_over(page, "register of proofs")
    page.get_by_role("link", name="八条对照").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("八条对照")
    looked_over(page, "matrix")
    page.get_by_role("link", name=PROOF, exact=True).click()
    looked_over(page, "a proof")
    page.get_by_label("取消：能通过网络核验的").check()
    page.get_by_role("button", name="交另一人决定").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_over(page, "a proposal without a reason")
    page.get_by_label("理由").fill(WHY)
    page.get_by_label("用什么代替").fill("共享数据“转诊信息”")
    page.get_by_role("button", name="交另一人决定").click()
    expect(page.get_by_text("您提的，要由另一个人决定")).to_be_visible()

    log_in(officer, PUBLISHER)
    officer.goto("/studio/proofs?state=review")
    officer.get_by_role("link", name=PROOF, exact=True).click()
    expect(officer.get_by_text(WHY).first).to_be_visible()
    looked_over(officer, "a proof to decide on")
    officer.get_by_role("button", name="不同意").click()
    expect(officer.get_by_role("alert")).to_be_visible()
    officer.get_by_role("button", name="同意取消").click()
    expect(officer.get_by_text("已经取消，还有1处规程在要")).to_be_visible()
    looked_over(officer, "a cancelled proof")

    page.goto("/studio/proofs")
    left = page.get_by_role("region", name="已经取消，还在要的")
    expect(left.get_by_role("link", name=f"{ITEM}（县级）")).to_be_visible()
    page.goto("/")
    page.get_by_label("用您自己的话说").fill(f"{PROOF}去哪里开")
    page.get_by_role("button", name="搜索").click()
    expect(page.locator("[data-reply=cancelled]")).to_contain_text(f"不再需要，因为能通过网络核验的一律取消：{WHY}")
    page.goto("/lists/cancelled-proofs")
    expect(page.get_by_role("row", name=PROOF)).to_contain_text("共享数据“转诊信息”")
    looked_over(page, "list of cancelled proofs")
    page.goto("/lists/kept-proofs")
    looked_over(page, "list of kept proofs")
    for path in ("circles", "outages"):
        page.goto(f"/studio/proofs/{path}")
        looked_over(page, path)
