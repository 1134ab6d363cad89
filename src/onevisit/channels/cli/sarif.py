"""The linter's report as SARIF 2.1.0 (OASIS), which editors and code hosts show beside the lines."""

from typing import Any

from onevisit.core.diagnostics import CODES, Diagnostic
from onevisit.core.lint import Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def document(report: Report) -> dict[str, Any]:
    """The report as one run, with every rule that it uses."""
    used = sorted({one.code for one in report.diagnostics})
    rules = [{"id": code, "shortDescription": {"text": CODES[code].title}, "help": {"text": _help(code)}} for code in used]
    run = {
        "tool": {"driver": {"name": "onevisit lint", "rules": rules}},
        "results": [_result(one, used.index(one.code)) for one in report.diagnostics],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _help(code: str) -> str:
    return f"依据：{CODES[code].basis}。改法：{CODES[code].mend}"


def _result(one: Diagnostic, rule: int) -> dict[str, Any]:
    place = {"artifactLocation": {"uri": one.file.replace("\\", "/")}, "region": {"startLine": one.line}}
    return {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": one.severity,
        "message": {"text": f"{one.message}{one.mend}"},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": one.path}]}],
    }
