"""The printed forms: receipt (收件凭证), one-time notice (一次性告知书), decision (决定书). 行政许可法 arts. 32, 38, 44.

A sheet is filled by whoever knows the case; its values are kept sealed with the notice, printed when somebody asks.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

REMEDIES = (
    "您不服本决定的，可以自收到本决定书之日起60日内，依法申请行政复议（《中华人民共和国行政复议法》第二十条）。",
    "您也可以自收到本决定书之日起6个月内，依法向人民法院提起行政诉讼（《中华人民共和国行政诉讼法》第四十六条）。",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what, how it is, and a smaller remark."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was received, by when it is done, what happens next; `visits`: how often one comes at most."""

    item: str
    number: str
    applicant: str
    office: str
    received_on: date
    due_on: date | None = None
    limits: str = ""
    visits: int | None = None
    visits_why: str = ""
    materials: tuple[Row, ...] = ()
    next: tuple[str, ...] = ()
    phones: tuple[Row, ...] = ()
    revision: str = ""

    TEMPLATE = "notices/receipt.html"
    NAME = "收件凭证"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, why, by which law; a refusal says what can be done against it. A reason's `label` is its basis."""

    item: str
    number: str
    applicant: str
    office: str
    granted: bool
    received_on: date
    decided_on: date
    reasons: tuple[Row, ...] = ()
    results: tuple[Row, ...] = ()
    opinion: str = ""
    remedies: tuple[str, ...] = REMEDIES
    phones: tuple[Row, ...] = ()

    TEMPLATE = "notices/decision.html"
    NAME = "决定书"


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing to mend: the material or field, what is wrong, how it is mended, which law asks for it."""

    what: str
    wrong: str
    mend: str
    basis: str


@dataclass(frozen=True, slots=True)
class OneTimeNotice:
    """Everything that is missing, told at once (一次性告知书): there is at most one per filing."""

    item: str
    number: str
    applicant: str
    office: str
    noticed_on: date
    until: date
    defects: tuple[Defect, ...]
    limits: str = ""
    fee: str = ""
    place: str = ""
    phones: tuple[Row, ...] = ()

    TEMPLATE = "notices/one_time.html"
    NAME = "一次性告知书"


Sheet = Receipt | Decision | OneTimeNotice
KINDS: Mapping[str, type[Sheet]] = {"receipt": Receipt, "decision": Decision, "one_time": OneTimeNotice}
"""Which kind of notice has which sheet; the others have no paper."""


def to_json(sheet: Sheet) -> dict[str, Any]:
    """The sheet as plain values."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(sheet).items()}


def page(kind: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of this kind is filled with: the kept values, dates as papers write them."""
    written = {name: day(date.fromisoformat(kept[name])) for name in kept if _is_date(name) and kept[name]}
    return {**kept, **written, "name": KINDS[kind].NAME}


def _is_date(name: str) -> bool:
    return name.endswith("_on") or name == "until"


def day(on: date) -> str:
    """A date as papers write it: 2026年3月2日."""
    return f"{on.year}年{on.month}月{on.day}日"
