"""Reading a file of the format `onevisit/1`: a Standard, an offer, the register or a matter, with every fault and its line.

One reader for all types: what may stand where is read off the dataclasses (`shape`), what must exist is checked in `references`.

>>> reading = read("format: onevisit/1\\nmatter:\\n  name: 企业开办一件事\\n  items: [{item: firm}, {item: seal, nedes: [firm]}]")
>>> reading.document
Matter(name='企业开办一件事', items=(MatterItem(item='firm', needs=()), MatterItem(item='seal', needs=())), code='', lead='')
>>> [(fault.code, fault.line, fault.path) for fault in reading.faults]
[('OV101', 4, 'matter.items.1.nedes')]
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from onevisit.core import references
from onevisit.core.definition import FORMAT, Standard
from onevisit.core.offers import Matter, Offer, Register
from onevisit.core.shape import FILES, NAMES, Element, Kind, elements, schema, to_json
from onevisit.core.source import NotYaml, Number, joined, labels, line_of, parse

__all__ = ["Document", "Fault", "NotYaml", "Reading", "read", "schema", "to_json"]

Document = Standard | Offer | Register | Matter

UNKNOWN_KEY, MISSING_ELEMENT, BAD_VALUE, NO_SUCH = "OV101", "OV102", "OV103", "OV104"
NOT_LOCAL = "OV902"
"""An offer may hold nothing but local facts (办事指南同源)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file, where, and what to do."""

    code: str
    message: str
    line: int
    path: str


@dataclass(frozen=True)
class Reading:
    """What a file says as far as it can be read; with any fault, `document` has stand-ins where something is wrong or missing."""

    document: Document | None
    faults: tuple[Fault, ...]
    lines: Mapping[str, int] = field(repr=False)
    name: str = ""

    def line(self, path: str) -> int:
        """The line of a path such as `materials.contract.form`, or of the nearest thing around it."""
        return line_of(self.lines, path)


def read(text: str, name: str = "") -> Reading:
    """The document of a text, and every fault in the order of the lines. Raises `NotYaml`."""
    source = parse(text)
    reader = _Reader()
    document = reader.document(source.value)
    found = [(BAD_VALUE, f"“{_key(one.path)}”写了两次，请只留一处。", one.path, one.line) for one in source.doubles]
    found += [(code, message, path, line_of(source.lines, path)) for code, message, path in reader.found]
    faults = [Fault(code, message, line, path) for code, message, path, line in found]
    return Reading(document, tuple(sorted(faults, key=lambda one: one.line)), source.lines, name)


def _key(path: str) -> str:
    return path.rpartition(".")[2]


def _called(key: str) -> str:
    return f"{NAMES[key]}（{key}）" if key in NAMES else key


TYPES: tuple[tuple[type, str], ...] = (
    (dict, "一组键值"), (list, "一个列表"), (bool, "true或者false"), (Number, "一个数字"), (str, "一段文字"),
)  # fmt: skip


def _type_of(raw: Any) -> str:
    return next((word for kind, word in TYPES if isinstance(raw, kind)), "空值")


class _Reader:
    """One pass over plain values; faults are collected as (code, message, path)."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []
        self._unknown = UNKNOWN_KEY

    def fault(self, code: str, path: str, message: str) -> None:
        self.found.append((code, message, path))

    def document(self, raw: Any) -> Document | None:
        if not isinstance(raw, dict):
            self.fault(BAD_VALUE, "", f"文件最外层要写成“键: 值”，现在是{_type_of(raw)}。")
            return None
        body = {key: value for key, value in raw.items() if key != "format"}
        self._format(raw)
        mark = next((mark for mark in FILES if mark in body), None)
        if mark is None:
            return self._standard(body)
        for key in body:
            if key != mark:
                self.fault(UNKNOWN_KEY, key, f"“{key}”不能与“{mark}”写在同一个文件里，请删除或者移到“{mark}”下面。")
        self._unknown = NOT_LOCAL if mark == "offer" else UNKNOWN_KEY
        document: Document = self.record(FILES[mark], body[mark], mark)
        return document

    def _format(self, raw: Mapping[str, Any]) -> None:
        if raw.get("format") is None:
            self.fault(MISSING_ELEMENT, "format", f"缺少格式版本（format），请在开头写上“format: {FORMAT}”。")
        elif raw["format"] != FORMAT:
            self.fault(BAD_VALUE, "format", f"格式版本（format）是“{raw['format']}”，只能是“{FORMAT}”。")

    def _standard(self, body: dict[str, Any]) -> Standard:
        """`before` stands beside `renews` where that is only a licence type."""
        if isinstance(body.get("renews"), str) and "before" in body:
            body["renews"] = {"licence": body["renews"], "before": body.pop("before")}
        standard: Standard = self.record(Standard, body, "")
        for path, message in references.unlawful(standard):
            self.fault(BAD_VALUE, path, message)
        for path, message in references.missing(standard):
            self.fault(MISSING_ELEMENT, path, message)
        for path, message in references.dangling(standard):
            self.fault(NO_SUCH, path, message)
        return standard

    def record(self, record: type, raw: Any, path: str) -> Any:
        """A value of the type; where an element is wrong or missing, its default or an empty stand-in."""
        if not isinstance(raw, dict):
            self.fault(BAD_VALUE, path, f"“{_called(_key(path))}”要写成一组键值，现在是{_type_of(raw)}。")
            return record(**{element.name: _stand_in(element) for element in elements(record)})
        known = {element.name: element for element in elements(record)}
        for key in raw:
            if key not in known:
                self._unknown_key(key, path, list(known))
        return record(**{name: self._element(element, raw.get(name), joined(path, name)) for name, element in known.items()})

    def _unknown_key(self, key: str, path: str, known: list[str]) -> None:
        close = get_close_matches(key, known, 1)
        way_out = f"是不是“{close[0]}”？" if close else f"可以写的键：{'、'.join(known)}。"
        why = "实施清单只能补充本地信息，不能写" if self._unknown == NOT_LOCAL else "不认识的键"
        self.fault(self._unknown, joined(path, key), f"{why}“{key}”，{way_out}")

    def _element(self, element: Element, raw: Any, path: str) -> Any:
        if raw is None or (element.required and raw in ("", [], {})):
            if element.required:
                self.fault(MISSING_ELEMENT, path, f"缺少{_called(element.name)}，请补上。")
            return _stand_in(element)
        if element.bare and not isinstance(raw, (dict, list)):
            raw = _unfolded(element, raw)
        elif element.bare and element.kind.form == "list" and isinstance(raw, dict):
            return (self.value(element.kind.of or element.kind, element, raw, path),)
        value = self.value(element.kind, element, raw, path)
        return _stand_in(element) if value is None else value

    def value(self, kind: Kind, element: Element, raw: Any, path: str) -> Any:
        """The value as the types want it, None where it can't be one."""
        if kind.form == "record" and kind.record:
            return self.record(kind.record, raw, path)
        if kind.form == "list" and kind.of:
            return self._list(kind.of, element, raw, path)
        if kind.form == "map" and kind.of:
            return self._map(kind.of, element, raw, path)
        wrong, value = _scalar(kind, element, raw)
        if wrong:
            self.fault(BAD_VALUE, path, f"{_called(element.name)}{wrong}")
        return value

    def _list(self, of: Kind, element: Element, raw: Any, path: str) -> Any:
        if not isinstance(raw, list):
            self.fault(BAD_VALUE, path, f"{_called(element.name)}要写成列表，例如[甲, 乙]，现在是{_type_of(raw)}。")
            return None
        ids = [one.get("id") if isinstance(one, dict) else None for one in raw]
        names = labels(ids)
        for place, one in enumerate(ids):
            if isinstance(one, str) and names[place] != one:
                self.fault(
                    BAD_VALUE, joined(path, str(place)), f"标识“{one}”在{_called(element.name)}里用了两次，请改用别的标识。"
                )
        values = [self.value(of, element, one, joined(path, name)) for name, one in zip(names, raw, strict=True)]
        return tuple(value for value in values if value is not None)

    def _map(self, of: Kind, element: Element, raw: Any, path: str) -> Any:
        if not isinstance(raw, dict):
            self.fault(BAD_VALUE, path, f"{_called(element.name)}要写成一组键值，现在是{_type_of(raw)}。")
            return None
        values = {key: self.value(of, element, one, joined(path, key)) for key, one in raw.items()}
        return {key: value for key, value in values.items() if value is not None}


