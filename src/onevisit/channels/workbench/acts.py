"""What an officer can do with a case, as data: when it fits, what is asked for it, what is done. One page serves them all.

The order is that of the keys 1 to 9; what does not fit the moment is not shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from onevisit.access import Duty
from onevisit.cases import actions, queries
from onevisit.cases.actions import FOLLOW_DAYS, NewRecord, Said
from onevisit.channels.ui import parts
from onevisit.channels.workbench import checklist
from onevisit.channels.workbench.matter import Matter
from onevisit.city import queries as city
from onevisit.core import workdays
from onevisit.core.rework import outcomes

Typed = Mapping[str, str]
OPINION = ("review", "consult", "precheck", "publicise", "sign", "verify")
GROUNDS: Mapping[str, str] = {
    "hearing": "听证", "tender": "招标", "auction": "拍卖", "inspection": "检验", "testing": "检测", "quarantine": "检疫",
    "appraisal": "鉴定", "expert_review": "专家评审", "own_law": "法律规定的程序",
    "visit": "申请人要到场", "payment": "申请人要缴费",
}  # fmt: skip
"""Why a clock may stand still: procedures of 行政许可法 art. 45, and what lies with the applicant."""


@dataclass(frozen=True)
class Entry:
    """One thing that is asked: `kind` long, text, choice, or moment; `options` of a choice."""

    name: str
    label: str
    kind: str = "long"
    hint: str = ""
    options: Mapping[str, str] | None = None
    required: bool = True


@dataclass(frozen=True)
class Note:
    """What must be seen before the act is done."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Doing:
    """One act: its name in the address, what the button says, when it fits, what it asks, what it does; or its own page.

    `notes`: what its page shows first.
    """

    name: str
    label: str
    fits: Callable[[Matter], bool]
    hint: str = ""
    asks: Callable[[Matter], Sequence[Entry]] = lambda _: ()
    run: Callable[[Matter, Typed], object] | None = None
    page: str = ""
    notes: Callable[[Matter], Sequence[Note]] = lambda _: ()


class Unread(Exception):
    """What was typed can't be read; `name` says which entry."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def possible(matter: Matter) -> tuple[Doing, ...]:
    """The acts that fit now, in the order of their keys."""
    return tuple(one for one in ACTS if one.fits(matter))


def act(matter: Matter, name: str) -> Doing | None:
    """The act of this name, if it fits."""
    return next((one for one in possible(matter) if one.name == name and one.run), None)


def faults(doing: Doing, matter: Matter, typed: Typed) -> dict[str, str]:
    """What is missing or can't be read, by entry."""
    found: dict[str, str] = {}
    for entry in doing.asks(matter):
        value = typed.get(entry.name, "").strip()
        if not value and entry.required:
            found[entry.name] = f"请{'选择' if entry.kind == 'choice' else '填写'}{entry.label}。"
        elif value and entry.kind == "choice" and value not in (entry.options or {}):
            found[entry.name] = "请从列出的几项里选。"
        elif value and entry.kind == "moment":
            try:
                datetime.fromisoformat(value)
            except ValueError:
                found[entry.name] = "请选日期和时间。"
    return found


def _does(*kinds: str) -> Callable[[Matter], bool]:
    return lambda matter: matter.mine is not None and matter.mine.does in kinds


def _stage(matter: Matter, *stages: str) -> bool:
    return matter.case.stage in stages


def _correcting(matter: Matter) -> bool:
    return any(not pause.end for pause in matter.state.pauses)


def _objected(matter: Matter) -> bool:
    return any(event.kind == "silence.objected" for event in queries.events(matter.actor, matter.case.id))


def _step(matter: Matter) -> str:
    return matter.mine.step if matter.mine else ""


def _colleagues(matter: Matter) -> Mapping[str, str]:
    return {one.account: f"{one.name}（{one.title}）" for one in matter.colleagues()}


def _record(matter: Matter, typed: Typed, kind: str) -> NewRecord:
    names = tuple(one for one in (typed.get("second", ""), typed.get("third", "")) if one)
    held = datetime.fromisoformat(typed["held_at"])
    held = held if held.tzinfo else held.replace(tzinfo=settings.ZONE)
    return NewRecord(kind, (matter.actor.id, *names), held, typed["text"])


def _inspected(matter: Matter, typed: Typed) -> object:
    said = Said(typed.get("opinion", ""), _record(matter, typed, "inspection"))
    return actions.finish(matter.actor, matter.case.id, _step(matter), {"outcome": typed.get("outcome", "")}, said)


def _inspection(matter: Matter) -> Sequence[Entry]:
    found = outcomes(matter.step) if matter.step else ()
    options = {one: OUTCOMES.get(one, one) for one in found}
    asked = [Entry("outcome", "结论", "choice", options=options)] if options else []
    return (
        *asked,
        Entry("second", "一起去的工作人员", "choice", "现场核查要有两名以上工作人员。", _colleagues(matter)),
        Entry("held_at", "什么时候", "moment"),
        Entry("text", "看到了什么", hint="写进现场核查笔录。申请人看得到。"),
        Entry("opinion", "意见", required=False),
    )


OUTCOMES: Mapping[str, str] = {
    "confirmed": "情况属实", "away": "人不在，要再约", "gone": "情况不属实", "fail": "不合格，整改后再查", "done": "合格",
    "pass": "合格", "none": "没有异议", "objection": "有异议",
}  # fmt: skip
"""What a step can find, in words, where the definition has none."""


def _opined(matter: Matter, typed: Typed) -> object:
    data = {"outcome": typed["outcome"]} if typed.get("outcome") else {}
    return actions.finish(matter.actor, matter.case.id, _step(matter), data, Said(typed["opinion"]))


