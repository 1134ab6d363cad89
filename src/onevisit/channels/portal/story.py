"""What happened to a case since it was filed, one plain sentence an event (经过); the spans in which its clock stood still."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from onevisit.channels.portal.turns import ALONE, Sides
from onevisit.channels.ui import parts
from onevisit.core.definition import Standard
from onevisit.core.process import name
from onevisit.ledger.queries import EventView

PLAIN: Mapping[str, str] = {
    "case.received": "窗口收下了您的申报。",
    "case.accepted": "已受理，开始计时。",
    "case.turned_away": "不予受理，理由和依据已告知您。",
    "case.extended": "办理期限延长了，理由已告知您。",
    "case.resumed": "恢复计时。",
    "case.concluded": "这件事办结了。",
    "case.result_corrected": "结果已更正。",
    "paper.surrendered": "旧证已经收回。",
}
LATE = timedelta(minutes=10)
"""What came here so long after it happened says so."""
OF_APPLICANT: Mapping[str, str] = {
    "case.filed": "{who}提交了申报。",
    "case.noticed": "请{who}补正，要补的都在告知书里。",
    "case.corrected": "{who}补正好了，接着办。",
    "case.withdrawn": "{who}撤回了申报。",
}
"""What whoever filed did, or was asked for; a withdrawal says itself whose it was."""
OF_PARTIES: Mapping[str, str] = {
    "party.invited": "请{who}来确认。",
    "party.joined": "{who}打开了这件事。",
    "party.disagreed": "{who}说不同意。",
    "visit.recorded": "{who}到大厅跑了一次。",
}
"""What somebody did whom the event names."""
LAPSED: Mapping[str, str] = {
    "correction": "超过期限没有补正，这件事已失效。", "owed": "超过期限没有补交，这件事已失效。",
    "party": "到期没有全部确认，这件事已失效。",
}  # fmt: skip
OUTCOMES: Mapping[str, str] = {"grant": "决定：准予。", "refuse": "决定：不予，理由、依据和救济办法在决定书里。"}
WAITING: Mapping[str, str] = {
    "correction": "等您补正", "payment": "等您缴费", "visit": "等您到场", "hearing": "听证", "tender": "招标", "auction": "拍卖",
    "inspection": "检验", "testing": "检测", "quarantine": "检疫", "appraisal": "鉴定", "expert_review": "专家评审",
    "own_law": "法律规定的程序",
}  # fmt: skip
"""Why a clock stands still: what the applicant has to do, or a procedure of 行政许可法 art. 45."""


@dataclass(frozen=True)
class Told:
    """One line of the story."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Pause:
    """A span off the clock; `end` is empty while it lasts."""

    reason: str
    start: date
    end: date | None

    @property
    def why(self) -> str:
        """What is waited for."""
        return WAITING.get(self.reason, self.reason)

    @property
    def words(self) -> str:
        """Why and since when the clock stood still."""
        until = f"到{parts.day_text(self.end)}" if self.end else "起"
        return f"{parts.day_text(self.start)}{until}{self.why}，不计时"


def told(events: Sequence[EventView], standard: Standard, sides: Sides = ALONE, applicant: str = "") -> tuple[Told, ...]:
    """The story, oldest first: every event since filing has its sentence."""
    steps = {step.id: name(step) for step in standard.process}
    return tuple(Told(event.happened, sentence(event, steps, sides, applicant) + _entered(event)) for event in events)


def _entered(event: EventView) -> str:
    """When it came here, where that was long after it happened."""
    if event.entered - event.happened < LATE:
        return ""
    at = event.entered.astimezone(settings.ZONE)
    return f"（{at.month}月{at.day}日{at:%H:%M}才传到这里）"


def sentence(event: EventView, steps: Mapping[str, str], sides: Sides = ALONE, applicant: str = "") -> str:
    """What the event means to whoever looks at it."""
    step = steps.get(str(event.data.get("step", "")), "这个环节")
    if event.kind.startswith("step."):
        return _step(event, step)
    if event.kind == "case.decided":
        return OUTCOMES[str(event.data["outcome"])]
    if event.kind == "case.suspended":
        return f"暂停计时：{WAITING.get(str(event.data['reason']), str(event.data['reason']))}。"
    if event.kind == "case.lapsed":
        return LAPSED[str(event.data.get("reason", "correction"))]
    return _of_somebody(event, step, sides, applicant) or PLAIN.get(event.kind, "")


def _of_somebody(event: EventView, step: str, sides: Sides, applicant: str) -> str:
    """What the applicant or a party did; empty for what is nobody's in particular."""
    if event.kind in OF_APPLICANT:
        return OF_APPLICANT[event.kind].format(who=sides.called(str(event.data.get("by") or applicant)))
    who = sides.called(str(event.data.get("who") or event.data.get("whose") or ""))
    if event.kind == "party.confirmed":
        return f"{who}做完了“{step}”里自己的一份。" if sides.names else f"{who}做完了“{step}”。"
    return OF_PARTIES.get(event.kind, "").format(who=who)


def _step(event: EventView, step: str) -> str:
    if event.kind == "step.finished":
        return f"“{step}”办好了。"
    if event.kind == "step.skipped":
        reason = event.data.get("reason", "")
        return f"“{step}”不用办" + (f"：{reason}。" if reason else "。")
    return f"“{step}”转由工作人员办理。" if event.kind == "step.returned" else f"工作人员开始办“{step}”。"


def pauses(events: Sequence[EventView]) -> tuple[Pause, ...]:
    """The spans in which the promised clock stood still."""
    found: list[Pause] = []
    for event in events:
        day = event.happened.astimezone(settings.ZONE).date()
        if event.kind == "case.suspended" and "promised" in event.data["clocks"]:
            found.append(Pause(str(event.data["reason"]), day, None))
        elif event.kind in ("case.resumed", "case.corrected"):
            reason = str(event.data.get("reason", "correction"))
            found = [Pause(p.reason, p.start, day) if p.end is None and p.reason == reason else p for p in found]
    return tuple(found)
