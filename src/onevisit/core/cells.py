"""The cells of a decision table (单元格) as conditions to reason about: comparisons, intervals, lists, joined by and, or.

The grammar is that of zen's unary tests, as far as the truth depends on one value only; any other expression is opaque: it may
hold or not, and nothing more is known of it.

>>> cell = parse("(90..140], 200")
>>> [cell.holds(Decimal(n)) for n in (90, 91, 140, 141, 200)]
[False, True, True, False, True]
>>> sorted(cell.ends)
[Decimal('90'), Decimal('140'), Decimal('200')]
>>> parse(">= d('2024-12-01')").holds(date(2024, 12, 1)), parse("startsWith($, 'a')") is None
(True, True)
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

Atom = Decimal | date | str | bool | None
"""One value as a cell sees it."""

Test = Callable[[Atom], bool]


@dataclass(frozen=True, slots=True)
class Cell:
    """A condition on one value, and the values that it names: where its truth can change."""

    holds: Test
    ends: frozenset[Atom]


class _OpaqueError(Exception):
    """The expression says more than one value can answer."""


def parse(text: str) -> Cell | None:
    """The condition that the cell's text is; None if it is opaque."""
    try:
        return _Parser(list(_tokens(text))).whole()
    except _OpaqueError:
        return None


TOKEN = re.compile(
    r"\s*(?:(?P<date>d\(\s*(?:'[^']*'|\"[^\"]*\")\s*\))|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<sign>\.\.|<=|>=|==|!=|[<>()\[\],$])|(?P<word>[A-Za-z_]\w*))"
)
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
WORDS: Mapping[str, Atom] = {"true": True, "false": False, "null": None}


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place, text = 0, text.rstrip()
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            raise _OpaqueError
        yield found.lastgroup, found[found.lastgroup]
        place = found.end()


class _Parser:
    """Recursive descent over the tokens of one cell."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.named: set[Atom] = set()

    def whole(self) -> Cell:
        test = self._any(",", self._either)
        if self.tokens:
            raise _OpaqueError
        return Cell(test, frozenset(self.named))

    def _any(self, joint: str, part: Callable[[], Test]) -> Test:
        parts = [part()]
        while self._take(joint):
            parts.append(part())
        return parts[0] if len(parts) == 1 else lambda value: any(test(value) for test in parts)

    def _either(self) -> Test:
        return self._any("or", self._both)

    def _both(self) -> Test:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda value: all(test(value) for test in parts)

    def _one(self) -> Test:
        self._take("$")
        if self._take("not"):
            self._expect("in")
            inner = self._listed()
            return lambda value: not inner(value)
        if self._take("in"):
            return self._listed()
        sign = self._next()
        if sign in COMPARE:
            self._pop()
            return _compared(COMPARE[sign], self._literal())
        if sign in ("==", "!="):
            self._pop()
            wanted = _equal(self._literal())
            return wanted if sign == "==" else lambda value: not wanted(value)
        if sign in ("[", "("):
            return self._bracket()
        return _equal(self._literal())

    def _listed(self) -> Test:
        """What stands after `in`: a list of values, or an interval."""
        if self._next() not in ("[", "("):
            raise _OpaqueError
        return self._bracket()

    def _bracket(self) -> Test:
        """An interval, a list of values, or a condition in brackets."""
        opening = self._pop()
        kept = list(self.tokens), set(self.named)
        try:
            first = self._literal()
            if self._take(".."):
                return self._interval(opening, first)
            if opening == "[":
                return self._list(first)
        except _OpaqueError:
            pass
        self.tokens, self.named = kept
        if opening == "[":
            raise _OpaqueError
        test = self._any(",", self._either)
        self._expect(")")
        return test

    def _interval(self, opening: str, low: Atom) -> Test:
        high = self._literal()
        closing = self._pop()
        if closing not in ("]", ")"):
            raise _OpaqueError
        above = _compared(operator.ge if opening == "[" else operator.gt, low)
        below = _compared(operator.le if closing == "]" else operator.lt, high)
        return lambda value: above(value) and below(value)

    def _list(self, first: Atom) -> Test:
        values = [_equal(first)]
        while self._take(","):
            values.append(_equal(self._literal()))
        self._expect("]")
        return lambda value: any(test(value) for test in values)

    def _literal(self) -> Atom:
        if not self.tokens:
            raise _OpaqueError
        kind, text = self.tokens.pop(0)
        value = _value(kind, text)
        self.named.add(value)
        return value

    def _next(self) -> str:
        return self.tokens[0][1] if self.tokens and self.tokens[0][0] in ("sign", "word") else ""

    def _pop(self) -> str:
        if not self.tokens:
            raise _OpaqueError
        return self.tokens.pop(0)[1]

    def _take(self, wanted: str) -> bool:
        if self._next() != wanted:
            return False
        self.tokens.pop(0)
        return True

    def _expect(self, wanted: str) -> None:
        if not self._take(wanted):
            raise _OpaqueError


def _value(kind: str, text: str) -> Atom:
    if kind == "number":
        return Decimal(text)
    if kind == "text":
        return text[1:-1]
    if kind == "word" and text in WORDS:
        return WORDS[text]
    if kind == "date":
        try:
            return date.fromisoformat(text.partition("(")[2].rstrip(")").strip()[1:-1])
        except ValueError as why:
            raise _OpaqueError from why
    raise _OpaqueError


def _equal(wanted: Atom) -> Test:
    return lambda value: type(value) is type(wanted) and value == wanted


def _compared(holds: Callable[[Any, Any], bool], end: Atom) -> Test:
    """A comparison with a number or a day; against anything else it does not hold, as in zen."""
    if not isinstance(end, Decimal | date):
        raise _OpaqueError
    return lambda value: type(value) is type(end) and holds(value, end)