def _opinion(matter: Matter) -> Sequence[Entry]:
    found = outcomes(matter.step) if matter.step else ()
    asked = [Entry("outcome", "结论", "choice", options={one: OUTCOMES.get(one, one) for one in found})] if found else []
    return (*asked, Entry("opinion", "意见", hint="写明看了什么、依据什么。"))


def _before_acceptance(matter: Matter) -> Sequence[Note]:
    """What will be owed from acceptance on and until when, and what stands in its way."""
    may_follow, missing = checklist.lacking(matter.standard, queries.contents(matter.actor, matter.case.id))
    today = settings.CLOCK().astimezone(settings.ZONE).date()
    days = {one.name: workdays.Limit(one.supplement_days or FOLLOW_DAYS) for one in may_follow}
    owed = tuple(
        f"{name}，最晚{parts.day_text(workdays.due(city.calendar(), today, n).due.date())}补交" for name, n in days.items()
    )
    notes = [Note("容缺受理：这些还没有交，从受理起记为欠交，到期不补办件失效", owed)] if owed else []
    if missing:
        notes.append(Note("这些没有交，也不能容缺：要补的请一次告知", tuple(one.name for one in missing)))
    return notes


def _others(matter: Matter) -> Mapping[str, str]:
    return {one.step: one.name for one in matter.open}


REASON = Entry("reason", "理由", hint="申请人看得到。")
BASIS = Entry("basis", "依据", "text", "写到条，例如《不动产登记暂行条例》第二十二条。")

ACTS: tuple[Doing, ...] = (
    Doing(
        "accept", "受理", lambda m: _does("accept")(m) and _stage(m, "received") and m.may(Duty.CASE_ACCEPT),
        "材料齐全、符合形式的，受理。承诺时限和法定时限从现在算。",
        run=lambda m, _: actions.accept(m.actor, m.case.id, _step(m)), notes=_before_acceptance,
    ),
    Doing(
        "notify", "一次告知",
        lambda m: _stage(m, "received") and (m.may(Duty.CASE_RENOTIFY) if m.state.notices else m.may(Duty.CASE_NOTIFY)),
        page="notify",
    ),
    Doing(
        "turn-away", "不予受理", lambda m: _stage(m, "received", "noticed") and m.may(Duty.CASE_REFUSE),
        "不属于本部门职权，或者依法不需要办理的，不予受理。救济途径会写进决定书。",
        asks=lambda _: (REASON, BASIS),
        run=lambda m, t: actions.turn_away(m.actor, m.case.id, t["reason"], t["basis"]),
    ),
    Doing("opinion", "写意见，办完这个环节", _does(*OPINION), asks=_opinion, run=_opined),
    Doing("inspect", "登记现场核查", _does("inspect"), asks=_inspection, run=_inspected),
    Doing("decide", "核定和签发", lambda m: _does("decide")(m) and _stage(m, "accepted"), page="decide"),
    Doing(
        "minutes", "登记会议纪要",
        lambda m: m.step is not None and m.step.authority == "meeting" and m.may(Duty.CASE_MEET),
        asks=lambda m: (
            Entry("second", "参加的人", "choice", options=_colleagues(m)),
            Entry("third", "还有谁参加", "choice", options=_colleagues(m)),
            Entry("held_at", "什么时候", "moment"), Entry("text", "审议情况和结论"),
        ),
        run=lambda m, t: actions.keep_minutes(m.actor, m.case.id, _step(m), _record(m, t, "meeting")),
    ),
    Doing("ask", "要求补正", lambda m: _stage(m, "accepted") and not _correcting(m) and m.may(Duty.CASE_SUSPEND), page="ask"),
    Doing(
        "suspend", "中止计时", lambda m: _stage(m, "accepted") and not _correcting(m) and m.may(Duty.CASE_SUSPEND),
        "能中止计时的，只有法定的程序和要由申请人先办的事。要书面告知。",
        asks=lambda _: (
            Entry("reason", "理由", "choice", options=GROUNDS),
            Entry("told", "告知的内容", hint="写明为什么、要几个工作日。"),
        ),
        run=lambda m, t: actions.suspend(m.actor, m.case.id, t["reason"], t["told"]),
    ),
    Doing(
        "resume", "恢复计时",
        lambda m: m.may(Duty.CASE_SUSPEND) and any(not p.end and p.reason in GROUNDS for p in m.state.pauses),
        run=lambda m, _: actions.resume(m.actor, m.case.id, next(p.reason for p in m.state.pauses if not p.end)),
    ),
    Doing(
        "extend", "延长期限", lambda m: _stage(m, "accepted") and not m.state.extended and m.may(Duty.CASE_EXTEND),
        "只能延长一次，要在期限届满以前。", asks=lambda _: (REASON,),
        run=lambda m, t: actions.extend(m.actor, m.case.id, t["reason"]),
    ),
    Doing(
        "object", "对视为受理提出异议", lambda m: m.state.deemed and m.may(Duty.CASE_RENOTIFY) and not _objected(m),
        "受理照样有效；异议和理由记在本部门的账上。", asks=lambda _: (REASON,),
        run=lambda m, t: actions.object_to_silence(m.actor, m.case.id, t["reason"]),
    ),
    Doing(
        "reassign", "改派", lambda m: bool(m.open) and m.may(Duty.CASE_REASSIGN),
        asks=lambda m: (
            Entry("step", "环节", "choice", options=_others(m)),
            Entry("to", "改派给", "choice", options={m.actor.id: "我自己", **_colleagues(m)}),
        ),
        run=lambda m, t: actions.reassign(m.actor, m.case.id, t["step"], t["to"]),
    ),
    Doing("back", "交回待办", lambda m: m.mine is not None, run=lambda m, _: actions.give_back(m.actor, m.case.id)),
)  # fmt: skip
