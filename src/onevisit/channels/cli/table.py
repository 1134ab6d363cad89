"""`onevisit table check|test RULE`: gaps, overlaps, dead rows and boundary cases of a rule's tables; its golden cases."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict

from onevisit.channels.cli import rulefile
from onevisit.channels.cli.answer import Answer, Unreadable, read_text
from onevisit.core import coverage, tables
from onevisit.core.coverage import Coverage
from onevisit.rules import golden


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("verb", choices=list(VERBS), metavar="VERB", help="check 查错，test 运行范例")
    parser.add_argument("rule", metavar="RULE", help="规则的名称或者文件路径")


def run(args: argparse.Namespace) -> Answer:
    """Exit 1 if something is wrong with the table, or a case ends otherwise than expected."""
    return VERBS[args.verb](args.rule)


def _checked(name: str) -> Answer:
    path, content = rulefile.written(name)
    try:
        book = tables.read(content)
        whole = {fact.name for fact in book.facts.values() if fact.kind == "integer"}
        found = [coverage.check(table, whole) for table in book.tables]
    except tables.Unreadable as why:
        raise Unreadable(str(why), file=path) from why
    document = {
        "gaps": [{"table": one.table, "example": gap} for one in found for gap in one.gaps],
        "overlaps": [{"table": one.table, **asdict(overlap)} for one in found for overlap in one.overlaps],
        "dead": [row for one in found for row in one.dead],
        "boundaries": sum(len(one.boundaries) for one in found),
    }
    return Answer(document, "\n".join(line for one in found for line in _lines(one)), int(not all(one.is_sound for one in found)))


def _lines(found: Coverage) -> list[str]:
    lines = [f"{found.table}：空白{len(found.gaps)}处，用不到的行{len(found.dead)}行，边界例{len(found.boundaries)}个。"]
    lines += [f"  没有一行适用：{_shown(gap) or '任何事实'}" for gap in found.gaps]
    lines += [f"  用不到：{row}" for row in found.dead]
    if found.policy != "first":
        lines += [f"  重叠：{'、'.join(one.rows)}，例如{_shown(one.example) or '任何事实'}" for one in found.overlaps]
    elif found.overlaps:
        lines.append(f"  有{len(found.overlaps)}对行重叠，在前的一行优先。")
    return lines


def _tested(name: str) -> Answer:
    rule = rulefile.opened(name)
    path = rule.path.with_suffix(".cases.csv")
    try:
        cases = golden.read(read_text(path), rule.compiled.book)
    except tables.Unreadable as why:
        raise Unreadable(str(why), file=path) from why
    failed = list(golden.failures(rule.compiled, cases))
    lines = [f"{rule.name}：{len(cases)}个范例，{len(failed)}个不符。"]
    lines += [f"  {one.id} {one.text}：应为{_shown(one.expected)}，得到{_shown(one.found)}" for one in failed]
    document = {"rule": rule.name, "cases": len(cases), "failed": [asdict(one) for one in failed]}
    return Answer(document, "\n".join(lines), int(bool(failed)))


def _shown(facts: Mapping[str, object]) -> str:
    return "，".join(f"{name}={value}" for name, value in facts.items() if value != "")


VERBS = {"check": _checked, "test": _tested}
