"""The plain part of YAML 1.2, read fast: mappings, lists and scalars of one line, in blocks or brackets, with anchors.

Whatever is beyond it (block scalars, folded lines, tags, escapes, anything doubtful) is left to the full reader: `compose` then
gives None. What it does read, it reads exactly as that reader would; a property test holds the two together.

>>> [key.value for key, _ in compose("act: purchase\\nfields: [{id: area}]").value], compose("text: |\\n  long")
(['act', 'fields'], None)
"""

import re
from bisect import bisect_right
from typing import NamedTuple

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

STRANGE = re.compile(
    r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|^(?:---|\.\.\.|%)", re.MULTILINE
)
"""Tabs, other ends of lines, what can't be printed, several documents, directives."""
DEEPEST, LONGEST_KEY = 50, 1000

START = r"""(?:[^\s"'&*!|>%@`{}\[\],?:#-]|-(?=[^\s,\[\]{}:]))"""
REST = re.compile(r" *(?:(?<= )#[^\n]*)?(?=\n|\Z)")
"""Nothing more on this line but a comment."""
BLANK = re.compile(r"(?:(?: *(?:#[^\n]*)?)\n)*( *)")
SPACE = re.compile(r"(?:[ \n]|(?<=[ \n])#[^\n]*)*")
QUOTED = re.compile(r"""\"([^"\\\n]*)"|'((?:[^'\n]|'')*)'""")
KEY = re.compile(rf"""(?:{START}(?:[^\n:#]|:(?![ \n]|\Z)|(?<! )#)*?|{QUOTED.pattern}) *:(?=[ \n]|\Z)""")
PLAIN = re.compile(rf"{START}(?:[^\n:#]|:(?![ \n]|\Z)|(?<! )#)*")
INSIDE = re.compile(rf"{START}(?:[^\n:#,\[\]{{}}]|:(?=[^\s,\[\]{{}}])|(?<! )#)*")
POINTED = re.compile(r"[-+]?\.\d")
"""Numbers of which not everybody thinks that they are some."""
NAME = re.compile(r"[&*]([A-Za-z0-9_-]+)(?=[ \n,\]}]|\Z)")


class Mark(NamedTuple):
    """Where a node starts."""

    line: int


class Beyond(Exception):
    """The text is not plain here."""


def compose(text: str) -> Node | None:
    """The node of a plain text; None where only the full reader can say."""
    if STRANGE.search(text):
        return None
    try:
        return _Plain(text).document()
    except (Beyond, RecursionError):
        return None


