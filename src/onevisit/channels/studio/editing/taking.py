"""The document again, from what was typed in one section; and what its buttons do to its lists (add, remove, up, down)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from onevisit.channels.studio.editing.words import SECTIONS
from onevisit.channels.ui.forms import whole
from onevisit.core.definition import Standard
from onevisit.core.shape import Element, elements

NUMBER = re.compile(r"-?[0-9]{1,9}")
MOST = 200
"""Entries that one list may have."""
DEEPEST = 12
"""Dots in the name of a control; the deepest of ours has eight."""
EDITED = frozenset(key for _, keys in SECTIONS.values() for key in keys)
"""What the buttons of lists may change."""


class Posted(Protocol):
    """What a form sent (Django's QueryDict)."""

    def getlist(self, key: str) -> list[Any]: ...
    def keys(self) -> Any: ...


class Typed:
    """What was typed, by the names of the controls; answers which entries a list has."""

    def __init__(self, posted: Mapping[str, Sequence[str]]) -> None:
        self._posted = posted
        self._below: dict[str, dict[str, None]] = {}
        for key in posted:
            name, _, rest = key.partition(".")
            for _ in range(DEEPEST):
                if not rest:
                    break
                self._below.setdefault(name, {})[rest] = None
                part, _, rest = rest.partition(".")
                name = f"{name}.{part}"

    def one(self, name: str) -> str:
        """The text of a control, without space around it."""
        found = self._posted.get(name, ())
        return str(found[0]).strip() if found else ""

    def many(self, name: str) -> list[str]:
        """Every value of a control."""
        return [str(one) for one in self._posted.get(name, ())]

    def places(self, name: str) -> list[int]:
        """The numbers of the entries of a list, in the order of the page."""
        found = {whole(one.partition(".")[0]) for one in self.below(name)}
        return sorted(place for place in found if place is not None)[:MOST]

    def below(self, name: str) -> list[str]:
        """What follows the name in the names of controls."""
        return list(self._below.get(name, ()))

    def speaks_of(self, keys: Sequence[str]) -> bool:
        """Whether any control of these parts was sent."""
        return any(key in self._posted or key in self._below for key in keys)


def taken(section: str, typed: Typed, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with this section as it was typed; all else stays, and all of it if nothing of the section was sent."""
    known = {element.name: element for element in elements(Standard)}
    found = dict(document)
    if not typed.speaks_of(SECTIONS[section][1]):
        return found
    for key in SECTIONS[section][1]:
        value = _value(known[key], typed, key)
        found.pop(key, None)
        if value not in (None, "", [], {}):
            found[key] = value
    return {key: found[key] for key in _order(found)}


def _order(document: Mapping[str, Any]) -> list[str]:
    """The keys in the order of the format; what it does not know stands last."""
    known = ["format", *(element.name for element in elements(Standard))]
    return [*(key for key in known if key in document), *(key for key in document if key not in known)]


def _value(element: Element, typed: Typed, name: str) -> Any:
    kind = element.kind
    if element.name == "when":
        return _when(typed, name)
    if kind.form == "list" and kind.of and kind.of.record:
        return [_record(kind.of.record, typed, f"{name}.{place}") for place in typed.places(name)]
    if kind.form == "record" and kind.record:
        return _record(kind.record, typed, name)
    if kind.form == "map":
        return _map(typed, name)
    if kind.form == "list":
        chosen = [line.strip() for value in typed.many(name) for line in value.splitlines()]
        return [line for line in chosen if line]
    if kind.form == "flag":
        on = "yes" in typed.many(name)
        return on if on != bool(element.default) else None
    said = typed.one(name).replace("\r\n", "\n")
    return int(said) if kind.form == "integer" and NUMBER.fullmatch(said) else said


def _record(record: type, typed: Typed, name: str) -> dict[str, Any]:
    """A record of what was typed; what is empty is not there."""
    values = {element.name: _value(element, typed, f"{name}.{element.name}") for element in elements(record)}
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def _when(typed: Typed, name: str) -> dict[str, list[str]]:
    questions = dict.fromkeys(typed.below(name))
    return {question: chosen for question in questions if (chosen := [one for one in typed.many(f"{name}.{question}") if one])}


def _map(typed: Typed, name: str) -> dict[str, str]:
    """Pairs of a key and its words; a key that is left out is made."""
    found: dict[str, str] = {}
    for place in typed.places(name):
        key, words = typed.one(f"{name}.{place}.key"), typed.one(f"{name}.{place}.words")
        if words or key:
            found[key or _fresh("option", found)] = words
    return found


def _fresh(stem: str, taken_names: Mapping[str, Any] | Sequence[str]) -> str:
    """A word that is not taken yet."""
    number = len(taken_names) + 1
    while f"{stem}-{number}" in taken_names:
        number += 1
    return f"{stem}-{number}"


STEMS: Mapping[str, str] = {
    "materials": "material", "conditions": "condition", "questions": "question", "form": "field", "process": "step",
    "results": "result", "parties": "party", "parameters": "parameter", "fields": "field",
}  # fmt: skip
"""What the ids of new entries begin with."""


def done(document: Mapping[str, Any], act: str) -> dict[str, Any]:
    """The document after a button of a list: `add:materials`, `remove:materials.2`, `up:process.3`, `down:process.3`."""
    verb, _, name = act.partition(":")
    found: dict[str, Any] = _copied(document)
    where, _, last = (name, "", "0") if verb == "add" else name.rpartition(".")
    steps, place = where.split("."), whole(last)
    if steps[0] not in EDITED or place is None:
        return found
    entries = _reached(found, steps, made=verb == "add")
    if entries is not None:
        _acted(entries, verb, place, steps[-1])
    return found


def _acted(entries: list[Any], verb: str, place: int, key: str) -> None:
    if verb == "add" and len(entries) < MOST:
        ids = [str(one.get("id")) for one in entries if isinstance(one, dict)]
        entries.append({"id": _fresh(STEMS[key], ids)} if key in STEMS else {})
    elif verb == "remove" and 0 <= place < len(entries):
        entries.pop(place)
    elif verb in ("up", "down") and 0 <= place < len(entries):
        other = place + (-1 if verb == "up" else 1)
        if 0 <= other < len(entries):
            entries[place], entries[other] = entries[other], entries[place]


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value


def _reached(document: Any, steps: Sequence[str], *, made: bool = False) -> list[Any] | None:
    """The list at this place; None where there is none, unless one may be `made` below what is there."""
    at = document
    for number, step in enumerate(steps, 1):
        if isinstance(at, dict) and made and step not in at:
            at[step] = [] if number == len(steps) else {}
        if isinstance(at, dict) and step in at:
            at = at[step]
        elif isinstance(at, list) and (place := whole(step)) is not None and place < len(at):
            at = at[place]
        else:
            return None
    return at if isinstance(at, list) else None


def place(document: Mapping[str, Any], verb: str, name: str) -> str:
    """The anchor of the page on which somebody goes on after a button of a list."""
    where, _, last = (name, "", "") if verb == "add" else name.rpartition(".")
    entries = _reached(document, where.split(".")) or []
    now = whole(last) or 0
    moved = {"add": len(entries) - 1, "up": now - 1, "down": now + 1, "remove": now}[verb]
    at = min(max(moved, 0), len(entries) - 1)
    return f"n-{where}.{at}" if entries else f"last-{where}"
