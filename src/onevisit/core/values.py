"""Values of a form (一表申请): what was typed becomes a checked plain value, the same in every channel.

Values are JSON-able: text, int, bool, ISO dates, decimal text, lists, and lists of records for groups. A fault names the field
and the way out.

>>> from onevisit.core.definition import Field
>>> clean(Field("area", "建筑面积", type="decimal", min=Decimal("0")), " 140．00 ", date(2026, 3, 2))
'140.00'
>>> clean(Field("area", "建筑面积", type="decimal"), "一百", date(2026, 3, 2))
Fault(field='area', message='“建筑面积”要填数字，例如120.50。')
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from onevisit.core import identifiers, patterns, situations
from onevisit.core.definition import Field, Material, Standard

MAX_TEXT = 200
PERSONAL = frozenset({*identifiers.PERSONS, "hm-travel", "tw-travel", "passport"}) - {"citizen-15"}
"""What a person may give as his number; the old 15 digits are no document."""
MAX_LONG_TEXT = 5000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field, and how to mend it."""

    field: str
    message: str


Typed = Mapping[str, Any]
"""What was typed: field id -> text, list of texts (choices), or list of records (group)."""


def fields(standard: Standard, answers: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields of this situation, in order."""
    return tuple(f for f in standard.form if situations.holds(f.when, answers))


def materials(standard: Standard, answers: Mapping[str, str]) -> tuple[Material, ...]:
    """The materials of this situation, in order."""
    return tuple(m for m in standard.materials if situations.holds(m.when, answers))


def is_given_back(material: Material) -> bool:
    """Whether it is an old paper that the applicant gives back when the new one is handed over; nobody asks for it before."""
    return material.surrender and material.shown == "deliver" and material.source == "applicant"


def is_handed_in(material: Material) -> bool:
    """Whether the applicant hands it in when he applies: no old paper that is given back later, no original that is only seen."""
    only_seen = bool(material.shown) and (material.form is None or material.form.kind == "original")
    return material.source == "applicant" and not material.surrender and not only_seen


def is_typed(field: Field) -> bool:
    """Whether the applicant types this field; all else is fetched or computed."""
    return field.source == "applicant" or field.source.startswith("applicant.")


def clean(field: Field, raw: Any, today: date) -> Any:
    """The checked value of what was typed, None if nothing was, or a Fault."""
    if field.type == "group":
        return _group(field, raw or [], today)
    if field.type == "choices":
        return _choices(field, raw or [])
    text = str(raw if raw is not None else "").strip()
    if not text:
        return None
    if field.type in ("text", "long_text", "address"):
        return _text(field, text)
    return _CHECKS[field.type](field, unicodedata.normalize("NFKC", text).strip(), today)


def faults(chosen: Sequence[Field], typed: Typed, today: date) -> tuple[Fault, ...]:
    """Every fault of these fields: what was typed wrongly, and what is required and missing."""
    found: list[Fault] = []
    for field in chosen:
        value = clean(field, typed.get(field.id), today)
        if isinstance(value, Fault):
            found.append(value)
        elif value in (None, [], "") and field.required and is_typed(field):
            found.append(Fault(field.id, _missing(field)))
    return tuple(found)


def _missing(field: Field) -> str:
    verb = "请选择" if field.type in ("choice", "choices", "yes_no") else "请填写"
    return f"{verb}“{field.label}”。"


def _text(field: Field, text: str) -> Any:
    limit = MAX_LONG_TEXT if field.type == "long_text" else MAX_TEXT
    is_held = patterns.usable(field.pattern)
    limit = min(limit, patterns.LONGEST_TEXT) if is_held else limit
    if len(text) > limit:
        return Fault(field.id, f"“{field.label}”最多{limit}个字，现在有{len(text)}个字，请缩短。")
    if is_held and not patterns.matches(field.pattern, text):
        return Fault(field.id, f"“{field.label}”的写法不对，请按说明填写：{field.help or field.pattern}。")
    return text


def _number(field: Field, text: str, _today: date) -> Any:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number.adjusted() > 15:
        return Fault(field.id, f"“{field.label}”要填数字，例如120.50。")
    if field.type == "integer" and number != number.to_integral_value():
        return Fault(field.id, f"“{field.label}”要填整数，例如2。")
    if field.type == "money" and number != number.quantize(Decimal("0.01")):
        return Fault(field.id, f"“{field.label}”以元为单位，最多两位小数，例如2800000.00。")
    return _bounded(field, number)


def _bounded(field: Field, number: Decimal) -> Any:
    low = Decimal(0) if field.type == "money" and field.min is None else field.min
    if low is not None and number < low:
        return Fault(field.id, f"“{field.label}”不能小于{low}{field.unit}。")
    if field.max is not None and number > field.max:
        return Fault(field.id, f"“{field.label}”不能大于{field.max}{field.unit}。")
    if field.type == "integer":
        return int(number)
    return f"{number.quantize(Decimal('0.01')):f}" if field.type == "money" else f"{number:f}"


def _date(field: Field, text: str, _today: date) -> Any:
    parts = re.findall(r"\d+", text)
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day).isoformat()
    except ValueError:
        return Fault(field.id, f"“{field.label}”要填一个日期，例如2026-03-02。")


def _month(field: Field, text: str, _today: date) -> Any:
    parts = re.findall(r"\d+", text)
    try:
        year, month = (int(part) for part in parts)
        return date(year, month, 1).isoformat()[:7]
    except ValueError:
        return Fault(field.id, f"“{field.label}”要填年月，例如2026-03。")


def _yes_no(field: Field, text: str, _today: date) -> Any:
    known = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}
    value = known.get(text.lower())
    return Fault(field.id, f"“{field.label}”请选是或者否。") if value is None else value


def _choice(field: Field, text: str, _today: date) -> Any:
    return text if text in field.options else Fault(field.id, f"“{field.label}”请从列出的选项里选一个。")


def _choices(field: Field, raw: Any) -> Any:
    chosen = [raw] if isinstance(raw, str) else list(raw)
    wrong = [one for one in chosen if one not in field.options]
    return Fault(field.id, f"“{field.label}”请从列出的选项里选。") if wrong else chosen


def _phone(field: Field, text: str, _today: date) -> Any:
    digits = re.sub(r"[\s-]", "", text)
    if re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}|\+\d{8,15}", digits):
        return digits
    return Fault(field.id, f"“{field.label}”要填11位手机号，或者带区号的电话，例如0552-3112345。")


def _identifier(kind: str) -> Callable[[Field, str, date], Any]:
    def check(field: Field, text: str, today: date) -> Any:
        found = identifiers.identify(text, kind or None, today)
        if found.valid and (kind or found.kind in PERSONAL):
            return found.normal
        if found.valid:
            return Fault(field.id, f"“{field.label}”要填个人的证件号码，例如18位公民身份号码。")
        return Fault(field.id, f"“{field.label}”不对：{found.problems[0].message}")

    return check


def _bank_account(field: Field, text: str, _today: date) -> Any:
    digits = re.sub(r"[\s-]", "", text)
    if re.fullmatch(r"\d{8,30}", digits):
        return digits
    return Fault(field.id, f"“{field.label}”要填8到30位数字的银行账号。")


def _group(field: Field, raw: Sequence[Typed], today: date) -> Any:
    records: list[dict[str, Any]] = []
    for position, row in enumerate(raw, 1):
        wrong = faults(field.fields, row, today)
        if wrong:
            return Fault(field.id, f"“{field.label}”第{position}条：{wrong[0].message}")
        records.append({inner.id: clean(inner, row.get(inner.id), today) for inner in field.fields})
    repeat = field.repeat
    if repeat and len(records) < repeat.min:
        return Fault(field.id, f"“{field.label}”至少要填{repeat.min}条。")
    if repeat and repeat.max is not None and len(records) > repeat.max:
        return Fault(field.id, f"“{field.label}”最多填{repeat.max}条。")
    return records


_CHECKS: Mapping[str, Callable[[Field, str, date], Any]] = {
    "integer": _number,
    "decimal": _number,
    "money": _number,
    "date": _date,
    "month": _month,
    "yes_no": _yes_no,
    "choice": _choice,
    "phone": _phone,
    "person_number": _identifier(""),
    "credit_code": _identifier("uscc"),
    "division": _identifier("division"),
    "licence": lambda field, text, today: text,
    "bank_account": _bank_account,
}
