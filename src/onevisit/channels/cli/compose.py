"""`onevisit compose PATH…`: several items as one matter: one form, one list, one process, its days and visits."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from onevisit.channels.cli.answer import Answer, Unreadable
from onevisit.channels.cli.definitions import readings
from onevisit.core.compose import Composition, NotComposable, compose
from onevisit.core.definition import Field, Material, Standard, Step
from onevisit.core.merging import Merged
from onevisit.core.offers import Matter, Offer, Register
from onevisit.core.process import Circular
from onevisit.core.reading import MISSING_ELEMENT, Fault, Reading
from onevisit.core.shape import to_json
from onevisit.core.union import title
from onevisit.core.visits import WORDS
from onevisit.core.visits import to_json as counts

BUILT_ON = ("item", "parties", "questions", "materials", "form", "process", "items")
"""What the whole stands on: an element that is missing elsewhere leaves it unchanged."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Items, and if there is an order, their matter."""
    parser.add_argument("paths", metavar="PATH", nargs="+", help="事项的文件；有先后顺序的，再加一件事（matter）的文件")


def run(args: argparse.Namespace) -> Answer:
    """The whole; anything that would make it untrue is unreadable."""
    found = readings(args.paths)
    matters = [one for one in found if isinstance(one.document, Matter)]
    if len(matters) > 1:
        raise Unreadable("一次只能合成一件事，请只写一个matter文件。", file=matters[1].name, line=matters[1].line("matter"))
    for reading in found:
        wrong = next((fault for fault in reading.faults if _spoils(fault)), None)
        if wrong and _is_part(reading, _matter(matters)):
            raise Unreadable(wrong.message, file=reading.name, line=wrong.line, key=wrong.path)
    standards = [one.document for one in found if isinstance(one.document, Standard)]
    try:
        whole = compose(standards, _matter(matters))
    except NotComposable as why:
        raise Unreadable(str(why), **_place(matters, why.item)) from why
    except Circular as why:
        raise Unreadable(str(why), key="needs" if matters else "process") from why
    return Answer(document(whole), "\n".join(_account(whole)))


def document(whole: Composition) -> dict[str, Any]:
    """The whole as JSON."""
    counted = counts(whole.visits)
    return {
        "name": whole.name,
        "items": list(whole.items),
        "questions": [to_json(question) for question in whole.questions],
        "form": [_merged(one) for one in whole.form],
        "materials": [_merged(one) for one in whole.materials],
        "steps": [{**to_json(step), "items": list(whole.owners[step.id])} for step in whole.steps],
        "limits": {
            "legal": whole.limits.legal,
            "promised": whole.limits.promised,
            "unit": whole.limits.unit,
            "items": {name: [to_json(limit) for limit in limits] for name, limits in whole.limits.items.items()},
        },
        "critical_path": list(whole.path.steps),
        "days": whole.path.days,
        "promise": counted["promise"],
        "zero": counted["zero"],
        "hall": counted["hall"],
        "visits": {"zero": counted["zero"], "hall": counted["hall"]},
        "asked_once": whole.asked_once,
    }


def _is_part(reading: Reading, matter: Matter | None) -> bool:
    """Whether a file belongs to the whole: of a matter, only the items that it names."""
    document = reading.document
    if isinstance(document, Standard) and matter:
        return bool({document.item.key, document.item.code} & {name for row in matter.items for name in (row.item, *row.needs)})
    return not isinstance(document, Offer | Register)


def _spoils(fault: Fault) -> bool:
    """Whether a fault makes the whole untrue."""
    if fault.code != MISSING_ELEMENT:
        return True
    return fault.path.removeprefix("matter.").split(".")[0] in BUILT_ON and fault.path != "item.basis"


def _matter(found: Sequence[Reading]) -> Matter | None:
    return next((one.document for one in found if isinstance(one.document, Matter)), None)


def _place(matters: Sequence[Reading], item: str) -> dict[str, Any]:
    """The matter's file and the line that names the item, if there is a matter."""
    document = _matter(matters)
    if document is None:
        return {}
    rows = [number for number, row in enumerate(document.items) if item in (row.item, *row.needs)]
    path = f"matter.items.{rows[0]}" if rows else "matter.items"
    return {"file": matters[0].name, "line": matters[0].line(path), "key": path}


def _merged(one: Merged[Field] | Merged[Material]) -> dict[str, Any]:
    """A field or material with the items that ask for it; `whens`: it is asked if any of these holds."""
    several = {"whens": [to_json(when) for when in one.whens]} if len(one.whens) > 1 else {}
    items = list(dict.fromkeys(item for item, _ in one.members))
    return {**to_json(one.part), **several, "items": items, "from": [f"{item}.{name}" for item, name in one.members]}


def _account(whole: Composition) -> Iterator[str]:
    yield f"{whole.name}：{WORDS[whole.visits.promise]}，全程{whole.path.days}个工作日（最长的路径）"
    yield f"表单{len(whole.form)}项，材料{len(whole.materials)}份，比分开办少填少交{whole.asked_once}项"
    yield f"跑得最少的办法：{whole.visits.zero.visits}次；到大厅办：{whole.visits.hall.visits}次"
    yield from (f"  {why}" for why in whole.visits.hall.reasons)
    steps = {step.id: step for step in whole.steps}
    yield f"最长的路径：{'→'.join(_step(steps[one]) for one in whole.path.steps)}"


def _step(step: Step) -> str:
    return f"{title(step)}（{step.days}天）" if step.days else title(step)
