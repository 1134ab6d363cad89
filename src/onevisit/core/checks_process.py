"""Checks of a process (办理流程的检查): circles, times, presence, visits, results, promises; each for every situation.

行政许可法 arts. 38, 39, 42, 45; the promise “最多跑一次”.

>>> from onevisit.core.definition import ItemHead
>>> steps = (Step("submit", by="applicant", does="submit", at=("online",)), Step("review", by="department", does="review"))
>>> head = ItemHead("户籍证明", "公共服务事项", "police", key="residence")
>>> [finding[:2] for finding in steps_alone(Standard(head, "county", ("person",), steps))]
[('OV402', 'process.review')]
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from onevisit.core.definition import SPECIAL, Standard, Step, When
from onevisit.core.diagnostics import Finding, Severity
from onevisit.core.process import circle, delay, name, unreachable
from onevisit.core.references import named
from onevisit.core.situations import STEP, Situation, holds, relevant, situations
from onevisit.core.visits import Visits, visits

PERMIT = "行政许可"
MOST_SITUATIONS = 10_000
"""Beyond so many combinations of the answers that matter, a claim is tried on the first ones only."""

ONLY_COME = re.compile(
    r"现场|到场|当面|亲自|本人|申请人|当事人|双方|前往|窗口|大厅|政务|服务|中心|办理|办事|业务|提交|申请|手续|必须|应当|需要|按规定|规定|要求"
    r"|[须需要请应到去来在由的后\W_]"
)
"""What a reason is made of that only says 现场."""


def steps_alone(standard: Standard) -> Iterator[Finding]:
    """What is wrong with a step by itself (OV402, OV404, OV405), and steps that wait where nobody should (OV602)."""
    for path, step in named("process", standard.process):
        if not _timed(step):
            yield Finding("OV402", path, f"环节“{name(step)}”没有写明是当场办完（instant）还是要几天（days）。")
        if step.presence and not ONLY_COME.sub("", step.presence.reason):
            said = f"只写了“{step.presence.reason}”" if step.presence.reason.strip() else "没有写理由"
            yield Finding("OV404", f"{path}.presence", f"环节“{name(step)}”要求本人到场，{said}。")
        yield from _special(path, step)
        if standard.handling == "instant" and (step.days or delay(step)):
            days = (step.days or 0) + delay(step)
            yield Finding("OV602", path, f"这是即办件（handling: instant），环节“{name(step)}”却要等{days}天。")


def circles(standard: Standard) -> Iterator[Finding]:
    """Each circle of steps, once (OV401)."""
    left = {step.id: step.needs for step in standard.process}
    names = {step.id: name(step) for step in standard.process}
    paths = {step.id: path for path, step in named("process", standard.process)}
    while found := circle(left):
        first = min(found, key=list(names).index)
        turned = (*found[found.index(first) :], *found[: found.index(first)])
        chain = "→".join(f"{names[one]}（{one}）" for one in (*turned, first))
        yield Finding("OV401", f"{paths[first]}.needs", f"环节互相等待，谁也开始不了：{chain}。")
        left = {one: needs for one, needs in left.items() if one not in found}


def limits(standard: Standard) -> Iterator[Finding]:
    """Promises that are longer than the law allows (OV601)."""
    for number, limit in enumerate(standard.limits):
        if limit.legal is not None and limit.promised is not None and limit.promised > limit.legal:
            path = "limits.promised" if len(standard.limits) == 1 else f"limits.{number}.promised"
            yield Finding("OV601", path, f"承诺时限{limit.promised}天比法定时限{limit.legal}天长。")


def dead_ends(standard: Standard) -> Iterator[Finding]:
    """Steps that no situation reaches, results that nothing makes, situations without a result (OV403)."""
    never = set(unreachable(standard)) - _behind_circles(standard.process) if any(step.when for step in standard.process) else ()
    for path, step in named("process", standard.process):
        if step.id in never:
            yield Finding("OV403", f"{path}.when", f"没有一种情形会走到环节“{name(step)}”。")
    if standard.handled_in != "elsewhere":
        yield from _results(standard)
    if standard.item.type == PERMIT:
        yield from _permit(standard)


def _results(standard: Standard) -> Iterator[Finding]:
    makers = [step for step in standard.process if step.result or step.does == "issue"]
    made = {step.result for step in makers}
    for path, result in named("results", standard.results):
        if result.id not in made and "" not in made:
            yield Finding("OV403", path, f"没有哪个环节产生结果“{result.name}”（{result.id}）。")
    missed = conflict(standard, standard.results, makers) if makers else None
    if missed is not None:
        yield Finding("OV403", "results", f"{told(standard, missed)}，走完流程也得不到任何结果。")


def counts(standard: Standard) -> Iterator[Finding]:
    """More than one visit, and a number of visits or a depth that was typed and isn't so (OV501, OV502)."""
    counted = visits(standard)
    if counted.promise == "many":
        yield _many(standard, counted)
    typed = standard.visits
    right = {counted.zero.visits} | ({counted.hall.visits} if counted.promise == "many" else set())
    if typed is not None and typed not in right:
        yield Finding("OV502", "visits", f"写的是跑{typed}次，按流程算出来是{counted.zero.visits}次。")
    barred = [step for step in standard.process if not step.when and _must_come(standard, step)]
    if standard.depth == 4 and barred:
        message = f"网办深度写的是4（全程网办），环节“{name(barred[0])}”却在任何情形下都要到场。"
        yield Finding("OV502", "depth", message, "改正depth，或者让这个环节可以在线上办理。")


