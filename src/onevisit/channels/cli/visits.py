"""`onevisit visits FILE`: how often somebody must come for an item, why, and what would save a visit; exit 1 if it is often."""

import argparse
from collections.abc import Iterator, Mapping

from onevisit.channels.cli.answer import Answer, Unreadable, read_text
from onevisit.core import process, rework
from onevisit.core.definition import Standard
from onevisit.core.process import Circular
from onevisit.core.reading import MISSING_ELEMENT, Fault, NotYaml, Reading, read
from onevisit.core.reasons import PLACES
from onevisit.core.situations import STEP, relevant, variables
from onevisit.core.visits import Count, Visits, to_json, visits

COUNTED = ("parties", "questions", "materials", "process")
"""What the count stands on: an element that is missing elsewhere leaves it unchanged."""


def configure(parser: argparse.ArgumentParser) -> None:
    """The file, and the answers that are known."""
    parser.add_argument("file", metavar="FILE", help="事项定义文件（YAML或者JSON）")
    parser.add_argument("--situation", metavar="q=a,…", action="append", default=[], help="已知的情形，没有写到的按跑得最多的算")


def run(args: argparse.Namespace) -> Answer:
    """The count in the worst situation that has the given answers."""
    standard = standard_of(args.file)
    known = _known(standard, ",".join(args.situation))
    try:
        counted = visits(standard, known)
    except Circular as why:
        raise Unreadable(str(why), file=args.file, key="process") from why
    return Answer(to_json(counted), "\n".join(_account(standard, counted)), 1 if counted.promise == "many" else 0)


def standard_of(path: str) -> Standard:
    """The definition in a file; raises `Unreadable` for anything that would make its count untrue."""
    try:
        reading = read(read_text(path), path)
    except NotYaml as why:
        raise Unreadable(why.message, file=path, line=why.line) from why
    if not isinstance(reading.document, Standard):
        raise Unreadable(_not_a_standard(reading), file=path, line=reading.line(""))
    wrong = next((fault for fault in reading.faults if _matters(fault)), None)
    if wrong:
        raise Unreadable(wrong.message, file=path, line=wrong.line, key=wrong.path)
    return reading.document


def _not_a_standard(reading: Reading) -> str:
    if reading.document is None:
        return reading.faults[0].message
    return "这个文件不是标准化规程，没有办理流程（process）可以计算。几个事项合成的一件事请用 onevisit compose。"


def _matters(fault: Fault) -> bool:
    return fault.code != MISSING_ELEMENT or fault.path.split(".")[0] in COUNTED


def _known(standard: Standard, text: str) -> Mapping[str, str]:
    options = {one.name: one.options for one in variables(standard)}
    known: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, answer = pair.partition("=")
        if name not in options:
            raise Unreadable(f"没有“{name}”这个问题，可以写的有：{'、'.join(options) or '无'}。", key="--situation")
        if answer not in options[name]:
            raise Unreadable(f"“{name}”没有“{answer}”这个答案，可以写的有：{'、'.join(options[name])}。", key="--situation")
        if known.setdefault(name, answer) != answer:
            raise Unreadable(f"“{name}”写了两个不同的答案。", key="--situation")
    return known


def _account(standard: Standard, counted: Visits) -> Iterator[str]:
    yield f"{standard.item.name}（{counted.item}）：{counted.word}"
    yield from _way(standard, "跑得最少的办法", counted.zero, worth=1)
    yield from _way(standard, "到大厅办", counted.hall, worth=2)


def _way(standard: Standard, title: str, count: Count, worth: int) -> Iterator[str]:
    """One way of doing it; changes are worth telling from so many visits on."""
    yield ""
    yield f"{title}：{count.visits}次"
    if answers := tuple(_answers(standard, count)):
        yield f"  最多的情形：{'；'.join(answers)}"
    yield from (f"  {why}" for why in count.reasons)
    if count.plan:
        steps = {step.id: step for step in rework.unrolled(standard.process)}
        yield f"  办理方式：{'，'.join(f'{process.name(steps[step])}→{PLACES[place]}' for step, place in count.plan.items())}"
    yield from (f"  少跑一次的改法：{save.change}（改后{save.visits}次）" for save in count.saves if count.visits >= worth)


def _answers(standard: Standard, count: Count) -> Iterator[str]:
    """The answers on which the count hangs."""
    questions = {question.id: question for question in standard.questions}
    steps = {step.id: step for step in rework.unrolled(standard.process)}
    for name in relevant(standard, (*steps.values(), *(paper for paper in standard.materials if paper.shown))):
        answer = count.situation.get(name)
        if answer and name in questions:
            yield f"{questions[name].ask}{questions[name].options[answer]}"
        elif answer:
            yield f"{process.name(steps[name.removeprefix(STEP)])}的结果是{answer}"
