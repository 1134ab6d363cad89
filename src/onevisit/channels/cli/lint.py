"""`onevisit lint PATH…`: checks definitions as one catalogue; each finding with its line, its law and how to mend it.

Spreadsheets are read too: then a finding has its cell, and the columns that were not read are told.
"""

import argparse
import csv
import importlib
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from onevisit.channels.cli.answer import Answer, read_text
from onevisit.channels.cli.definitions import is_table, readings
from onevisit.channels.cli.sarif import document as as_sarif
from onevisit.core.diagnostics import Diagnostic
from onevisit.core.lint import Report, lint

WORDS = {"error": "错误", "warning": "提醒"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Files and folders, and a list of the base items that there are."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        help="文件（.yaml、.json，或者表格.xlsx、.csv），或者文件夹（其下所有的.yaml、.yml、.json）",
    )
    parser.add_argument("--format", choices=("text", "sarif"), default="text", help="输出句子（默认）或者SARIF 2.1.0")
    parser.add_argument(
        "--base-items",
        metavar="FILE",
        help="基本目录（CSV，有key、code或者name列）；不在其中的事项报OV903，表格里没有代号的按name认",
    )


@dataclass(frozen=True)
class Checked:
    """The report on all files, the cell of each diagnostic ("" in files without cells), the spreadsheets (`exchange.Import`)."""

    report: Report
    cells: tuple[str, ...]
    tables: tuple[Any, ...]


def run(args: argparse.Namespace) -> Answer:
    """Exit 1 on any error."""
    checked = _checked(args.paths, _base_items(args.base_items))
    report = checked.report
    pairs = zip(report.diagnostics, checked.cells, strict=True)
    document = {
        "files": report.files,
        "errors": report.errors,
        "warnings": report.warnings,
        "diagnostics": [asdict(one) | ({"cell": cell} if cell else {}) for one, cell in pairs],
    }
    if checked.tables:
        document["items"] = sum(len(one.items) for one in checked.tables)
        document["unread"] = [{"file": one.name, **asdict(column)} for one in checked.tables for column in one.unknown_columns]
    sarif = args.format == "sarif"
    text = json.dumps(as_sarif(report), ensure_ascii=False, indent=2) if sarif else "\n".join(_account(checked))
    return Answer(as_sarif(report) if sarif else document, text, int(report.errors > 0))


def _checked(paths: list[str], base: list[dict[str, str]] | None) -> Checked:
    """Files and rows of spreadsheets as one catalogue."""
    named = [path for path in paths if is_table(path)]
    read = readings([path for path in paths if path not in named])
    base_items = frozenset(row[key] for row in base or () for key in ("key", "code") if row.get(key))
    if not named:
        report = lint(read, base_items)
        return Checked(report, ("",) * len(report.diagnostics), ())
    tables = importlib.import_module("onevisit.channels.cli.tables").Tables(named, base)
    report = lint([*read, *tables.readings()], base_items)
    names = {one.name for one in read}
    placed = [*((one, "") for one in report.diagnostics if one.file in names), *tables.placed(report)]
    whole = Report(len(read) + len(tables.found), tuple(one for one, _ in placed))
    return Checked(whole, tuple(cell for _, cell in placed), tables.found)


def _base_items(path: str | None) -> list[dict[str, str]] | None:
    return list(csv.DictReader(io.StringIO(read_text(path)))) if path else None


def _account(checked: Checked) -> Iterator[str]:
    report = checked.report
    pairs = list(zip(report.diagnostics, checked.cells, strict=True))
    for file, found in groupby(pairs, lambda pair: pair[0].file):
        yield file
        for one, cell in found:
            yield from _lines(one, cell)
        yield ""
    for table in checked.tables:
        yield f"{table.name}：读入{len(table.items)}个事项。"
        yield from (f"  {column.cell}“{column.header}”{column.why}。" for column in table.unknown_columns)
    if checked.tables:
        summary = importlib.import_module("onevisit.channels.cli.tables").summary
        yield from summary([pair for pair in pairs if pair[1]])
    yield f"查了{report.files}个文件：{report.errors}个错误，{report.warnings}个提醒。"


def _lines(one: Diagnostic, cell: str) -> Iterator[str]:
    yield f"  {cell or one.line}: {WORDS[one.severity]} {one.code} {one.path}"
    yield f"     {one.message}"
    yield f"     改法：{one.mend}"
    yield f"     依据：{one.basis}"
