"""`onevisit lint PATH…`: checks definitions as one catalogue; each finding with its line, its law and how to mend it."""

import argparse
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby

from onevisit.channels.cli.answer import Answer, read_text
from onevisit.channels.cli.definitions import readings
from onevisit.channels.cli.sarif import document as as_sarif
from onevisit.core.diagnostics import Diagnostic
from onevisit.core.lint import Report, lint

WORDS = {"error": "错误", "warning": "提醒"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Files and folders, and a list of the base items that there are."""
    parser.add_argument("paths", metavar="PATH", nargs="+", help="文件，或者文件夹（其下所有的.yaml、.yml、.json）")
    parser.add_argument("--format", choices=("text", "sarif"), default="text", help="输出句子（默认）或者SARIF 2.1.0")
    parser.add_argument("--base-items", metavar="FILE", help="基本目录（CSV，有key或者code列）；不在其中的事项报OV903")


def run(args: argparse.Namespace) -> Answer:
    """Exit 1 on any error."""
    report = lint(readings(args.paths), _base_items(args.base_items))
    document = {
        "files": report.files,
        "errors": report.errors,
        "warnings": report.warnings,
        "diagnostics": [asdict(one) for one in report.diagnostics],
    }
    sarif = args.format == "sarif"
    text = json.dumps(as_sarif(report), ensure_ascii=False, indent=2) if sarif else "\n".join(_account(report))
    return Answer(as_sarif(report) if sarif else document, text, int(report.errors > 0))


def _base_items(path: str | None) -> frozenset[str]:
    rows = csv.DictReader(io.StringIO(read_text(path))) if path else ()
    return frozenset(row[key] for row in rows for key in ("key", "code") if row.get(key))


def _account(report: Report) -> Iterator[str]:
    for file, found in groupby(report.diagnostics, lambda one: one.file):
        yield file
        for one in found:
            yield from _lines(one)
        yield ""
    yield f"查了{report.files}个文件：{report.errors}个错误，{report.warnings}个提醒。"


def _lines(one: Diagnostic) -> Iterator[str]:
    yield f"  {one.line}: {WORDS[one.severity]} {one.code} {one.path}"
    yield f"     {one.message}"
    yield f"     改法：{one.mend}"
    yield f"     依据：{one.basis}"
