"""The list of work as its page shows it: what the address asks for, the clock of each row in words, the next page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from onevisit.access import Actor
from onevisit.cases import actions, queries
from onevisit.cases.queries import Wanted, Work
from onevisit.channels.ui import parts
from onevisit.city import queries as city
from onevisit.core.process import NAMES
from onevisit.core.workdays import Calendar
from onevisit.identity import absences

PAGE = 50
WHOSE: Mapping[str, str] = {
    "all": "全部", "mine": "我手里的", "free": "待领取", "others": "同事手里的", "away": "不在岗同事的",
}  # fmt: skip
DUE: Mapping[str, str] = {
    "": "不限", "today": "今天到期", "over": "已超期", "applicant": "等申请人", "silence": "视为受理的",
}  # fmt: skip
STEPS = ("precheck", "receive", "accept", "review", "inspect", "consult", "publicise", "decide", "sign")
"""The kinds of steps that people do here."""
KEPT = ("whose", "due", "item", "does", "number")
"""What of the address is a filter."""


@dataclass(frozen=True)
class Row:
    """One step that waits: its clock in words, with a state that has a colour and a sign of its own; what a key does with it."""

    work: Work
    clock: str
    state: str
    mine: bool

    @property
    def opens(self) -> bool:
        """Whether the case can be opened as things stand."""
        return self.mine or self.work.may_read

    @property
    def takes(self) -> bool:
        """Whether the step can be taken."""
        return not self.mine and (not self.work.claimed_by or self.work.stands_in)

    @property
    def picks(self) -> bool:
        """Whether it can be accepted along with others."""
        return self.work.does == "accept" and self.work.case.stage == "received" and (self.mine or not self.work.claimed_by)

    @property
    def stands_in(self) -> bool:
        """Whether it is in the hands of a colleague on leave for whom the officer stands in."""
        return self.work.stands_in


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
    kept = {name: asked[name] for name in KEPT if asked.get(name)}
    stood_in_for = absences.stood_in_for(actor)
    whose = {name: label for name, label in WHOSE.items() if name != "away" or stood_in_for or chosen.whose == "away"}
    calendar = city.calendar()
    rows = [_row(actor, one, calendar) for one in listed]
    return {
        "rows": rows,
        "wanted": chosen,
        "whose": _choices(whose, "whose", chosen.whose, kept),
        "due": _choices(DUE, "due", chosen.due, kept),
        "steps": {one: NAMES[one] for one in STEPS},
        "items": sorted({(one.case.item_key, one.case.item_name) for one in listed}),
        "picks": any(row.picks for row in rows),
        "lot": actions.pending(actor),
        "told": queries.reminders(actor),
        "away": tuple(absences.away(set(stood_in_for)).values()) if stood_in_for else (),
        "first": f"?{urlencode(kept)}" if asked.get("after") else "",
        "next": f"?{urlencode({**kept, 'after': listed[-1].mark})}" if len(found) > PAGE else "",
        "filtered": chosen != Wanted(),
    }


def _choices(words: Mapping[str, str], name: str, chosen: str, kept: Mapping[str, str]) -> list[Choice]:
    others = {key: value for key, value in kept.items() if key != name}
    return [Choice(label, f"?{urlencode({**others, name: key})}", key == chosen) for key, label in words.items()]


def _row(actor: Actor, one: Work, calendar: Calendar) -> Row:
    words, state = clock(one.by_at, settings.CLOCK(), calendar)
    if one.case.to_mend:
        words, state = "等申请人补正", "pause"
    return Row(one, words, state, one.claimed_by == actor.id)


def clock(by: datetime | None, now: datetime, calendar: Calendar) -> tuple[str, str]:
    """By when, in words, and the state: late, today, soon, fine or none."""
    if by is None:
        return "没有时限", "none"
    by, now = by.astimezone(settings.ZONE), now.astimezone(settings.ZONE)
    today, day = now.date(), by.date()
    if by < now:
        return (f"超期{(today - day).days}天" if day < today else f"今天{by:%H:%M}已过"), "late"
    if day == today:
        return f"今天{by:%H:%M}前", "today"
    left = sum(calendar.is_workday(date.fromordinal(n)) for n in range(today.toordinal() + 1, day.toordinal() + 1))
    return f"{parts.day_text(day)}，还有{left}个工作日", "soon" if left <= 1 else "fine"
