"""The life of a case (办件): one table of moves, one function that decides, one that folds.

A case has a stage (阶段), its legal phase, and a mark for each step (环节) of its process. An act is agreed to as events, or
refused with the sentence that says what would work. 行政许可法 arts. 29, 32, 37, 38, 42, 44, 45.

>>> print("\\n".join(f"{m.stage:<10}{m.act:<15}{m.to:<12}{m.duty:<16}{m.clock}" for m in MOVES))
draft     file           received    case.file       notice opens
draft     receive        received    case.receive    notice opens
draft     withdraw       withdrawn   case.withdraw   -
draft     lapse          lapsed      system          -
received  accept         accepted    case.accept     notice closes, legal and promised open
received  notify         noticed     case.notify     notice closes
received  turn_away      turned_away case.refuse     notice closes
received  withdraw       withdrawn   case.withdraw   notice closes
received  lapse          lapsed      system          notice closes
noticed   correct        received    case.correct    notice opens
noticed   turn_away      turned_away case.refuse     -
noticed   withdraw       withdrawn   case.withdraw   -
noticed   lapse          lapsed      system          -
accepted  correct        accepted    case.correct    promised runs
accepted  suspend        accepted    case.suspend    stops
accepted  resume         accepted    case.suspend    runs
accepted  extend         accepted    case.extend     legal longer
accepted  decide         decided     decision.sign   legal and promised close
accepted  withdraw       withdrawn   case.withdraw   legal and promised close
accepted  lapse          lapsed      system          legal and promised close
decided   correct_result decided     decision.sign   -
decided   conclude       concluded   system          -
concluded correct_result concluded   decision.sign   -
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from onevisit.core.definition import Standard, Step
from onevisit.core.rework import outcomes, unrolled
from onevisit.core.state import Act, Event, Mark, Pause, Refusal, State, marked, moved

Stage = Literal["draft", "received", "noticed", "accepted", "decided", "concluded", "withdrawn", "turned_away", "lapsed"]

STAGE_NAMES: Mapping[str, str] = {
    "draft": "草稿", "received": "已收件", "noticed": "等您补正", "accepted": "办理中", "decided": "已决定",
    "concluded": "已办结", "withdrawn": "已撤回", "turned_away": "不予受理", "lapsed": "已失效",
}  # fmt: skip
ACT_NAMES: Mapping[str, str] = {
    "file": "申报", "receive": "收件", "accept": "受理", "notify": "一次告知", "correct": "补正", "turn_away": "不予受理",
    "decide": "作出决定", "extend": "延长期限", "suspend": "中止计时", "resume": "恢复计时", "withdraw": "撤回",
    "conclude": "办结", "correct_result": "更正结果", "lapse": "失效", "start": "开始办理", "finish": "完成环节",
    "return": "交回",
}  # fmt: skip
ENDS: frozenset[str] = frozenset({"concluded", "withdrawn", "turned_away", "lapsed"})


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: in `stage`, `act` leads to `to`; `duty` is who may; `clock` what it does to the clocks."""

    stage: str
    act: str
    to: str
    duty: str
    clock: str


MOVES: tuple[Move, ...] = tuple(
    Move(*row)
    for row in (
        ("draft", "file", "received", "case.file", "notice opens"),
        ("draft", "receive", "received", "case.receive", "notice opens"),
        ("draft", "withdraw", "withdrawn", "case.withdraw", "-"),
        ("draft", "lapse", "lapsed", "system", "-"),
        ("received", "accept", "accepted", "case.accept", "notice closes, legal and promised open"),
        ("received", "notify", "noticed", "case.notify", "notice closes"),
        ("received", "turn_away", "turned_away", "case.refuse", "notice closes"),
        ("received", "withdraw", "withdrawn", "case.withdraw", "notice closes"),
        ("received", "lapse", "lapsed", "system", "notice closes"),
        ("noticed", "correct", "received", "case.correct", "notice opens"),
        ("noticed", "turn_away", "turned_away", "case.refuse", "-"),
        ("noticed", "withdraw", "withdrawn", "case.withdraw", "-"),
        ("noticed", "lapse", "lapsed", "system", "-"),
        ("accepted", "correct", "accepted", "case.correct", "promised runs"),
        ("accepted", "suspend", "accepted", "case.suspend", "stops"),
        ("accepted", "resume", "accepted", "case.suspend", "runs"),
        ("accepted", "extend", "accepted", "case.extend", "legal longer"),
        ("accepted", "decide", "decided", "decision.sign", "legal and promised close"),
        ("accepted", "withdraw", "withdrawn", "case.withdraw", "legal and promised close"),
        ("accepted", "lapse", "lapsed", "system", "legal and promised close"),
        ("decided", "correct_result", "decided", "decision.sign", "-"),
        ("decided", "conclude", "concluded", "system", "-"),
        ("concluded", "correct_result", "concluded", "decision.sign", "-"),
    )
)
TABLE: Mapping[tuple[str, str], Move] = {(m.stage, m.act): m for m in MOVES}

