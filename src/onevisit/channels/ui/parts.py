"""The parts of a page as values: the clock bar's cells and its sentence. States are named by word first, colour second."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

MOST_LATE = 20
"""Days over the limit that are drawn; the sentence tells them all."""


@dataclass(frozen=True)
class Clock:
    """The clock bar (时钟): one cell a working day; u used, p suspended, l over the limit, empty to come."""

    cells: tuple[str, ...]
    headline: str
    text: str
    over: bool


def clock(
    counted: Sequence[date], suspended: Sequence[date], today: date, ended: date | None, reasons: Sequence[str] = ()
) -> Clock:
    """The bar of a promise whose counted days are known; `ended` is the day the clock closed, `reasons` why it stood still."""
    until = ended or today
    cells = ["p" if day in suspended else "u" if day <= until else "" for day in sorted({*counted, *suspended})]
    used = sum(cell == "u" for cell in cells)
    due = counted[-1] if counted else until
    late = max(0, (until - due).days)
    cells += ["l"] * min(late, MOST_LATE)
    text = (
        f"承诺{len(counted)}个工作日，已用{used}个"
        + (f"，暂停{len(suspended)}个" if suspended else "")
        + (f"，超期{late}天" if late else "")
        + "".join(f"。{reason}" for reason in reasons)
        + "。"
    )
    headline = f"{day_text(ended)}已作出决定" if ended else f"最晚{day_text(due)}作出决定"
    return Clock(tuple(cells), headline, text, late > 0)


def day_text(day: date | None) -> str:
    """A date as people say it: 11月28日, with the year if it is not this one."""
    if day is None:
        return ""
    text = f"{day.month}月{day.day}日"
    return text if day.year == settings.CLOCK().year else f"{day.year}年{text}"


def moment_text(moment: datetime | None) -> str:
    """A moment in hall time: 11月28日09:41."""
    if moment is None:
        return ""
    local = moment.astimezone(settings.ZONE)
    return f"{day_text(local.date())}{local:%H:%M}"
