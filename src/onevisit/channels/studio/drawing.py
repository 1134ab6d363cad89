"""The process as a picture (流程图): left to right, steps that run side by side below one another, the critical path thick.

A step at which somebody must come is square; one that only some situations take is dashed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from onevisit.core import process
from onevisit.core.definition import Standard, Step
from onevisit.core.process import Circular, Process
from onevisit.core.reasons import COSTLY

WIDE, HIGH, GAP_X, GAP_Y, EDGE = 116, 58, 26, 18, 4
LONGEST = 7
"""Characters of a name that a box holds."""
WHO: Mapping[str, str] = {
    "applicant": "申请人", "window": "窗口", "system": "系统", "department": "部门", "regulator": "监管部门",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Box:
    """A step: where it stands, what it says, and how it is drawn."""

    x: int
    y: int
    name: str
    who: str
    presence: bool
    critical: bool
    sometimes: bool

    @property
    def middle(self) -> int:
        """Where its texts stand."""
        return self.x + WIDE // 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one step to another that needs it, as an SVG path."""

    path: str
    critical: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture, with its way in words for those who do not see it."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    days: int
    told: str


def drawn(standard: Standard) -> Drawing | None:
    """The picture of a process; none while its steps wait for one another."""
    whole = Process(standard.process)
    try:
        layers = process.layers(whole.needs)
        critical = process.critical_path(whole)
    except (Circular, KeyError):
        return None
    if not layers:
        return None
    rows = max(len(layer) for layer in layers)
    height = rows * (HIGH + GAP_Y) - GAP_Y + 2 * EDGE
    places = {
        name: (EDGE + column * (WIDE + GAP_X), _top(height, len(layer), row))
        for column, layer in enumerate(layers)
        for row, name in enumerate(layer)
    }
    thick = set(zip(critical.steps, critical.steps[1:], strict=False))
    steps = {one.id: one for one in standard.process}
    boxes = tuple(_box(steps[name], place, name in critical.steps) for name, place in places.items())
    pairs = [(need, one.id) for one in standard.process for need in one.needs if need in places]
    arrows = tuple(Arrow(_curve(places[a], places[b]), (a, b) in thick) for a, b in pairs)
    told = "；".join("、".join(process.name(steps[name]) for name in layer) for layer in layers)
    return Drawing(2 * EDGE + len(layers) * (WIDE + GAP_X) - GAP_X, height, boxes, arrows, critical.days, f"依次：{told}。")


def _top(height: int, count: int, row: int) -> int:
    return (height - count * (HIGH + GAP_Y) + GAP_Y) // 2 + row * (HIGH + GAP_Y)


def _box(step: Step, place: tuple[int, int], critical: bool) -> Box:
    who, _, named = step.by.partition(":")
    pace = f"{step.days}个工作日" if step.days else "即时" if step.instant else ""
    doer = WHO.get(who, named)
    comes = step.presence is not None or (bool(step.at) and COSTLY.issuperset(step.at))
    return Box(*place, _short(process.name(step)), "，".join(filter(None, (doer, pace))), comes, critical, bool(step.when))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _curve(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1, x2, y2 = start[0] + WIDE, start[1] + HIGH // 2, end[0], end[1] + HIGH // 2
    half = (x1 + x2) // 2
    return f"M{x1} {y1}C{half} {y1} {half} {y2} {x2} {y2}"
