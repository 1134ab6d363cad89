"""At the general window, by keyboard alone: from somebody's card to the receipt in a few keys, nothing typed twice."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.walks import log_in, number_of
from tests.living import City

MOST_KEYS = 12
"""From an empty window to the printed receipt, where data are fetched."""
CLERK, VISITOR = "何平", "李福根"


@dataclass
class Keys:
    """A clerk's hands: every key counts; the card reader, which types a number by itself, is one action."""

    page: Page
    pressed: list[str] = field(default_factory=list)

    def press(self, key: str) -> None:
        """One key, and the page that comes of it."""
        self.pressed.append(key)
        self.page.keyboard.press(key)
        self.page.wait_for_load_state()

    def read_card(self, number: str) -> None:
        """The reader types the number of the card."""
        self.pressed.append("card")
        self.page.keyboard.type(number)


@pytest.fixture
def clerk(browser: Browser, city: City) -> Iterator[Keys]:
    """The clerk of the general window of 龙子湖区, who has opened it."""
    made = browser.new_context(base_url=city.url, locale="zh-CN", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(15000)
    page = made.new_page()
    log_in(page, CLERK)
    page.goto("/workbench/window/")
    page.keyboard.press("1")
    expect(page.get_by_label("证件号码")).to_be_focused()
    yield Keys(page)
    page.goto("/workbench/window/")
    if page.get_by_role("button", name="结束接待").count():
        page.keyboard.press("F8")
    page.get_by_role("button", name="关窗").click()
    made.close()


def test_from_card_to_receipt_by_keyboard_in_a_few_keys(clerk: Keys, city: City) -> None:
    page = clerk.page
    clerk.read_card(number_of(VISITOR))
    clerk.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("李**要办什么")
    keys = page.locator("button[data-digit]", has_text="契税申报").get_attribute("data-digit") or ""
    clerk.press(keys)
    expect(page.get_by_role("heading", level=1)).to_have_text("契税申报")
    for key in ("1", "1", "Enter"):
        clerk.press(key)
    expect(page.get_by_role("group", name="取得的是什么").get_by_role("radio").first).to_be_focused()
    for key in ("1", "1", "Enter"):
        clerk.press(key)
    expect(page.get_by_role("button", name="收件")).to_be_focused()
    clerk.press("Enter")
    expect(page.get_by_role("link", name="打印收件凭证")).to_be_focused()
    print(f"keys to the receipt: {len(clerk.pressed)} ({' '.join(clerk.pressed)})")
    assert len(clerk.pressed) <= MOST_KEYS, clerk.pressed
    paper = page.get_by_role("link", name="打印收件凭证").get_attribute("href") or ""
    assert page.request.get(paper).headers["content-type"] == "application/pdf"
    expect(page.get_by_role("link", name="打印受理通知书")).to_be_visible()
    expect(page.locator("main aside")).to_contain_text("1 / 0")


def test_a_stranger_is_registered_once(clerk: Keys) -> None:
    page = clerk.page
    clerk.read_card("340300196001019013")
    clerk.press("Enter")
    expect(page.get_by_label("姓名")).to_be_focused()
    expect(page.get_by_label("证件号码")).to_have_value("340300196001019013")


def test_the_village_point_receives_and_accepts_within_one_visit(browser: Browser, city: City) -> None:
    """崔霞 at 苏集村便民服务点: the level of the step brings acceptance to her, her mandate lets her accept."""
    made = browser.new_context(base_url=city.url, locale="zh-CN", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(15000)
    keys = Keys(made.new_page())
    page = keys.page
    log_in(page, "崔霞")
    page.goto("/workbench/window/")
    page.keyboard.press("1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("苏集村便民服务点")
    keys.read_card(number_of("高秀英"))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("高**要办什么")
    keys.press(page.locator("button[data-digit]", has_text="高龄津贴申领").get_attribute("data-digit") or "")
    expect(page.get_by_role("heading", level=1)).to_have_text("高龄津贴申领")
    for key in ("1", "1", "Enter"):
        keys.press(key)
    expect(page.get_by_role("button", name="收件")).to_be_focused()
    keys.press("Enter")
    page.get_by_role("button", name="身份核验通过").click()
    for _ in range(40):
        if page.get_by_role("button", name="受理").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.locator("#act")).to_contain_text("受托受理：演示授权书")
    keys.press("F2")
    expect(page.get_by_role("link", name="打印受理通知书")).to_be_visible()
    print(f"keys at the village point: {len(keys.pressed)}")
    made.close()
