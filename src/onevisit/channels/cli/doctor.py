"""`onevisit doctor`: what is wrong with this installation, and what mends it. It works while the database is stopped too."""

import argparse
import importlib
from collections.abc import Sequence
from dataclasses import asdict

from onevisit.channels.cli import machine
from onevisit.channels.cli.answer import Answer
from onevisit.channels.cli.machine import Finding

ROOM = "onevisit.channels.cli"
BEFORE_LOADING = frozenset({"python", "packages"})


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(args: argparse.Namespace) -> Answer:
    """Every finding; exit 1 if one is not as it must be."""
    found = machine.findings()
    if all(one.ok for one in found if one.name in BEFORE_LOADING):
        found += _of_city()
    bad = [one for one in found if not one.ok]
    document = {"healthy": not bad, "checks": [asdict(one) for one in found]}
    return Answer(document, _text(found, len(bad)), int(bool(bad)))


def _of_city() -> tuple[Finding, ...]:
    """What needs the house loaded; that it cannot be loaded is a finding too."""
    try:
        importlib.import_module(f"{ROOM}.running")  # first: it makes Django ready
        found: tuple[Finding, ...] = importlib.import_module(f"{ROOM}.diagnosis").findings()
    except ValueError as why:
        return (Finding("settings", False, f"环境变量有误：{why}", "改正这个环境变量，再运行 onevisit doctor"),)
    return found


def _text(found: Sequence[Finding], bad: int) -> str:
    lines = [f"{'正常' if one.ok else '不对'}  {one.name:<11} {one.text}" for one in found]
    lines += [""] + [f"请处理 {one.name}：{one.mend}" for one in found if not one.ok] if bad else []
    return "\n".join([*lines, "", f"{bad}处不对。" if bad else "一切正常。"])
