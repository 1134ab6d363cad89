"""The papers at the entry: receipt, acceptance, what may follow, one-time notice, not accepted. 行政许可法 arts. 32, 38."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from onevisit.notices.parts import Facts, Part, Promise, Row, Sign, Steps, Table, Text, day, given_back
from onevisit.notices.sheets.base import LICENSING, Sheet

CLAUSE = "第三十二条第一款第四项"
"""One-time notice, and acceptance by silence."""
SPECIAL = "依法需要听证、检验、检测、鉴定、专家评审等程序的，所需时间不算在期限里，会另行书面告知。"


@dataclass(frozen=True, slots=True)
class Handed:
    """A material on the receipt: what it must look like, and where it stands (handed in, fetched, promised, may follow)."""

    name: str
    form: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Sheet):
    """What was handed in, what we fetch, what may follow, by when we answer (收件凭证): no acceptance yet.

    `answer_by`: until when silence is no acceptance; `due_on`: the promised day, once accepted; `where`: 在网上 or 在窗口.
    """

    received_on: date
    where: str = "在网上"
    answer_by: str = ""
    due_on: date | None = None
    limits: str = ""
    visits: int | None = None
    materials: tuple[Handed, ...] = ()
    next: tuple[str, ...] = ()

    NAME: ClassVar[str] = "收件凭证"
    SIGN: ClassVar[str] = "收"
    SCAN: ClassVar[str] = "扫码查看办理进度"

    def parts(self) -> tuple[Part, ...]:
        """The promise as headline, the list, what comes next."""
        said = f"您于{day(self.received_on)}{self.where}提出的“{self.item}”申请和下面列出的材料，我单位已经收到。"
        lines = tuple((one.name, one.form, one.state) for one in self.materials)
        return (
            Promise(self._headline(), (self.limits,) if self.limits else (), self.visits),
            Text((said + "本凭证只说明收到了什么，不代表已经受理。",)),
            Table((("材料", 30), ("形式和份数", 35), ("情况", 30)), lines, "材料"),
            Steps(self.next),
        )

    def _headline(self) -> str:
        if self.due_on:
            return f"最晚{day(self.due_on)}办结"
        return f"最晚{self.answer_by}答复" if self.answer_by else "已收到您的申请"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Sheet):
    """The case is accepted (受理通知书): the ends of the limits, what follows; by silence (视为受理) it says so."""

    received_on: date
    accepted_on: date
    deemed: bool = False
    owing: bool = False
    promised_on: date | None = None
    legal_on: date | None = None
    follows: tuple[tuple[str, str, str], ...] = ()

    NAME: ClassVar[str] = "受理通知书"
    SIGN: ClassVar[str] = "受"
    SCAN: ClassVar[str] = "扫码查看办理进度"

    def title(self) -> str:
        """The name, with how it came about where nobody spoke."""
        return f"{self.NAME}（视为受理）" if self.deemed else self.NAME

    def parts(self) -> tuple[Part, ...]:
        """That it is accepted and why, by when it ends, what follows."""
        ends = [("受理日期", self.accepted_on), ("承诺办结", self.promised_on), ("法定办结", self.legal_on)]
        return (
            Promise(f"最晚{day(self.promised_on)}作出决定") if self.promised_on else Promise("已经受理"),
            Text((self._said(),)),
            Facts(tuple(Row(name, day(on) + ("以前" if name != "受理日期" else "")) for name, on in ends if on)),
            Table((("环节", 25), ("谁来办", 45), ("多久", 20)), self.follows, "接下来"),
            Text((SPECIAL,) if self.item_type == LICENSING else ()),
            Text(("作出决定以前，您可以随时查看进度，也可以撤回申请。",)),
        )  # fmt: skip

    def _said(self) -> str:
        began = f"您于{day(self.received_on)}提出的“{self.item}”申请，"
        if self.deemed:
            silent = f"我单位没有在规定的期限里告知您补正，自收到之日即{day(self.accepted_on)}起视为受理{self.law(CLAUSE)}。"
            return began + silent
        whole = "主要材料齐全，其余材料可以后补，详见容缺受理告知书" if self.owing else "材料齐全，符合规定的形式"
        return f"{began}{whole}，现予受理{self.law('第三十二条第一款第五项')}。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance(Sheet):
    """What is still owed after acceptance, until when, and what happens else (容缺受理告知书). A row's `value` is its day."""

    accepted_on: date
    owed: tuple[Row, ...]

    NAME: ClassVar[str] = "容缺受理告知书"
    SIGN: ClassVar[str] = "容缺"
    SCAN: ClassVar[str] = "扫码在网上补交"

    def parts(self) -> tuple[Part, ...]:
        """What may follow, and what if it does not."""
        return (
            Text((
                f"您的“{self.item}”申请主要材料已经齐全，我单位于{day(self.accepted_on)}先行受理。下列材料可以后补，"
                "请在写明的日期以前交来，可以在网上补交，也可以交到窗口。",
            )),
            Table((("材料", 35), ("最晚补交", 25), ("要求", 35)), tuple((row.label, row.value, row.note) for row in self.owed)),
            Text((
                "等待补交的时候，办理时限照常计算。材料补齐以前，不能作出准予的决定。",
                "到期没有补交的，视为您撤回申请，本件失效，以后可以重新申请。",
            )),
            Sign(("经办人：", "申请人承诺按时补交（签名）：")),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing to mend: the material or field, what is wrong, how it is mended, which law asks for it."""

    what: str
    wrong: str
    mend: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeNotice(Sheet):
    """Everything that is missing, told at once (一次性告知书); after acceptance 补正告知书.

    `again`: the chief let it be told again.
    """

    until: date
    defects: tuple[Defect, ...]
    accepted: bool = False
    again: bool = False
    limits: str = ""
    fee: str = ""
    place: str = ""

    NAME: ClassVar[str] = "一次性告知书"
    SIGN: ClassVar[str] = "告"
    SCAN: ClassVar[str] = "扫码在网上补正"

    def title(self) -> str:
        """What it is called before and after acceptance."""
        return "补正告知书" if self.accepted else self.NAME

    def parts(self) -> tuple[Part, ...]:
        """All defects at once, each with its basis; until when; what the clocks do meanwhile."""
        facts = (("办理时限", self.limits), ("收费", self.fee), ("怎样交来", self.place))
        return (
            Text((self._said(),)),
            Table(
                (("材料或内容", 20), ("哪里不对", 20), ("怎样补正", 30), ("依据", 25)),
                tuple((one.what, one.wrong, one.mend, one.basis) for one in self.defects),
            ),
            Text(self._clocks()),
            Facts(tuple(Row(name, value) for name, value in facts if value)),
            Sign(("经办人：", "申请人（签收）：", "日期：")),
        )

    def _said(self) -> str:
        whole = f"要补正的共{len(self.defects)}处，全部列在下面"
        if self.again:
            return f"您的“{self.item}”申请我单位已经再次看过，{whole}。这次是经科长同意再次告知。"
        law = "" if self.accepted else self.law(CLAUSE)
        return f"您的“{self.item}”申请我单位已经看过，{whole}。这是一次告知{law}，以后不会再要求别的。"

    def _clocks(self) -> tuple[str, ...]:
        if self.accepted:
            clock = "从今天到您补正为止，承诺的时限暂停计算，法定的时限照常计算。"
            late = "到期没有补正的，我单位按已有的材料作出决定。"
        else:
            clock = "从今天到您补正为止，时限暂停计算；收到补正的材料以后，重新计算受理的时限。"
            late = "到期没有补正的，本件失效，以后可以重新申请。"
        return f"请在{day(self.until)}以前补正。{clock}", late


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAway(Sheet):
    """The application is not accepted (不予受理决定书): why, by which law, and what can be done against it."""

    received_on: date
    reason: str
    basis: str
    remedies: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()

    NAME: ClassVar[str] = "不予受理决定书"
    SIGN: ClassVar[str] = "不受"

    def parts(self) -> tuple[Part, ...]:
        """The decision, its reason and basis, the remedies."""
        said = f"您于{day(self.received_on)}提出的“{self.item}”申请，我单位已经看过，现决定不予受理。"
        return (
            Text((said,)),
            Table((("理由", 55), ("依据", 35)), ((self.reason, self.basis),), "理由和依据"),
            Text(self.remedies, "您的权利"),
            *given_back(self.returned),
        )
