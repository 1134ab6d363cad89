"""Several things in one cell (一格多项): by breaks, by numbers on one line, papers by “、”; and cells that say there is none.

>>> several("1、申请表（一式2份）2、房屋产权证明 3、身份证", "materials"), several("身份证、照片2张、户籍证明", "materials")
(['申请表（一式2份）', '房屋产权证明', '身份证'], ['身份证', '照片2张', '户籍证明'])
>>> several("证明（居委会、村委会出具）", "materials"), several("法人、其他组织的登记证书", "materials")
(['证明（居委会、村委会出具）'], ['法人、其他组织的登记证书'])
"""

import re

from onevisit.catalogue.exchange.codesets import plain
from onevisit.catalogue.exchange.texts import BREAKS

NUMERALS = "一二三四五六七八九十"
NUMBERED = re.compile(r"^\s*(?:[（(]?\d{1,2}[)）.、．](?!\d)|[①-⑳]|[（(]?[一二三四五六七八九十]{1,2}[、)）])\s*")
MARK = re.compile(
    rf"[（(](\d{{1,2}}|[{NUMERALS}])[)）]|(?<![\d.第])(\d{{1,2}})[.、．)）](?!\d)|([①-⑳])|(?<![{NUMERALS}第])([{NUMERALS}])、"
)
"""A number before one of several things."""
WHOLE = frozenset({"basis", "when", "options", "words", "nested", "record"})
"""Kinds whose own text may hold what else stands between entries."""
BETWEEN = re.compile(r"、(?![^（(《【“]*[）)》】”])")
"""The sign between papers, outside of brackets."""
PAPER = re.compile(
    r"(?!.*(?:或|等|其他|[，,。：:]))[^、]{0,24}"
    r"(?:证|证明|书|表|本|簿|照|照片|合同|协议|章程|报告|名单|名册|图|图纸|函|批文|文件|票据|发票|清单|说明|决定|材料|复印件|原件|凭证|执照)"
    r"(?:原件(?:及|和|、)?复印件|原件|复印件)?(?:\d{1,2}|[一二两三四五六])?[张份寸套本]?(?:[（(][^（()）]*[)）])?"
)
"""What can be nothing but the name of a paper, perhaps with a number: no clause."""
NOTHING = frozenset(
    {"无", "没有", "无要求", "无需", "不需要", "无需提供", "无需材料", "无材料", "无条件", "/", "-", "—", "——", "\\"}
)
NO_FEE = frozenset({"无", "不收费", "免费", "免收", "不收取", "不涉及", "/", "-", "—", "——"})
EMPTY = {"materials": NOTHING, "conditions": NOTHING, "fees": NO_FEE}
"""What stands in the cell of a list to say that there is nothing."""


def says_nothing(said: str, part: str) -> bool:
    """Whether a cell of a list says that the list is empty."""
    return plain(said).rstrip("。.") in EMPTY.get(part, ())


def several(said: str, part: str) -> list[str]:
    """The things that a cell names, without their numbers; none for a cell that is quoted whole."""
    if said.strip()[:1] in ('"', "["):
        return []
    pieces = parts(said)
    if len(pieces) == 1 and part == "materials":
        papers = [piece.strip() for piece in BETWEEN.split(pieces[0])]
        pieces = papers if all(PAPER.fullmatch(piece) for piece in papers) else pieces
    return [name for piece in pieces if (name := NUMBERED.sub("", piece).strip())]


def parts(said: str) -> list[str]:
    """A cell by its breaks, and by numbers that run from 1 within a line."""
    return [piece for line in BREAKS.split(said) if line.strip() for piece in _by_numbers(line.strip())]


def _by_numbers(line: str) -> list[str]:
    """The pieces of a line that begins with a 1 and has a 2; the line if it doesn't."""
    starts: list[int] = []
    for found in MARK.finditer(line):
        if _number(next(one for one in found.groups() if one)) == len(starts) + 1 and not _inside(line, found.start()):
            starts.append(found.start())
    if len(starts) < 2 or starts[0] != 0:
        return [line]
    return [line[begin:end].strip(" 　，,、。") for begin, end in zip(starts, [*starts[1:], len(line)], strict=True)]


def _number(said: str) -> int:
    if said.isascii():
        return int(said)
    return NUMERALS.index(said) + 1 if said in NUMERALS else ord(said) - ord("①") + 1


def _inside(line: str, place: int) -> bool:
    before = line[:place]
    return len(re.findall("[（(《“]", before)) > len(re.findall("[）)》”]", before))


def share(said: str, number: int, of: int, kind: str) -> str | None:
    """What belongs to one of several entries; None if the numbers differ."""
    pieces = parts(said)
    if len(pieces) == of:
        return NUMBERED.sub("", pieces[number]).strip()
    if len(pieces) <= 1 or kind.partition(":")[0] in WHOLE:
        return said
    return None
