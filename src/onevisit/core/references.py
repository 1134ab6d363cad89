"""What one part of a Standard says of another: every name must lead somewhere, and no two statements may exclude each other.

Each check yields (path, message); `reading` gives them their code and line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from onevisit.core import patterns
from onevisit.core.definition import Field, Standard, Step, When
from onevisit.core.source import joined, labels

Finding = tuple[str, str]

RULE = re.compile(r"rule:(?P<rule>.+)\.(?P<result>[^.]+)")
PARAMETER = re.compile(r"\{([A-Za-z][A-Za-z0-9_-]*)\}")
"""How a text names a parameter (可调参数): `{age}`."""


def dangling(standard: Standard) -> Iterator[Finding]:
    """Every reference to nothing."""
    for path, part in records(standard, ""):
        if isinstance(when := getattr(part, "when", None), Mapping):
            yield from _when(standard, when, joined(path, "when"))
    for path, step in named("process", standard.process):
        yield from _step(standard, step, path)
    yield from _materials(standard)
    yield from _rules(standard)
    yield from _parameters(standard)
    parties = {party.id for party in standard.parties} | {"applicant"}
    for path, result in named("results", standard.results):
        if result.holder and result.holder not in parties:
            yield f"{path}.holder", _no("持证人", result.holder, "parties")


def unlawful(standard: Standard) -> Iterator[Finding]:
    """Statements that exclude each other."""
    for path, step in named("process", standard.process):
        if step.instant and step.days:
            yield f"{path}.days", f"环节“{step.id}”不能既即时完成（instant）又要{step.days}天（days），请只留一个。"
    for path, field in form_fields(standard.form, "form"):
        if field.min is not None and field.max is not None and field.min > field.max:
            yield f"{path}.min", f"字段“{field.label}”的下限{field.min}大于上限{field.max}，请改正。"
        if why := patterns.wrong(field.pattern):
            yield f"{path}.pattern", f"字段“{field.label}”的写法（pattern）{why}。只用字、[字的范围]、括号、“|”和次数，请改正。"


def missing(standard: Standard) -> Iterator[Finding]:
    """What only the rest of the file makes necessary."""
    if not standard.item.id:
        yield "item.key", "缺少事项代号（key）或者编码（code），请至少写一个，其他文件要用它来指称本事项。"
    for path, field in form_fields(standard.form, "form"):
        if field.type == "group" and not field.fields:
            yield f"{path}.fields", f"字段组“{field.label}”缺少组内字段（fields），请补上。"
        if field.type in ("choice", "choices") and not field.options:
            yield f"{path}.options", f"选择字段“{field.label}”缺少选项（options），请补上。"


def _no(what: str, name: str, where: str) -> str:
    return f"{what}“{name}”在{where}里没有，请改正或者补上。"


def named(path: str, parts: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Each entry of a list with its path."""
    names = labels([getattr(part, "id", None) for part in parts])
    return ((joined(path, name), part) for name, part in zip(names, parts, strict=True))


def records(part: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every record of the document with its path."""
    if isinstance(part, tuple):
        for where, inner in named(path, part):
            yield from records(inner, where)
    elif is_dataclass(part):
        yield path, part
        for one in fields(part):
            yield from records(getattr(part, one.name), joined(path, one.name))


def form_fields(form: Iterable[Field], path: str) -> Iterator[tuple[str, Field]]:
    """Each field with its path, those of groups too."""
    for where, field in named(path, tuple(form)):
        yield where, field
        yield from form_fields(field.fields, f"{where}.fields")


def _when(standard: Standard, when: When, path: str) -> Iterator[Finding]:
    options: dict[str, Iterable[str]] = {question.id: question.options for question in standard.questions}
    options |= {f"step.{step.id}": step.outcomes for step in standard.process}
    for name, answers in when.items():
        where, what = ("process", "环节") if name.startswith("step.") else ("questions", "问题")
        if name not in options:
            yield joined(path, name), _no(what, name.removeprefix("step."), where)
            continue
        for answer in answers:
            if answer not in options[name]:
                yield joined(path, name), f"“{name}”没有答案“{answer}”，可选：{'、'.join(options[name]) or '无'}。"


def _step(standard: Standard, step: Step, path: str) -> Iterator[Finding]:
    ids = {one.id for one in standard.process}
    parties = {party.id for party in standard.parties}
    party = step.by.partition("applicant:")[2]
    wanted = [("by", "当事人", party, parties, "parties")] if party else []
    wanted += [("together", "当事人", name, parties, "parties") for name in step.together]
    wanted += [("needs", "环节", name, ids, "process") for name in step.needs]
    if step.result:
        wanted.append(("result", "结果", step.result, {result.id for result in standard.results}, "results"))
    if step.rework:
        wanted.append(("rework.to", "环节", step.rework.to, ids, "process"))
        wanted.append(("rework.on", "结果", step.rework.on, set(step.outcomes) or {step.rework.on}, f"{path}.outcomes"))
    yield from ((joined(path, key), _no(what, name, where)) for key, what, name, known, where in wanted if name not in known)


def _materials(standard: Standard) -> Iterator[Finding]:
    shown_at = {step.does for step in standard.process} | {step.id for step in standard.process}
    for path, material in named("materials", standard.materials):
        if material.shown and material.shown not in shown_at:
            yield f"{path}.shown", f"材料“{material.name}”要在“{material.shown}”环节出示，但process里没有这种环节，请改正。"


def _rules(standard: Standard) -> Iterator[Finding]:
    wanted = [(f"{path}.rule", step.rule) for path, step in named("process", standard.process)]
    paid = [*named("process", standard.process), *named("fees", standard.fees)]
    computed = [(f"{path}.amount", part.amount) for path, part in paid]
    computed += [(f"{path}.source", field.source) for path, field in form_fields(standard.form, "form")]
    for path, text in computed:
        if text.startswith("rule:"):
            found = RULE.fullmatch(text)
            wanted.append((path, found["rule"] if found else text.removeprefix("rule:")))
    for path, rule in wanted:
        if rule and rule not in standard.rules:
            yield path, _no("规则", rule, "rules")


def _parameters(standard: Standard) -> Iterator[Finding]:
    """Texts name parameters in braces; where a standard has none, braces are only braces."""
    known = {parameter.id for parameter in standard.parameters}
    for path, part in records(standard, "") if known else ():
        for one in fields(part):
            text = getattr(part, one.name)
            for name in PARAMETER.findall(text) if isinstance(text, str) and one.name != "pattern" else ():
                if name not in known:
                    yield joined(path, one.name), _no("参数", name, "parameters")
