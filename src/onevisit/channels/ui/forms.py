"""A definition's questions and fields as a page shows and reads them: the same for portal, window and kiosk (一表申请).

Names in a form: a question `q.<id>`, a field `<id>`, a field of a group's record `<group>.<row>.<id>`. Nothing typed is lost:
what can't be read comes back as it was typed, with its fault beside it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from onevisit.core import values
from onevisit.core.definition import Field, Question

QUESTION = "q."
INPUTS: Mapping[str, tuple[str, str]] = {
    "integer": ("text", "numeric"),
    "decimal": ("text", "decimal"),
    "money": ("text", "decimal"),
    "phone": ("tel", "tel"),
    "date": ("date", ""),
    "month": ("month", ""),
    "bank_account": ("text", "numeric"),
}
WHOLE = re.compile(r"[0-9]{1,9}")
AMOUNT, DAY = re.compile(r"-?\d{1,15}(\.\d+)?"), re.compile(r"\d{4}-\d{2}-\d{2}")
YES_NO: Mapping[str, str] = {"yes": "是", "no": "否"}


def whole(text: str) -> int | None:
    """The whole number that an address or a form says; nothing for any other text, however long.

    >>> whole("12"), whole("²"), whole("9" * 5000)
    (12, None, None)
    """
    return int(text) if WHOLE.fullmatch(text) else None


@dataclass(frozen=True)
class Control:
    """One field on a page: its name in the form, what stands in it, its fault, and where a fetched value comes from.

    `objection`: why the applicant says that a fetched value is wrong (有异议); `alone`: the page's heading is its label.
    """

    name: str
    label: str
    kind: str
    value: Any = ""
    help: str = ""
    unit: str = ""
    error: str = ""
    required: bool = True
    options: tuple[tuple[str, str], ...] = ()
    input_type: str = "text"
    input_mode: str = ""
    fetched: bool = False
    source_name: str = ""
    at: str = ""
    objection: str = ""
    alone: bool = False
    rows: tuple[tuple["Control", ...], ...] = ()

    @property
    def id(self) -> str:
        """The id of the element that an error summary links to."""
        return "f-" + self.name.replace(".", "-")

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for aria-describedby."""
        return " ".join(f"{self.id}-{part}" for part in ("hint", "error") if getattr(self, "help" if part == "hint" else "error"))


def questions(asked: Sequence[Question], answers: Mapping[str, str], faults: Mapping[str, str]) -> tuple[Control, ...]:
    """The questions as radio groups."""
    return tuple(
        Control(
            QUESTION + q.id,
            q.ask,
            "choice",
            answers.get(q.id, ""),
            q.help,
            error=faults.get(f"?{q.id}", ""),
            options=tuple(q.options.items()),
        )
        for q in asked
    )


def answers(sent: Mapping[str, Any]) -> dict[str, str]:
    """The answers that stand in an address or a form, by question."""
    return {name.removeprefix(QUESTION): str(value) for name, value in sent.items() if name.startswith(QUESTION)}


def titled(shown: tuple[Control, ...], title: str) -> tuple[Control, ...]:
    """The controls of a page; a lone one whose label is the page's heading does not say it twice."""
    return (replace(shown[0], alone=True),) if len(shown) == 1 and shown[0].label == title else shown


def controls(fields: Sequence[Field], known: Mapping[str, Mapping[str, Any]], faults: Mapping[str, str]) -> tuple[Control, ...]:
    """The fields with their values, sources and faults; what need not be there and no source knows is not shown."""
    shown = [field for field in fields if values.is_typed(field) or field.required or known.get(field.id)]
    return tuple(_control(field, known.get(field.id, {}), faults.get(field.id, ""), field.id) for field in shown)


def _control(field: Field, known: Mapping[str, Any], error: str, name: str) -> Control:
    input_type, input_mode = INPUTS.get(field.type, ("text", ""))
    options = YES_NO if field.type == "yes_no" else field.options
    value = known.get("value", "")
    if field.type == "yes_no" and isinstance(value, bool):
        value = "yes" if value else "no"
    kind = {"yes_no": "choice", "long_text": "long_text", "choices": "choices", "choice": "choice", "group": "group"}.get(
        field.type, "input"
    )
    return Control(
        name,
        field.label,
        kind,
        "" if value is None else value,
        field.help,
        field.unit,
        error,
        field.required,
        tuple(options.items()),
        input_type,
        input_mode,
        not values.is_typed(field),
        known.get("source_name", ""),
        known.get("at", ""),
        str(known.get("objection", "")) if known.get("disputed") else "",
        rows=_rows(field, value, name) if kind == "group" else (),
    )


