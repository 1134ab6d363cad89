"""An editor makes, mends, publishes and takes back an item; a stranger brings a spreadsheet; one guide everywhere."""

import json
import re
import urllib.request
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pyhanko.pdf_utils.reader import PdfFileReader
from tests.journeys.walks import press_person
from tests.living import City

EDITOR, PUBLISHER = "陈曦", "项云"
ITEM = "/studio/items/unemployment-registration/county"


def seated(browser: Browser, city: City, name: str) -> Page:
    """A page of this editor."""
    made = browser.new_context(base_url=city.url, locale="zh-CN", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(15000)
    page = made.new_page()
    page.goto("/studio/")
    press_person(page, name)
    return page


@pytest.fixture
def editor(browser: Browser, city: City) -> Iterator[Page]:
    page = seated(browser, city, EDITOR)
    yield page
    page.context.close()


@pytest.fixture
def publisher(browser: Browser, city: City) -> Iterator[Page]:
    page = seated(browser, city, PUBLISHER)
    yield page
    page.context.close()


def section(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="各部分").get_by_role("link", name=name).click()


def saved(page: Page) -> None:
    expect(page.locator(".autosave")).to_contain_text("已自动保存")


def told(city: City, key: str) -> dict[str, Any]:
    """The guide from the API."""
    with urllib.request.urlopen(f"{city.url}/api/v1/items/{key}") as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_an_editor_mends_and_publishes_and_takes_back(editor: Page, publisher: Page, page: Page, city: City) -> None:
    before = told(city, "unemployment-registration")
    editor.get_by_label("找事项").fill("失业登记")
    editor.get_by_role("button", name="查找").click()
    editor.get_by_role("link", name="失业登记", exact=True).click()
    editor.get_by_role("button", name="修订").click()
    section(editor, "申请材料")
    editor.get_by_role("button", name="增加一份材料").click()
    entry = editor.locator(".entry").last
    entry.get_by_label("名称", exact=True).fill("其他材料")
    saved(editor)
    expect(entry.locator(".fault").first).to_contain_text("兜底性表述")
    expect(editor.get_by_role("complementary", name="检查结果")).to_contain_text("OV201")
    expect(editor.get_by_role("navigation", name="各部分")).to_contain_text("处错误")
    entry.get_by_role("button", name=re.compile("^删去")).last.click()
    expect(editor.get_by_role("complementary", name="检查结果")).not_to_contain_text("OV201")
    section(editor, "常见问题")
    editor.get_by_role("button", name="增加一个问题").click()
    entry = editor.locator(".entry").last
    entry.get_by_label("问", exact=True).fill("在外地失业能在这里登记吗？")
    entry.get_by_label("答", exact=True).fill("能。在常住地、户籍地、就业地都可以登记。")
    saved(editor)
    editor.get_by_role("button", name="改好了，看改了什么").click()
    expect(editor.locator(".changes")).to_contain_text("增加常见问题“在外地失业能在这里登记吗？”")
    page.goto("/items/unemployment-registration")
    expect(page.locator("main")).not_to_contain_text("在外地失业")
    editor.get_by_label("为什么改").fill("常有人问。")
    editor.get_by_role("button", name="送审").click()
    expect(editor.get_by_role("heading", level=1)).to_contain_text("待审核")
    address = editor.url
    publisher.goto(address)
    publisher.get_by_role("button", name="同意，公布").click()
    expect(publisher.locator(".versions")).to_contain_text("常有人问。")
    page.reload()
    expect(page.locator("main")).to_contain_text("在外地失业能在这里登记吗？")
    assert told(city, "unemployment-registration")["content_hash"] != before["content_hash"]
    publisher.get_by_role("button", name="恢复上一版").click()
    expect(publisher.locator(".versions li").first).to_contain_text("第3版")
    page.reload()
    expect(page.locator("main")).not_to_contain_text("在外地失业")
    city.wait_for(lambda: told(city, "unemployment-registration")["version"] == 3, "the interface to tell the third version")


def test_a_step_that_asks_for_no_visit_shows_it_at_once(editor: Page) -> None:
    editor.goto("/studio/items/pension-verification/county")
    editor.get_by_role("button", name="修订").click()
    section(editor, "办理流程")
    account = editor.locator(".account")
    expect(account).to_have_text("0次")
    first = editor.locator(".entry").first
    first.locator("summary").first.click()
    for place in ("线上", "代办", "上门", "邮寄", "自助终端"):
        box = first.get_by_label(place, exact=True)
        if box.count():
            box.first.uncheck()
    saved(editor)
    expect(account).to_contain_text("1次")
    expect(account.locator(".was")).to_have_text("0")
    first.get_by_label("线上", exact=True).first.check()
    expect(account).to_have_text("0次")


def test_two_editors_do_not_overwrite_each_other(editor: Page, browser: Browser, city: City) -> None:
    editor.goto("/studio/items/no-criminal-record/county")
    editor.get_by_role("button", name="修订").click()
    other = seated(browser, city, "范黎")
    other.goto(editor.url)
    editor.get_by_label("网办深度").fill("3")
    saved(editor)
    other.get_by_label("网办深度").fill("2")
    expect(other.locator(".autosave")).to_contain_text("没有覆盖")
    other.get_by_role("button", name="保存并检查").click()
    expect(other.locator("#errors")).to_contain_text("没有覆盖")
    expect(other.get_by_label("网办深度")).to_have_value("2")
    expect(other.locator(".alarm")).to_contain_text("网办深度：3，改为2")
    other.get_by_role("button", name="保存并检查").click()
    expect(other.get_by_label("网办深度")).to_have_value("2")
    expect(other.locator("#errors")).to_have_count(0)
    other.context.close()


LAW = "中华人民共和国人口与计划生育法 第十八条"
ROW = {
    "事项代号": "second-child", "事项名称": "再生育审批", "事项类型": "行政确认", "设定依据": LAW, "行使层级": "县级",
    "服务对象": "自然人", "办件类型": "承诺件", "办理形式": "网上办理",
    "法定办结时限": "20", "承诺办结时限": "5", "办理部门": "卫生健康委员会",
    "材料名称": "其他材料", "材料依据": LAW, "审批结果名称": "再生育批准书",
}  # fmt: skip
SHEET = f"{','.join(ROW)}\n{','.join(ROW.values())}\n"


def test_a_stranger_brings_a_spreadsheet_and_publishes_the_same_guide_everywhere(
    editor: Page, publisher: Page, page: Page, city: City
) -> None:
    editor.goto("/studio/import")
    editor.get_by_label("表格文件").set_input_files(
        {"name": "全市事项.csv", "mimeType": "text/csv", "buffer": SHEET.encode("gb18030")}
    )
    editor.get_by_role("button", name="试读").click()
    expect(editor.locator("main")).to_contain_text("什么都还没有导入")
    fault = editor.locator(".changes li", has_text="兜底性表述").first
    expect(fault.locator("b").first).to_have_text(re.compile(r"^L2$"))
    expect(fault).to_contain_text("《实施方案》")
    editor.get_by_role("button", name="导入成修订稿").click()
    expect(editor.get_by_role("status")).to_contain_text("新建1份修订稿")
    editor.locator(".list a").first.click()
    mended(editor)
    editor.get_by_label("为什么改").fill("从全市清单导入。")
    editor.get_by_role("button", name="送审").click()
    expect(editor.get_by_role("heading", level=1)).to_contain_text("待审核")
    publisher.goto(editor.url)
    publisher.get_by_role("button", name="同意，公布").click()
    publisher.get_by_role("button", name="有机构的地方都提供").click()
    expect(publisher.get_by_role("status")).to_contain_text("个地方提供")
    same_everywhere(page, city, publisher.url.split("/")[-2])


def mended(editor: Page) -> None:
    """What the import told is mended, each where the finding leads."""
    findings = editor.get_by_role("complementary", name="检查结果")
    section(editor, "申请材料")
    entry = editor.locator(".entry").first
    expect(entry.locator(".fault").first).to_contain_text("兜底")
    entry.get_by_label("名称", exact=True).fill("生育情况承诺书")
    entry.get_by_label("来源").select_option("书面承诺")
    saved(editor)
    expect(findings).not_to_contain_text("OV201")
    findings.get_by_role("link", name="审批结果").first.click()
    editor.get_by_label("文件（网页文件").set_input_files(
        {"name": "second-child.html", "mimeType": "text/html", "buffer": "<h1>再生育批准书</h1><p>样本</p>".encode()}
    )
    editor.get_by_role("button", name="上传").click()
    expect(editor.locator("main")).to_contain_text("已有：second-child.html")
    entry = editor.locator(".entry").first
    entry.get_by_label("样本", exact=True).fill("second-child.html")
    saved(editor)
    expect(findings.locator("li.error")).to_have_count(0)
    editor.get_by_role("button", name="改好了，看改了什么").click()


def same_everywhere(page: Page, city: City, key: str) -> None:
    """The page, the interface, the print and what is read aloud are one guide."""
    page.goto(f"/items/{key}")
    expect(page.locator("main")).to_contain_text("生育情况承诺书")
    whole = page.locator("meta[name=content-hash]").get_attribute("content") or ""
    city.wait_for(lambda: told(city, key)["content_hash"] == whole, "the interface to tell the same guide")
    href = page.get_by_role("link", name="打印指南").get_attribute("href") or ""
    with urllib.request.urlopen(f"{city.url}{href}") as answer:
        printed = PdfFileReader(BytesIO(answer.read()))
    assert whole in str(printed.trailer["/Info"]["/Keywords"])
    assert int(printed.root["/Pages"]["/Count"]) <= 2
    page.get_by_role("link", name="朗读文本").click()
    expect(page.locator("body")).to_contain_text(" ".join(whole[:12]))
