"""At the general window, by keyboard alone: from somebody's card to the receipt in a few keys, nothing typed twice."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from tests.journeys.counter import Keys, at_window, begins, comes
from tests.living import City

MOST_KEYS = 12
"""From an empty window to the printed receipt, where data are fetched."""
CLERK, VISITOR = "何平", "李福根"


@pytest.fixture
def clerk(browser: Browser, city: City) -> Iterator[Keys]:
    """The clerk of the general window of 龙子湖区, who has opened it."""
    with at_window(browser, city, CLERK) as hands:
        yield hands


def test_from_card_to_receipt_by_keyboard_in_a_few_keys(clerk: Keys, city: City) -> None:
    page = clerk.page
    comes(clerk, VISITOR)
    begins(clerk, "契税申报", "买房交税")
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
    with at_window(browser, city, "崔霞") as keys:
        page = keys.page
        expect(page.get_by_role("heading", level=1)).to_contain_text("苏集村便民服务点")
        comes(keys, "高秀英")
        begins(keys, "高龄津贴申领", "高龄补贴")
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
