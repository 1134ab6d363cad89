"""A change in words (变更说明): what differs between two versions of a standard, as editors and applicants read it.

>>> from dataclasses import replace
>>> from onevisit.core.definition import Faq, ItemHead, Standard, Step
>>> submit = Step("submit", by="applicant", does="submit", at=("online", "hall"))
>>> before = Standard(ItemHead("契税申报", "行政征收", "tax"), "county", ("person",), (submit,))
>>> after = replace(before, process=(replace(submit, at=("online",)),), faq=(Faq("多久？", "当场。"),))
>>> for one in changes(before, after): print(one.text)
办理流程“提交申请”的办理方式：线上、大厅，改为线上
增加常见问题“多久？”：答：当场。
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from onevisit.catalogue import phrases, telling
from onevisit.catalogue.telling import Known
from onevisit.core import reading
from onevisit.core.definition import Standard
from onevisit.core.shape import NAMES
from onevisit.ledger import suite

OWN = ("level", "format")
"""What a change of a standard never touches."""
Files = Mapping[str, bytes | str]
"""Blank forms and samples by their names, or their hashes."""
NO_FILES: Files = MappingProxyType({})


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


def changes(
    before: Standard | None, after: Standard, files_before: Files = NO_FILES, files_after: Files = NO_FILES
) -> tuple[Change, ...]:
    """Every difference, in the order of the later version; none for what only moved, unless its order says something."""
    old, new = (reading.to_json(one) if one else {} for one in (before, after))
    compared = _Compared(telling.known(old, new))
    said = [
        one for key in _keys(old, new) if key not in OWN for one in compared.differ(key, NAMES[key], old.get(key), new.get(key))
    ]
    return (*said, *_files((new, old), files_before, files_after))


def _keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys([*new, *old]))


@dataclass(frozen=True, slots=True)
class _Compared:
    """Two values of one place, compared in the words of the two versions."""

    words: Known

    def differ(self, path: str, where: str, old: Any, new: Any) -> Iterator[Change]:
        """What differs at this place."""
        if old == new:
            return
        if _entries(old) or _entries(new):
            yield from self.lists(path, where, old or [], new or [])
        elif isinstance(old, dict) and isinstance(new, dict) and not _is_map(path):
            yield from self.records(path, where, old, new)
        else:
            kind = "added" if old is None else "removed" if new is None else "changed"
            yield Change(kind, path, where, *self.said(path, old, new))

    def records(self, path: str, where: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
        """What differs between two records, key by key."""
        for key in _keys(old, new):
            if key != "id":
                yield from self.differ(f"{path}.{key}", f"{where}的{telling.label(path, key)}", old.get(key), new.get(key))

    def lists(self, path: str, where: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
        """Entries are the same by their id, or else by what they say; of equal ones the first is the first."""
        was, now = _by_id(old), _by_id(new)
        for name, one in now.items():
            words = _named(path, where, one)
            if name in was:
                yield from self.records(f"{path}.{name}", words, was[name], one)
            else:
                yield Change("added", f"{path}.{name}", words, "", telling.whole(self.words, path, one))
        for name, one in was.items():
            if name not in now:
                yield Change("removed", f"{path}.{name}", _named(path, where, one), "", "")
        stayed, stands = [name for name in was if name in now], [name for name in now if name in was]
        if stayed != stands:
            then, since = ("、".join(telling.called(path, was[name]) for name in names) for names in (stayed, stands))
            yield Change("changed", path, f"{where}的顺序", then, since)

    def said(self, path: str, old: Any, new: Any) -> tuple[str, str]:
        """Both values as people say them; as they are written, where they differ in no word."""
        key = path.rpartition(".")[2]
        then, now = (telling.told(self.words, key, one) for one in (old, new))
        if then == now:
            then, now = (json.dumps(one, ensure_ascii=False) for one in (old, new))
        return telling.cut(then, now) if old is not None and new is not None else (then, now)


def _files(documents: Sequence[Mapping[str, Any]], old: Files, new: Files) -> Iterator[Change]:
    """Blank forms and samples that came, went, or say another thing under the same name."""
    for name in _keys(old, new):
        was, now = (_mark(files[name]) if name in files else "" for files in (old, new))
        where = f"{telling.files(documents, name)}“{name}”"
        if was != now:
            kind = "changed" if was and now else "added" if now else "removed"
            yield Change(kind, f"files.{name}", f"{where}的内容" if kind == "changed" else where, was, now)


def _mark(content: bytes | str) -> str:
    """By what two files are told apart."""
    return f"校验码{phrases.short(content if isinstance(content, str) else suite.GM.digest(content).hex())}"


def _entries(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _is_map(path: str) -> bool:
    return path.rpartition(".")[2] in telling.MAPS


def _by_id(many: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Entries by what tells them from their neighbours; those that say the same are numbered, so that none hides another."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in many:
        name, number = _id(one), 1
        while (f"{name}#{number}" if number > 1 else name) in found:
            number += 1
        found[f"{name}#{number}" if number > 1 else name] = one
    return found


def _id(one: Mapping[str, Any]) -> str:
    """What tells an entry from its neighbours: its id, its words, or the situation that it is for."""
    words = next((one[key] for key in ("id", "q", "law", "name") if one.get(key)), one.get("when", ""))
    return f"{words}{one.get('article', '')}"


def _named(path: str, where: str, one: Mapping[str, Any]) -> str:
    """An entry in a sentence: 申请材料“合同”."""
    called = telling.called(path, one)
    return f"{where}“{called}”" if called else where
