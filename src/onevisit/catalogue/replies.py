"""What a search answers besides items: cancelled proofs (取消的证明) and what replaces them, general questions, the right desk.

Pure but for the city's data files; read once a process.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from django.conf import settings

from onevisit.catalogue import search, sounds
from onevisit.core.source import parse

AROUND = re.compile(
    r"办事|办证|办业务|办理|证件|证|事情|东西|这个|那个|一般|你们|你|政府|这里|咱们|现在|到底|大概|一下|来|到|是|个|结果|业务|能|吗|要|怎么|为什么|办好|办|我|请问|以后"
)
"""Words that may stand around a general question without making it one about a matter."""
ALWAYS = ("结果寄递", "投诉")
"""Questions that are answered although a matter is named beside them."""
FIT = 0.8
"""How much of a proof's words a query must be where it does not hold them whole."""
Kind = Literal["cancelled", "question", "desk"]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in words: its kind, what it is about, the text, its basis and where to read on (both may be empty)."""

    kind: Kind
    name: str
    text: str
    basis: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """A reply and the words that ask for it, as they are compared."""

    reply: Reply
    flats: frozenset[str]
    sounds: frozenset[str] = frozenset()


def cancelled(words: str) -> Reply | None:
    """The cancelled proof that these words ask for: its name, and what replaces it."""
    flats = {"".join(form.split()) for form in search.forms(words)}
    best: tuple[int, Reply | None] = (0, None)
    for known in _proofs():
        told = [(len(one), known.reply) for one in known.flats if any(_says(flat, one) for flat in flats)]
        best = max([best, *told], key=lambda pair: pair[0])
    heard = sounds.spelt(search.meant(words)) if best[1] is None else ""
    return best[1] or next((one.reply for one in _proofs() if heard and heard in one.sounds), None)


def question(words: str) -> tuple[Reply | None, bool]:
    """The answer to the general question in these words, and whether they ask for nothing else."""
    flat = "".join(search.normal(words[: search.LONGEST]).split())
    said = [(len(one), one, known.reply) for known in _questions() for one in known.flats if one in flat]
    if not said:
        return None, False
    _, longest, reply = max(said, key=lambda told: told[0])
    rest = AROUND.sub("", search.EMPTY.sub("", flat.replace(longest, "")))
    alone = len(rest) < 2
    return (reply if alone or reply.name in ALWAYS else None), alone


def _says(flat: str, known: str) -> bool:
    return known in flat or (flat in known and len(flat) >= FIT * len(known))


@lru_cache(maxsize=1)
def _proofs() -> tuple[_Known, ...]:
    return tuple(
        _Known(
            Reply("cancelled", f"{one['name']}（已取消）", one["instead"], one["basis"]),
            frozenset("".join(form.split()) for word in _words(one) for form in search.forms(word)),
            frozenset(sounds.spelt(search.meant(word)) for word in _words(one)),
        )
        for one in _read("cancelled_proofs.yaml")
    )


@lru_cache(maxsize=1)
def _questions() -> tuple[_Known, ...]:
    return tuple(
        _Known(
            Reply("question", one["name"], one["answer"], link=one["link"]),
            frozenset("".join(search.normal(word).split()) for word in _words(one)),
        )
        for one in _read("questions.yaml")
    )


def _words(one: Any) -> Sequence[str]:
    return (*one["words"].split(), one["name"])


def _read(name: str) -> Any:
    return parse((settings.DATA / name).read_text(encoding="utf-8")).value
