"""What stands in a definition as people say it (说法): values, records and whole entries, for who compares two versions.

>>> told(Known(), "source", "shared:police.person"), told(Known(), "at", ["online", "hall"]), told(Known(), "days", None)
('共享数据police.person', '线上、大厅', '（无）')
>>> cut("交" * 90 + "不收费。", "交" * 90 + "收一百元。") == ("…" + "交" * 30 + "不收费。", "…" + "交" * 30 + "收一百元。")
True
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from onevisit.catalogue import phrases
from onevisit.catalogue.exchange import codesets
from onevisit.core import process, reasons
from onevisit.core.definition import MaterialForm
from onevisit.core.shape import NAMES

LONG, AROUND = 60, 30
"""Characters of a text that is shown whole, and of one that is not, those before and after all that differs."""
NONE = "（无）"
MAPS = ("when", "options", "rules")
"""Keys under which names stand that the definition gave itself."""
WORDY = ("name", "label", "ask", "text", "q", "law", "title")
"""Keys that say in words what an entry is."""
SPOKEN: Mapping[str, Mapping[str, str]] = {
    "at": reasons.PLACES, "audience": phrases.AUDIENCES, "handling": phrases.HANDLING, "level": phrases.LEVELS,
    "does": process.NAMES, "type": codesets.SETS["field_type"].words, "kind": phrases.KINDS,
    **{name: codesets.SETS[name].words for name in ("handled_in", "unit", "authority")},
    "signature": {**phrases.SIGNATURES, "none": "不用签名"},
    "source": {"applicant": "申请人提供", "commitment": "书面承诺"},
    "by": {
        "applicant": "申请人", "window": "综合窗口", "system": "系统自动", "department": "本部门", "regulator": "监管部门",
    },
}  # fmt: skip
"""Keys whose values have words of their own."""
OPENINGS: Mapping[str, Mapping[str, str]] = {
    "source": {"shared": "共享数据", "licence": "电子证照", "rule": "规则", "applicant": "申请人的"},
    "by": {"applicant": "当事人", "department": "部门"},
}
"""What stands before a colon in such values."""
ALWAYS: Mapping[str, Mapping[str, Any]] = {"materials": {"source": "applicant"}, "form": {"type": "text"}}
"""What an entry says even where it says nothing."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a definition's own words are called: its questions with their options, its steps."""

    questions: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)


def known(*documents: Mapping[str, Any]) -> Known:
    """The words of these documents; the last one's count first."""
    asked = {one["id"]: (one["ask"], one["options"]) for document in documents for one in document.get("questions", ())}
    steps = {one["id"]: called("process", one) for document in documents for one in document.get("process", ())}
    return Known(asked, steps)


def called(path: str, one: Mapping[str, Any]) -> str:
    """What an entry is called: a step by what it does, anything else by its words."""
    if path == "process":
        return str(one.get("name") or process.NAMES.get(one.get("does", ""), one.get("id", "")))
    words = next((str(one[key]) for key in WORDY if one.get(key)), str(one.get("id", "")))
    return _short(words + (f" {one['article']}" if one.get("article") else ""))


def label(path: str, key: str) -> str:
    """What a key of an entry is called."""
    return "样式" if key == "form" and path.startswith("materials") else NAMES.get(key, key)


def whole(words: Known, path: str, one: Mapping[str, Any]) -> str:
    """All that an entry holds but its name."""
    rest = {**ALWAYS.get(path, {}), **one}
    for key in _naming(path, one):
        del rest[key]
    rest.pop("id", None)
    return "；".join(f"{label(path, key)}：{told(words, key, value)}" for key, value in rest.items())


def _naming(path: str, one: Mapping[str, Any]) -> list[str]:
    """The keys that `called` has told already, in full."""
    order = ("name", "does") if path == "process" else WORDY
    first = next((key for key in order if one.get(key)), "")
    named = [first, "article"] if first and path != "process" else [first]
    return [key for key in named if key in one and len(called(path, one)) <= LONG]


def told(words: Known, key: str, value: Any) -> str:
    """A value as people say it, in full."""
    if value is None or value in ("", [], {}):
        return NONE
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return ("；" if isinstance(value[0], dict) else "、").join(told(words, key, one) for one in value)
    if isinstance(value, dict):
        return _mapping(words, key, value)
    return _word(words, key, str(value))


def _word(words: Known, key: str, text: str) -> str:
    if key == "needs":
        return words.steps.get(text, text)
    first, colon, rest = text.partition(":")
    opening = OPENINGS.get(key, {}).get(first) if colon else None
    return f"{opening}{rest}" if opening else SPOKEN.get(key, {}).get(text, text)


def _mapping(words: Known, key: str, value: Mapping[str, Any]) -> str:
    if key == "when":
        return "，".join(_answered(words, name, options) for name, options in value.items())
    if key in MAPS:
        return "；".join(f"{name}＝{told(words, '', inner)}" for name, inner in value.items())
    if key == "basis":
        text = f"（{value['text']}）" if value.get("text") else ""
        return f"《{value.get('law', '')}》{value.get('article', '')}{text}"
    if key == "form" and "id" not in value:
        files = [f"{NAMES[name]}{value[name]}" for name in ("template", "sample") if value.get(name)]
        return "，".join(filter(None, [phrases.demand(MaterialForm(**value)), *files]))
    return "，".join(f"{NAMES.get(name, name)}：{told(words, name, inner)}" for name, inner in value.items())


def _answered(words: Known, name: str, chosen: Any) -> str:
    many = chosen if isinstance(chosen, list) else [chosen]
    ask, options = words.questions.get(name, (name, {}))
    return f"“{ask}”选{'或者'.join(f'“{options.get(str(one), one)}”' for one in many)}"


def cut(before: str, after: str) -> tuple[str, str]:
    """Both texts, around all that differs between them if either is long: what was changed is always seen whole.

    >>> cut("五天。", "四天。")
    ('五天。', '四天。')
    """
    if max(len(before), len(after)) <= LONG:
        return before, after
    same = _alike(before, after)
    alike = _alike(before[same:][::-1], after[same:][::-1])
    return _around(before, same, alike), _around(after, same, alike)


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _around(text: str, same: int, alike: int) -> str:
    begin, end = max(0, same - AROUND), min(len(text), len(text) - alike + AROUND)
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def files(kinds: Sequence[Mapping[str, Any]], name: str) -> str:
    """What a file is to these documents: a blank form, a sample, or only a file."""
    named = {
        (key, one.get(key)) for document in kinds for part in ("materials", "results") for entry in document.get(part, ())
        for one in (entry, entry.get("form") or {}) for key in ("template", "sample")
    }  # fmt: skip
    return next((NAMES[key] for key in ("template", "sample") if (key, name) in named), "文件")
