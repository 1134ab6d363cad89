"""What a search answers besides items: cancelled proofs (取消的证明) and what replaces them, general questions, the right desk.

Pure but for the city's data files; read once a process. What the city itself cancelled is told by whoever asks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from django.conf import settings

from onevisit.catalogue import search, sounds
from onevisit.core.offers import CancelledProof
from onevisit.core.source import parse

AROUND = re.compile(
    r"办事|办证|办业务|办理|证件|证|事情|东西|这个|那个|一般|你们|你|政府|这里|咱们|现在|到底|大概|一下|来|到|是|个|结果|业务|能|吗|要|怎么|为什么|办好|办|我|请问|以后"
)
"""Words that may stand around a general question without making it one about a matter."""
ALWAYS = ("结果寄递", "投诉")
"""Questions that are answered although a matter is named beside them."""
FIT = 0.8
"""How much of a proof's words a query must be where it does not hold them whole."""
FETCHED = {"shared:": "由办事部门通过数据共享核验。", "licence:": "以电子证照为准，由办事部门查看。"}
"""What replaces a proof, where the register names a source."""
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


@dataclass(frozen=True, slots=True)
class Struck:
    """A proof that stands in the city's register as cancelled: by whom, why, what instead."""

    name: str
    by: str
    why: str
    instead: str


def cancelled(words: str, struck: tuple[Struck, ...] = ()) -> Reply | None:
    """The cancelled proof that these words ask for: its name, and what replaces it; `struck` by the city, else by the country."""
    flats = {"".join(form.split()) for form in search.forms(words)}
    best: tuple[int, Reply | None] = (0, None)
    proofs = (*_decided(struck), *_proofs())
    for known in proofs:
        told = [(len(one), known.reply) for one in known.flats if any(_says(flat, one) for flat in flats)]
        best = max([best, *told], key=lambda pair: pair[0])
    heard = sounds.spelt(search.meant(words)) if best[1] is None else ""
    return best[1] or next((one.reply for one in proofs if heard and heard in one.sounds), None)


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
def abolished() -> tuple[CancelledProof, ...]:
    """The proofs that the country has cancelled, by the documents that did so, with what stands in their place."""
    return tuple(CancelledProof(one["name"], one["basis"], one["instead"]) for one in _read("cancelled_proofs.yaml"))


@lru_cache(maxsize=1)
def _proofs() -> tuple[_Known, ...]:
    read = _read("cancelled_proofs.yaml")
    return tuple(_asked_for(_words(one), one["name"], one["instead"], one["basis"]) for one in read)


def _asked_for(words: Sequence[str], name: str, text: str, basis: str) -> _Known:
    return _Known(
        Reply("cancelled", f"{name}（已取消）", text, basis),
        frozenset("".join(form.split()) for word in words for form in search.forms(word)),
        frozenset(sounds.spelt(search.meant(word)) for word in words),
    )


@lru_cache(maxsize=4)
def _decided(struck: tuple[Struck, ...]) -> tuple[_Known, ...]:
    return tuple(
        _asked_for(
            (one.name,), one.name, f"不再需要，因为{_ended(one.why or '它已经取消')}{_instead(one.instead)}",
            f"{one.by}取消" if one.by else "",
        )
        for one in struck
    )  # fmt: skip


def _instead(written: str) -> str:
    fetched = next((said for source, said in FETCHED.items() if written.startswith(source)), "")
    return fetched or (f"改用：{_ended(written)}" if written else "")


def _ended(sentence: str) -> str:
    """The words as a sentence, with one full stop."""
    return f"{sentence.strip().rstrip('。')}。"


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
