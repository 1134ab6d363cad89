"""The document again, from what was typed in one section; and what its buttons do to its lists (add, remove, up, down)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from onevisit.channels.studio.editing.words import SECTIONS
from onevisit.core.definition import Standard
from onevisit.core.shape import Element, elements

NUMBER = re.compile(r"-?[0-9]{1,9}")
MOST = 200
"""Entries that one list may have."""
OUTCOME = "step."


class Posted(Protocol):
    """What a form sent (Django's QueryDict)."""

    def getlist(self, key: str) -> list[Any]: ...
    def keys(self) -> Any: ...


class Typed:
    """What was typed, by the names of the controls; answers which entries a list has."""

    def __init__(self, posted: Mapping[str, Sequence[str]]) -> None:
        self._posted = posted

    def one(self, name: str) -> str:
        """The text of a control, without space around it."""
        found = self._posted.get(name, ())
        return str(found[0]).strip() if found else ""

    def many(self, name: str) -> list[str]:
        """Every value of a control."""
        return [str(one) for one in self._posted.get(name, ())]

    def places(self, name: str) -> list[int]:
        """The numbers of the entries of a list, in the order of the page."""
        start = f"{name}."
        found = {key[len(start) :].split(".")[0] for key in self._posted if key.startswith(start)}
        return sorted(int(one) for one in found if one.isascii() and one.isdigit())[:MOST]

    def below(self, name: str) -> list[str]:
        """What follows the name in the names of controls."""
        start = f"{name}."
        return [key[len(start) :] for key in self._posted if key.startswith(start)]


def taken(section: str, typed: Typed, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with this section as it was typed; all else stays."""
    known = {element.name: element for element in elements(Standard)}
    found = dict(document)
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
    if not where or not last.isdigit() or (verb != "add" and _reached(document, where.split(".")) is None):
        return found
    entries = _reached(found, where.split("."), made=verb == "add")
    if entries is not None:
        _acted(entries, verb, int(last), where.rpartition(".")[2])
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
        elif isinstance(at, list) and step.isdigit() and int(step) < len(at):
            at = at[int(step)]
        else:
            return None
    return at if isinstance(at, list) else None
