"""The city's word list (`data/words.yaml`): words that mean one thing, further words of items, desks that people name."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from opencc import OpenCC

from onevisit.core.source import parse

SIMPLIFIER = OpenCC("t2s")


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that people name: its department here, and what they go there for."""

    name: str
    department: str
    matter: str


@dataclass(frozen=True)
class WordList:
    """The list, read."""

    same: Mapping[str, str]
    starts: Mapping[str, tuple[str, ...]]
    """The words by their first character, the longest first."""
    items: Mapping[str, tuple[str, ...]]
    desks: tuple[Desk, ...]

    def folded(self, text: str) -> str:
        """The text with each word of a group replaced by the group's first; the longest words first."""
        found, at = [], 0
        while at < len(text):
            word = next((one for one in self.starts.get(text[at], ()) if text.startswith(one, at)), "")
            found.append(self.same[word] if word else text[at])
            at += len(word) or 1
        return "".join(found)


@lru_cache(maxsize=1)
def wordlist() -> WordList:
    """The city's list; read once a process."""
    said: Any = parse((settings.DATA / "words.yaml").read_text(encoding="utf-8")).value
    same = {plain(word): plain(group.split()[0]) for group in said["same"] for word in group.split()}
    longest = sorted(same, key=len, reverse=True)
    return WordList(
        same=same,
        starts={first: tuple(one for one in longest if one[0] == first) for first in {one[0] for one in longest}},
        items={key: tuple(words.split()) for key, words in said["items"].items()},
        desks=tuple(Desk(name, department, matter) for name, (department, matter) in said["desks"].items()),
    )


def plain(text: str) -> str:
    """Full-width forms folded, small letters, simplified characters (简体)."""
    small = unicodedata.normalize("NFKC", text).lower()
    try:
        small.encode("gb2312")
    except UnicodeEncodeError:
        return str(SIMPLIFIER.convert(small))
    return small
