"""The papers at the end: decision, end without a decision, the result handed over and served. 行政许可法 arts. 38, 44."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from onevisit.notices.parts import Facts, Part, Row, Sign, Steps, Table, Text, day, given_back
from onevisit.notices.sheets.base import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Sheet):
    """What was decided, why, by which law, what can be done against it (决定书). A reason's `label` is its basis."""

    granted: bool
    received_on: date
    reasons: tuple[Row, ...] = ()
    results: tuple[Row, ...] = ()
    opinion: str = ""
    remedies: tuple[str, ...] = ()

    NAME: ClassVar[str] = "决定书"
    SIGN: ClassVar[str] = "决"

    def title(self) -> str:
        """The name with its outcome."""
        return f"{'准予' if self.granted else '不予'}办理{self.NAME}"

    def parts(self) -> tuple[Part, ...]:
        """The decision, its reasons, its content, the remedies where it burdens."""
        outcome = "经审查，您的申请符合规定，现决定准予办理。" if self.granted else "经审查，您的申请不符合规定，现决定不予办理。"
        said = f"您于{day(self.received_on)}提出的“{self.item}”申请，我单位已经收到并审查。{outcome}"
        return (
            Text((said, self.opinion) if self.opinion else (said,)),
            Table((("理由", 55), ("依据", 35)), tuple((row.value, row.label) for row in self.reasons), "理由和依据"),
            Facts(self.results, "决定的内容"),
            Text(self.remedies, "您的权利"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Sheet):
    """A case ends without a decision, by whose wish or why, and what is given back (终止办理告知书)."""

    received_on: date
    why: str
    returned: tuple[str, ...] = ()
    paid: bool = False

    NAME: ClassVar[str] = "终止办理告知书"
    SIGN: ClassVar[str] = "终"

    def parts(self) -> tuple[Part, ...]:
        """That it has ended, what comes back, what is still possible."""
        again = ["本件从今天起终止办理，不影响您以后重新申请。"]
        if self.paid:
            again.append("已经缴纳的费用，按规定退还的，会另行告知。")
        return (
            Text((f"您于{day(self.received_on)}提出的“{self.item}”申请，{self.why}", *again)),
            *given_back(self.returned),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Collect(Sheet):
    """With which the result is collected (领取凭证): what, where, when, and what is brought along."""

    what: str
    places: tuple[Row, ...]
    bring: tuple[str, ...]

    NAME: ClassVar[str] = "领取凭证"
    SIGN: ClassVar[str] = "领"
    SCAN: ClassVar[str] = "窗口扫码核对，也可以在网上改成快递"

    def parts(self) -> tuple[Part, ...]:
        """What lies ready, where, and what to bring."""
        return (
            Text((f"您的“{self.item}”已经办好，{self.what}可以领取了。请带上本凭证和下面的东西来。",)),
            Facts((Row("领取什么", self.what), *self.places)),
            Steps(self.bring, "要带什么"),
            Text(("不方便来的，可以在网上改成快递。超过7天没有领取的，我们会提醒您一次。",)),
            Sign(("领取人（签名）：", "发放人：", "日期：")),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ServedLine:
    """One thing that was served: its name, its number, how, and when."""

    name: str
    number: str
    how: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Served(Sheet):
    """The proof of service (送达回证): what was served on whom, how and when; signed where it was handed over."""

    served: tuple[ServedLine, ...]
    details: tuple[Row, ...] = ()
    by_hand: bool = False

    NAME: ClassVar[str] = "送达回证"
    SIGN: ClassVar[str] = "送"

    def parts(self) -> tuple[Part, ...]:
        """Who was served, with what; the lines that are signed."""
        lines = tuple((one.name, one.number, one.how, one.when) for one in self.served)
        labels = ("送达人：", "签收人（签名）：", "日期：")
        return (
            Facts((Row("受送达人", self.applicant), Row("事项", self.item), *self.details)),
            Table((("送达的文书和结果", 25), ("文号或单号", 30), ("送达方式", 15), ("送达时间", 20)), lines),
            *(
                (Sign(labels),)
                if self.by_hand
                else (Text(("由快递投递的，以快递的签收记录为准；在网上送达的，以到达您的账户的时间为准。",)),)
            ),
        )