def _rows(field: Field, value: Any, name: str) -> tuple[tuple[Control, ...], ...]:
    records = list(value or [])
    spare = 0 if field.repeat and field.repeat.max is not None and len(records) >= field.repeat.max else 1
    return tuple(
        tuple(_control(inner, {"value": record.get(inner.id, "")}, "", f"{name}.{row}.{inner.id}") for inner in field.fields)
        for row, record in enumerate([*records, *[{}] * spare])
    )


@dataclass(frozen=True)
class Told:
    """What one source told at one time (来自); without a name: what no source has told yet."""

    source_name: str
    at: str
    controls: tuple[Control, ...]


MINUTE = len("2026-03-02T09:41")


def by_source(fetched: Sequence[Control]) -> tuple[Told, ...]:
    """The fetched values, those of one source and minute together; what has not come is last."""
    found: dict[tuple[str, str], list[Control]] = {}
    for one in fetched:
        found.setdefault((one.source_name, one.at[:MINUTE]) if has_value(one) else ("", ""), []).append(one)
    return tuple(
        Told(name, found[name, at][0].at, tuple(found[name, at])) for name, at in sorted(found, key=lambda key: not key[0])
    )


def has_value(control: Control) -> bool:
    """Whether anything stands in the control; 0 is something."""
    return control.value not in (None, "", [])


def settling(field: Field, value: Any, error: str = "") -> Control:
    """The control by which an officer establishes a value, whatever its source was: its name is `settle-<id>`."""
    own = replace(field, source="applicant", required=True)
    return _control(own, {"value": value}, error, f"settle-{field.id}")


def words(control: Control) -> str:
    """What stands in a control, as people read it."""
    chosen = control.value if isinstance(control.value, list) else [control.value]
    if control.kind == "group":
        return f"{len(chosen)}条" if control.value else ""
    names = dict(control.options)
    text = "、".join(names.get(str(one), _written(control, str(one))) for one in chosen if one not in ("", None))
    return f"{text}{control.unit}" if text else ""


def _written(control: Control, text: str) -> str:
    """A plain value as people write it: amounts with commas, dates in words."""
    if control.input_type == "date" and DAY.fullmatch(text):
        year, month, day = text.split("-")
        return f"{year}年{int(month)}月{int(day)}日"
    if control.unit == "元" and AMOUNT.fullmatch(text):
        return f"{Decimal(text):,.2f}"
    return text


def typed(asked: Sequence[Question], fields: Sequence[Field], post: QueryDict) -> dict[str, Any]:
    """What was typed, as `cases.actions.save` takes it; fields that the page did not show are left out."""
    found: dict[str, Any] = {f"?{q.id}": post[QUESTION + q.id] for q in asked if QUESTION + q.id in post}
    for field in fields:
        if not values.is_typed(field):
            continue
        if field.type == "group":
            found[field.id] = _records(field, post)
        elif field.type == "choices":
            found[field.id] = post.getlist(field.id)
        elif field.id in post:
            found[field.id] = post[field.id]
    return found


def _records(field: Field, post: QueryDict) -> list[dict[str, str]]:
    rows = sorted({int(key.split(".")[1]) for key in post if key.startswith(f"{field.id}.") and key.split(".")[1].isdecimal()})[
        :200
    ]
    records = [{inner.id: post.get(f"{field.id}.{row}.{inner.id}", "") for inner in field.fields} for row in rows]
    return [record for record in records if any(record.values())]


@dataclass(frozen=True)
class Problem:
    """One line of the error summary: the link's target and the message."""

    target: str
    message: str


def summary(faults: Sequence[values.Fault]) -> tuple[Problem, ...]:
    """The error summary (有错误): each fault with the id of its element."""
    return tuple(Problem("f-" + _name(fault.field).replace(".", "-"), fault.message) for fault in faults)


def _name(field: str) -> str:
    return QUESTION + field[1:] if field.startswith("?") else field


def by_field(faults: Sequence[values.Fault]) -> dict[str, str]:
    """The first message of each field."""
    return {fault.field: fault.message for fault in reversed(faults)}
