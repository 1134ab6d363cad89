"""Search in people's words (搜索): pieces of one and two characters, any of which may match; the rare ones count most.

Chinese has no blanks between words and people cut names anywhere: an item is found by overlapping pieces, and a slip (a character
dropped, doubled, wrong) costs a piece or two, not the hit. Pure; the database narrows down, `ranked` puts in order.

>>> pieces("契税申报 2026")
('契', '税', '申', '报', '契税', '税申', '申报', '2026')
>>> meant("请问买房交税在哪里交啊")
'买房交税交'
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

RUN = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
EMPTY = re.compile(
    r"请问|我想|我要|想要|帮我|怎么样|怎么|如何|怎样|在哪里|在哪儿|在哪|哪里|哪儿|去哪|需要|要什么|要带什么|什么|多少钱|多久|几天|多少|可以|能不能|可不可以|能否"
    r"|是不是|有没有|应该|办理|办事|手续|流程|材料|条件|申请|咨询|啊|吗|呢|吧|呀|了|的|在|去|要"
)
"""Words of asking, which say nothing about the matter."""

LONGEST, WORD = 60, 40
"""Characters of a query that are read, and of one word in it."""
LONE = 0.15
"""What a single character counts beside a pair."""
ASIDE = 0.35
"""What a piece counts that stands only around the name."""
LEAST = 0.33
"""Below this score a hit is noise, and none is better."""
CLOSE = 0.7
"""From this share of common characters on, a query counts as a slip of the name."""


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
    """The text as it is compared: full-width forms folded, small letters, punctuation as blanks."""
    return " ".join(RUN.findall(unicodedata.normalize("NFKC", text).lower()))


def meant(text: str) -> str:
    """The words of a query that say what is wanted; all of them if nothing else is left."""
    whole = normal(text[:LONGEST])
    kept = " ".join(EMPTY.sub(" ", whole).split())
    joined = "".join(kept.split()) if not re.search(r"[a-z0-9]", kept) else kept
    return joined if len(joined) > 1 else whole


def pieces(text: str) -> tuple[str, ...]:
    """Each character and each pair of neighbours of Chinese text, each whole word of other scripts; every piece once."""
    runs = RUN.findall(normal(text))
    han = [run for run in runs if not run.isascii()]
    words = [run[:WORD] for run in runs if run.isascii()]
    lone = [one for run in han for one in run]
    pairs = [run[at : at + 2] for run in han for at in range(len(run) - 1)]
    return tuple(dict.fromkeys(lone + pairs + words))


def vector(entry: Entry) -> str:
    """The entry as a text search vector: the name weighs most (A), then people's words (B), then what stands around (D)."""
    weights: dict[str, str] = {}
    for weight, texts in (("A", (entry.name,)), ("B", entry.words), ("D", entry.about)):
        for text in texts:
            for piece in pieces(text):
                weights.setdefault(piece, weight)
    return " ".join(f"'{piece}':{at}{weight}" for at, (piece, weight) in enumerate(list(weights.items())[:16000], 1))


def query(text: str) -> str:
    """The query as alternatives: pairs and words, and single characters beside them; empty if there is nothing to look for."""
    return " | ".join(f"'{piece}'" for piece in pieces(meant(text)))


def ranked(text: str, entries: Sequence[Entry]) -> list[Found]:
    """The entries that answer the query, best first. `entries` are all that share a piece with it: rarity is read off them."""
    asked = meant(text)
    wanted = pieces(asked)
    weight = _weights(wanted, [frozenset().union(*_parts(entry)) for entry in entries])
    found = [_scored(asked, entry, weight) for entry in entries]
    return sorted((one for one in found if one.score >= LEAST), key=lambda one: -one.score)


@lru_cache(maxsize=16384)
def _parts(entry: Entry) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    return frozenset(pieces(entry.name)), _all(entry.words), _all(entry.about)


@lru_cache(maxsize=65536)
def _counted(text: str) -> Counter[str]:
    return Counter(_flat(text))


@lru_cache(maxsize=65536)
def _flat(text: str) -> str:
    return "".join(meant(text).split())


def _all(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(piece for text in texts for piece in pieces(text))


def _weights(wanted: Sequence[str], known: Sequence[frozenset[str]]) -> dict[str, float]:
    """What each piece counts: the rarer, the more; a single character little, since it is in its pairs too."""
    total = len(known) + 1
    found: dict[str, float] = {}
    for piece in wanted:
        rarity = math.log(1 + total / (1 + sum(piece in one for one in known)))
        found[piece] = rarity * (LONE if len(piece) == 1 and len(wanted) > 1 else 1.0)
    return found


def _scored(asked: str, entry: Entry, weight: Mapping[str, float]) -> Found:
    """Covered pieces, more if a whole name or people's word is said; a short name before a long one."""
    name, words, about = _parts(entry)
    near, far = name | words, about - name - words
    covered = sum(value for piece, value in weight.items() if piece in near)
    covered += ASIDE * sum(value for piece, value in weight.items() if piece in far)
    said, share = _said(asked, entry)
    own = len(name & weight.keys()) / (len(name) or 1)
    score = 0.55 * covered / (sum(weight.values()) or 1.0) + 0.35 * share + 0.10 * own
    return Found(entry.key, round(min(score, 1.0), 4), _why(said, asked, entry, weight.keys()))


def _said(asked: str, entry: Entry) -> tuple[str, float]:
    """The name or people's word that the query says whole, or that holds the whole query, and how much of both that is."""
    best, share = "", 0.0
    for text in (entry.name, *entry.words):
        plain, flat = _flat(text), "".join(asked.split())
        short, long = sorted((plain, flat), key=len)
        if len(short) > 1 and short in long:
            fit = len(short) / len(long)
            part = max(fit, len(plain) / len(flat) if plain in flat else 0.7 * fit + 0.3)
            best, share = (text, part) if part > share else (best, share)
    return (best, min(share, 1.0)) if best else _slipped(asked, entry)


def _slipped(asked: str, entry: Entry) -> tuple[str, float]:
    """The name or people's word that the query is a slip of, if it is one: the same characters but for one or two."""
    flat = Counter("".join(asked.split()))
    best, share = "", 0.0
    for text in (entry.name, *entry.words):
        plain = _counted(text)
        close = 2 * (flat & plain).total() / (flat.total() + plain.total())
        if close >= CLOSE and close > share and flat.total() > 2:
            best, share = text, close
    return best, share


def _why(said: str, asked: str, entry: Entry, wanted: Iterable[str]) -> str:
    plain, flat = _flat(said), "".join(asked.split())
    if said and plain not in flat and flat not in plain:
        return f"您要找的可能是“{said}”"
    if said == entry.name:
        return "事项名称相符"
    if said:
        return f"大家也这样说：{said}"
    longest = max((piece for piece in wanted if piece in "".join(entry.name)), key=len, default="")
    return f"名称里有“{longest}”" if longest else "内容相近"
