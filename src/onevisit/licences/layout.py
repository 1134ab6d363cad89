"""What is printed on a licence, and what lies inside its file as data (证照元数据, after GB/T 36903-2018)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import cn2an
from django.conf import settings

from onevisit.core.money import to_cent, yuan
from onevisit.licences.models import Licence
from onevisit.licences.verification import FORMAT

GROUP = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: `capitals` repeats an amount in the characters that cannot be altered (大写)."""

    label: str
    value: str
    capitals: str = ""


def lines(holder: str, data: Mapping[str, Any]) -> tuple[Line, ...]:
    """The holder, called as the type calls him, then the rows as they were given."""
    return (Line(data["holder_label"], holder), *(_line(row) for row in data["rows"]))


def holder_label(fields: Iterable[Mapping[str, Any]]) -> str:
    """What the type calls its holder (纳税人, 许可证持有人); 持证人 where it does not say."""
    return next((str(each["label"]) for each in fields if each["from"] == "holder"), "持证人")


def _line(row: Mapping[str, Any]) -> Line:
    if not row.get("capitals"):
        return Line(row["label"], row["value"])
    amount = to_cent(yuan(row["value"]))
    return Line(row["label"], f"{amount:,.2f}", in_capitals(row["value"]))


def in_capitals(amount: str) -> str:
    """The amount in yuan in capital characters.

    >>> in_capitals("18,518.52"), in_capitals("0")
    ('壹万捌仟伍佰壹拾捌元伍角贰分', '零元整')
    """
    written: str = cn2an.an2cn(str(to_cent(yuan(amount))), "rmb")
    return written


def grouped(code: str) -> str:
    """A verification code as people read it aloud.

    >>> grouped("ABCDEFGHJKMNPQRS")
    'ABCD-EFGH-JKMN-PQRS'
    """
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def verify_url(row: Licence) -> str:
    """Where anybody can check the licence; what its QR code says."""
    return f"{settings.BASE_URL}/verify/{grouped(row.verify_code)}"


def metadata(row: Licence, holder: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says of itself to machines."""
    printed = [{"label": line.label, "value": line.value} for line in lines(holder, data)]
    return {**of_row(row), "holder": holder, "rows": printed, "facts": data["facts"], "verify": verify_url(row)}


def of_row(row: Licence) -> dict[str, Any]:
    """The part of it that no person's value is in, which a check can compare with the row."""
    return {
        "format": FORMAT,
        "identifier": row.identifier,
        "number": row.number,
        "version": row.version,
        "issuer": {"name": row.office, "code": row.office_code, "division": row.division},
        "type": {"key": row.type.key, "code": row.type.code, "name": row.type.name},
        "issued": row.issued_at.astimezone(settings.ZONE).isoformat(timespec="seconds"),
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "replaces": row.replaces.identifier if row.replaces else None,
        "sample": row.sample,
    }


def page(row: Licence, holder: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the template is filled with."""
    return {
        "name": row.type.name,
        "number": row.number,
        "identifier": row.identifier,
        "rows": lines(holder, data),
        "term": term(row),
        "basis": row.type.basis,
        "office": row.office,
        "date": day(row.issued_at.astimezone(settings.ZONE).date()),
        "qr": verify_url(row),
        "code": grouped(row.verify_code),
        "sample": row.sample,
    }


def term(row: Licence) -> str:
    """From when to when the licence holds; empty where it has no end and says nothing."""
    return f"{day(row.valid_from)}至{term_end(row)}" if row.valid_to else ""


def term_end(row: Licence) -> str:
    """The last day on which the licence holds, in words."""
    return day(row.valid_to) if row.valid_to else "长期"


def day(on: date) -> str:
    """A date as papers write it: 2026年3月2日."""
    return f"{on.year}年{on.month}月{on.day}日"
