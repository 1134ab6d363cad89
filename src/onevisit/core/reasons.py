"""Why somebody must come, and what would spare them a visit: the sentences beside every count (跑动次数的理由).

>>> deliver = Step("deliver", by="system", does="deliver", at=("hall",))
>>> review = Step("review", by="department", does="review", days=5)
>>> stop(2, Stop(deliver, "hall", waits=(review,)), "")
'第2次：“领取结果”只能到大厅办理；之前的“审查”要5个工作日，不能当场等到。'
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onevisit.core import process
from onevisit.core.definition import Step

PLACES: Mapping[str, str] = {
    "online": "线上", "kiosk": "自助终端", "post": "邮寄", "agent": "代办", "door": "上门", "hall": "大厅", "licence": "电子证照",
    "courier": "快递",
}  # fmt: skip
COSTLY = frozenset({"hall", "kiosk"})
"""Where somebody must go."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A counted presence step: where, which originals are looked at there, and what lies between it and the one before."""

    step: Step
    place: str
    originals: tuple[str, ...] = ()
    waits: tuple[Step, ...] = ()
    days_between: int = 0


def stop(number: int, at: Stop, party: str) -> str:
    """Why this visit is made, and why it can't be the same as the one before."""
    why = _why(at)
    apart = ""
    if at.days_between:
        apart = f"；按规定要和前一环节隔{at.days_between}天"
    elif at.waits:
        slow = "、".join(f"“{process.name(step)}”要{step.days}个工作日" for step in at.waits)
        apart = f"；之前的{slow}，不能当场等到"
    return f"{party}第{number}次：{why}{apart}。"


def none(plan: Mapping[str, str]) -> str:
    """Why nobody must come."""
    places = "、".join(dict.fromkeys(PLACES[place] for place in plan.values()))
    return f"要您办的环节都不用到场（{places}）。" if places else "没有需要您到场的环节。"


def spare(step: Step, originals: Iterable[str], mode: str) -> str:
    """The change by which nobody need come for this step."""
    name = process.name(step)
    shown = "".join(f"《{one}》" for one in originals)
    free = "、".join(PLACES[place] for place in step.at if place not in COSTLY)
    if step.presence:
        return f"“{name}”不再要求本人到场，改为线上核验或者上门办理"
    if step.does == "deliver" and not shown:
        return f"“{name}”增加电子证照或者快递送达"
    if mode == "hall":
        return f"“{name}”不必再到大厅办，改为{free or '线上、邮寄或者上门'}"
    if shown and free:
        return f"“{name}”不再当面查验{shown}原件，改为数据核验或者邮寄"
    return f"“{name}”增加不用到场的办理方式（例如线上、邮寄或者上门）"


def hasten(step: Step) -> str:
    """The change by which the applicant need not wait for this step."""
    return f"“{process.name(step)}”改为即时办结，让申请人当场等到（现在要{step.days}个工作日）"


def _why(at: Stop) -> str:
    name = process.name(at.step)
    if at.step.presence:
        reason = at.step.presence.reason.rstrip("。.；; ")
        return f"“{name}”须本人到场" + (f"（{reason}）" if reason else "")
    if at.originals:
        return f"“{name}”要当面查验{''.join(f'《{one}》' for one in at.originals)}原件"
    others = [PLACES[place] for place in at.step.at if place not in COSTLY]
    if others:
        return f"“{name}”在{PLACES[at.place]}办理（也可以{'、'.join(others)}）"
    return f"“{name}”只能到{PLACES[at.place]}办理"
