"""Finding items by people's words: the database narrows down, `search` puts in order, the lists say who offers what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQueryField, SearchRank
from django.db.models import BooleanField, F, Func, Value
from django.db.models.functions import Cast

from onevisit.catalogue import replies
from onevisit.catalogue import search as words_search
from onevisit.catalogue.lists import Listed, listed
from onevisit.catalogue.models import BaseItem, RegisterEntry
from onevisit.catalogue.replies import Reply, Struck
from onevisit.catalogue.wordlist import Desk, plain, wordlist
from onevisit.city.models import Division

CANDIDATES = 150
"""How many rows the database hands over to be put in order."""
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
    found = _found(aimed(rest)[0])[: max(limit, 0)]
    lines = {line.key: line for line in listed([one.key for one in found], place or division)} if found else {}
    hits = [(one, lines[one.key]) for one in found]
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
    rows = RegisterEntry.objects.filter(kind=RegisterEntry.Kind.CANCELLED).order_by("word")
    return tuple(Struck(one.name, one.provider, one.facts.get("why", ""), one.facts.get("instead", "")) for one in rows)


def aimed(words: str) -> tuple[str, Desk | None]:
    """The words without the desk that they name, and that desk; a desk alone stands for what people go there for."""
    said = plain(words)
    desk = next((one for one in wordlist().desks if one.name in said), None)
    if desk is None:
        return words, None
    rest = re.sub(f"(去|到|找|跑|在)?{desk.name}", " ", said)
    return (rest if len(words_search.meant(rest).strip()) > 1 else desk.matter), desk


def _found(words: str) -> list[words_search.Found]:
    """What is written so; where that is not sure, what sounds so as well."""
    asked = words_search.query(words)
    found = words_search.ranked(words, _candidates(asked)) if asked else []
    if found and found[0].score >= words_search.SURE:
        return found
    kind, sound = words_search.sounding(words)
    return words_search.merged(found, words_search.alike(words, kind, _candidates(sound))) if sound else found


def _candidates(asked: str) -> list[words_search.Entry]:
    wanted = Cast(Value(asked), SearchQueryField())
    matches = Func(F("search"), wanted, template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField())
    near = BaseItem.objects.filter(matches).annotate(rank=SearchRank(F("search"), wanted)).order_by("-rank", "pk")[:CANDIDATES]
    rows = near.values_list("key", "name", "words", "theme", "type", "about")
    return [words_search.Entry(key, name, tuple(words), (*theme, kind, *about)) for key, name, words, theme, kind, about in rows]


def _placed(words: str) -> tuple[str, str]:
    """The division that the words begin with, if there is one of this name, and the words without it."""
    said = "".join(one for one in words if one.isprintable()).strip()
    starts = [said[:size] for size in range(2, min(len(said), 12)) if said[size - 1] in "市区县乡镇道"]
    found = Division.objects.filter(name__in=starts, valid_to=None).order_by("code").first()
    return (found.code, said[len(found.name) :]) if found else ("", words)
