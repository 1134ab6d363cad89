r"""How a typed text must be written (写法): a closed subset of regular expressions, matched in bounded time whatever it says.

Literals, escapes, `.`, character classes, groups, `|`, and `?`, `*`, `+`, `{m}`, `{m,}`, `{m,n}`; a group that is repeated
repeats nothing inside. The whole text must match; there is no `^`, `$`, lookaround, back reference or lazy count.

>>> matches(r"皖[A-Z]\d{5,6}", "皖C12345"), matches(r"(0552-)?\d{7}", "552-3112345")
(True, False)
>>> wrong("(a+)+b")
'“+”重复的括号里不能再有重复'
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

LONGEST, DEEPEST = 200, 10
"""How long a pattern may be, and how deep its groups nest."""
LONGEST_TEXT = 1000
"""Of how many characters a text with a pattern may be."""

ATOM = r"\\(?:[dDwWsS]|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[^\w])|\[\^?(?:\\.|[^\[\]\\])+\]|[^\\\[\](){}|?*+^$]"
"""What stands for one character: an escape, a class, a dot, itself."""
TOKEN = re.compile(
    rf"(?P<atom>{ATOM})|(?P<open>\((?:\?:)?)|(?P<close>\))|(?P<or>\|)|(?P<many>[?*+]|\{{\d{{1,3}}(?:,\d{{0,3}})?\}})", re.DOTALL
)
SETS = re.compile(r"--|&&|~~|\|\|")
"""In a class these will mean something else in a later Python."""
COUNTS = {"?": (0, 1), "*": (0, None), "+": (1, None)}


class Wrong(ValueError):
    """A pattern is none of the subset; why, in words."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One character."""

    test: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One part after the other."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of these."""

    options: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Many:
    """The same part `least` to `most` times; None: as often as you like."""

    of: "Node"
    least: int
    most: int | None


Node = Atom | Row | Either | Many


def wrong(pattern: str) -> str:
    """Why the pattern is none that may be used, in words; empty if it may be."""
    try:
        _read(pattern)
    except Wrong as why:
        return str(why)
    return ""


def usable(pattern: str) -> bool:
    """Whether texts are held to it. A pattern that may not be used, in an older version, holds nobody up: it is ignored."""
    return bool(pattern) and not wrong(pattern)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is written so; raises `Wrong` for a pattern that may not be used."""
    return len(text) <= LONGEST_TEXT and len(text) in _ends(_read(pattern), text, {0})


@lru_cache(maxsize=1024)
def _read(pattern: str) -> Node:
    if len(pattern) > LONGEST:
        raise Wrong(f"有{len(pattern)}个字，最多{LONGEST}个字")
    reader = _Reader(list(_tokens(pattern)))
    node = reader.either(0)
    if reader.kind():
        raise Wrong("括号没有成对")
    return node


def _tokens(pattern: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(pattern):
        found = TOKEN.match(pattern, at)
        if found is None:
            raise Wrong(f"第{at + 1}个字“{pattern[at]}”不能这样写")
        yield str(found.lastgroup), found[0]
        at = found.end()


class _Reader:
    """The tokens, read once from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.left = tokens[::-1]

    def kind(self) -> str:
        """What comes next; empty at the end."""
        return self.left[-1][0] if self.left else ""

    def either(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise Wrong(f"括号最多套{DEEPEST}层")
        options = [self._row(depth)]
        while self.kind() == "or":
            self.left.pop()
            options.append(self._row(depth))
        return Either(tuple(options))

    def _row(self, depth: int) -> Row:
        parts = []
        while self.kind() in ("atom", "open", "many"):
            parts.append(self._counted(self._part(depth)))
        return Row(tuple(parts))

    def _part(self, depth: int) -> Node:
        kind, text = self.left.pop()
        if kind == "atom":
            return _atom(text)
        if kind == "many":
            raise Wrong(f"“{text}”前面没有可以重复的内容")
        inside = self.either(depth + 1)
        if self.kind() != "close":
            raise Wrong("括号没有成对")
        self.left.pop()
        return inside

    def _counted(self, part: Node) -> Node:
        if self.kind() != "many":
            return part
        _, text = self.left.pop()
        least, most = _count(text)
        if self.kind() == "many":
            raise Wrong(f"“{text}”后面不能再写“{self.left[-1][1]}”")
        if most != 1 and _repeats(part):
            raise Wrong(f"“{text}”重复的括号里不能再有重复")
        return Many(part, least, most)


def _atom(text: str) -> Atom:
    try:
        if text[0] == "[" and SETS.search(text):
            raise Wrong(f"“{text}”里不能有连着的两个“-”“&”“~”“|”")
        return Atom(re.compile(text))
    except re.error as error:
        raise Wrong(f"“{text}”不能这样写") from error


def _count(text: str) -> tuple[int, int | None]:
    if text in COUNTS:
        return COUNTS[text]
    least, comma, most = text[1:-1].partition(",")
    if most and int(most) < int(least):
        raise Wrong(f"“{text}”的次数前大后小")
    return int(least), (int(most) if most else None) if comma else int(least)


def _repeats(node: Node) -> bool:
    match node:
        case Many():
            return True
        case Row(parts) | Either(parts):
            return any(map(_repeats, parts))
        case _:
            return False


def _ends(node: Node, text: str, starts: Set[int]) -> set[int]:
    """Where the part can end that begins at one of the starts: every place once, so nothing is ever tried twice."""
    match node:
        case Atom(test):
            return {at + 1 for at in starts if test.match(text, at)}
        case Row(parts):
            ends = set(starts)
            for part in parts:
                ends = _ends(part, text, ends)
            return ends
        case Either(options):
            return {end for option in options for end in _ends(option, text, starts)}
        case Many(part, least, most):
            return _many(part, text, starts, (least, most))


def _many(part: Node, text: str, starts: Set[int], counts: tuple[int, int | None]) -> set[int]:
    least, most = counts
    fresh = set(starts)
    for _ in range(least):
        fresh = _ends(part, text, fresh) if fresh else fresh
    ends, done = set(fresh), least
    while fresh and done != most:
        fresh = _ends(part, text, fresh) - ends
        ends |= fresh
        done += 1
    return ends
