"""What of a partner's answer is believed: the right resource and subject, a recent time, values of the declared types, nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from onevisit.core import values
from onevisit.core.definition import Field

KEYS = frozenset({"resource", "subject", "values", "source", "time"})
OLDEST = timedelta(days=1)
"""How old the source's own time may be."""
AHEAD = timedelta(minutes=5)


class Unbelievable(Exception):
    """The answer is not to be used; the code says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the answer is compared with: resource, subject's number, wanted data, and the moment it was asked (real clock)."""

    resource: str
    number: str
    data: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A believed answer: None where the register holds nothing of the subject."""

    values: Mapping[str, Any] | None
    source: str
    time: datetime


def believed(asked: Asked, document: Any, fields: Sequence[Mapping[str, Any]]) -> Told:
    """The answer's values; raises `Unbelievable`."""
    if not isinstance(document, dict) or set(document) != KEYS or not isinstance(document["source"], str):
        raise Unbelievable("bad-shape")
    if document["resource"] != asked.resource or document["subject"] != asked.number:
        raise Unbelievable("wrong-subject")
    time = _moment(document["time"])
    if time < asked.at - OLDEST or time > asked.at + AHEAD:
        raise Unbelievable("stale")
    if document["values"] is None:
        return Told(None, document["source"], time)
    return Told(_values(document["values"], asked.data, fields, asked.at.date()), document["source"], time)


def _moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as why:
        raise Unbelievable("bad-time") from why
    if moment.tzinfo is None:
        raise Unbelievable("bad-time")
    return moment


def _values(given: Any, wanted: Sequence[str], fields: Sequence[Mapping[str, Any]], today: date) -> dict[str, Any]:
    known = {one["id"]: Field(one["id"], one["name"], type=one["type"], options=one.get("options", {})) for one in fields}
    if not isinstance(given, dict) or not set(given) <= set(known) & set(wanted):
        raise Unbelievable("unknown-field")
    found: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        if known[name].type == "yes_no" and not isinstance(value, bool):
            raise Unbelievable("bad-value")
        checked = values.clean(known[name], _text(value), today)
        if isinstance(checked, values.Fault):
            raise Unbelievable("bad-value")
        found[name] = checked
    return found


def _text(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value
