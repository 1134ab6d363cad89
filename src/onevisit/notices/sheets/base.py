"""What every printed form has: for whom, about which case, by which office, of which day; its parts say the rest."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from onevisit.notices import parts
from onevisit.notices.parts import Part, Row

LICENSING = "行政许可"
"""Only of these items 行政许可法 speaks; other papers do not cite it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(ABC):
    """A printed form (文书) of a case. `item_type` decides which laws it may cite; `on` is the date that it bears.

    `department` and `division` are of the office whose numbers it takes.
    """

    item: str
    number: str
    applicant: str
    office: str
    on: date
    item_type: str = LICENSING
    department: str = ""
    division: str = ""
    phones: tuple[Row, ...] = ()

    NAME: ClassVar[str]
    SIGN: ClassVar[str]
    """The word of this kind in the paper's number, as in 受〔2026〕3号."""
    SCAN: ClassVar[str] = "扫码查看本办件"

    def title(self) -> str:
        """What stands at the head of the paper."""
        return self.NAME

    @abstractmethod
    def parts(self) -> tuple[Part, ...]:
        """What the paper says, from top to bottom."""

    def law(self, article: str) -> str:
        """The licensing law's article in brackets, for items of which it speaks."""
        return f"（《中华人民共和国行政许可法》{article}）" if self.item_type == LICENSING else ""


def to_json(sheet: Sheet) -> dict[str, Any]:
    """What the paper says, as plain values."""
    said = (parts.to_json(part) for part in sheet.parts())
    return {
        "name": sheet.NAME, "title": sheet.title(), "item": sheet.item, "number": sheet.number, "applicant": sheet.applicant,
        "office": sheet.office, "date": parts.day(sheet.on), "scan": sheet.SCAN, "parts": [part for part in said if part],
        "phones": [{"label": row.label, "value": row.value} for row in sheet.phones],
    }  # fmt: skip