STEP_STAGES: Mapping[str, frozenset[str]] = {
    "precheck": frozenset({"received"}),
    "submit": frozenset({"draft", "received"}),
    "receive": frozenset({"draft", "received"}),
    "accept": frozenset({"received"}),
    **{does: frozenset({"received", "accepted"}) for does in ("verify", "review", "inspect", "consult", "publicise")},
    "decide": frozenset({"accepted"}),
    "sign": frozenset({"accepted"}),
    "pay": frozenset({"accepted", "decided"}),
    "issue": frozenset({"decided"}),
    "deliver": frozenset({"decided"}),
}
"""In which stages the step that `does` this may be done."""

STEP_OF_ACT: Mapping[str, str] = {"file": "submit", "receive": "receive", "accept": "accept", "decide": "decide"}
"""The step that an act on the phase completes at once."""


def decide(definition: Standard, state: State, act: Act, now: datetime) -> list[Event] | Refusal:
    """The events that the act brings about, or why it can't be done now (准予 or 不能)."""
    if act.name in ("start", "finish", "return"):
        return _on_step(definition, state, act, now)
    move = TABLE.get((state.stage, act.name))
    if move is None:
        return _unlisted(state, act)
    refusal = _guard(definition, state, act)
    if refusal:
        return refusal
    events = [Event(f"case.{PAST[act.name]}", now, act.data)]
    step = _step_of(definition, state, act)
    if step and not act.data.get("jointly"):  # of several who apply together each does his part; the last one ends the step
        events.append(Event("step.finished", now, {"step": step, **_ref(act.data)}))
    if act.name == "decide" and act.data["outcome"] == "refuse":
        events += _skip_rest(fold(events, state), now, "不予，以后的环节不再办")
    return events


PAST: Mapping[str, str] = {  # an act on the phase -> the event that it makes
    "file": "filed", "receive": "received", "accept": "accepted", "notify": "noticed", "correct": "corrected",
    "turn_away": "turned_away", "decide": "decided", "extend": "extended", "suspend": "suspended", "resume": "resumed",
    "withdraw": "withdrawn", "conclude": "concluded", "correct_result": "result_corrected", "lapse": "lapsed",
}  # fmt: skip


def allowed(state: State) -> tuple[str, ...]:
    """The acts on the phase that the table lists in this stage."""
    return tuple(move.act for move in MOVES if move.stage == state.stage)


def fold(events: Iterable[Event], state: State | None = None) -> State:
    """The state after the events."""
    state = state or State()
    for event in events:
        state = _APPLY[event.kind](state, event)
    return state


def _unlisted(state: State, act: Act) -> Refusal:
    can = "、".join(ACT_NAMES[name] for name in allowed(state))
    way_out = f"现在可以：{can}。" if can else "这件事已经结束。需要时请重新申报。"
    return Refusal("stage", f"办件{STAGE_NAMES[state.stage]}，不能{ACT_NAMES.get(act.name, act.name)}。", way_out)


def _guard(definition: Standard, state: State, act: Act) -> Refusal | None:
    """What the table alone can't see: the steps still open, the one extension, the open pause."""
    if act.name == "decide":
        return _guard_decide(definition, state, act)
    accepting = [s.id for s in definition.process if s.does == "accept" and s.id in state.marks]
    if act.name == "accept" and not act.data.get("deemed") and any(state.marks[step].status == "waiting" for step in accepting):
        return Refusal("step-waiting", "受理之前的环节还没有办完。", "请先完成前面的环节。")
    if act.name == "conclude" and not state.finished():
        return Refusal("steps-open", "还有环节没有办完，不能办结。", "请先完成：" + "、".join(state.ready()) + "。")
    if act.name == "extend" and state.extended:
        return Refusal("second-extension", "期限只能延长一次。", "请在已延长的期限内作出决定。")
    open_pauses = [pause for pause in state.pauses if not pause.end and pause.reason == act.data.get("reason", pause.reason)]
    if act.name == "resume" and not open_pauses:
        return Refusal("not-suspended", "计时没有中止，不用恢复。", "可以直接继续办理。")
    return None


