"""What a printed form is made of: a promise, sentences, facts, tables, steps, lines to sign. One template prints all.

The parts are kept with the notice as they were when it was said: a paper that is printed later says what it said then.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what, how it is, and a smaller remark."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a reader looks for first, large; `visits` draws the door with how often one comes at most."""

    headline: str
    lines: tuple[str, ...] = ()
    visits: int | None = None

    PART: ClassVar[str] = "promise"


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs under an optional heading."""

    paragraphs: tuple[str, ...]
    head: str = ""

    PART: ClassVar[str] = "text"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what stands beside them."""

    rows: tuple[Row, ...]
    head: str = ""

    PART: ClassVar[str] = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """Numbered lines under columns, each with its name and its share of the width in percent, by fives."""

    columns: tuple[tuple[str, int], ...]
    lines: tuple[tuple[str, ...], ...]
    head: str = ""

    PART: ClassVar[str] = "table"


@dataclass(frozen=True, slots=True)
class Steps:
    """What comes next, in order."""

    items: tuple[str, ...]
    head: str = "接下来"

    PART: ClassVar[str] = "steps"


@dataclass(frozen=True, slots=True)
class Sign:
    """Lines to be signed by hand where the paper is handed over."""

    labels: tuple[str, ...]

    PART: ClassVar[str] = "sign"


Part = Promise | Text | Facts | Table | Steps | Sign


def given_back(names: tuple[str, ...]) -> tuple[Part, ...]:
    """The originals that go back to who handed them in, against his signature (退件); nothing where there are none."""
    if not names:
        return ()
    lines = tuple((name, "退还") for name in names)
    return Table((("交来的材料原件", 60), ("处理", 35)), lines, "退件"), Sign(("经办人：", "申请人收到退件（签名）：", "日期："))


def to_json(part: Part) -> dict[str, Any]:
    """The part as plain values; empty where there is nothing to print."""
    kept = asdict(part)
    body = next(
        (kept[name] for name in ("paragraphs", "rows", "lines", "items") if name in kept and part.PART != "promise"), True
    )
    return {"part": part.PART, **kept} if body else {}


def day(on: date) -> str:
    """A date as papers write it: 2026年3月2日."""
    return f"{on.year}年{on.month}月{on.day}日"


def until(moment: datetime) -> str:
    """A moment as papers write it, to the minute where it is not the full hour: 2026年3月9日17时."""
    minutes = f"{moment.minute}分" if moment.minute else ""
    return f"{day(moment.date())}{moment.hour}时{minutes}"
