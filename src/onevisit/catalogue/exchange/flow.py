"""The process of an item whose table has no sheet of steps: concluded from the official elements (办理形式, 办理流程, 办件类型).

The order is the law's (行政许可法 arts. 29-44): apply, accept, review, decide, issue, deliver. `Row.derived` marks it.
"""

import re
from collections.abc import Iterator
from typing import Any

from onevisit.catalogue.exchange import codesets
from onevisit.catalogue.exchange.columns import FACT
from onevisit.catalogue.exchange.drafts import Draft, Entry

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


def concluded(draft: Draft) -> list[Entry]:
    """The steps, each with the cell that it comes from; none if the table says neither how nor in what order."""
    places = _places(draft)
    told = list(_told(draft))
    if not places and not told:
        return []
    does = list(dict.fromkeys(one for one, _ in told)) or _usual(draft)
    does = [*(["submit"] if "submit" not in does else []), *does]
    ends = [one for one in ("issue", "deliver") if one not in does]
    does = [*(one for one in does if one != "deliver"), *(one for one in ends if one == "issue"), "deliver"]
    steps: list[Entry] = []
    before = ""
    for one in does:
        steps.append(_step(draft, one, before, dict(told).get(one)))
        before = one
    _timed(draft, steps)
    return steps


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


def _told(draft: Draft) -> Iterator[tuple[str, int | None]]:
    """The steps that a text names, with their days."""
    said = draft.fact("flow")
    for part in BETWEEN.split(str(said)) if said else ():
        name = TIMED.sub("", NUMBERED.sub("", part)).strip(" 　。，,：:")
        days = DAYS.search(part)
        try:
            yield codesets.meaning("does", name), int(days[1]) if days else None
        except codesets.NoSuchCode:
            continue


def _usual(draft: Draft) -> list[str]:
    review = ["review"] if draft.values.get(("handling",)) != "instant" else []
    pay = ["pay"] if draft.fact("charges") or draft.entries.get("fees") else []
    return ["submit", "accept", *review, "decide", *pay, "issue", "deliver"]


def _step(draft: Draft, does: str, before: str, days: int | None) -> Entry:
    by = "applicant" if does in ("submit", "pay", "sign") else "system" if does in MACHINE else "department"
    step: dict[tuple[str, ...], Any] = {("id",): does, ("by",): by, ("does",): does}
    if before:
        step["needs",] = [before]
    if does == "submit":
        step["at",] = _places(draft) or ["hall"]
        _present(draft, step)
    if does == "pay":
        step["at",] = ["online"] if "online" in _places(draft) else ["hall"]
    if does == "deliver":
        step["at",] = _delivery(draft)
    if days:
        step["days",] = days
    if does == "issue" and (result := _result(draft)):
        step["result",] = result
    cell = draft.cell((FACT, "flow"), (FACT, "forms"), (FACT, "online"))
    where = draft.cell((FACT, "forms"), (FACT, "online"), (FACT, "flow"))
    own = where if does in ("submit", "deliver") else cell
    cells: dict[tuple[str, ...], str] = {
        ("at",): where,
        ("presence",): draft.cell((FACT, "reason"), ("visits",)),
        ("days",): _limit_cell(draft, cell),
    }
    return Entry(own, draft.row, step, cells)


def _present(draft: Draft, step: dict[tuple[str, ...], Any]) -> None:
    """A reason for coming, or a number of visits where there is no other way, says that one must be there."""
    reason, visits = draft.fact("reason"), draft.values.get(("visits",))
    wanted = reason and not re.fullmatch(r"[无/\\—-]+|不涉及", str(reason).strip())
    if wanted and visits != 0:
        step["at",] = ["hall"]
        step["presence",] = {"reason": str(reason).strip()}
    elif visits and step["at",] == ["hall"]:
        step["presence",] = {}


def _delivery(draft: Draft) -> list[str]:
    forms = draft.fact("forms")
    post = draft.fact("courier") or (isinstance(forms, list) and "courier" in forms)
    return ["courier", "hall"] if post else ["hall"]


def _result(draft: Draft) -> str:
    results = draft.entries.get("results", ())
    return str(results[0].values.get(("id",), "result1")) if results else ""


def _limit_cell(draft: Draft, otherwise: str) -> str:
    limits = draft.entries.get("limits", ())
    return limits[0].cell(("promised",), ("legal",)) if limits else otherwise


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