def _guard_decide(definition: Standard, state: State, act: Act) -> Refusal | None:
    if act.data.get("outcome") not in ("grant", "refuse"):
        return Refusal("outcome", "决定只有准予和不予两种。", "请选一种。")
    deciding = [s.id for s in definition.process if s.does == "decide" and s.id in state.marks]
    if deciding and not any(state.marks[step].status == "ready" for step in deciding):
        return Refusal("step-waiting", "审查还没有办完，不能作出决定。", "请先完成：" + "、".join(state.ready()) + "。")
    return None


def _step_of(definition: Standard, state: State, act: Act) -> str:
    """The step that this act completes: named by the act, or the only one of its kind that is ready."""
    does = STEP_OF_ACT.get(act.name)
    if does is None:
        return ""
    marks = _opened(act.data["needs"]) if act.name in ("file", "receive") else state.marks
    fit = ("ready", "waiting") if act.data.get("deemed") else ("ready",)
    open_now = [step.id for step in definition.process if step.does == does and step.id in marks and marks[step.id].status in fit]
    return act.on or (open_now[0] if open_now else "")


def _ref(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in ("ref", "outcome") if data.get(key)}


def _on_step(definition: Standard, state: State, act: Act, now: datetime) -> list[Event] | Refusal:
    mark = state.marks.get(act.on)
    step = next((s for s in unrolled(definition.process) if s.id == act.on), None)
    if mark is None or step is None:
        return Refusal("unknown-step", f"这个办件没有“{act.on}”这个环节。", "请刷新页面再看。")
    if mark.status != "ready":
        return Refusal("step-not-ready", _not_ready(mark), "现在可以办：" + ("、".join(state.ready()) or "无") + "。")
    if state.stage not in STEP_STAGES[step.does]:
        return Refusal("stage", f"办件{STAGE_NAMES[state.stage]}，这个环节现在不能办。", "请刷新页面再看。")
    if act.name != "finish":
        kind = {"start": "step.started", "return": "step.returned"}[act.name]
        return [Event(kind, now, {"step": act.on, **act.data})]
    if step.does in ("accept", "decide"):
        return Refusal("phase-act", "这个环节由受理或者决定来完成。", "请用“受理”或者“作出决定”。")
    return _finish(definition, state, step, act, now)


def _finish(definition: Standard, state: State, step: Step, act: Act, now: datetime) -> list[Event] | Refusal:
    skipped = bool(act.data.get("skipped"))
    if skipped and not (step.optional or step.does == "pay"):
        return Refusal("not-optional", "这个环节不能省去。", "请办完这个环节。")
    outcome = act.data.get("outcome", "")
    if outcomes(step) and not skipped and outcome not in outcomes(step):
        return Refusal("outcome", "请说明这个环节的结论。", "可选：" + "、".join(outcomes(step)) + "。")
    kind = "step.skipped" if skipped else "step.finished"
    over = Event(kind, now, {"step": step.id, **{k: v for k, v in act.data.items() if k != "skipped"}})
    events = [over, *_needless(definition, state, {step.id: "" if skipped else outcome}, now)]
    if step.rework and outcome == step.rework.on and step.rework.applicant_days:
        data = {"reason": "rework", "clocks": ["promised"], "days": step.rework.applicant_days}
        events.append(Event("case.suspended", now, data))
    if any(pause.reason == "rework" and not pause.end for pause in state.pauses) and "~" in step.id:
        events.insert(0, Event("case.resumed", now, {"reason": "rework"}))
    return events


def _needless(definition: Standard, state: State, over: dict[str, str], now: datetime) -> list[Event]:
    """The steps that the outcomes of these, just over, make needless; and what depends on those in turn."""
    events: list[Event] = []
    found = {**over}
    for later in unrolled(definition.process):
        mark = state.marks.get(later.id)
        if not later.when or mark is None or mark.status not in ("waiting", "ready") or later.id in found:
            continue
        wanted = [set(values) for name, values in later.when.items() if _outcome_of(name) in found]
        met = [found[_outcome_of(name)] for name in later.when if _outcome_of(name) in found]
        if any(value not in values for value, values in zip(met, wanted, strict=True)):
            found[later.id] = ""
            events.append(Event("step.skipped", now, {"step": later.id, "reason": "前一环节的结论使它不再需要"}))
    return events


