"""Search in people's words (搜索): pieces of one and two characters, any of which may match; the rare ones count most.

Chinese has no blanks between words and people cut names anywhere: an item is found by overlapping pieces, and a slip (a character
dropped, doubled, wrong) costs a piece or two, not the hit. Words that mean one thing count as one (`wordlist`); what is not found
as it is written is looked for as it sounds (`sounds`). Without the database, which narrows down: `ranked` puts in order.

>>> pieces("契税申报 2026")
('契', '税', '申', '报', '契税', '税申', '申报', '2026')
>>> meant("请问买房交税在哪里交啊")
'买房交税交'
>>> forms("駕駛證換證")
('驾驶证换证', '驾照换证')
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from onevisit.catalogue import sounds
from onevisit.catalogue.wordlist import plain, wordlist

RUN = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
EMPTY = re.compile(
    r"请问|我想|我要|想要|帮我|给我|咋个|咋|啥子|啥|怎么样|怎么弄|怎么搞|怎么|如何|怎样|在哪里|在哪儿|在哪|哪里|哪儿|去哪|需要|要什么|要带什么"
    r"|什么|多少钱|多久|几天|多少|可以|能不能|可不可以|能否|想|我|是不是|有没有|应该|办理|办事|手续|流程|材料|条件|申请|咨询|啊|吗|呢|吧|呀|了|的|在|去|要"
)
"""Words of asking, which say nothing about the matter."""

LONGEST, WORD = 60, 40
"""Characters of a query that are read, and of one word in it."""
LONE = 0.15
"""What a single character counts beside a pair."""
ASIDE = 0.35
"""What a piece counts that stands only around the name."""
UNKNOWN = 0.12
"""What a piece counts against all that no entry has: people tell stories around what they want."""
LEAST = 0.2
"""Below this score a hit is noise, and none is better."""
CLOSE = 0.7
"""From this share of common characters on, a query counts as a slip of the name."""
READ = 40
"""How many entries, by the pieces that they cover, are compared word by word."""
NEAR = 0.2
"""How much an entry must cover before its words are compared as slips."""
SURE = 0.6
"""From this score on, what is written is not looked for by its sound."""
ALIKE = {"sound": 0.9, "initials": 0.85}
"""What a hit counts that only sounds so."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one item: its name, what people call it, and what stands around it."""

    key: str
    name: str
    words: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One entry with its score from 0 to 1 and the sentence of why."""

    key: str
    score: float
    why: str


def normal(text: str) -> str:
    """The text as it is compared: full-width forms folded, small letters, simplified characters, punctuation as blanks."""
    return " ".join(RUN.findall(plain(text)))


def meant(text: str) -> str:
    """The words of a query that say what is wanted; all of them if nothing else is left."""
    whole = normal(text[:LONGEST])
    kept = " ".join(EMPTY.sub(" ", whole).split())
    joined = "".join(kept.split()) if not re.search(r"[a-z0-9]", kept) else kept
    return joined if len(joined) > 1 else whole


@lru_cache(maxsize=65536)
def forms(text: str) -> tuple[str, ...]:
    """What is meant as it was said, and with each word replaced by the one that stands for its group."""
    return tuple(dict.fromkeys((meant(text), meant(wordlist().folded(normal(text[:LONGEST]))))))


def pieces(text: str) -> tuple[str, ...]:
    """Each character and each pair of neighbours of Chinese text, each whole word of other scripts; every piece once."""
    return _cut(normal(text))


def _cut(text: str) -> tuple[str, ...]:
    runs = RUN.findall(text)
    han = [run for run in runs if not run.isascii()]
    words = [run[:WORD] for run in runs if run.isascii()]
    lone = [one for run in han for one in run]
    pairs = [run[at : at + 2] for run in han for at in range(len(run) - 1)]
    return tuple(dict.fromkeys(lone + pairs + words))


def vector(entry: Entry) -> str:
    """The entry as a text search vector: the name weighs most (A), people's words (B), their sound (C), the surroundings (D)."""
    weights: dict[str, str] = {}
    for weight, texts in (("A", (entry.name,)), ("B", entry.words), ("D", entry.about)):
        for piece in _all(texts):
            weights.setdefault(piece, weight)
    for spell in (sounds.spelt, sounds.initials):
        for text in (entry.name, *entry.words):
            weights |= dict.fromkeys(_pairs(spell(normal(text))), "C")
    return " ".join(f"'{piece}':{at}{weight}" for at, (piece, weight) in enumerate(list(weights.items())[:16000], 1))


