"""What pages promise is what the definition says, and what they say of a case is what the ledger holds (UX 16, 17, 19–22)."""

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.walks import CHECK, ZHANG, draft, fill_in, log_in, submit, until
from tests.living import City

from onevisit.settings import PACKS

GUIDE = "/items/deed-tax"
ELEMENTS = (
    "网上办：零跑", "窗口办：最多跑一次", "要什么材料", "谁可以办", "怎么办", "常见问题", "依据", "多久办好", "法定时限",
    "承诺时限", "收费", "得到什么", "看样本", "空白表", "填写样表", "在哪里办", "咨询电话", "投诉电话", "办理单位",
    "编码", "内容校验",
)  # fmt: skip


def paper(page: Page, path: str) -> tuple[int, str]:
    """How many pages a PDF of the site has, and what a reader sees on them, without blanks."""
    body = page.request.get(path).body()
    shown = subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True, check=True).stdout.decode()
    return shown.count("\f"), "".join(shown.split())


def test_the_guide_tells_everything_and_so_does_its_print(page: Page) -> None:
    page.goto(GUIDE)
    for element in ELEMENTS:
        expect(page.locator("main")).to_contain_text(element)
    mark = page.locator("aside .no").inner_text()
    pages, text = paper(page, page.get_by_role("link", name="打印指南").get_attribute("href") or "")
    assert pages <= 2
    assert mark in text


@pytest.mark.parametrize("name", ["空白表", "填写样表", "看样本"])
def test_forms_and_samples_can_be_opened(page: Page, name: str) -> None:
    page.goto(GUIDE)
    pages, text = paper(page, page.get_by_role("link", name=name).first.get_attribute("href") or "")
    assert pages >= 1
    assert len(text) > 50


def test_each_plaque_is_what_the_command_counts(page: Page, city: City) -> None:
    for file in sorted(PACKS.glob("*/standards/*.yaml")):
        counted = json.loads(city.onevisit("visits", str(file), "--json", check=False).stdout)
        if page.goto(f"/items/{counted['item']}").status == 404:  # type: ignore[union-attr]
            continue
        ways = {counted[way]["visits"] for way in ("zero", "hall")}
        drawn = [int(text) for text in page.locator(".doors .door text").all_text_contents()]
        assert set(drawn) == ways
        for door in page.locator(".doors .door").all():
            assert len(door.locator("span").inner_text()) > 5, "each plaque has its reason"


def test_a_hot_item_is_four_presses_from_its_first_question_and_my_cases_two(page: Page) -> None:
    page.goto("/")
    presses = 0
    for link in (page.locator("section[aria-labelledby=hot] a"), page.get_by_role("link", name="开始办")):
        link.first.click()
        presses += 1
    expect(page.get_by_role("radio").first).to_be_visible()
    assert presses <= 4
    log_in(page, ZHANG.name)
    page.goto("/")
    page.get_by_role("link", name="我的办件").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的办件")


def test_the_check_says_who_is_told_and_every_change_comes_back(page: Page) -> None:
    base = draft(page, ZHANG)
    fill_in(page, ZHANG)
    expect(page.get_by_role("heading", name="谁会收到消息").locator("xpath=..")).to_contain_text("张**（手机154****0001）")
    expect(page.locator("main")).to_contain_text("结果怎么拿")
    links = page.locator("dl.sum").get_by_role("link", name="改")
    addresses = [link.get_attribute("href") or "" for link in links.all()]
    assert len(addresses) >= 5
    for address in addresses:
        page.goto(address)
        assert page.locator(f"[id='{address.partition('#')[2]}']").count() == 1
        page.get_by_role("button", name="下一步").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(CHECK)
    page.goto(f"{base}/fill/1?back=check")
    page.get_by_role("radio", name="受赠", exact=False).check()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您的情况")


def test_the_receipt_has_a_date_the_next_step_and_a_paper(page: Page, tmp_path: Path) -> None:
    draft(page, ZHANG)
    fill_in(page, ZHANG)
    case = submit(page)
    expect(page.locator(".due")).to_contain_text("作出决定")
    expect(page.get_by_role("heading", name="接下来")).to_be_visible()
    number = page.locator(".done-panel .long-no").inner_text()
    until(page, case, "收到")
    pages, text = paper(page, f"{case}/receipt.pdf")
    assert pages == 1
    assert number in text
    assert "示例" in text


def test_every_event_has_a_sentence_and_the_numbers_are_the_api_s(page: Page, city: City) -> None:
    draft(page, ZHANG)
    fill_in(page, ZHANG)
    case = submit(page)
    until(page, case, "去缴费")
    page.get_by_text("全部经过").click()
    lines = page.locator(".story li").all_inner_texts()
    stream = "SELECT stream_id FROM cases_case WHERE public_id = %s"
    happened = city.rows(f"SELECT kind FROM ledger_event WHERE stream_id = ({stream})", case.rpartition("/")[2])
    assert len(lines) == len(happened)
    assert all(line.rstrip().endswith("。") for line in lines)
    told = page.request.get(f"/api/v1/cases/{case.rpartition('/')[2]}").json()
    shown = page.locator("main").inner_text()
    assert told["case"]["number"] in shown
    assert f"{told['visits']['made']} / {told['visits']['promised']}" in shown
    assert page.locator(".rail > li").count() == len(told["rail"])
    done = [step for step in told["rail"] if step["status"] == "done"]
    assert page.locator(".rail .done").count() == len(done)
