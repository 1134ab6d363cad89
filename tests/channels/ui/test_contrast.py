"""Every pair of colours that the stylesheet puts together can be read, in both themes and on the board (WCAG 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest

from onevisit.settings import SOURCE

CSS = (Path(SOURCE) / "channels" / "ui" / "static" / "ui" / "ov.css").read_text(encoding="utf-8")
TEXT, SHAPE = 4.5, 3.0
GROUNDS = ("paper", "sheet")
TEXTS = [
    *((text, ground) for text in ("ink", "ink2", "azurite", "bamboo", "gamboge", "cinnabar", "plum") for ground in GROUNDS),
    *(("ink3", ground) for ground in (*GROUNDS, "wash")),
    *((name, f"{name}-w") for name in ("azurite", "bamboo", "gamboge", "cinnabar", "plum")),
    *(("on", ground) for ground in ("azurite", "azurite-d", "cinnabar")),
    ("ink", "wash"), ("ink2", "wash"), ("ink2", "bamboo-w"), ("azurite", "bamboo-w"), ("paper", "azurite"),
]  # fmt: skip
SHAPES = [
    *(("line2", ground) for ground in GROUNDS),
    ("ink", "paper"),
    ("ink", "sheet"),
    ("azurite", "wash"),
    ("gamboge", "sheet"),
]
BOARD = [("#FFFFFF", "#0C1E26"), ("#FFD166", "#0C1E26"), ("#A9BCC4", "#0C1E26"), ("#7D8F98", "#0C1E26")]


def tokens(selector: str) -> dict[str, str]:
    """The colours of one rule."""
    body = re.search(re.escape(selector) + r"\{([^}]*)\}", CSS)
    assert body is not None, selector
    return dict(re.findall(r"--([\w-]+):(#[0-9A-Fa-f]{3,6})", body[1]))


LIGHT = tokens(":root")
DARK = {**LIGHT, **tokens(":root[data-theme=dark]")}


def luminance(colour: str) -> float:
    """The relative luminance of WCAG."""
    plain = colour.lstrip("#")
    pairs = [plain[n : n + 2] for n in (0, 2, 4)] if len(plain) == 6 else [one * 2 for one in plain]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in (int(p, 16) / 255 for p in pairs)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_is_that_of_wcag() -> None:
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= TEXT


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_borders_and_marks_can_be_seen(theme: dict[str, str], shape: str, ground: str) -> None:
    assert contrast(theme[shape], theme[ground]) >= SHAPE


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_has_a_ring_that_stands_out_from_page_and_outline(theme: dict[str, str]) -> None:
    assert ":focus-visible{outline:3px solid var(--focus);outline-offset:0;box-shadow:0 0 0 5px var(--ink)}" in CSS
    assert all(contrast(theme["ink"], theme[ground]) >= SHAPE for ground in GROUNDS)
    seen = max(contrast(theme["focus"], theme["paper"]), contrast(theme["ink"], theme["paper"]))
    assert seen >= SHAPE


@pytest.mark.parametrize(("text", "ground"), BOARD)
def test_the_board_can_be_read_from_afar(text: str, ground: str) -> None:
    assert contrast(text, ground) >= TEXT
    assert text.replace("FFFFFF", "fff") in CSS


def test_both_dark_rules_say_the_same() -> None:
    by_wish = re.search(r"@media \(prefers-color-scheme:dark\)\{:root:not\(\[data-theme=light\]\)\{([^}]*)\}", CSS)
    assert by_wish is not None
    assert dict(re.findall(r"--([\w-]+):(#[0-9A-Fa-f]{3,6})", by_wish[1])) == tokens(":root[data-theme=dark]")


def test_stylesheet_and_script_are_small() -> None:
    folder = Path(SOURCE) / "channels" / "ui" / "static" / "ui"
    assert (folder / "ov.css").stat().st_size <= 30 * 1024
    assert (folder / "ov.js").stat().st_size <= 10 * 1024
