"""A clerk at an open window, as journeys share it: his hands on the keyboard, who comes, what he does for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, expect
from tests.journeys.walks import log_in, number_of
from tests.living import City


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


@contextmanager
def at_window(browser: Browser, city: City, clerk: str, window: str = "1号窗口") -> Iterator[Keys]:
    """The clerk at this window, which is shut again at the end, whoever is still there."""
    made = browser.new_context(base_url=city.url, locale="zh-CN", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(15000)
    page = made.new_page()
    log_in(page, clerk)
    page.goto("/workbench/window/")
    page.get_by_role("button", name=window).click()
    expect(page.get_by_label("证件号码")).to_be_focused()
    yield Keys(page)
    page.goto("/workbench/window/")
    if page.get_by_role("button", name="结束接待").count():
        page.keyboard.press("F8")
    page.get_by_role("button", name="关窗").click()
    made.close()


def comes(clerk: Keys, name: str) -> None:
    """Somebody's card is read, and he stands at the window."""
    clerk.read_card(number_of(name))
    clerk.press("Enter")
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text(f"{name[0]}{'*' * (len(name) - 1)}要办什么")


def begins(clerk: Keys, item: str, words: str = "") -> None:
    """He wants this item, found by his own `words` or among the usual ones; its form is open."""
    page = clerk.page
    if words:
        page.get_by_role("textbox", name="找事项").fill(words)
        clerk.pressed.append(words)
        clerk.press("Enter")
        page.wait_for_url("**?q=*")
    clerk.press(page.locator("button[data-digit]", has_text=item).first.get_attribute("data-digit") or "")
    expect(page.get_by_role("heading", level=1)).to_have_text(item)


def fills_a_transfer(clerk: Keys) -> None:
    """The form of a home that changes hands: six questions by digit; of the form only the seller's phone number is typed."""
    desk = clerk.page
    for key in ("1", "1", "1", "1", "Enter"):
        clerk.press(key)
    expect(desk.get_by_role("group", name="转让方是谁").get_by_role("radio").first).to_be_focused()
    for key in ("1", "1"):
        clerk.press(key)
    phone = desk.get_by_label("转让方联系电话")
    expect(phone).to_be_focused()
    desk.keyboard.type("15400000027")
    clerk.pressed.append("phone")
    clerk.press("Enter")


def reload_until(page: Page, words: str, seconds: int = 60) -> None:
    """The page is looked at again until it says these words."""
    for _ in range(seconds * 2):
        if page.locator("main").get_by_text(words).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"{page.url} never said “{words}”:\n{page.locator('main').inner_text()}")