def _outcome_of(name: str) -> str:
    """The step of whose outcome a condition speaks: `step.check~1` is the first attempt, that of the definition."""
    return name.removeprefix("step.").removesuffix("~1") if name.startswith("step.") else ""


def _not_ready(mark: Mark) -> str:
    return {"waiting": "还要等前面的环节办完。", "done": "这个环节已经办完。", "skipped": "这个环节不用办。"}[mark.status]


def _skip_rest(state: State, now: datetime, reason: str) -> list[Event]:
    open_steps = [step for step, mark in state.marks.items() if mark.status in ("waiting", "ready")]
    return [Event("step.skipped", now, {"step": step, "reason": reason}) for step in open_steps]


def _opened(needs: Mapping[str, Sequence[str]]) -> dict[str, Mark]:
    return {step: Mark("waiting" if before else "ready") for step, before in needs.items()}


def _settle(state: State, step: str, mark: Mark, received: str) -> State:
    """The state with the step's new mark, and with each step ready whose needs are all over; received when it now is."""
    marks = {**state.marks, step: mark}
    over = {name for name, known in marks.items() if known.status in ("done", "skipped")}
    for name, known in marks.items():
        if known.status == "waiting" and over.issuperset(state.needs[name]):
            marks[name] = marked(known, status="ready")
    return moved(state, marks=marks, received=received)


def _step_over(state: State, event: Event) -> State:
    step = event.data["step"]
    status: Literal["done", "skipped"] = "done" if event.kind == "step.finished" else "skipped"
    data = event.data
    mark = marked(
        state.marks[step], status=status, outcome=data.get("outcome", ""), ref=data.get("ref", ""), at=event.at.isoformat()
    )
    return _settle(state, step, mark, data.get("received", state.received))


def _step_held(state: State, event: Event) -> State:
    step = event.data["step"]
    return moved(
        state, marks={**state.marks, step: marked(state.marks[step], hands=event.data.get("to", state.marks[step].hands))}
    )


def _filed(state: State, event: Event) -> State:
    needs = {step: tuple(before) for step, before in event.data["needs"].items()}
    return moved(state, stage="received", needs=needs, marks=_opened(needs), received=event.data["received"])


def _corrected(state: State, event: Event) -> State:
    if state.stage == "noticed":
        return moved(state, stage="received", received=event.data["received"])
    return _close_pause(state, "correction", event.at.isoformat())


def _close_pause(state: State, reason: str, end: str) -> State:
    pauses = tuple(replace(p, end=end) if not p.end and p.reason == reason else p for p in state.pauses)
    return moved(state, pauses=pauses)


def _decided(state: State, event: Event) -> State:
    data = event.data
    return moved(state, stage="decided", decided=event.at.isoformat(), outcome=data["outcome"], decision=data.get("decision", ""))


def _suspended(state: State, event: Event) -> State:
    pause = Pause(event.data["reason"], tuple(event.data["clocks"]), event.at.isoformat())
    return moved(state, pauses=(*state.pauses, pause))


def _stage(stage: str) -> Any:
    return lambda state, event: moved(state, stage=stage)


_APPLY: Mapping[str, Any] = {
    "case.filed": _filed,
    "case.received": _filed,
    "case.accepted": lambda s, e: moved(s, stage="accepted", accepted=e.data["accepted"], deemed=bool(e.data.get("deemed"))),
    "case.noticed": lambda s, e: moved(s, stage="noticed", notices=s.notices + 1),
    "case.corrected": _corrected,
    "case.turned_away": _stage("turned_away"),
    "case.withdrawn": _stage("withdrawn"),
    "case.lapsed": _stage("lapsed"),
    "case.decided": _decided,
    "case.extended": lambda s, e: moved(s, extended=int(e.data["days"])),
    "case.suspended": _suspended,
    "case.resumed": lambda s, e: _close_pause(s, e.data["reason"], e.at.isoformat()),
    "case.concluded": lambda s, e: moved(s, stage="concluded", concluded=e.at.isoformat()),
    "case.result_corrected": lambda s, e: s,
    "step.finished": _step_over,
    "step.skipped": _step_over,
    "step.started": _step_held,
    "step.returned": _step_held,
}

KINDS: frozenset[str] = frozenset(_APPLY)
"""The kinds of event that change a case's state; a stream may hold others (a visit, a note)."""
