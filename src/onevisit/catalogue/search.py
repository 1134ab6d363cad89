"""Search in people's words (搜索): pieces of one and two characters, any of which may match; the rare ones count most.

Chinese has no blanks between words and people cut names anywhere: an item is found by overlapping pieces, and a slip (a character
dropped, doubled, wrong) costs a piece or two, not the hit. Words that mean one thing count as one (`wordlist`); what is not found
as it is written is looked for as it sounds (`sounds`). Here text becomes what is compared; `corpus` keeps it, `ranking` compares.

>>> pieces("契税申报 2026")
('契', '税', '申', '报', '契税', '税申', '申报', '2026')
>>> meant("请问买房交税在哪里交啊")
'买房交税交'
>>> forms("駕駛證換證")
('驾驶证换证', '驾照换证')
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one item: its name, what people call it, and what stands around it."""

    key: str
    name: str
    words: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """An entry as it is compared: the pieces of its name, of name and words, of its surroundings; each name and word, flat."""

    entry: Entry
    name: frozenset[str]
    near: frozenset[str]
    far: frozenset[str]
    known: tuple[tuple[str, str], ...]


def normal(text: str) -> str:
    """The text as it is compared: full-width forms folded, small letters, simplified characters, punctuation as blanks."""
    return " ".join(RUN.findall(plain(text)))


def meant(text: str) -> str:
    """The words of a query that say what is wanted; all of them if nothing else is left."""
    return _meant(normal(text[:LONGEST]))


def _meant(whole: str) -> str:
    kept = " ".join(EMPTY.sub(" ", whole).split())
    joined = "".join(kept.split()) if not re.search(r"[a-z0-9]", kept) else kept
    return joined if len(joined) > 1 else whole


def forms(text: str) -> tuple[str, ...]:
    """What is meant as it was said, and with each word replaced by the one that stands for its group."""
    whole = normal(text[:LONGEST])
    folded = wordlist().folded(whole)
    return tuple(dict.fromkeys((_meant(whole), _meant(folded))))


def pieces(text: str) -> tuple[str, ...]:
    """Each character and each pair of neighbours of Chinese text, each whole word of other scripts; every piece once."""
    return cut(normal(text))


def cut(text: str) -> tuple[str, ...]:
    """The pieces of a text that is compared already."""
    runs = RUN.findall(text)
    han = [run for run in runs if not run.isascii()]
    words = [run[:WORD] for run in runs if run.isascii()]
    lone = [one for run in han for one in run]
    pairs = [run[at : at + 2] for run in han for at in range(len(run) - 1)]
    return tuple(dict.fromkeys(lone + pairs + words))


def pairs(text: str) -> tuple[str, ...]:
    """The pieces that are more than one character."""
    return tuple(piece for piece in cut(text) if len(piece) > 1)


def spell(kind: str, text: str) -> str:
    """A query as it sounds: by its initials only where letters are no pinyin, and not by fewer than three."""
    asked = meant(text)
    if kind == "sound":
        return sounds.spelt(asked)
    found = "" if sounds.spelt(asked) else sounds.initials(asked)
    return found if len(found) > 2 else ""


def written(entry: Entry) -> Shape:
    """The entry as it is written."""
    texts = {text: (normal(text), *forms(text)) for text in (entry.name, *entry.words)}
    known = ((text, flat) for text, said in texts.items() for flat in _flats(said[1:]))
    near = _pieces(form for said in texts.values() for form in said)
    about = _pieces(form for text in entry.about for form in (normal(text), *forms(text)))
    return Shape(entry, _pieces(texts[entry.name]), near, about - near, tuple(known))


def heard(kind: str, entry: Entry) -> Shape:
    """The entry as it sounds."""
    spelling = sounds.spelt if kind == "sound" else sounds.initials
    said = {text: spelling(normal(text)) for text in (entry.name, *entry.words)}
    known = tuple((text, flat) for text, flat in said.items() if kind == "sound" or len(flat) > 2)
    return Shape(entry, _pieces([said[entry.name]]), _pieces(flat for _, flat in known), frozenset(), known)


def _flats(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys("".join(form.split()) for form in said))


def _pieces(said: Iterable[str]) -> frozenset[str]:
    return frozenset(piece for form in said for piece in cut(form))
