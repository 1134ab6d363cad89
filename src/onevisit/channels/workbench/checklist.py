"""The materials of a case as whoever handles it checks them: where each comes from, what is there, what may follow (容缺)."""

from collections.abc import Mapping
from dataclasses import dataclass

from onevisit.cases import actions
from onevisit.cases.queries import Attached, Contents, OwedView
from onevisit.channels.ui import parts
from onevisit.core import values
from onevisit.core.definition import Material, Standard

SOURCES: Mapping[str, str] = {"applicant": "申请人交", "commitment": "告知承诺", "shared": "共享数据", "licence": "电子证照"}
IN_TAB = (".jpg", ".jpeg", ".png", ".pdf")
"""What a browser shows."""


@dataclass(frozen=True)
class Line:
    """One material: its source and state in words (`state` ok, wait or late), the files that were handed in for it."""

    id: str
    name: str
    source: str
    state: str
    words: str
    files: tuple[Attached, ...]

    @property
    def shown(self) -> tuple[tuple[Attached, bool], ...]:
        """The files, each with whether a browser can show it."""
        return tuple((one, one.name.lower().endswith(IN_TAB)) for one in self.files)


def lines(standard: Standard, held: Contents, owed: tuple[OwedView, ...] = ()) -> tuple[Line, ...]:
    """Each material of the situation; of those that stand for one another (`one_of`) one is enough."""
    asked = values.materials(standard, held.answers)
    there = {one.material for one in held.attachments} | set(held.handed)
    answered = {one.one_of for one in asked if one.one_of and (one.id in there or not values.is_handed_in(one))}
    return tuple(_line(one, held, owed, one.one_of in answered and one.id not in there) for one in asked)


def lacking(standard: Standard, held: Contents) -> tuple[tuple[Material, ...], tuple[Material, ...]]:
    """The materials that are not there: those that may follow, and those without which nothing is accepted."""
    open_ones = {one.id for one in lines(standard, held) if one.state in ("wait", "late")}
    found = [one for one in values.materials(standard, held.answers) if one.id in open_ones]
    return tuple(one for one in found if one.tolerance), tuple(one for one in found if not one.tolerance)


def _line(one: Material, held: Contents, owed: tuple[OwedView, ...], needless: bool) -> Line:
    files = tuple(file for file in held.attachments if file.material == one.id)
    state, words = _state(one, held, owed, needless, bool(files))
    return Line(one.id, one.name, SOURCES.get(one.source.partition(":")[0], one.source), state, words, files)


def _state(one: Material, held: Contents, owed: tuple[OwedView, ...], needless: bool, has_files: bool) -> tuple[str, str]:
    """How it stands with the material, by the first that is true of it."""
    due = next((each for each in owed if each.material == one.id), None)
    if one.id in held.handed:
        return "ok", actions.SHOWN.get(held.handed[one.id].get("how", ""), "窗口收过")
    if due is not None and due.supplied_at is None:
        return "wait", f"容缺，最晚{parts.day_text(due.until)}补交"
    if has_files:
        return "ok", "已交"
    if needless or not values.is_handed_in(one):
        return "ok", "领证时看原件" if one.source == "applicant" and not needless else "不用交"
    return ("wait", "没有交，可以容缺") if one.tolerance else ("late", "没有交")
