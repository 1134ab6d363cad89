"""Licence types as a pack brings them: `licences.yaml`, format `onevisit-licences/1`; and what the demo's people have already.

Reading only; `actions.define` and `actions.enter` write.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

FORMAT = "onevisit-licences/1"
HELD = "onevisit-demo-licences/1"
KEYS = frozenset({"type", "name", "issuer", "code", "fields", "basis", "valid_years"})
FIELD_KEYS = frozenset({"label", "from", "capitals"})
SOURCES = ("item", "holder", "decision", "value:", "result:")


@dataclass(frozen=True, slots=True)
class NewType:
    """A licence type to define. `code`: its official 21 characters, empty where they are not known (never invented)."""

    key: str
    name: str
    department: str
    fields: tuple[Mapping[str, Any], ...]
    code: str = ""
    basis: str = ""
    valid_years: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A licence that one of the demo's people has already, by the key of that person."""

    who: str
    type: str
    division: str
    number: str
    valid_from: date
    valid_to: date
    rows: tuple[Mapping[str, str], ...]
    data: Mapping[str, str]


class Unreadable(ValueError):
    """The file is no list of licence types; the message says where and why."""


def read(path: Path) -> tuple[NewType, ...]:
    """The types of the file; raises `Unreadable`."""
    try:
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as broken:
        raise Unreadable(f"{path}: 读不出来：{broken}") from broken
    if not isinstance(document, dict) or document.get("format") != FORMAT or not isinstance(document.get("licences"), list):
        raise Unreadable(f"{path}: 第一项应为 format: {FORMAT}，下面是 licences 列表")
    return tuple(_type(path, at, entry) for at, entry in enumerate(document["licences"]))


def held(path: Path) -> tuple[Held, ...]:
    """The licences that the demo's people have already (`onevisit-demo-licences/1`); raises `Unreadable`."""
    document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or document.get("format") != HELD or not str(document.get("note")).startswith("演示"):
        raise Unreadable(f"{path}: 第一项应为 format: {HELD}，并标明演示")
    return tuple(_held(entry) for entry in document["licences"])


def _held(entry: Mapping[str, Any]) -> Held:
    rows = tuple({"label": label, "value": value} for label, value in entry["rows"].items())
    term = {name: date.fromisoformat(entry[name]) for name in ("valid_from", "valid_to")}
    return Held(**{**entry, **term, "rows": rows})


def _type(path: Path, at: int, entry: Any) -> NewType:
    where = f"{path}: licences[{at}]"
    if not isinstance(entry, dict) or not {"type", "name", "issuer", "fields"} <= set(entry) <= KEYS:
        raise Unreadable(f"{where}: 要有 type、name、issuer、fields，可以有 code、basis、valid_years")
    for place, field in enumerate(entry["fields"]):
        if not isinstance(field, dict) or not {"label", "from"} <= set(field) <= FIELD_KEYS:
            raise Unreadable(f"{where}.fields[{place}]: 要有 label 和 from，可以有 capitals")
        if not str(field["from"]).startswith(SOURCES):
            raise Unreadable(f"{where}.fields[{place}].from: “{field['from']}”不是来源，可用：{'、'.join(SOURCES)}")
    return NewType(
        entry["type"],
        entry["name"],
        entry["issuer"],
        tuple(entry["fields"]),
        entry.get("code", ""),
        entry.get("basis", ""),
        entry.get("valid_years"),
    )
