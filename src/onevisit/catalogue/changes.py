"""A change in words (变更说明): what differs between two versions of a standard, as editors and applicants read it.

>>> from dataclasses import replace
>>> from onevisit.core.definition import Faq, ItemHead, Standard, Step
>>> submit = Step("submit", by="applicant", does="submit", at=("online", "hall"))
>>> before = Standard(ItemHead("契税申报", "行政征收", "tax"), "county", ("person",), (submit,))
>>> after = replace(before, process=(replace(submit, at=("online",)),), faq=(Faq("多久？", "当场。"),))
>>> for one in changes(before, after): print(one.text)
办理流程“提交申请”的办理方式：线上、大厅，改为线上
增加常见问题“多久？”
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onevisit.catalogue import phrases
from onevisit.core import process, reading, reasons
from onevisit.core.definition import Standard
from onevisit.core.shape import NAMES

WORDY = ("name", "label", "ask", "text", "q", "law", "title")
"""Keys that say in words what an entry is."""
OWN = ("item", "level", "format")
"""What a change of a standard never touches."""
LONG = 60
SPOKEN: Mapping[str, Mapping[str, str]] = {
    "at": reasons.PLACES, "audience": phrases.AUDIENCES, "handling": phrases.HANDLING, "level": phrases.LEVELS,
    "does": process.NAMES,
}  # fmt: skip
"""Keys whose values have words of their own."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, and what stood and stands there; `before` or `after` is empty for what came or went."""

    kind: str
    path: str
    where: str
    before: str
    after: str

    @property
    def text(self) -> str:
        """The change as a sentence without its full stop."""
        if self.kind == "added":
            return f"增加{self.where}" + (f"：{self.after}" if self.after else "")
        if self.kind == "removed":
            return f"删去{self.where}" + (f"：{self.before}" if self.before else "")
        return f"{self.where}：{self.before}，改为{self.after}"


def changes(before: Standard | None, after: Standard) -> tuple[Change, ...]:
    """Every difference, in the order of the later version; none for what only moved, unless its order says something."""
    old, new = (reading.to_json(one) if one else {} for one in (before, after))
    return tuple(
        change for key in _keys(old, new) if key not in OWN for change in _differ(key, NAMES[key], old.get(key), new.get(key))
    )


def _keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys([*new, *old]))


def _differ(path: str, where: str, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    if _entries(old) or _entries(new):
        yield from _lists(path, where, old or [], new or [])
    elif isinstance(old, dict) and isinstance(new, dict) and not _is_map(path):
        for key in _keys(old, new):
            yield from _differ(f"{path}.{key}", f"{where}的{NAMES.get(key, key)}", old.get(key), new.get(key))
    else:
        kind = "added" if old is None else "removed" if new is None else "changed"
        yield Change(kind, path, where, _said(path, old), _said(path, new))


def _lists(path: str, where: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    """Entries are the same by their id, or else by what they say."""
    was, now = ({_id(one): one for one in many} for many in (old, new))
    for name, one in now.items():
        inner, words = f"{path}.{name}", _named(path, where, one)
        if name not in was:
            yield Change("added", inner, words, "", "")
            continue
        for key in _keys(was[name], one):
            if key != "id":
                yield from _differ(f"{inner}.{key}", f"{words}的{NAMES.get(key, key)}", was[name].get(key), one.get(key))
    for name, one in was.items():
        if name not in now:
            yield Change("removed", f"{path}.{name}", _named(path, where, one), "", "")
    stayed, stands = [name for name in was if name in now], [name for name in now if name in was]
    if stayed != stands:
        then, since = ("、".join(_called(path, was[name]) for name in names) for names in (stayed, stands))
        yield Change("changed", path, f"{where}的顺序", then, since)


def _entries(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _is_map(path: str) -> bool:
    return path.rpartition(".")[2] in ("when", "options", "rules")


def _id(one: Mapping[str, Any]) -> str:
    """What tells an entry from its neighbours: its id, its words, or the situation that it is for."""
    words = next((one[key] for key in ("id", "q", "law", "name") if one.get(key)), one.get("when", ""))
    return f"{words}{one.get('article', '')}"


def _named(path: str, where: str, one: Mapping[str, Any]) -> str:
    """An entry in a sentence: 申请材料“合同”."""
    called = _called(path, one)
    return f"{where}“{called}”" if called else where


def _called(path: str, one: Mapping[str, Any]) -> str:
    """What an entry is called: a step by what it does, anything else by its words."""
    if path == "process":
        return str(one.get("name") or process.NAMES.get(one.get("does", ""), one.get("id", "")))
    words = next((str(one[key]) for key in WORDY if one.get(key)), str(one.get("id", "")))
    return _short(words + (f" {one['article']}" if one.get("article") else ""))


def _said(path: str, value: Any) -> str:
    """A value as people say it."""
    key = path.rpartition(".")[2]
    words = SPOKEN.get(key, {})
    if value is None or value == "":
        return "（无）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(words.get(str(one), str(one)) for one in value) or "（无）"
    if isinstance(value, dict):
        return _short("；".join(f"{name}＝{_said('', inner)}" for name, inner in value.items()) or "（无）")
    return _short(words.get(str(value), str(value)))


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}…"
