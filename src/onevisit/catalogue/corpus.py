"""All that is searched, in memory (词库): each piece with the entries that hold it, as written, by sound and by initials.

It is made once in a process and again when the words of a base item have changed: one look at an index says so.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from threading import Lock

from django.db import connection

from onevisit.catalogue import search
from onevisit.catalogue.lists import PUBLIC
from onevisit.catalogue.search import Entry, Shape

LONE = 0.15
"""What a single character counts beside a pair."""
ASIDE = 0.35
"""What a piece counts that stands only around the name."""
UNKNOWN = 0.12
"""What a piece counts against all that no entry has: people tell stories around what they want."""
COMMON, TAKEN = 40, 60
"""A character that more entries than COMMON have is looked for only in the TAKEN that hold most of the rarer pieces."""
NEWEST = 50
"""How many of the last changes a corpus is known by: one that is stored later may have begun earlier."""
KEPT = 16384
"""How many entries keep their shapes: more than a province has base items."""


@dataclass(frozen=True, slots=True)
class Known:
    """A name or a people's word as it is compared: without blanks, its characters, what its pairs count together."""

    text: str
    flat: str
    letters: frozenset[str]
    mass: float


@dataclass(frozen=True, slots=True)
class Words:
    """The names and words of one entry, how long the longest is, and for each pair those that hold it."""

    known: tuple[Known, ...]
    longest: int
    holding: Mapping[str, tuple[int, ...]]


class Index:
    """Shapes, and for each piece the places of those that hold it."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self.shapes = shapes
        self.near: dict[str, list[int]] = {}
        self.far: dict[str, list[int]] = {}
        self.whole: dict[str, list[tuple[int, str]]] = {}
        for at, shape in enumerate(shapes):
            for piece in shape.near:
                self.near.setdefault(piece, []).append(at)
            for piece in shape.far:
                self.far.setdefault(piece, []).append(at)
            for text, flat in shape.known:
                self.whole.setdefault(flat, []).append((at, text))
        self.longest = max(map(len, self.whole), default=0)
        self.rare = {piece: self._rarity(piece) for piece in {*self.near, *self.far}}
        self.unknown = UNKNOWN * self._rarity("")
        self.words = [self._words(shape) for shape in shapes]

    def _words(self, shape: Shape) -> Words:
        known, holding = [], dict[str, list[int]]()
        for at, (text, flat) in enumerate(shape.known):
            pairs = search.pairs(flat)
            known.append(Known(text, flat, frozenset(flat), sum(self.rare.get(piece, self.unknown) for piece in pairs) or 1.0))
            for piece in pairs:
                holding.setdefault(piece, []).append(at)
        longest = max((len(one.flat) for one in known), default=0)
        return Words(tuple(known), longest, {piece: tuple(places) for piece, places in holding.items()})

    def weights(self, wanted: Sequence[str]) -> dict[str, float]:
        """What each piece counts: the rarer, the more; a single character little, since it is in its pairs too."""
        lone = LONE if len(wanted) > 1 else 1.0
        return {piece: self.rare.get(piece, self.unknown) * (lone if len(piece) == 1 else 1.0) for piece in wanted}

    def _rarity(self, piece: str) -> float:
        times = len(self.near.get(piece, ())) + len(self.far.get(piece, ()))
        return math.log(1 + (len(self.shapes) + 1) / (1 + times))

    def covered(self, weight: Mapping[str, float]) -> dict[int, float]:
        """The places of shapes that hold any of the pieces, each with what these count."""
        common = {piece: value for piece, value in weight.items() if len(piece) == 1 and len(self.near.get(piece, ())) > COMMON}
        found: dict[int, float] = {}
        for piece, value in weight.items():
            if piece not in common:
                _add(found, self.near.get(piece, ()), value)
                _add(found, self.far.get(piece, ()), value * ASIDE)
        if not found:
            for piece, value in common.items():
                _add(found, self.near[piece], value)
            return found
        return {at: found[at] + self._also(at, common) for at in nlargest(TAKEN, found, key=found.__getitem__)}

    def _also(self, at: int, common: Mapping[str, float]) -> float:
        near = self.shapes[at].near
        return sum(value for piece, value in common.items() if piece in near)

    def said(self, flat: str) -> dict[int, tuple[str, str]]:
        """The places of shapes of which the text says a name or a word whole: that word and how it is compared, the longest."""
        found: dict[int, tuple[str, str]] = {}
        for size in range(2, min(self.longest, len(flat)) + 1):
            for begin in range(len(flat) - size + 1):
                part = flat[begin : begin + size]
                for at, text in self.whole.get(part, ()):
                    found[at] = (text, part)
        return found


def _add(found: dict[int, float], places: Iterable[int], value: float) -> None:
    for at in places:
        found[at] = found.get(at, 0.0) + value


class Corpus:
    """The same entries as they are written, as they sound and by their initials."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.written = Index([_written(entry) for entry in entries])
        self.heard = {kind: Index([_heard(kind, entry) for entry in entries]) for kind in ("sound", "initials")}


_written = lru_cache(KEPT)(search.written)
_heard = lru_cache(2 * KEPT)(search.heard)


@dataclass(frozen=True, slots=True)
class _Held:
    """A corpus and the mark of what it was made of."""

    mark: object
    corpus: Corpus


class _Holder:
    """The corpus of this process; one thread makes it, others wait."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.held = _Held(None, Corpus(()))

    def current(self) -> Corpus:
        mark = _mark()
        if self.held.mark != mark:
            with self.lock:
                if self.held.mark != mark:
                    self.held = _Held(mark, Corpus(_entries()))
        return self.held.corpus


_holder = _Holder()


def corpus() -> Corpus:
    """All base items that are public, as they are searched; what was stored a moment ago is in it."""
    return _holder.current()


def _mark() -> object:
    """What changes whenever the words of a base item do, in any database."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK)
        return cursor.fetchone()


_MARK = f"""
SELECT current_database(),
       array(SELECT indexed_at FROM catalogue_baseitem WHERE indexed_at IS NOT NULL ORDER BY indexed_at DESC LIMIT {NEWEST})::text
"""


def _entries() -> list[Entry]:
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES)
        return [
            Entry(key, name, tuple(json.loads(words)), (*json.loads(theme), kind, *json.loads(about)))
            for key, name, kind, words, theme, about in cursor.fetchall()
        ]


_ENTRIES = f"SELECT key, name, type, words, theme, about FROM catalogue_baseitem base WHERE {PUBLIC} ORDER BY id"
