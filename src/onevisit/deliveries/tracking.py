"""What a courier's answer must look like before anything in it counts: our parcel, its tracking number, known states, no more.

>>> said = {"parcel": "p", "number": "YS-1", "state": "missed", "attempts": 1, "happened": "2026-03-03T15:00:00+08:00",
...     "progress": [{"state": "accepted", "at": "2026-03-02T18:00:00+08:00"}], "collected": False}
>>> read(said, Expected("p", "")).state, read(said, Expected("p", "YS-1")).attempts
('missed', 1)
>>> read(said, Expected("p", "YS-2"))
Traceback (most recent call last):
onevisit.deliveries.tracking.Wrong: other-number
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{3,39}")
FIELDS = frozenset({"parcel", "number", "state", "attempts", "happened", "progress", "collected"})
STATES: Mapping[str, str] = {
    "accepted": "moving",
    "moving": "moving",
    "missed": "missed",
    "delivered": "delivered",
    "returned": "returned",
    "lost": "lost",
}
"""The courier's word for a parcel, and ours."""
WORDS: Mapping[str, str] = {
    "accepted": "快递已收寄",
    "moving": "运送中",
    "missed": "上门没有投到",
    "delivered": "已签收",
    "returned": "已退回",
    "lost": "快递丢失",
}
"""The same in words for the applicant."""
MOST = 200
"""Lines of progress that one parcel may have."""


class Wrong(Exception):
    """The answer is not to be used; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Expected:
    """What the answer must speak of; the number is empty until the courier has given one."""

    parcel: str
    number: str


@dataclass(frozen=True, slots=True)
class Report:
    """The parcel as the courier says it stands, in our words; `happened` by the courier's clock.

    `collected`: the old papers were given back for it.
    """

    number: str
    state: str
    attempts: int
    happened: datetime
    collected: bool


def read(said: object, expected: Expected) -> Report:
    """The report; raises `Wrong`."""
    if not isinstance(said, Mapping) or set(said) != FIELDS or said["state"] not in STATES:
        raise Wrong("bad-shape")
    if said["parcel"] != expected.parcel:
        raise Wrong("other-parcel")
    number, attempts, progress = said["number"], said["attempts"], said["progress"]
    if not isinstance(number, str) or not NUMBER.fullmatch(number):
        raise Wrong("bad-number")
    if expected.number and number != expected.number:
        raise Wrong("other-number")
    if (
        type(said["collected"]) is not bool
        or type(attempts) is not int
        or not 0 <= attempts <= MOST
        or not isinstance(progress, list)
        or len(progress) > MOST
    ):
        raise Wrong("bad-shape")
    for line in progress:
        _line(line)
    return Report(number, STATES[said["state"]], attempts, moment(said["happened"]), said["collected"])


def moment(value: object) -> datetime:
    """A time written as partners must, with its zone; raises `Wrong`."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise Wrong("bad-time") from None
    if found.tzinfo is None:
        raise Wrong("bad-time")
    return found


def _line(line: Any) -> None:
    if not isinstance(line, Mapping) or set(line) != {"state", "at"} or line["state"] not in STATES:
        raise Wrong("bad-shape")
    moment(line["at"])
