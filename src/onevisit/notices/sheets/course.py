"""The papers while a case is handled: a longer limit, a clock that stands still. 行政许可法 arts. 42, 45."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from onevisit.notices.parts import Facts, Part, Promise, Row, Text, day
from onevisit.notices.sheets.base import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended(Sheet):
    """The limit is longer, once (延长期限告知书): why, by how much, until when."""

    accepted_on: date
    length: str
    reason: str
    legal_was: date | None = None
    legal_on: date | None = None
    promised_on: date | None = None

    NAME: ClassVar[str] = "延长期限告知书"
    SIGN: ClassVar[str] = "延"

    def parts(self) -> tuple[Part, ...]:
        """The new day first, then the reason."""
        ends = (
            ("原来的法定期限", self.legal_was),
            ("延长以后的法定期限", self.legal_on),
            ("延长以后的承诺期限", self.promised_on),
        )
        latest = self.promised_on or self.legal_on
        said = (
            f"您的“{self.item}”申请于{day(self.accepted_on)}受理，不能在原来的期限里作出决定。经本机关负责人批准，"
            f"期限延长{self.length}{self.law('第四十二条')}。期限只延长这一次。"
        )
        return (
            Promise(f"最晚{day(latest)}作出决定") if latest else Promise(f"期限延长{self.length}"),
            Text((said,)),
            Text((self.reason,), "延长的理由"),
            Facts(tuple(Row(name, f"{day(on)}以前") for name, on in ends if on)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended(Sheet):
    """The clock stands still (中止计时告知书): for which procedure, what was told of it and how long, which clocks."""

    since: date
    procedure: str
    told: str
    legal: bool = True

    NAME: ClassVar[str] = "中止计时告知书"
    SIGN: ClassVar[str] = "中"

    def parts(self) -> tuple[Part, ...]:
        """Which procedure, how long, what stands still."""
        clocks = "法定的时限和承诺的时限都" if self.legal else "承诺的时限"
        law = self.law("第四十五条") if self.legal else ""
        rest = "" if self.legal else "法定的时限照常计算。"
        said = f"您的“{self.item}”申请要{self.procedure}。从{day(self.since)}起，{clocks}暂停计算{law}，恢复时另行告知。{rest}"
        return Text((said,)), Text((self.told,), "原因和所需的时间")
