"""One template tag a part: door, rail, clock bar, controls, error summary; filters for dates and money as people read them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

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
def materials(guide: Any, papers: str = "") -> dict[str, Any]:
    """The materials list: first what the applicant hands in or promises, then, folded, what is fetched.

    `papers` is the address under which the blank forms and samples that the definition names are to be had.
    """
    owed = [m for m in guide.materials if m.status != FETCHED]
    return {
        "guide": guide,
        "papers": papers,
        "owed": owed,
        "partial": guide.partial and len(owed) > guide.owed_count,
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


@register.inclusion_tag("ui/known.html")
def known(controls: tuple[Control, ...], dispute: str = "", back: str = "") -> dict[str, Any]:
    """What sources told, each with its name and time; with `dispute`, an address for what is wrong of it (不对？)."""
    return {"all": forms.by_source(controls), "dispute": dispute, "back": back}


@register.simple_tag(takes_context=True)
def nav_link(context: dict[str, Any], href: str, label: str, sections: str = "") -> SafeString:
    """A link of the main navigation, marked where the page belongs to one of its sections."""
    here = context.get("section", "") in (sections.split() if sections else [href.strip("/")])
    exact = context.get("here", "").partition("?")[0] == href
    mark = format_html(' aria-current="{}"', "page" if exact else "true") if here or exact else ""
    return format_html('<a href="{}"{}>{}</a>', href, mark, label)


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
