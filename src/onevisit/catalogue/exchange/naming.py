"""Which item of the base catalogue (基本目录) a row speaks of: without key and code it is known by its name.

>>> shadow("演示许可（ 一 ）") == shadow("演示许可(一)")
True
"""

import unicodedata
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from onevisit.catalogue.exchange.model import Import, Row

NEAR = 0.75
RARE = 300
"""Two signs in a row that so many names have tell none of them."""


@dataclass(frozen=True, slots=True)
class CatalogueName:
    """An item of the base catalogue, as far as a table can name it."""

    key: str
    code: str
    name: str


def shadow(name: str) -> str:
    """A name as it is compared: half-width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def called(row: Row) -> str:
    """The word for a row within its table: its key, its code, else one that its name makes; "" if it has none of them."""
    if row.key or row.code or not row.name.strip():
        return row.key or row.code
    return f"name-{zlib.crc32(shadow(row.name).encode('utf-8', 'replace')):08x}"


def matched(found: Import, base: Sequence[CatalogueName]) -> Import:
    """The table, its rows without a key with the key of the base item of their code, else of exactly their name."""
    codes = {one.code: one.key for one in base if one.code}
    names = {shadow(one.name): one.key for one in base if one.name}
    rows = [row if row.key else _keyed(row, codes.get(row.code) or names.get(shadow(row.name), "")) for row in found.items]
    return replace(found, items=tuple(rows))


def _keyed(row: Row, key: str) -> Row:
    if not key:
        return row
    offer = {**row.offer, "item": key} if row.offer else row.offer
    return replace(row, key=key, document={**row.document, "item": {**row.document.get("item", {}), "key": key}}, offer=offer)


def unknown(found: Import, base: Sequence[CatalogueName]) -> Iterator[tuple[int, str]]:
    """Rows of a matched table that no base item has, each with the nearest name, "" if none is near."""
    marks = {mark for one in base for mark in (one.key, one.code) if mark}
    names = {shadow(one.name): one.name for one in base if one.name}
    index = _pairs(names)
    near: dict[str, str] = {}
    for number, row in enumerate(found.items):
        by_name_only = not (row.key or row.code) and not names
        if not row.name or by_name_only or {row.key, row.code} & marks or shadow(row.name) in names:
            continue
        if row.name not in near:
            close = get_close_matches(shadow(row.name), _candidates(shadow(row.name), index), 1, NEAR)
            near[row.name] = names[close[0]] if close else ""
        yield number, near[row.name]


def _pairs(names: Collection[str]) -> dict[str, list[str]]:
    """Two signs in a row → the names that have them."""
    found: dict[str, list[str]] = {}
    for name in names:
        for pair in {name[place : place + 2] for place in range(len(name) - 1)}:
            found.setdefault(pair, []).append(name)
    return found


def _candidates(name: str, index: Mapping[str, Sequence[str]]) -> list[str]:
    """The names that share the most with this one: only they are compared sign by sign."""
    pairs = {name[place : place + 2] for place in range(len(name) - 1)}
    shared = Counter(other for pair in pairs for other in index.get(pair, ()) if len(index[pair]) <= RARE)
    return [other for other, _ in shared.most_common(8)]


def repeated(found: Import) -> Iterator[tuple[int, int]]:
    """Rows that say again what an earlier one says: the item of this name at the same level and place; and that earlier one."""
    first: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(found.items):
        mark = (shadow(row.name), row.key, row.code, row.level, row.division_code)
        if row.name and (known := first.setdefault(mark, number)) != number:
            yield number, known
