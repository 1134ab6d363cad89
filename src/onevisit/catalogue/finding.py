"""Finding items by people's words: the corpus in memory, the order, and the lists that say who offers what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from onevisit.catalogue import ranking, replies
from onevisit.catalogue import search as words_search
from onevisit.catalogue.corpus import corpus
from onevisit.catalogue.lists import Listed, listed
from onevisit.catalogue.replies import Reply, Struck
from onevisit.catalogue.wordlist import Desk, plain, wordlist

READ = 200
"""Characters of a question that are read at all."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An answer to a search, with its score from 0 to 1 and the sentence of why."""

    item: str
    name: str
    level: str
    score: float
    why: str
    promise: str
    listed: Listed


def search(words: str, division: str = "", limit: int = 10) -> tuple[Hit, ...]:
    """The items that people mean by these words, best first; a place named in them counts as the division."""
    place, rest = _placed(words[:READ])
    if replies.question(rest)[1]:
        return ()
    found = ranking.ranked(aimed(rest)[0], corpus(), limit)
    lines = {line.key: line for line in listed([one.key for one in found], place or division)} if found else {}
    hits = [(one, lines[one.key]) for one in found if one.key in lines]
    return tuple(Hit(line.code or line.key, line.name, line.level, one.score, one.why, line.promise, line) for one, line in hits)


def replied(words: str, hits: Sequence[Hit] = ()) -> tuple[Reply, ...]:
    """What stands above the hits: a cancelled proof, a general question, the desk that it really is; empty for most searches."""
    rest, desk = aimed(words[:READ])
    found = [replies.cancelled(rest, _struck()), replies.question(words[:READ])[0]]
    if desk and hits and hits[0].listed.department_id != desk.department:
        first = hits[0].listed
        found.append(
            Reply("desk", f"不用去{desk.name}", f"“{first.name}”由{first.department_name}办理，请到政务服务大厅或者在网上办。")
        )
    return tuple(one for one in found if one)


def _struck() -> tuple[Struck, ...]:
    """What the city itself has cancelled."""
    with connection.cursor() as cursor:
        cursor.execute(_STRUCK)
        return tuple(Struck(*row) for row in cursor.fetchall())


_STRUCK = """
SELECT DISTINCT ON (word) name, provider, coalesce(facts->>'why', ''), coalesce(facts->>'instead', '')
FROM catalogue_registerentry WHERE kind = 'cancelled' ORDER BY word, pack <> 'city', pack
"""


def aimed(words: str) -> tuple[str, Desk | None]:
    """The words without the desk that they name, and that desk; a desk alone stands for what people go there for."""
    said = plain(words)
    desk = next((one for one in wordlist().desks if one.name in said), None)
    if desk is None:
        return words, None
    rest = re.sub(f"(去|到|找|跑|在)?{desk.name}", " ", said)
    return (rest if len(words_search.meant(rest).strip()) > 1 else desk.matter), desk


def _placed(words: str) -> tuple[str, str]:
    """The division that the words begin with, if there is one of this name, and the words without it."""
    said = "".join(one for one in words if one.isprintable()).strip()
    starts = [said[:size] for size in range(2, min(len(said), 12)) if said[size - 1] in "市区县乡镇道"]
    if not starts:
        return "", words
    with connection.cursor() as cursor:
        cursor.execute(_PLACED, [starts])
        found = cursor.fetchone()
    return (found[0], said[len(found[1]) :]) if found else ("", words)


_PLACED = "SELECT code, name FROM city_division WHERE name = ANY(%s) AND valid_to IS NULL ORDER BY code LIMIT 1"
