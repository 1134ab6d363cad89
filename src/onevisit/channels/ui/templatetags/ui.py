"""One template tag a part: door, rail, clock bar, controls, error summary; filters for dates and money as people read them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings

from onevisit.channels.ui import forms, parts
from onevisit.channels.ui.forms import Control, Problem

register = template.Library()

DOOR_WORDS = {0: "零跑", 1: "最多跑一次"}


@register.inclusion_tag("ui/door.html")
def door(visits: int, label: str = "", why: str = "", small: bool = False) -> dict[str, Any]:
    """The door (门): shut for no visit, open for one, cinnabar for more; always with a sentence of why."""
    word = DOOR_WORDS.get(visits, f"跑{visits}次")
    return {
        "visits": visits,
        "word": f"{label}：{word}" if label else word,
        "why": why,
        "small": small,
        "aria": "不用跑" if not visits else f"跑{visits}次",
    }


FETCHED = "我们来取"
PROMISES = {"zero": 0, "one": 1, "many": 2}


@register.inclusion_tag("ui/door.html")
def promise(word: str) -> dict[str, Any]:
    """The small door of a list, from the promise that was computed: zero, one or many."""
    visits = PROMISES.get(word, 1)
    words = {"zero": "零跑", "one": "最多跑一次", "many": "跑多次"}
    return {"visits": visits, "word": words.get(word, ""), "why": "", "small": True, "aria": words.get(word, "")}


@register.inclusion_tag("ui/rail.html")
def rail(steps: Any) -> dict[str, Any]:
    """The rail (流程): an ordered list; steps of one group stand side by side as 同时办理."""
    groups: dict[int, list[Any]] = {}
    for step in steps:
        groups.setdefault(step.group, []).append(step)
    return {"groups": [groups[key] for key in sorted(groups)]}


@register.inclusion_tag("ui/materials.html")
def materials(guide: Any) -> dict[str, Any]:
    """The materials list: first what the applicant hands in or promises, then, folded, what is fetched."""
    return {
        "owed": [m for m in guide.materials if m.status != FETCHED],
        "fetched": [m for m in guide.materials if m.status == FETCHED],
    }


@register.inclusion_tag("ui/clock.html")
def clock_bar(clock: parts.Clock) -> dict[str, Any]:
    """The clock bar with its headline and its sentence."""
    return {"clock": clock}


@register.inclusion_tag("ui/control.html")
def control(one: Control) -> dict[str, Any]:
    """A label, hint, error and input, in this order."""
    return {"c": one}


@register.inclusion_tag("ui/errors.html")
def error_summary(problems: tuple[Problem, ...]) -> dict[str, Any]:
    """The summary on top of a page that was filled in wrongly, with a link to each field."""
    return {"problems": problems}


@register.filter
def day(value: date | datetime | None) -> str:
    """11月28日."""
    return parts.day_text(value.astimezone(settings.ZONE).date() if isinstance(value, datetime) else value)


@register.filter
def moment(value: datetime | str | None) -> str:
    """11月28日09:41."""
    return parts.moment_text(datetime.fromisoformat(value) if isinstance(value, str) and value else value or None)


@register.filter
def yuan(value: Any) -> str:
    """9,000.00元."""
    return "" if value in (None, "") else f"{Decimal(str(value)):,.2f}元"


@register.filter
def words(one: Control) -> str:
    """What stands in a control, as people read it."""
    return forms.words(one)


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """The value of a key, empty if there is none."""
    return (mapping or {}).get(key, "")