def query(text: str) -> str:
    """The query as alternatives: pairs and words, and single characters beside them; empty if there is nothing to look for."""
    return _either(piece for form in forms(text) for piece in _cut(form))


def sounding(text: str) -> tuple[str, str]:
    """How the query is looked for by sound: the kind of sound and the alternatives; nothing where it has no sound."""
    found = ((kind, _either(_pairs(_spell(kind, text)))) for kind in ALIKE)
    return next(((kind, asked) for kind, asked in found if asked), ("", ""))


def _spell(kind: str, text: str) -> str:
    """The query as it sounds: by its initials only where letters are no pinyin, and not by fewer than three."""
    asked = meant(text)
    if kind == "sound":
        return sounds.spelt(asked)
    found = "" if sounds.spelt(asked) else sounds.initials(asked)
    return found if len(found) > 2 else ""


def _either(found: Iterable[str]) -> str:
    return " | ".join(f"'{piece}'" for piece in dict.fromkeys(found))


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


@dataclass(frozen=True, slots=True)
class _Shape:
    """An entry as it is compared: the pieces of its name, of name and words, of its surroundings; each name or word flat."""

    name: frozenset[str]
    near: frozenset[str]
    far: frozenset[str]
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Scored:
    """An entry's score for one form of the query, and the name or word that the query says; "" if none."""

    entry: Entry
    score: float
    said: str
    slip: bool


def ranked(text: str, entries: Sequence[Entry]) -> list[Found]:
    """The entries that answer the query, best first. `entries` are all that share a piece with it: rarity is read off them."""
    shapes = [(entry, _shape(entry)) for entry in entries]
    found = [(one, form) for form in forms(text) for one in _compared(form, shapes)]
    return merged([Found(one.entry.key, one.score, _why(one, form)) for one, form in found])


def alike(text: str, kind: str, entries: Sequence[Entry]) -> list[Found]:
    """The entries of which the query sounds like a name or a word, best first; they count less than what is written so."""
    found = _compared(_spell(kind, text), [(entry, _sound(kind, entry)) for entry in entries])
    heard = [one for one in found if one.said and not (one.slip and kind == "initials")]
    return merged([Found(one.entry.key, round(one.score * ALIKE[kind], 4), f"听起来像“{one.said}”") for one in heard])


def merged(*lists: Iterable[Found]) -> list[Found]:
    """The lists as one, best first: of each entry its best hit; noise left out."""
    kept: dict[str, Found] = {}
    for one in sorted((one for each in lists for one in each), key=lambda one: -one.score):
        kept.setdefault(one.key, one)
    return [one for one in kept.values() if one.score >= LEAST]


@lru_cache(maxsize=65536)
def _flats(text: str) -> tuple[str, ...]:
    return tuple("".join(form.split()) for form in forms(text))


@lru_cache(maxsize=16384)
def _shape(entry: Entry) -> _Shape:
    name, near = _all((entry.name,)), _all((entry.name, *entry.words))
    said = tuple((text, flat) for text in (entry.name, *entry.words) for flat in _flats(text))
    return _Shape(name, near, _all(entry.about) - near, said)


