"""What an answer must look like before anything in it counts: about our subject, only what was asked, well typed, fresh.

>>> fields = [{"id": "area", "name": "建筑面积", "type": "decimal"}, {"id": "count", "name": "套数", "type": "integer"}]
>>> from datetime import UTC
>>> now = datetime(2026, 3, 2, 10, tzinfo=UTC)
>>> asked = Asked("housing.contract", "340300199408169025", ("area", "count"), fields, timedelta(hours=1))
>>> said = {"resource": "housing.contract", "subject": "340300199408169025", "source": "住房和城乡建设局",
...         "time": "2026-03-02T10:00:00+00:00", "values": {"area": "140.00", "count": 0}}
>>> read(said, asked, now).values
{'area': '140.00', 'count': 0}
>>> read({**said, "values": {"area": 140.0}}, asked, now)
Traceback (most recent call last):
onevisit.sharing.answers.Wrong: bad-type
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from onevisit.core import identifiers

KEYS = frozenset({"resource", "subject", "values", "source", "time"})
AHEAD = timedelta(seconds=300)
"""So far a source's clock may be ahead of ours."""
LONGEST = 500
MOST_ROWS = 100
PRINTABLE = re.compile(r"[^\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


class Wrong(Exception):
    """The answer is not to be used; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Asked:
    """What was asked: of which resource, about whom, which data. `said` is what a check (核对) answers with, if it is true."""

    resource: str
    subject: str
    data: tuple[str, ...]
    fields: Sequence[Mapping[str, Any]]
    freshness: timedelta
    said: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Answer:
    """A right answer; `values` is None where nothing is on record."""

    values: Mapping[str, Any] | None
    source: str
    at: datetime


def read(said: object, asked: Asked, now: datetime) -> Answer:
    """The answer; raises `Wrong`."""
    if not isinstance(said, Mapping) or set(said) != KEYS:
        raise Wrong("bad-shape")
    if said["resource"] != asked.resource:
        raise Wrong("other-resource")
    if said["subject"] != asked.subject:
        raise Wrong("other-subject")
    if not _text(said["source"], {}):
        raise Wrong("no-source")
    at = _moment(said["time"])
    if not -AHEAD <= now - at <= max(asked.freshness, AHEAD):
        raise Wrong("expired")
    values = said["values"]
    if values is not None:
        _check(values, [field for field in asked.fields if field["id"] in asked.data])
        if asked.said is not None and any(values.get(name, value) != value for name, value in asked.said.items()):
            raise Wrong("other-value")
    return Answer(values or None, str(said["source"]), at)


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Wrong("no-time")
    return moment


def _check(values: object, fields: Sequence[Mapping[str, Any]]) -> None:
    """Each value is of a field that was asked for and of its type; a field may be left out."""
    known = {field["id"]: field for field in fields}
    if not isinstance(values, Mapping) or set(values) - set(known):
        raise Wrong("unknown-field")
    for name, value in values.items():
        if not TYPES[known[name]["type"]](value, known[name]):
            raise Wrong("bad-type")


def _matches(pattern: str) -> Callable[[Any, Mapping[str, Any]], bool]:
    compiled = re.compile(pattern)
    return lambda value, _field: isinstance(value, str) and bool(compiled.fullmatch(value))


def _text(value: Any, _field: Mapping[str, Any]) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST and bool(PRINTABLE.fullmatch(value))


def _integer(value: Any, _field: Mapping[str, Any]) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15


def _yes_no(value: Any, _field: Mapping[str, Any]) -> bool:
    return isinstance(value, bool)


def _date(value: Any, _field: Mapping[str, Any]) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _choice(value: Any, field: Mapping[str, Any]) -> bool:
    return isinstance(value, str) and value in field["options"]


def _choices(value: Any, field: Mapping[str, Any]) -> bool:
    return isinstance(value, list) and len(value) <= MOST_ROWS and all(_choice(one, field) for one in value)


def _identifier(*kinds: str) -> Callable[[Any, Mapping[str, Any]], bool]:
    """Whether a number is valid as one of these kinds, on any day: a birth ahead of a demo's clock is no fault of the source."""

    def check(value: Any, _field: Mapping[str, Any]) -> bool:
        return isinstance(value, str) and any(identifiers.identify(value, kind, date.max).valid for kind in kinds)

    return check


def _group(value: Any, field: Mapping[str, Any]) -> bool:
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        return False
    for row in value:
        _check(row, field.get("fields", ()))
    return True


TYPES: Mapping[str, Callable[[Any, Mapping[str, Any]], bool]] = {
    "text": _text,
    "long_text": _text,
    "address": _text,
    "integer": _integer,
    "decimal": _matches(r"-?[0-9]{1,15}(\.[0-9]{1,8})?"),
    "money": _matches(r"-?[0-9]{1,15}\.[0-9]{2}"),
    "date": _date,
    "month": _matches(r"[0-9]{4}-(0[1-9]|1[0-2])"),
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
    "person_number": _identifier("citizen", "hmt-residence", "foreign-permanent"),
    "credit_code": _identifier("uscc"),
    "phone": _matches(r"\+?[0-9]{5,20}"),
    "division": _matches(r"[0-9]{12}"),
    "bank_account": _matches(r"[0-9]{8,30}"),
    "licence": _matches(r"[0-9A-Za-z.\-]{1,80}"),
    "group": _group,
}
"""Field type -> whether a value of an answer is of it. Money and decimals are text, never binary floats."""
