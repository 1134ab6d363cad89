"""`onevisit decide RULE --facts FILE [--on DATE]`: what a rule says on these facts, and why. `--schema` says what it asks for."""

import argparse
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from onevisit.channels.cli import rulefile
from onevisit.channels.cli.answer import Answer, Unreadable, read_text
from onevisit.channels.cli.moments import day, now
from onevisit.channels.cli.rulefile import RuleFile
from onevisit.core import tables
from onevisit.core.tables import Fact
from onevisit.rules import engine
from onevisit.rules.engine import Decision, WrongFact

OUTCOMES = {"grant": "准予", "refuse": "建议不予，由工作人员签署", "human": "转给工作人员决定"}
STANDARD_INPUT = "-"
OF_A_FACT = frozenset({"value", "proved", "source", "at"})


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("rule", metavar="RULE", help="规则的名称或者文件路径")
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--facts", metavar="FILE", help="事实，JSON 文件；- 从标准输入读")
    wanted.add_argument("--schema", action="store_true", help="打印事实和结果的 JSON Schema")
    parser.add_argument("--on", type=day, metavar="DATE", help="申报或者决定的日期，默认今天")


def run(args: argparse.Namespace) -> Answer:
    """Exit 1 if the rule refuses."""
    rule = rulefile.opened(args.rule)
    if args.schema:
        found = _schemas(rule)
        return Answer(found, _schema_text(rule))
    path, text = _facts_text(args.facts)
    facts = _facts(rule, path, text)
    try:
        engine.checked(rule.compiled.book, facts)
    except WrongFact as why:
        raise Unreadable(f"{why}。", file=path, line=_line(text, why.name), key=why.name) from why
    decision = engine.run(rule.compiled, facts, args.on or now().date())
    document = {"rule": rule.name, "version": rule.compiled.book.version, **asdict(decision)}
    return Answer(document, _text(rule, decision), int(decision.outcome == "refuse"))


def _facts_text(given: str) -> tuple[Path, str]:
    if given != STANDARD_INPUT:
        return Path(given), read_text(given)
    try:
        return Path("标准输入"), sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise Unreadable("不是UTF-8编码。", file="标准输入") from why


def _facts(rule: RuleFile, path: Path, text: str) -> dict[str, Fact]:
    """The facts of the file; a name that the rule does not know is a slip, and said so."""
    document = rulefile.document(path, text, number=str)
    if not isinstance(document, dict):
        raise Unreadable("事实要写成一个 JSON 对象：事实的名称和值。", file=path, line=1)
    book = rule.compiled.book
    for name in document:
        if name not in book.facts:
            raise Unreadable(
                f"规则“{rule.name}”不问这项事实。可以写：{'、'.join(book.facts)}。", file=path, line=_line(text, name), key=name
            )
    return {name: _fact(value, name, path, text) for name, value in document.items()}


def _fact(value: Any, name: str, path: Path, text: str) -> Fact:
    if not (isinstance(value, dict) and "value" in value):
        return Fact(value)
    proved = value.get("proved", True)
    wrong = sorted(set(value) - OF_A_FACT)
    if wrong or not isinstance(proved, bool):
        message = f"不认识 {'、'.join(wrong)}。" if wrong else "proved 要写成 true 或者 false。"
        raise Unreadable(message, file=path, line=_line(text, name), key=name)
    return Fact(value["value"], proved, str(value.get("source", "")), str(value.get("at", "")))


def _line(text: str, name: str) -> int | None:
    found = re.search(rf'"{re.escape(name)}"\s*:', text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _schemas(rule: RuleFile) -> dict[str, Mapping[str, Any]]:
    kinds = {"inputNode": "facts", "outputNode": "result"}
    nodes = rule.content["nodes"]
    return {kinds[node["type"]]: tables.schema_of(node) for node in nodes if node.get("type") in kinds}


def _schema_text(rule: RuleFile) -> str:
    facts = [f"  {one.name}  {one.title}  {' '.join(one.options) or one.kind}" for one in rule.compiled.book.facts.values()]
    results = [f"  {one.name}  {one.kind}" for one in rule.compiled.book.results.values()]
    return "\n".join(["事实：", *facts, "结果：", *results])


def _text(rule: RuleFile, decision: Decision) -> str:
    titles = {name: kind.title or name for name, kind in rule.compiled.book.facts.items()}
    lines = [f"{rule.compiled.book.name or rule.name}：{OUTCOMES[decision.outcome]}"]
    lines += [f"  {name}：{value}" for name, value in decision.result.items()]
    lines += [
        f"  {reason.row} {reason.text}（{reason.basis}）" if reason.basis else f"  {reason.text}" for reason in decision.reasons
    ]
    if decision.missing:
        lines.append("要先弄清：" + "、".join(f"{titles.get(name, name)}（{name}）" for name in decision.missing))
    return "\n".join(lines)
