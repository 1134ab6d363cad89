"""The list of work as its page shows it: what the address asks for, the clock of each row in words, the next page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from onevisit.access import Actor
from onevisit.cases.queries import Wanted, Work
from onevisit.channels.ui import parts
from onevisit.city import queries as city
from onevisit.core.process import NAMES

PAGE = 50
WHOSE: Mapping[str, str] = {"all": "全部", "mine": "我手里的", "free": "待领取", "others": "同事手里的"}
DUE: Mapping[str, str] = {"": "不限", "today": "今天到期", "over": "已超期"}
KEPT = ("whose", "due", "item", "does", "number")
"""What of the address is a filter."""


@dataclass(frozen=True)
class Row:
    """One step that waits: its clock in words, with a state that has a colour and a sign of its own."""

    work: Work
    clock: str
    state: str
    mine: bool


@dataclass(frozen=True)
class Choice:
    """One value of a filter and the address that chooses it."""

    label: str
    href: str
    chosen: bool


def wanted(asked: Mapping[str, str]) -> Wanted:
    """What the address asks for; what it does not know is left out."""
    whose, due, does = asked.get("whose", "all"), asked.get("due", ""), asked.get("does", "")
    number = "".join(one for one in asked.get("number", "") if one.isalnum())[:40]
    return Wanted(
        whose=whose if whose in WHOSE else "all",
        due=due if due in DUE else "",
        item=asked.get("item", "")[:64] if asked.get("item", "").isprintable() else "",
        does=does if does in NAMES else "",
        number=number,
    )


def page(actor: Actor, asked: Mapping[str, str], chosen: Wanted, found: Sequence[Work]) -> dict[str, Any]:
    """The page's parts by name; one more row than a page holds says that there is a next one."""
    listed = found[:PAGE]
    more = len(found) > PAGE
    kept = {name: asked[name] for name in KEPT if asked.get(name)}
    return {
        "rows": [_row(actor, one, today()) for one in listed],
        "wanted": chosen,
        "whose": _choices(WHOSE, "whose", chosen.whose, kept),
        "due": _choices(DUE, "due", chosen.due, kept),
        "steps": {one: NAMES[one] for one in ("precheck", "accept", "review", "inspect", "consult", "decide", "sign")},
        "items": sorted({(one.case.item_key, one.case.item_name) for one in listed}),
        "next": f"?{urlencode({**kept, 'after': listed[-1].mark})}" if more else "",
        "filtered": replace(chosen, whose="all") != Wanted() or chosen.whose != "all",
    }


def _choices(words: Mapping[str, str], name: str, chosen: str, kept: Mapping[str, str]) -> list[Choice]:
    others = {key: value for key, value in kept.items() if key != name}
    return [Choice(label, f"?{urlencode({**others, name: key})}", key == chosen) for key, label in words.items()]


def _row(actor: Actor, one: Work, now: date) -> Row:
    words, state = clock(one.by_at, now)
    if one.case.to_mend:
        words, state = "等申请人补正", "pause"
    return Row(one, words, state, one.claimed_by == actor.id)


def today() -> date:
    """The day in hall time."""
    return settings.CLOCK().astimezone(settings.ZONE).date()


def clock(by: datetime | None, now: date) -> tuple[str, str]:
    """By when, in words, and the state: late, today, soon, fine or none."""
    if by is None:
        return "没有时限", "none"
    day = by.astimezone(settings.ZONE).date()
    if day < now:
        return f"超期{(now - day).days}天", "late"
    if day == now:
        return f"今天{by.astimezone(settings.ZONE):%H:%M}前", "today"
    left = sum(city.calendar().is_workday(date.fromordinal(n)) for n in range(now.toordinal() + 1, day.toordinal() + 1))
    return f"{parts.day_text(day)}，还有{left}个工作日", "soon" if left <= 1 else "fine"