class _Plain:
    """One pass; `at` is the next thing to read, `column` where it stands, -1 at the end of the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at, self.column, self.depth = 0, 0, 0
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._anchors: dict[str, Node] = {}
        self._next_line()

    def document(self) -> Node:
        found = self._node()
        if self.column >= 0:
            raise Beyond
        return found

    def _node(self) -> Node:
        self.depth += 1
        if self.column < 0 or self.depth > DEEPEST:
            raise Beyond
        found = self._list(self.column) if self._dash() else self._mapping(self.column) if self._key() else self._inline(-1)
        self.depth -= 1
        return found

    def _mapping(self, column: int) -> Node:
        mark, pairs = self._mark(), []
        while self.column == column:
            match = self._key()
            if match is None or match.end() - self.at > LONGEST_KEY:
                raise Beyond
            key = self._scalar(match[0][:-1].rstrip(" "))
            self.at = match.end()
            pairs.append((key, self._value(column, column - 1)))
        if self.column > column:
            raise Beyond
        return MappingNode("", pairs, mark)

    def _list(self, column: int) -> Node:
        mark, entries = self._mark(), []
        while self.column == column and self._dash():
            self.at += 1
            entries.append(self._value(column, column))
        if self.column > column:
            raise Beyond
        return SequenceNode("", entries, mark)

    def _value(self, column: int, list_above: int) -> Node:
        """What stands behind a colon or a dash: on the same line, below it, or nothing."""
        mark = self._mark()
        if match := REST.match(self.text, self.at):
            self.at = match.end()
            self._next_line()
            if self.column > column or (self.column > list_above and self.column == column and self._dash()):
                return self._node()
            if list_above == column:
                raise Beyond
            return ScalarNode("", "", mark)
        self._spaces()
        if list_above == column and (self._dash() or self._key()):
            return self._node()
        return self._inline(column)

    def _inline(self, column: int) -> Node:
        """A value that begins on this line and ends it; nothing deeper may follow."""
        found = self._flow_value(column, PLAIN)
        match = REST.match(self.text, self.at)
        if match is None:
            raise Beyond
        self.at = match.end()
        self._next_line()
        if self.column > column:
            raise Beyond
        return found

    def _flow_value(self, column: int, plain: re.Pattern[str]) -> Node:
        sign = self.text[self.at : self.at + 1]
        if sign in ("&", "*"):
            return self._named(sign, column, plain)
        if sign in ("{", "["):
            return self._brackets(sign, column)
        match = (QUOTED if sign in ('"', "'") else plain).match(self.text, self.at)
        if not sign or match is None:
            raise Beyond
        found = self._scalar(match[0].rstrip(" "))
        self.at = match.end()
        return found

    def _named(self, sign: str, column: int, plain: re.Pattern[str]) -> Node:
        """An anchored value, or one that was anchored before."""
        match = NAME.match(self.text, self.at)
        if match is None or (sign == "&") == (match[1] in self._anchors):
            raise Beyond
        self.at = match.end()
        if sign == "*":
            return self._anchors[match[1]]
        self._spaces()
        if self.text[self.at : self.at + 1] in ("&", "*", "\n", "#", ""):
            raise Beyond
        self._anchors[match[1]] = found = self._flow_value(column, plain)
        return found

    def _brackets(self, sign: str, column: int) -> Node:
        mark, close = self._mark(), "}" if sign == "{" else "]"
        parts: list[Node | tuple[Node, Node]] = []
        self.at += 1
        self.depth += 1
        self._skip(column)
        while self.text[self.at : self.at + 1] != close:
            parts.append(self._pair(column) if sign == "{" else self._flow_value(column, INSIDE))
            self._skip(column)
            if self.text[self.at : self.at + 1] == ",":
                self.at += 1
                self._skip(column)
            elif self.text[self.at : self.at + 1] != close:
                raise Beyond
        self.at += 1
        self.depth -= 1
        return MappingNode("", parts, mark) if sign == "{" else SequenceNode("", parts, mark)

    def _pair(self, column: int) -> tuple[Node, Node]:
        quoted = self.text[self.at : self.at + 1] in ('"', "'")
        match = (QUOTED if quoted else INSIDE).match(self.text, self.at)
        if match is None or match.end() - self.at > LONGEST_KEY:
            raise Beyond
        key = self._scalar(match[0].rstrip(" "))
        self.at = match.end()
        self._spaces()
        if self.text[self.at : self.at + 1] != ":" or not (quoted or self.text[self.at + 1 : self.at + 2] in (" ", "\n")):
            raise Beyond
        self.at += 1
        mark = self._mark()
        self._skip(column)
        empty = self.text[self.at : self.at + 1] in (",", "}")
        return key, ScalarNode("", "", mark) if empty else self._flow_value(column, INSIDE)

    def _scalar(self, written: str) -> Node:
        style = written[0] if written[0] in "\"'" else None
        value = written[1:-1] if style else written
        if not style and POINTED.match(value):
            raise Beyond
        return ScalarNode("", value.replace("''", "'") if style == "'" else value, self._mark(), style=style)

    def _key(self) -> re.Match[str] | None:
        return KEY.match(self.text, self.at)

    def _dash(self) -> bool:
        return self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 : self.at + 2] in (" ", "\n", "")

    def _spaces(self) -> None:
        """On to the next thing on this line."""
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1
        self.column = self.at - self._starts[self._line()]

    def _skip(self, column: int) -> None:
        """Over blanks, comments and ends of lines in brackets; what follows must stand deeper than what is around them."""
        match = SPACE.match(self.text, self.at)
        end = match.end() if match else self.at
        broken = "\n" in self.text[self.at : end]
        self.at = end
        if self.depth > DEEPEST or (broken and self.at - self._starts[self._line()] <= column):
            raise Beyond

    def _next_line(self) -> None:
        """On to the next line that says something."""
        if self.at:
            self.at += 1
        match = BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
        over = self.at >= len(self.text) or self.text[self.at] == "#"
        self.column = -1 if over else self.at - self._starts[self._line()]

    def _mark(self) -> Mark:
        return Mark(self._line())

    def _line(self) -> int:
        return bisect_right(self._starts, self.at) - 1
