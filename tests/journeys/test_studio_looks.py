"""The checks of UX over the screens of the studio: each is looked over as the editor comes to it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.journeys.looks import looked_over
from tests.journeys.walks import press_person
from tests.living import City

SECTIONS = ("basics", "conditions", "questions", "materials", "form", "process", "fees", "results", "faq", "more")
PLAIN = ("", "items/temporary-assistance/town", "words", "import")
KILOBYTES = 400


@pytest.fixture
def page(browser: Browser, city: City) -> Iterator[Page]:
    """A page of an editor."""
    made = browser.new_context(
        base_url=city.url, locale="zh-CN", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    made.set_default_timeout(15000)
    page = made.new_page()
    page.goto("/studio/")
    press_person(page, "范黎")
    yield page
    made.close()


def begun(page: Page) -> str:
    """The address of a draft."""
    page.goto("/studio/items/temporary-assistance/town")
    again = page.get_by_role("link", name="接着改")
    (again if again.count() else page.get_by_role("button", name="修订")).click()
    page.wait_for_url("**/edit/basics")
    return page.url.removesuffix("/edit/basics")


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path or "list")
def test_pages_look_as_they_should(page: Page, path: str) -> None:
    page.goto(f"/studio/{path}")
    looked_over(page, path)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_the_editor_looks_as_it_should(page: Page, section: str) -> None:
    answer = page.goto(f"{begun(page)}/edit/{section}")
    assert answer is not None
    assert len(answer.body()) <= KILOBYTES * 1024
    page.evaluate("for (const one of document.querySelectorAll('main details')) { one.open = true; }")
    looked_over(page, section)


@pytest.mark.parametrize("path", ["", "/preview"], ids=["review", "preview"])
def test_what_has_changed_and_the_preview_look_as_they_should(page: Page, path: str) -> None:
    page.goto(f"{begun(page)}{path}")
    looked_over(page, path or "review")
