"""The process of an item whose table has no sheet of steps: concluded from the official elements (办理形式, 办理流程, 办件类型).

The order is the law's (行政许可法 arts. 29-44): apply, accept, review, decide, issue, deliver. `Row.derived` marks it.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from onevisit.catalogue.exchange import codesets
from onevisit.catalogue.exchange.columns import FACT, Path
from onevisit.catalogue.exchange.entries import Draft, Entry

BETWEEN = re.compile(r"→|->|—+|－+|--+|＞|>|⇒|➡|\n|；|;")
DAYS = re.compile(r"(\d{1,3})\s*个?(?:工作日|自然日|日|天)")
TIMED = re.compile(r"[（(][^（）()]*[)）]|\d+\s*个?(?:工作日|自然日|日|天)(?:内|以内)?")
NUMBERED = re.compile(
    r"^\s*(?:第[一二三四五六七八九十\d]+步|[（(]?\d{1,2}[)）.、．]|[①-⑳]|[一二三四五六七八九十]+[、.])\s*[：:]?"
)
ENDS = ("deliver",)
MACHINE = ("issue", "deliver")
WAITS = ("review", "decide")
"""Who works while the promised time runs, the first that there is."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Which cells say in what order, where, why one must come, and how long it takes."""

    order: str
    places: str
    reason: str
    days: str


@dataclass(frozen=True, slots=True)
class Told:
    """A step as a text names it, with its days."""

    does: str
    name: str = ""
    days: int | None = None


def concluded(draft: Draft) -> list[Entry]:
    """The steps, each with the cell that it comes from; none if the table says neither how nor in what order."""
    told = list(_told(draft))
    if not told and not _places(draft):
        return []
    cells = _cells(draft)
    steps: list[Entry] = []
    for one in _ordered(told or [Told(does) for does in _usual(draft)]):
        steps.append(_step(draft, one, steps, cells))
    _timed(draft, steps)
    return steps


def _ordered(told: list[Told]) -> list[Told]:
    """From applying to getting the result; both ends and the making of the result are there, whatever a text leaves out."""
    found = [one for one in told if one.does not in ("submit", "deliver")]
    if not any(one.does == "issue" for one in found):
        found.append(Told("issue"))
    first, last = ([one for one in told if one.does == end][:1] or [Told(end)] for end in ("submit", "deliver"))
    return [*first, *found, *last]


def _cells(draft: Draft) -> Cells:
    limits = draft.entries.get("limits", ())
    order = draft.cell((FACT, "flow"), (FACT, "forms"), (FACT, "online"))
    places = draft.cell((FACT, "forms"), (FACT, "online"), (FACT, "flow"))
    days = limits[0].cell(("promised",), ("legal",)) if limits else order
    return Cells(order, places, draft.cell((FACT, "reason"), ("visits",)), days)


def _places(draft: Draft) -> list[str]:
    """Where one can apply."""
    forms = draft.fact("forms")
    found = list(forms) if isinstance(forms, list) else []
    for fact, place in (("online", "online"), ("kiosk", "kiosk"), ("post", "post")):
        if draft.fact(fact) and place not in found:
            found.append(place)
    if not found and (draft.fact("online") is False or draft.entries.get("offer.places")):
        found.append("hall")
    return [place for place in found if place in ("online", "kiosk", "post", "agent", "door", "hall")]


def _told(draft: Draft) -> Iterator[Told]:
    """The steps that a text names; what is no step that we know stays a text."""
    said = draft.fact("flow")
    for part in BETWEEN.split(str(said)) if said else ():
        name = TIMED.sub("", NUMBERED.sub("", part)).strip(" 　。，,：:")
        days = DAYS.search(part)
        with suppress(codesets.NoSuchCode):
            yield Told(codesets.meaning("does", name), name, int(days[1]) if days else None)


def _usual(draft: Draft) -> list[str]:
    review = ["review"] if draft.values.get(("handling",)) != "instant" else []
    pay = ["pay"] if draft.fact("charges") or draft.entries.get("fees") else []
    return ["submit", "accept", *review, "decide", *pay, "issue", "deliver"]


def _step(draft: Draft, one: Told, before: list[Entry], cells: Cells) -> Entry:
    does = one.does
    by = "applicant" if does in ("submit", "pay", "sign") else "system" if does in MACHINE else "department"
    again = sum(other.values["does",] == does for other in before)
    step: dict[Path, Any] = {("id",): f"{does}{again + 1}" if again else does, ("by",): by, ("does",): does}
    if one.name:
        step["name",] = one.name
    if before:
        step["needs",] = [before[-1].values["id",]]
    if does == "submit":
        step["at",] = _places(draft) or ["hall"]
        _present(draft, step)
    elif by == "applicant":
        step["at",] = ["online"] if "online" in _places(draft) else ["hall"]
    elif does == "deliver":
        step["at",] = _delivery(draft)
    if one.days:
        step["days",] = one.days
    if does == "issue" and not again and (result := _result(draft)):
        step["result",] = result
    told: dict[Path, str] = {
        ("at",): cells.places,
        ("presence",): cells.reason,
        ("days",): cells.order if one.days else cells.days,
    }
    return Entry(cells.places if does in ("submit", "deliver") else cells.order, draft.row, step, told)


def _present(draft: Draft, step: dict[Path, Any]) -> None:
    """A reason for coming, or a number of visits where there is no other way, says that one must be there."""
    reason, visits = draft.fact("reason"), draft.values.get(("visits",))
    if _is_reason(reason) and visits != 0:
        step["at",] = ["hall"]
        step["presence",] = {"reason": str(reason).strip()}
    elif visits and step["at",] == ["hall"]:
        step["presence",] = {}


def _delivery(draft: Draft) -> list[str]:
    """How the result comes: without a word of the hall as a licence or by courier, nobody has to fetch it."""
    forms, reason = draft.fact("forms"), draft.fact("reason")
    post = draft.fact("courier") or (isinstance(forms, list) and "courier" in forms)
    places = _places(draft)
    if places and "hall" not in places and not draft.values.get(("visits",)) and not _is_reason(reason):
        return ["licence", "courier"]
    return ["courier", "hall"] if post else ["hall"]


def _is_reason(said: Any) -> bool:
    return bool(said) and not re.fullmatch(r"[无/\\—-]+|不涉及", str(said).strip())


def _result(draft: Draft) -> str:
    results = draft.entries.get("results", ())
    return str(results[0].values.get(("id",), "result1")) if results else ""


def _timed(draft: Draft, steps: list[Entry]) -> None:
    """Steps of an instant item are instant; of a promised one the review takes the promised time, if none is told."""
    limits = draft.entries.get("limits", ())
    promised = (limits[0].values.get(("promised",)) or limits[0].values.get(("legal",))) if limits else None
    waits = draft.values.get(("handling",)) != "instant" and isinstance(promised, int) and promised > 0
    inner = [one for one in steps if one.values["by",] != "applicant" and one.values["does",] not in ENDS]
    if waits and not any(("days",) in one.values for one in inner):
        slow = next((one for word in WAITS for one in inner if one.values["does",] == word), None)
        if slow:
            slow.values["days",] = promised
    for one in inner:
        if ("days",) not in one.values:
            one.values["instant",] = True
