"""A rule as the command line names it: a name in the packs, or a path."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onevisit import settings
from onevisit.channels.cli.answer import Unreadable, read_text
from onevisit.core import tables
from onevisit.rules import engine
from onevisit.rules.engine import Compiled


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule's file, read and compiled."""

    name: str
    path: Path
    content: dict[str, Any]
    compiled: Compiled


def opened(rule: str) -> RuleFile:
    """The rule of that name or path; raises Unreadable."""
    path, content = written(rule)
    try:
        compiled = engine.compiled(json.dumps(content, ensure_ascii=False))
    except tables.Unreadable as why:
        raise Unreadable(str(why), file=path) from why
    return RuleFile(path.stem, path, content, compiled)


def written(rule: str) -> tuple[Path, dict[str, Any]]:
    """The path and the JSON of the rule of that name or path, not yet read as a rule; raises Unreadable."""
    path = _path(rule)
    content = document(path, read_text(path))
    if not isinstance(content, dict):
        raise Unreadable("规则文件要写成一个 JSON 对象。", file=path, line=1)
    return path, content


def document(path: Path, text: str, number: Callable[[str], Any] = float) -> Any:
    """The JSON of a file's text, its fractions as `number` makes them; raises Unreadable."""
    try:
        return json.loads(text, parse_float=number, object_pairs_hook=_pairs)
    except json.JSONDecodeError as why:
        raise Unreadable(f"不是 JSON（第{why.colno}列：{why.msg}）。", file=path, line=why.lineno) from why
    except _TwiceError as why:
        raise Unreadable("同一个键写了两次。", file=path, key=str(why)) from why


class _TwiceError(Exception):
    pass


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _path(rule: str) -> Path:
    if rule.endswith(".json") or "/" in rule:
        return Path(rule)
    known = {path.stem: path for path in sorted(settings.PACKS.glob("*/rules/*.json"))}
    if rule not in known:
        raise Unreadable(f"没有“{rule}”这条规则。已有：{'、'.join(known) or '无'}；也可以写规则文件的路径。")
    return known[rule]
