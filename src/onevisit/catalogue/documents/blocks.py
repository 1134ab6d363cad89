"""A form that was written in HTML (空白表, 样本), as plain text in a few kinds of blocks: never a fault, no text is lost.

Texts are data: markup says only where a block begins. It is read in one pass, so that no file can take long.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

LISTS = frozenset({"ol", "ul", "table"})
LINES = frozenset({"h1", "h2", "p"})
SMALLER = frozenset({"h3", "h4", "h5", "h6"})
CODE = ("script", "style")
COMMENT_END = "-->"
BOUNDS = LINES | LISTS | SMALLER | {
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "head", "header", "hr", "html", "legend", "li", "main", "nav",
    "pre", "section", "summary", "tbody", "td", "tfoot", "th", "thead", "title", "tr",
}  # fmt: skip
"""Tags before and after which a line ends; any other stands within one."""
TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)[^<>]*>|<[!?][^<>]*>")
"""A tag, or a declaration, which says nothing. It ends before the next <, so that reading takes one pass."""
BLANK = re.compile(r"[ \t\r\n\f]+")


@dataclass(slots=True)
class Block:
    """A paragraph, heading, list or table of a form: plain text in `cells`, row by row."""

    tag: str
    cells: list[list[str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it in one line."""
        return "".join(cell for row in self.cells for cell in row)


def blocks(html: str) -> tuple[Block, ...]:
    """What the form says, in order."""
    reader, at = _Reader(), 0
    shown = _without_code(_without_comments(html))
    for found in TAG.finditer(shown):
        reader.said(shown[at : found.start()])
        reader.marked((found[2] or "").lower(), ending=bool(found[1]))
        at = found.end()
    reader.said(shown[at:])
    return tuple(one for one in reader.finished() if one.tag == "table" or one.text)


def _without_comments(html: str) -> str:
    """The form without comments; one that never ends is text."""
    return _without(html, re.compile("<!--"), COMMENT_END)


def _without_code(html: str) -> str:
    """The form without scripts and styles; what is never closed is text."""
    for name in CODE:
        html = _without(html, re.compile(rf"<{name}\b[^<>]*>", re.IGNORECASE), f"</{name}")
    return html


def _without(html: str, begins: re.Pattern[str], end: str) -> str:
    kept, at, folded = [], 0, _folded(html)
    while begun := begins.search(html, at):
        closed = folded.find(end, begun.end())
        if closed < 0:
            break
        kept.append(html[at : begun.start()])
        at = closed + (len(end) if end == COMMENT_END else 0)
    return "".join([*kept, html[at:]])


def _folded(html: str) -> str:
    """The same in small letters, each character still in its place."""
    return html.translate({code: code + 32 for code in range(ord("A"), ord("Z") + 1)})


Cells = list[list[list[str]]]
"""Rows of cells of pieces of text: joined once, at the end."""


class _Reader:
    """Where a form is being read: the block that is open, if any, and the blocks so far."""

    def __init__(self) -> None:
        self._blocks: list[tuple[str, Cells]] = []
        self._tag, self._cells = "", list[list[list[str]]]()
        self._in_title = False

    def marked(self, tag: str, *, ending: bool) -> None:
        """A tag begins or ends a block, a row or a cell; within a line it changes nothing."""
        self._in_title = tag == "title" and not ending
        if tag not in BOUNDS:
            return
        if self._tag not in LISTS:
            self._tag = ""
            self._begun("" if ending else tag)
        elif tag in LISTS:
            self._listed(tag, ending=ending)
        elif ending or not self._placed(tag):
            self._parted()

    def said(self, text: str) -> None:
        """Text goes into the newest cell, or is a paragraph of its own."""
        words = BLANK.sub(" ", unescape(text).strip("\r\n"))
        if self._in_title or not (words if self._tag in LINES else words.strip()):
            return
        if not self._tag:
            self._new("p", [[[]]])
        if not self._cells:
            self._cells.append([])
        if not self._cells[-1]:
            self._cells[-1].append([])
        self._cells[-1][-1].append(words)

    def finished(self) -> Iterator[Block]:
        """The blocks, each cell without blanks at its ends."""
        for tag, cells in self._blocks:
            yield Block(tag, [["".join(cell).strip(" ") for cell in row] for row in cells if row])

    def _new(self, tag: str, cells: Cells) -> None:
        self._tag, self._cells = tag, cells
        self._blocks.append((tag, cells))

    def _begun(self, tag: str) -> None:
        """No block is open: this tag may open one."""
        if tag in LISTS:
            self._new(tag, [])
        elif tag in LINES or tag in SMALLER:
            self._new("h2" if tag in SMALLER else tag, [[[]]])
        elif tag == "li":
            self._new("ul", [[[]]])

    def _listed(self, tag: str, *, ending: bool) -> None:
        """A list or table within another one is a block of its own, and what follows it another."""
        if not ending:
            self._new(tag, [])
        elif self._tag == tag:
            self._tag = ""

    def _placed(self, tag: str) -> bool:
        """Whether the tag begins a row or a cell of what is open."""
        if tag in ("li", "tr"):
            self._cells.append([[]] if tag == "li" else [])
        elif tag in ("th", "td"):
            if not self._cells:
                self._cells.append([])
            self._cells[-1].append([])
        else:
            return False
        return True

    def _parted(self) -> None:
        """Lines within one cell stay apart."""
        cell = self._cells[-1][-1] if self._cells and self._cells[-1] else []
        if cell and cell[-1] != " ":
            cell.append(" ")