@lru_cache(maxsize=16384)
def _sound(kind: str, entry: Entry) -> _Shape:
    spell = sounds.spelt if kind == "sound" else sounds.initials
    heard = ((text, spell(normal(text))) for text in (entry.name, *entry.words))
    said = tuple((text, flat) for text, flat in heard if kind == "sound" or len(flat) > 2)
    near = frozenset(piece for _, flat in said for piece in _cut(flat))
    return _Shape(frozenset(_cut(spell(normal(entry.name)))), near, frozenset(), said)


def _all(texts: Iterable[str]) -> frozenset[str]:
    """The pieces of these texts, as they are written and as they are compared."""
    return frozenset(piece for text in texts for form in (normal(text), *forms(text)) for piece in _cut(form))


def _weights(wanted: Sequence[str], known: Sequence[_Shape]) -> dict[str, float]:
    """What each piece counts: the rarer, the more; a single character little, since it is in its pairs too."""
    total = len(known) + 1
    found: dict[str, float] = {}
    for piece in wanted:
        times = sum(piece in one.near or piece in one.far for one in known)
        rarity = math.log(1 + total / (1 + times)) * (1.0 if times else UNKNOWN)
        found[piece] = rarity * (LONE if len(piece) == 1 and len(wanted) > 1 else 1.0)
    return found


def _compared(asked: str, shapes: Sequence[tuple[Entry, _Shape]]) -> list[_Scored]:
    """The entries with their scores; only those that cover most are compared word by word."""
    weight = _weights(_cut(asked), [shape for _, shape in shapes])
    total = sum(weight.values()) or 1.0
    covered = [(_covered(shape, weight) / total, at) for at, (_, shape) in enumerate(shapes)]
    flat = "".join(asked.split())
    best = sorted(covered, key=lambda pair: -pair[0])[:READ]
    return [_scored(flat, *shapes[at], weight, share) for share, at in best if share > 0] if flat else []


def _covered(shape: _Shape, weight: Mapping[str, float]) -> float:
    near = sum(value for piece, value in weight.items() if piece in shape.near)
    return near + ASIDE * sum(value for piece, value in weight.items() if piece in shape.far)


def _scored(flat: str, entry: Entry, shape: _Shape, weight: Mapping[str, float], covered: float) -> _Scored:
    """Covered pieces, more if a whole name or people's word is said; a short name before a long one."""
    said, share = _said(flat, shape)
    slip = not said
    if slip and covered >= NEAR:
        said, share = _slipped(flat, shape)
    own = len(shape.name & weight.keys()) / (len(shape.name) or 1)
    return _Scored(entry, round(min(0.55 * covered + 0.35 * share + 0.10 * own, 1.0), 4), said, slip)


def _said(flat: str, shape: _Shape) -> tuple[str, float]:
    """The name or people's word that the query says whole, or that holds the whole query, and how much of both that is."""
    best, share = "", 0.0
    for text, known in shape.said:
        short, long = sorted((known, flat), key=len)
        if len(short) > 1 and short in long:
            fit = len(short) / len(long)
            part = 0.7 * fit + 0.3
            best, share = (text, part) if part > share else (best, share)
    return best, min(share, 1.0)


def _slipped(flat: str, shape: _Shape) -> tuple[str, float]:
    """The name or people's word that the query is a slip of, if it is one: the same characters but for one or two."""
    best, share, size = "", 0.0, len(flat)
    if size < 3:
        return best, share
    counted = Counter(flat)
    for text, known in shape.said:
        if 2 * min(size, len(known)) >= CLOSE * (size + len(known)):
            common = sum(min(times, known.count(one)) for one, times in counted.items())
            close = 2 * common / (size + len(known))
            best, share = (text, close) if close >= CLOSE and close > share else (best, share)
    return best, share


def _why(one: _Scored, asked: str) -> str:
    if one.said and one.slip:
        return f"您要找的可能是“{one.said}”"
    if one.said:
        return "事项名称相符" if one.said == one.entry.name else f"大家也这样说：{one.said}"
    longest = max((piece for piece in _cut(asked) if piece in one.entry.name), key=len, default="")
    return f"名称里有“{longest}”" if longest else "内容相近"
