"""What happened to a case, in the words of those who handle it (经过): when, who, through which channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from onevisit.access import Actor
from onevisit.cases import queries
from onevisit.core import process
from onevisit.core.definition import Standard
from onevisit.core.rework import unrolled
from onevisit.identity import queries as identity
from onevisit.ledger.queries import EventView

WORDS: Mapping[str, str] = {
    "case.filed": "申请人提交申报", "case.received": "窗口收件", "case.accepted": "受理", "case.noticed": "一次告知",
    "case.corrected": "申请人补正", "case.turned_away": "不予受理", "case.decided": "作出决定", "case.extended": "延长期限",
    "case.suspended": "中止计时", "case.resumed": "恢复计时", "case.withdrawn": "撤回", "case.concluded": "办结",
    "case.result_corrected": "更正结果", "case.lapsed": "失效", "step.finished": "办完", "step.skipped": "不用办",
    "step.started": "领取", "step.returned": "交回", "facts.settled": "核定事实", "visit.recorded": "到场",
    "minutes.kept": "登记会议纪要", "party.invited": "邀请当事人", "party.joined": "当事人打开了办件",
    "party.confirmed": "当事人确认",
    "party.disagreed": "当事人不同意", "paper.supplied": "补交材料", "paper.surrendered": "收回旧证",
    "silence.objected": "科长对视为受理提出异议", "case.renewed": "规定改了，草稿换到新的版本",
    "clock.moved": "按新的放假安排重算时限",
    "clock.kept": "承诺时限不因放假安排缩短",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One line: its number in the stream, when it happened, what, by whom, and through which channel."""

    seq: int
    at: datetime
    text: str
    who: str
    via: str


def told(actor: Actor, case_id: str, standard: Standard) -> tuple[Told, ...]:
    """The history, oldest first."""
    events = queries.events(actor, case_id)
    steps = {step.id: process.name(step) for step in unrolled(standard.process)}
    said = {str(event.data.get(name, "")) for event in events for name in ("by", "stead")}
    names = identity.titles({event.actor for event in events} | said)
    return tuple(Told(e.seq, e.happened, _sentence(e, steps) + _in_stead(e, names), _who(e, names), e.via) for e in events)


def _in_stead(event: EventView, names: Mapping[str, str]) -> str:
    """For whom a stand-in took the step; to whom a chief gave it."""
    by, stead = str(event.data.get("by", "")), str(event.data.get("stead", ""))
    if event.kind != "step.started":
        return ""
    if by != event.actor:
        return f"，改派给{names.get(by, '同事')}"
    return f"，替{names.get(stead, '同事')}顶岗" if stead else ""


def _sentence(event: EventView, steps: Mapping[str, str]) -> str:
    words = WORDS.get(event.kind, event.kind)
    step = steps.get(str(event.data.get("step", "")), "")
    if event.kind == "case.accepted" and event.data.get("deemed"):
        words = "视为受理：期限内没有告知"
    if event.kind == "case.decided":
        words = "准予" if event.data["outcome"] == "grant" else "不予"
    return f"{words}：{step}" if step else words


def _who(event: EventView, names: Mapping[str, str]) -> str:
    return "系统" if event.actor == "system" else names.get(event.actor, "")