def _unfolded(element: Element, raw: Any) -> Any:
    """A value that stands without its list or mapping, as if it had it; `true` is an empty mapping."""
    if element.kind.form == "list":
        return [raw] if element.kind.of and element.kind.of.form != "record" else raw
    if raw is True:
        return {}
    return {element.bare: raw} if isinstance(raw, str) else raw


def _stand_in(element: Element) -> Any:
    if not element.required or element.default is not None:
        return element.default
    if element.kind.form == "record" and element.kind.record:
        return element.kind.record(**{inner.name: _stand_in(inner) for inner in elements(element.kind.record)})
    if element.kind.form == "choice":
        return element.kind.options[0]
    return {"list": (), "map": {}, "integer": 0, "flag": False, "decimal": Decimal(0)}.get(element.kind.form, "")


def _scalar(kind: Kind, element: Element, raw: Any) -> tuple[str, Any]:
    """What is wrong with a scalar (or nothing), and its value."""
    if kind.form == "text":
        return _text(element, raw)
    if kind.form == "choice":
        return ("", str(raw)) if raw in kind.options else (f"不能是“{_shown(raw)}”，只能是：{'、'.join(kind.options)}。", None)
    if kind.form == "flag":
        return ("", raw) if isinstance(raw, bool) else (f"只能是true或者false，现在是“{_shown(raw)}”。", None)
    return _integer(element, raw) if kind.form == "integer" else _decimal(raw)


def _shown(raw: Any) -> str:
    return _type_of(raw) if isinstance(raw, (dict, list)) or raw is None else str(raw)


def _text(element: Element, raw: Any) -> tuple[str, Any]:
    if isinstance(raw, bool) and element.name in ("when", "outcomes"):
        return "", str(raw).lower()
    if not isinstance(raw, str):
        return f"要写成文字，现在是{_type_of(raw)}。", None
    if element.pattern and not re.fullmatch(element.pattern, raw):
        return f"不能是“{raw}”，请按格式说明填写。", None
    return "", str(raw)


def _integer(element: Element, raw: Any) -> tuple[str, Any]:
    if not isinstance(raw, Number) or not re.fullmatch(r"[-+]?\d{1,9}", raw):
        return f"要写成整数，现在是“{_shown(raw)}”。", None
    value = int(raw)
    if value < element.low or (element.high is not None and value > element.high):
        span = f"不小于{element.low}" if element.high is None else f"{element.low}到{element.high}"
        return f"要{span}，现在是{value}。", None
    return "", value


def _decimal(raw: Any) -> tuple[str, Any]:
    try:
        value = Decimal(raw) if isinstance(raw, str) else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    return ("", value) if value.is_finite() else (f"要写成数字，现在是“{_shown(raw)}”。", None)
