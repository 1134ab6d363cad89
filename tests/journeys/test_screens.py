"""The checks of UX over every screen of the portal (1, 4–9, 36): axe, keyboard, narrow pages, targets, large type, weight."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, Response, ViewportSize
from tests.journeys.screens import SCREENS, Scene, Screen, staged
from tests.living import City

PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")
LOOKS = [[theme, size] for theme in ("light", "dark") for size in ("normal", "large")]
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 800}
KILOBYTES = 100


@pytest.fixture(scope="module")
def scene(city: City, browser: Browser) -> Iterator[Scene]:
    """The scene of all screens."""
    made = staged(city, browser)
    yield made
    for profile in made.profiles.values():
        profile.close()


@pytest.fixture(scope="module", params=SCREENS, ids=lambda screen: screen.title)
def shown(request: pytest.FixtureRequest, scene: Scene) -> Iterator[tuple[Screen, Page]]:
    """One screen after the other, each opened once for all checks."""
    page = scene.show(request.param)
    yield request.param, page
    page.close()


@pytest.fixture
def screen(shown: tuple[Screen, Page]) -> Page:
    """The page of the screen in its usual look."""
    page = shown[1]
    page.evaluate(PROBE)
    page.set_viewport_size(DESK)
    page.evaluate("probe.look(['light', 'normal']); probe.unspace()")
    return page


def look(page: Page, viewport: ViewportSize, size: str) -> None:
    """The page at this width, in this size of type."""
    page.set_viewport_size(viewport)
    page.evaluate("(size) => probe.look(['light', size])", size)


def test_axe_finds_nothing_in_any_look(screen: Page) -> None:
    for wanted in LOOKS:
        screen.evaluate("(wanted) => probe.look(wanted)", wanted)
        found: Any = Axe().run(screen, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"], one["nodes"][0].get("failureSummary")) for one in found] == [], wanted


def test_the_page_names_itself(screen: Page) -> None:
    assert screen.locator("html").get_attribute("lang") == "zh-Hans"
    assert re.fullmatch(r".+ - 一次办", screen.title())
    assert screen.locator("h1").count() == 1
    assert screen.locator("main").count() == 1
    english = re.findall(r"(?<![\w.@/])[A-Za-z]{2,}(?: [A-Za-z]+)+", screen.locator("main").inner_text())
    assert english == [], "runs of English carry their language"


def test_nothing_scrolls_sideways_on_a_narrow_page(screen: Page) -> None:
    for size in ("normal", "large"):
        look(screen, NARROW, size)
        assert screen.evaluate("probe.width()") <= NARROW["width"], size


def test_every_target_is_large_enough(screen: Page) -> None:
    for size, least in (("normal", 44), ("large", 60)):
        for viewport in (DESK, PHONE):
            look(screen, viewport, size)
            assert screen.evaluate("(least) => probe.small(least)", least) == [], (size, viewport["width"])


def test_large_type_is_large_and_stands_in_one_column(screen: Page) -> None:
    look(screen, DESK, "large")
    size, line = screen.evaluate("probe.type()")
    assert size >= 22
    assert line / size >= 1.3
    assert set(screen.evaluate("probe.columns()")) <= {1}


def test_wider_spacing_cuts_nothing(screen: Page) -> None:
    screen.evaluate("probe.space()")
    for viewport in (DESK, NARROW):
        screen.set_viewport_size(viewport)
        assert screen.evaluate("probe.cut()") == []
        assert screen.evaluate("probe.width()") <= viewport["width"]


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_tab_key_reaches_every_control_in_order_and_shows_where_it_is(screen: Page, viewport: ViewportSize) -> None:
    screen.set_viewport_size(viewport)
    wanted: list[str] = screen.evaluate("probe.order()")
    reached: list[int] = []
    while len(reached) < len(wanted):
        screen.keyboard.press("Tab")
        at = screen.evaluate("probe.focused()")
        if at["nth"] in reached[-1:] and 'type="date"' in at["html"]:
            continue  # from the year to the month, to the day, to the calendar
        reached.append(at["nth"])
        assert (at["outline"], at["seen"]) == ("solid 3px", True), at
        assert at["ring"] != "none", at
    assert reached == list(range(len(wanted))), [wanted[n] for n in range(len(wanted)) if n not in reached]


def test_the_page_is_light_and_asks_nobody_else(shown: tuple[Screen, Page], scene: Scene) -> None:
    screen = shown[0]
    page = scene.page(screen.who)
    answers: list[Response] = []
    said: list[str] = []
    page.on("response", lambda answer: answers.append(answer))
    page.on("console", lambda message: said.append(message.text))
    first = page.goto(screen.path.format_map(scene.ids))
    page.wait_for_load_state("networkidle")
    assert first is not None
    assert first.status == screen.status
    assert {one.url.split("/")[2] for one in answers} == {scene.city.url.removeprefix("http://")}
    assert sum(len(one.body()) for one in answers) <= KILOBYTES * 1024
    policy_holds(first, said)
    page.close()


def policy_holds(answer: Response, said: list[str]) -> None:
    """Nothing inline, nothing from elsewhere, and the browser had nothing to refuse."""
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert [text for text in said if "Content Security Policy" in text] == []
    page = answer.text()
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", page) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)", page) == []


def test_large_type_and_dark_stay_until_they_are_changed(scene: Scene, browser: Browser) -> None:
    context = browser.new_context(base_url=scene.city.url, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto("/items/deed-tax")
    page.get_by_role("button", name="大字版").click()
    page.get_by_role("button", name="深色").click()
    page.goto("/login")
    page.locator("button.person").first.click()
    for address in ("/", "/cases", "/items/deed-tax"):
        page.goto(address)
        assert page.locator("html").get_attribute("data-size") == "large"
        assert page.locator("html").get_attribute("data-theme") == "dark"
    page.emulate_media(media="print")
    assert float(page.evaluate("getComputedStyle(document.body).fontSize").removesuffix("px")) >= 20
    context.close()