def told(standard: Standard, situation: Situation) -> str:
    """A situation in words: the questions with their answers, the steps with what they found."""
    asked = {question.id: question for question in standard.questions}
    steps = {STEP + step.id: name(step) for step in standard.process}
    pairs = [f"{asked[key].ask}{asked[key].options[answer]}" for key, answer in situation.items() if key in asked]
    pairs += [f"{steps[key]}的结果是{answer}" for key, answer in situation.items() if key in steps]
    return f"在这种情形下（{'；'.join(pairs)}）" if pairs else "在所有情形下"


def conflict(standard: Standard, one: Iterable[Any], other: Iterable[Any]) -> Situation | None:
    """The first situation, as far as answers decide, in which any of these parts applies and none of those."""
    ones, others = tuple(one), tuple(other)
    names = [key for key in relevant(standard, (*ones, *others)) if not key.startswith(STEP)]
    tried = islice(situations(standard, names), MOST_SITUATIONS)
    return next((at for at in tried if _any(ones, at) and not _any(others, at)), None)


def _timed(step: Step) -> bool:
    """A step of the applicant without days is instant, and so is being given the result."""
    own = step.by.startswith("applicant") or (step.does == "deliver" and bool(step.at))
    return own or step.instant or step.days is not None or bool(step.special)


def _special(path: str, step: Step) -> Iterator[Finding]:
    if not step.special:
        return
    if step.special not in SPECIAL:
        message = f"环节“{name(step)}”的特别程序“{step.special}”不是法定的八种之一，也不是own_law。"
        yield Finding("OV405", f"{path}.special", message)
    elif step.special == "own_law" and not step.basis:
        yield Finding("OV405", f"{path}.special", f"环节“{name(step)}”不计入期限（own_law），却没有写是哪部法律规定的。")
    if not step.days:
        yield Finding("OV405", f"{path}.special", f"环节“{name(step)}”是特别程序，却没有写它自己要几天（days）。")


def _behind_circles(process: tuple[Step, ...]) -> set[str]:
    """The steps on a circle or after one: OV401 speaks of them."""
    left = {step.id: set(step.needs) for step in process}
    while free := [one for one, needs in left.items() if not needs & left.keys()]:
        for one in free:
            del left[one]
    return set(left)


def _permit(standard: Standard) -> Iterator[Finding]:
    """A permit is decided, and the decision handed out (arts. 38 and 39)."""
    done = {step.does for step in standard.process}
    if not done & {"decide", "sign"}:
        yield Finding("OV403", "process", "行政许可没有作出决定（decide）的环节，申请永远没有结论。")
    if not done & {"issue", "deliver"}:
        yield Finding("OV403", "process", "行政许可没有制作或者送达结果（issue、deliver）的环节，申请人拿不到结果。")


def _many(standard: Standard, counted: Visits) -> Finding:
    worst = max(counted.zero, counted.hall, key=lambda count: count.visits)
    way = "到大厅办" if worst is counted.hall else "最省的办法"
    steps = {step.id: name(step) for step in standard.process}
    chain = "、".join(f"“{steps.get(one, one)}”" for one in worst.chain)
    asked = {key: worst.situation[key] for key in relevant(standard, standard.process) if key in worst.situation}
    where = told(standard, asked)
    save = f"例如：{worst.saves[0].change}（改后{worst.saves[0].visits}次）。" if worst.saves else ""
    path = f"process.{worst.chain[-1].partition('~')[0]}"
    severity: Severity | None = "warning" if standard.exception else None
    return Finding("OV501", path, f"{where}，{way}要跑{worst.visits}次（{chain}）。", save, severity)


def _must_come(standard: Standard, step: Step) -> bool:
    """Whether a step that always applies can only be done in person, or an original is always seen there."""
    seen = any(paper.shown in (step.does, step.id) and not paper.when and not paper.one_of for paper in standard.materials)
    places = {place for place in step.at if not (seen and place == "online")} - {"hall", "kiosk"}
    return bool(step.presence) or (bool(step.at) and not places)


def _any(parts: tuple[Any, ...], at: Situation) -> bool:
    return any(holds(_answered(part.when), at) for part in parts)


def _answered(when: When) -> When:
    """The part of a condition that the applicant's answers decide; what a step finds may turn out well."""
    return {key: values for key, values in when.items() if not key.startswith(STEP)}
