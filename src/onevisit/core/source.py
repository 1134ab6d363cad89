"""A definition's text as plain values, with the line of every key: YAML 1.2 (`yes` and `no` are words) or the same as JSON.

Numbers without quotes stay as they were written (`Number`), so that nothing is lost before the types say what is wanted.

>>> source = parse("audience: [person]\\nrenews: yes\\nmaterials:\\n  - {id: contract, copies: 010}")
>>> source.value
{'audience': ['person'], 'renews': 'yes', 'materials': [{'id': 'contract', 'copies': '010'}]}
>>> source.lines["materials.contract.copies"], line_of(source.lines, "materials.contract.name")
(4, 4)
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from onevisit.core import plain_yaml

NULL = re.compile(r"~|null|Null|NULL|")
TRUE = re.compile(r"true|True|TRUE")
FALSE = re.compile(r"false|False|FALSE")
NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")
NOT_IN_YAML = re.compile("[^\t\n\r -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What JSON allows in a string and YAML does not, or counts as a break of the line (YAML 1.2, 5.1; U+0085, U+2028)."""
SPREAD = 10
"""How much bigger than its text a file may become by its aliases."""


class NotYaml(Exception):
    """The text is neither YAML nor JSON; `line` says where reading stopped."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


class Number(str):
    """A number as it was written, without quotes."""


@dataclass(frozen=True, slots=True)
class Double:
    """A key that stands twice in one mapping."""

    path: str
    line: int


@dataclass(frozen=True)
class Source:
    """What a text says: dicts, lists, texts, numbers as written, booleans, None."""

    value: Any
    lines: Mapping[str, int]
    doubles: tuple[Double, ...] = ()


def parse(text: str) -> Source:
    """The plain values of a text and the line of every key. Raises `NotYaml`."""
    text = text.removeprefix("\ufeff")
    source = _json(text) if text.lstrip().startswith("{") else None
    source = source or _yaml(text)
    if "\\" in text:
        _refuse_halves(source.value)
    return source


def labels(ids: Sequence[object]) -> list[str]:
    """How the entries of a list are called in a path: by their id, or by their place where they have none or share it."""
    seen: set[object] = set()
    found: list[str] = []
    for place, one in enumerate(ids):
        known = isinstance(one, str) and one != "" and one not in seen
        found.append(str(one) if known else str(place))
        seen.add(one if isinstance(one, str) else None)
    return found


def line_of(lines: Mapping[str, int], path: str) -> int:
    """The line of a path, or of the nearest thing around it that is written."""
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return lines.get(path, 1)


def joined(path: str, key: str) -> str:
    """The path of a key below another."""
    return f"{path}.{key}" if path else key


class _Lines(Mapping[str, int]):
    """Lines of a JSON text, looked for only when somebody asks."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _found(self) -> Mapping[str, int]:
        """JSON takes characters, depths and long keys that YAML refuses: then the lines are less, the values stand."""
        try:
            return _yaml(NOT_IN_YAML.sub("?", self._text)).lines
        except NotYaml:
            return {}

    def __getitem__(self, path: str) -> int:
        return self._found[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class _DoubleKeyError(Exception):
    """A JSON object names a key twice; where, only the other reader can say."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _DoubleKeyError
    return found


def _json(text: str) -> Source | None:
    try:
        value = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=str, object_pairs_hook=_pairs)
    except (ValueError, RecursionError, _DoubleKeyError):
        return None
    return Source(value, _Lines(text))


def _yaml(text: str) -> Source:
    try:
        node = plain_yaml.compose(text) or YAML(typ="safe", pure=True).compose(text)
        walk = _Walk(limit=SPREAD * len(text) + 1000)
        value = walk.plain(node, "") if node is not None else None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise NotYaml(
            line, f"第{line}行不符合YAML的写法（{error.problem or error.context}），请检查缩进、冒号和引号。"
        ) from error
    except YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise NotYaml(line, f"第{line}行有不能使用的字符，请删除后再试。") from error
    except RecursionError as error:
        raise NotYaml(1, "内容层层相套或者自己引用自己，无法读取，请改为平铺的写法。") from error
    return Source(value, walk.lines, tuple(walk.doubles))


class _Walk:
    """One pass over the nodes of a YAML text."""

    def __init__(self, limit: int) -> None:
        self.lines: dict[str, int] = {}
        self.doubles: list[Double] = []
        self._left = limit

    def plain(self, node: Node, path: str) -> Any:
        self._left -= 1
        if self._left < 0:
            raise NotYaml(node.start_mark.line + 1, "引用（&和*）展开后内容过多，请直接写出内容。")
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, ScalarNode):
            return _scalar(node)
        return self._mapping(node, path) if isinstance(node, MappingNode) else self._sequence(node, path)

    def _mapping(self, node: MappingNode, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                raise NotYaml(line, f"第{line}行的键要写成一个词。")
            here = joined(path, key.value)
            if key.value in found:
                self.doubles.append(Double(here, line))
                continue
            self.lines.setdefault(here, line)
            found[key.value] = self.plain(value, here)
        return found

    def _sequence(self, node: Node, path: str) -> list[Any]:
        names = labels([_id(entry) for entry in node.value])
        for place, entry in enumerate(node.value):
            self.lines.setdefault(joined(path, str(place)), entry.start_mark.line + 1)
        return [self.plain(entry, joined(path, name)) for name, entry in zip(names, node.value, strict=True)]


def _id(node: Node) -> object:
    if not isinstance(node, MappingNode):
        return None
    return next((value.value for key, value in node.value if key.value == "id" and isinstance(value, ScalarNode)), None)


def _scalar(node: ScalarNode) -> Any:
    text = str(node.value)
    if node.style is not None or node.tag == "tag:yaml.org,2002:str":
        return text
    if NULL.fullmatch(text):
        return None
    if TRUE.fullmatch(text) or FALSE.fullmatch(text):
        return bool(TRUE.fullmatch(text))
    return Number(text) if NUMBER.fullmatch(text) else text


def _refuse_halves(value: Any) -> None:
    """Escapes such as \\ud83d alone are no character and could not be written out again."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise NotYaml(1, "文件里有写了一半的转义字符（\\ud800–\\udfff），请改为完整的字符。") from error
