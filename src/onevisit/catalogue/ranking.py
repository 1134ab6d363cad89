"""Putting in order what may answer a search (排序): by the pieces covered, then word by word; as written, else by its sound."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import nlargest

from onevisit.catalogue import search
from onevisit.catalogue.corpus import Corpus, Index, Words
from onevisit.catalogue.search import Shape

LEAST = 0.1
"""Below this score a hit is noise, and none is better."""
LOOSE = 0.3
"""What the pieces of a hit count that has no pair of the query: single characters are everywhere."""
CLOSE = 0.7
"""From this share of common characters on, a query counts as a slip of the name."""
PART = 0.4
"""How much of a name or word, by its pairs, must stand in the query to count although other words stand between."""
READ = 24
"""How many entries, by the pieces that they cover, are compared word by word."""
NEAR = 0.2
"""How much an entry must cover before its words are compared as slips."""
SURE = 0.6
"""From this score on, what is written is not looked for by its sound."""
ALIKE = {"sound": 0.9, "initials": 0.85}
"""What a hit counts that only sounds so."""
BRIEF, HEARD = 4, 4
"""In a query of more sounds than BRIEF, a word of fewer than HEARD is heard by chance."""


@dataclass(frozen=True, slots=True)
class Found:
    """One entry with its score from 0 to 1 and the sentence of why."""

    key: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """One form of a query: flat, its characters; what its pieces count, by themselves and together; its pairs."""

    text: str
    flat: str
    counted: Mapping[str, int]
    weight: Mapping[str, float]
    total: float
    pairs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Fit:
    """The name or word that a query says, how it is compared, and how much of both that is; `slip` if not whole."""

    said: str = ""
    flat: str = ""
    share: float = 0.0
    slip: bool = True


@dataclass(frozen=True, slots=True)
class _Scored:
    """An entry's score for one form of the query, the name or word that the query says, and the sentence of why."""

    shape: Shape
    score: float
    fit: _Fit
    asked: _Asked
    heard: bool = False


def ranked(text: str, corpus: Corpus, limit: int = 10) -> list[Found]:
    """The entries that answer the query, best first: what is written so; where that is not sure, what sounds so as well."""
    found = [one for form in search.forms(text) for one in _compared(_asked(form, corpus.written), corpus.written)]
    if max((one.score for one in found), default=0.0) < SURE:
        found += _alike(text, corpus)
    kept: dict[str, _Scored] = {}
    for one in sorted(found, key=lambda one: -one.score):
        if one.score >= LEAST and len(kept) < limit:
            kept.setdefault(one.shape.entry.key, one)
    return [Found(key, one.score, _why(one)) for key, one in kept.items()]


def _alike(text: str, corpus: Corpus) -> list[_Scored]:
    """The entries of which the query sounds like a name or a word; they count less than what is written so."""
    kind, sound = next(((kind, said) for kind in ALIKE if (said := search.spell(kind, text))), ("", ""))
    if not sound:
        return []
    index = corpus.heard[kind]
    heard = (one for one in _compared(_asked(sound, index, heard=True), index) if _is_heard(one.fit, kind, sound))
    return [_Scored(one.shape, round(one.score * ALIKE[kind], 4), one.fit, one.asked, heard=True) for one in heard]


def _is_heard(fit: _Fit, kind: str, sound: str) -> bool:
    """Short words are heard in any long question, and slips of initials in any letters."""
    long = len(fit.flat) >= HEARD or len(sound) <= max(BRIEF, 2 * len(fit.flat))
    return bool(fit.said) and long and not (fit.slip and kind == "initials")


def _asked(form: str, index: Index, heard: bool = False) -> _Asked:
    weight, flat = index.weights(search.cut(form)), "".join(form.split())
    pairs = () if heard else tuple(piece for piece in weight if len(piece) > 1)
    return _Asked(form, flat, Counter(flat), weight, sum(weight.values()) or 1.0, pairs)


def _compared(asked: _Asked, index: Index) -> list[_Scored]:
    """The entries with their scores; only those that cover most are compared word by word."""
    if not asked.flat:
        return []
    whole = index.said(asked.flat)
    covered = index.covered(asked.weight)
    best = nlargest(READ, covered, key=covered.__getitem__)
    return [_scored(asked, index, at, covered[at] / asked.total, whole.get(at)) for at in best]


def _scored(asked: _Asked, index: Index, at: int, covered: float, whole: tuple[str, str] | None) -> _Scored:
    """Covered pieces, more if a name or people's word is said; a short name before a long one."""
    shape, words = index.shapes[at], index.words[at]
    fit = _said(asked, words, whole)
    if not fit.said and covered >= NEAR:
        fit = _slipped(asked, words)
    apart = _apart(asked, words)
    fit = apart if apart.share > fit.share else fit
    if not fit.said and len(asked.flat) > 2 and shape.near.isdisjoint(asked.pairs):
        covered *= LOOSE
    own = len(shape.name & asked.weight.keys()) / (len(shape.name) or 1)
    return _Scored(shape, round(min(0.55 * covered + 0.35 * fit.share + 0.10 * own, 1.0), 4), fit, asked)


def _said(asked: _Asked, words: Words, whole: tuple[str, str] | None) -> _Fit:
    """The name or people's word that the query says whole, or that holds the whole query, and how much of both that is."""
    best, flat = _NONE, asked.flat
    if whole:
        rare = sum(asked.weight.get(one, 0.0) for one in search.pairs(whole[1])) / asked.total
        best = _Fit(*whole, min(0.7 * max(len(whole[1]) / len(flat), rare) + 0.3, 1.0), slip=False)
    if 1 < len(flat) <= words.longest:
        for one in words.known:
            if flat in one.flat and (part := 0.7 * len(flat) / len(one.flat) + 0.3) > best.share:
                best = _Fit(one.text, one.flat, part, slip=False)
    return best


def _slipped(asked: _Asked, words: Words) -> _Fit:
    """The name or people's word that the query is a slip of, if it is one: the same characters but for one or two."""
    best, size, letters = _NONE, len(asked.flat), asked.counted.keys()
    if size < 3:
        return best
    again = size - len(letters)
    for one in words.known:
        both = size + len(one.flat)
        least = max(CLOSE, best.share) * both
        if 2 * min(size, len(one.flat)) < least or 2 * (len(letters & one.letters) + again) < least:
            continue
        close = 2 * sum(min(times, one.flat.count(letter)) for letter, times in asked.counted.items()) / both
        best = _Fit(one.text, one.flat, close) if close >= CLOSE and close > best.share else best
    return best


def _apart(asked: _Asked, words: Words) -> _Fit:
    """The name or people's word of which the query says a good part, with other words between, and how much of both that is."""
    mine: dict[int, float] = {}
    for piece in asked.pairs:
        for place in words.holding.get(piece, ()):
            mine[place] = mine.get(place, 0.0) + asked.weight[piece]
    best = _NONE
    for place, value in mine.items():
        one = words.known[place]
        share = value / one.mass * (0.3 + 0.7 * min(value / asked.total, 1.0))
        if value >= PART * one.mass and share > best.share:
            best = _Fit(one.text, one.flat, share)
    return best


def _why(one: _Scored) -> str:
    said, name = one.fit.said, one.shape.entry.name
    if one.heard:
        return f"听起来像“{said}”"
    if said and one.fit.slip:
        return f"您要找的可能是“{said}”"
    if said:
        return "事项名称相符" if said == name else f"大家也这样说：{said}"
    longest = max((piece for piece in search.cut(one.asked.text) if piece in name), key=len, default="")
    return f"名称里有“{longest}”" if longest else "内容相近"


_NONE = _Fit()
