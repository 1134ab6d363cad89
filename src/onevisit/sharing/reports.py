"""What a department's system may say of a case before anything in it counts: our case and step, its own number, an end that fits.

>>> said = {"case": "c", "step": "decide", "attempt": 1, "number": "DM-1", "state": "granted", "licence": None,
...     "happened": "2026-03-02T16:40:00+08:00", "decision": {"outcome": "grant", "reasons": [], "result": {"number": "示例1"}}}
>>> read(said, Expected("c", "decide", 1, "decide")).result
{'number': '示例1'}
>>> read({**said, "state": "refused"}, Expected("c", "decide", 1, "decide"))
Traceback (most recent call last):
onevisit.sharing.answers.Wrong: bad-decision
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from onevisit.sharing.answers import LONGEST, MOST_ROWS, PRINTABLE, Wrong

NUMBER = re.compile(r"[A-Za-z0-9-]{1,40}")
LICENCE_NUMBER = re.compile(r"(?=.*[0-9A-Z])[\w-]{1,40}")
NAME = re.compile(r"[a-z][a-z_]{0,39}")
FIELDS = frozenset({"case", "step", "attempt", "number", "state", "happened", "decision", "licence"})
LICENCE = frozenset({"number", "title", "valid_from", "valid_to", "kind", "file"})
ENDS: Mapping[str, tuple[str, ...]] = {"decide": ("granted", "refused"), "issue": ("issued",)}
"""How a step can end there; any other is `done`."""
OUTCOME: Mapping[str, str] = {"granted": "grant", "refused": "refuse"}
TERM = ("number", "valid_from", "valid_to")
"""What a decision says of the licence to come, and the licence must repeat."""
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the answer must speak of; `number` is empty until one was given, `outcomes` what the step finds, `term` see TERM."""

    case: str
    step: str
    attempt: int
    does: str
    number: str = ""
    outcomes: tuple[str, ...] = ()
    term: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paper:
    """The licence that a department's system made; the file is empty where it gave none."""

    number: str
    title: str
    valid_from: date
    valid_to: date | None
    file: bytes = b""


@dataclass(frozen=True, slots=True)
class Report:
    """The step as that system says it stands: `state` is received, granted, refused, issued or done; `happened` by its clock."""

    number: str
    state: str
    happened: datetime
    outcome: str = ""
    reasons: tuple[Mapping[str, str], ...] = ()
    result: Mapping[str, str] = field(default_factory=dict)
    licence: Paper | None = None


def read(said: object, expected: Expected) -> Report:
    """The report; raises `Wrong`."""
    if not isinstance(said, Mapping) or set(said) != FIELDS:
        raise Wrong("bad-shape")
    if (said["case"], said["step"], said["attempt"]) != (expected.case, expected.step, expected.attempt):
        raise Wrong("other-case")
    number, state, happened = _number(said["number"], expected), said["state"], _moment(said["happened"])
    if state == "received" and said["decision"] is None and said["licence"] is None:
        return Report(number, state, happened)
    if state not in ENDS.get(expected.does, ("done",)):
        raise Wrong("bad-state")
    if state == "issued":
        return Report(number, state, happened, licence=_paper(said["licence"], expected.term))
    outcome, reasons, result = _decision(said["decision"])
    if said["licence"] is not None or not _fits(state, outcome, reasons, expected):
        raise Wrong("bad-decision")
    return Report(number, state, happened, outcome, reasons, result)


def _number(value: Any, expected: Expected) -> str:
    """The system's own number of the case, which never changes."""
    if not isinstance(value, str) or not NUMBER.fullmatch(value):
        raise Wrong("bad-number")
    if expected.number and value != expected.number:
        raise Wrong("other-number")
    return value


def _fits(state: str, outcome: str, reasons: tuple[Mapping[str, str], ...], expected: Expected) -> bool:
    """Whether the outcome is one of this end, and a refusal says why."""
    if state == "done":
        return outcome in (expected.outcomes or ("",))
    return outcome == OUTCOME[state] and (outcome == "grant" or bool(reasons))


def _decision(said: Any) -> tuple[str, tuple[Mapping[str, str], ...], Mapping[str, str]]:
    """Outcome, reasons each with its basis, and what was found out."""
    if not isinstance(said, Mapping) or set(said) != {"outcome", "reasons", "result"}:
        raise Wrong("bad-decision")
    outcome, reasons, result = said["outcome"], said["reasons"], said["result"]
    if not isinstance(outcome, str) or not isinstance(reasons, list) or not isinstance(result, Mapping):
        raise Wrong("bad-decision")
    if max(len(reasons), len(result)) > MOST_ROWS:
        raise Wrong("bad-decision")
    if not all(NAME.fullmatch(name) and _text(value) for name, value in result.items()):
        raise Wrong("bad-result")
    for reason in reasons:
        if not isinstance(reason, Mapping) or set(reason) != {"text", "basis"} or not all(map(_text, reason.values())):
            raise Wrong("bad-reason")
    return outcome, tuple({"row": "", "text": one["text"], "basis": one["basis"]} for one in reasons), dict(result)


def _paper(said: Any, term: Mapping[str, str]) -> Paper:
    if not isinstance(said, Mapping) or set(said) != LICENCE or not _text(said["title"]):
        raise Wrong("bad-licence")
    if not isinstance(said["number"], str) or not LICENCE_NUMBER.fullmatch(said["number"]):
        raise Wrong("bad-licence-number")
    if any(term.get(name) and said[name] != term[name] for name in TERM):
        raise Wrong("other-licence")
    begin, end = _day(said["valid_from"]), None if said["valid_to"] is None else _day(said["valid_to"])
    if end is not None and end < begin:
        raise Wrong("bad-term")
    return Paper(said["number"], said["title"], begin, end, _file(said["kind"], said["file"]))


def _file(kind: Any, file: Any) -> bytes:
    if kind is None and file is None:
        return b""
    if kind != PDF or not isinstance(file, str):
        raise Wrong("bad-file")
    try:
        return base64.b64decode(file, validate=True)
    except ValueError:
        raise Wrong("bad-file") from None


def _text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST and bool(PRINTABLE.fullmatch(value))


def _day(value: Any) -> date:
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Wrong("bad-term") from None
    if found.isoformat() != value:
        raise Wrong("bad-term")
    return found


def _moment(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Wrong("bad-time") from None
    if found.tzinfo is None:
        raise Wrong("bad-time")
    return found
