"""The packed table of all divisions of China (`data/divisions.csv.xz`, as of 2023-06-30), one prefecture at a time.

Some statistics codes are no governments: zones and forest districts, rows that only group others, town parts.
"""

import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LEVELS = (("city", 4), ("county", 6), ("town", 9), ("village", 12))
"""Levels with the number of digits that tell them apart."""
GROUPS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
ZONES = frozenset("67")
"""Fifth digit of county codes: 7x development zones, 6x forest districts (大兴安岭)."""
TOWN_PARTS = frozenset("45")
"""Seventh digit of town codes: what is like a town but none (开发区, 农场, 虚拟社区)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One division as the table tells it; `parent` is the code above, empty for the city."""

    code: str
    name: str
    level: str
    parent: str
    statistical: bool


class UnknownPrefecture(LookupError):
    """No prefecture-level city of China has this code; the message says what would do."""


def prefecture(table: Path, code: str) -> tuple[Row, ...]:
    """Every division of a prefecture, the city first, sorted by code; `code` has 4, 6 or 12 digits. Raises UnknownPrefecture."""
    head = code[:4]
    if not (code.isascii() and code.isdigit()) or len(code) not in (4, 6, 12) or code[4:].strip("0") or head.endswith("00"):
        raise UnknownPrefecture(f"{code} 不是地级市的代码。应为6位数字，后两位是00，如340300。")
    names = dict(_lines(table, head))
    city = f"{head}00000000"
    if city not in names:
        raise UnknownPrefecture(f"没有代码为{code}的地级市。代码以国家统计局2023年的区划代码为准，如340300。")
    return tuple(_row(one, names) for one in sorted(names) if one.startswith(head))


def _lines(table: Path, head: str) -> Iterator[tuple[str, str]]:
    """The lines of a prefecture and of its province; the table is sorted by code."""
    province = f"{head[:2]}0000000000,"
    with lzma.open(table, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith((head, province)):
                code, _, name = line.rstrip("\n").partition(",")
                yield code, name
            elif line[:4] > head:
                return


def _row(code: str, names: dict[str, str]) -> Row:
    place = next(i for i, (_, digits) in enumerate(LEVELS) if not code[digits:].strip("0"))
    above = (code[:digits].ljust(12, "0") for _, digits in reversed(LEVELS[:place]))
    name, level = names[code], LEVELS[place][0]
    if level == "city" and name in GROUPS:
        name = names[f"{code[:2]}0000000000"] + ("" if name == "市辖区" else name)
    return Row(code, name, level, next((one for one in above if one in names), ""), _statistical(level, code, names[code]))


def _statistical(level: str, code: str, name: str) -> bool:
    if level == "city":
        return name in GROUPS
    if level == "county":
        return name in GROUPS or code[4] in ZONES
    return level == "town" and code[6] in TOWN_PARTS
