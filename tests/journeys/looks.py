"""The checks of UX over one page (1, 4, 5, 6, 8), as somebody comes to it in the middle of a journey."""

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")
LOOKS = [[theme, size] for theme in ("light", "dark") for size in ("normal", "large")]


def looked_over(page: Page, title: str) -> None:
    """The page keeps its promises in every look, on a desk, a phone and a narrow page; then it stands as it was."""
    page.evaluate(PROBE)
    for wanted in LOOKS:
        page.evaluate("(wanted) => probe.look(wanted)", wanted)
        found: Any = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"], one["nodes"][0].get("failureSummary")) for one in found] == [], (
            title,
            wanted,
        )
    for size, least in (("normal", 44), ("large", 60)):
        page.evaluate("(size) => probe.look(['light', size])", size)
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("probe.width()") <= width, (title, size, width)
            assert page.evaluate("(least) => probe.small(least)", least) == [], (title, size, width)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("probe.look(['light', 'normal'])")
    reached_by_tab(page, title)


def reached_by_tab(page: Page, title: str) -> None:
    """The Tab key reaches every control in order, and shows where it is."""
    wanted: list[str] = page.evaluate("probe.order()")
    for nth in range(len(wanted)):
        page.keyboard.press("Tab")
        at = page.evaluate("probe.focused()")
        assert (at["nth"], at["outline"], at["seen"]) == (nth, "solid 3px", True), (title, wanted[nth], at)
