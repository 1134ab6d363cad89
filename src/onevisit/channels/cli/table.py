"""`onevisit table test RULE`: runs the golden cases of a rule."""

import argparse
from dataclasses import asdict

from onevisit.channels.cli import rulefile
from onevisit.channels.cli.answer import Answer, Unreadable, read_text
from onevisit.channels.cli.rulefile import RuleFile
from onevisit.core import tables
from onevisit.rules import golden


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("verb", choices=["test"], metavar="VERB", help="test 运行范例")
    parser.add_argument("rule", metavar="RULE", help="规则的名称或者文件路径")


def run(args: argparse.Namespace) -> Answer:
    """Exit 1 if a case ends otherwise than expected."""
    return _tested(rulefile.opened(args.rule))


def _tested(rule: RuleFile) -> Answer:
    path = rule.path.with_suffix(".cases.csv")
    try:
        cases = golden.read(read_text(path), rule.compiled.book)
    except tables.Unreadable as why:
        raise Unreadable(str(why), file=path) from why
    failed = list(golden.failures(rule.compiled, cases))
    lines = [f"{rule.name}：{len(cases)}个范例，{len(failed)}个不符。"]
    lines += [f"  {one.id} {one.text}：应为 {_shown(one.expected)}，得到 {_shown(one.found)}" for one in failed]
    return Answer(
        {"rule": rule.name, "cases": len(cases), "failed": [asdict(one) for one in failed]}, "\n".join(lines), int(bool(failed))
    )


def _shown(end: object) -> str:
    return "，".join(f"{name}={value}" for name, value in dict(end).items() if value)  # type: ignore[call-overload]
