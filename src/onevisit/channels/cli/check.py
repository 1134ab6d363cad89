"""`onevisit check [--only N,…] [--quick]`: what must hold in any living database, on one read-only snapshot.

Exit 0 if all holds, 1 if something offends, 2 if something could not be checked.
"""

import argparse
from collections.abc import Sequence

from django.db import OperationalError

from onevisit.channels.cli.answer import Answer, Unreadable
from onevisit.channels.cli.running import parts
from onevisit.ledger.invariants import Finding, Invariant
from onevisit.ledger.invariants import run as run_all

NUMBERS = range(1, 41)  # numbers are never reused; a room that is not built leaves its own free
SHOWN = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("--only", type=_numbers, default=frozenset(), metavar="N,…", help="只核对这些编号")
    parser.add_argument("--quick", action="store_true", help="只核对几秒钟内能完成的")


def run(args: argparse.Namespace) -> Answer:
    """What was checked, and the numbers that have no room yet."""
    known = [invariant for module in parts("invariants") for invariant in module.INVARIANTS]
    try:
        findings = run_all(known, quick=args.quick, only=args.only)
    except OperationalError as why:
        raise Unreadable(f"连不上数据库（{str(why).splitlines()[0]}），请确认它已启动，地址在DATABASE_URL。") from why
    absent = _absent(known, args.only)
    return Answer(_document(findings, absent), _text(findings, absent), _code(findings))


def _numbers(text: str) -> frozenset[int]:
    try:
        chosen = frozenset(int(part) for part in text.split(","))
    except ValueError as why:
        raise argparse.ArgumentTypeError(f"“{text}”不是编号，请写成7,8这样。") from why
    if unknown := sorted(chosen - set(NUMBERS)):
        raise argparse.ArgumentTypeError(f"没有编号{unknown[0]}，编号是{NUMBERS[0]}至{NUMBERS[-1]}。")
    return chosen


def _absent(known: Sequence[Invariant], only: frozenset[int]) -> list[int]:
    return sorted(set(only or NUMBERS) - {invariant.number for invariant in known})


def _code(findings: Sequence[Finding]) -> int:
    if any(finding.failure for finding in findings):
        return 2
    return int(any(finding.offenders for finding in findings))


def _document(findings: Sequence[Finding], absent: list[int]) -> object:
    checked = [
        {
            "number": finding.number, "room": finding.room, "title": finding.title, "holds": finding.holds,
            "offenders": finding.offenders, "failure": finding.failure or None,
        }
        for finding in findings
    ]  # fmt: skip
    return {"holds": _code(findings) == 0, "checked": checked, "not_present": absent}


def _text(findings: Sequence[Finding], absent: list[int]) -> str:
    lines = [_line(finding) for finding in findings] or ["没有可以核对的项目。"]
    if absent:
        lines.append(f"尚无对应内容（not present）：{'、'.join(map(str, absent))}")
    return "\n".join(lines)


def _line(finding: Finding) -> str:
    name = f"{finding.number:>2} {finding.title}"
    if finding.failure:
        return f"未能核对 {name}：{finding.failure}"
    if finding.holds:
        return f"成立     {name}"
    more = f"等{len(finding.offenders)}处" if len(finding.offenders) > SHOWN else ""
    return f"不成立   {name}：{'；'.join(finding.offenders[:SHOWN])}{more}"
