"""What a department's system says counts only whole: our case, its number, an end that fits, reasons with their basis, a term."""

import base64
from typing import Any

import pytest

from onevisit.sharing.answers import Wrong
from onevisit.sharing.reports import Expected, read

PDF = base64.b64encode(b"%PDF-1.7").decode()
DECISION = {"outcome": "grant", "reasons": [], "result": {"number": "示例1", "valid_to": "2036-04-20"}}
REFUSAL = {"outcome": "refuse", "reasons": [{"text": "没有处理完", "basis": "第七十三条"}], "result": {}}
LICENCE = {
    "number": "示例证1", "title": "驾驶证", "valid_from": "2026-04-20", "valid_to": "2036-04-20", "kind": "application/pdf",
    "file": PDF,
}  # fmt: skip
DECIDE = Expected("c", "decide", 1, "decide", "DM-1")
ISSUE = Expected("c", "make", 1, "issue", "DM-1", term={"number": "示例证1", "valid_to": "2036-04-20"})
CHECK = Expected("c", "check", 2, "inspect", "DM-1", outcomes=("pass", "fail"))


def said(of: Expected, state: str, **other: Any) -> dict[str, Any]:
    return {
        "case": of.case, "step": of.step, "attempt": of.attempt, "number": "DM-1", "state": state,
        "happened": "2026-03-02T16:40:00+08:00", "decision": None, "licence": None, **other,
    }  # fmt: skip


def test_each_end_is_read() -> None:
    assert read(said(DECIDE, "received"), DECIDE).state == "received"
    granted = read(said(DECIDE, "granted", decision=DECISION), DECIDE)
    assert (granted.outcome, granted.result["number"], granted.happened.hour) == ("grant", "示例1", 16)
    refused = read(said(DECIDE, "refused", decision=REFUSAL), DECIDE)
    assert refused.reasons == ({"row": "", "text": "没有处理完", "basis": "第七十三条"},)
    paper = read(said(ISSUE, "issued", licence=LICENCE), ISSUE).licence
    assert paper is not None
    assert (paper.number, paper.file, str(paper.valid_to)) == ("示例证1", b"%PDF-1.7", "2036-04-20")
    bare = LICENCE | {"valid_to": None, "kind": None, "file": None}
    endless = read(said(ISSUE, "issued", licence=bare), Expected("c", "make", 1, "issue"))
    assert endless.licence is not None
    assert (endless.licence.valid_to, endless.licence.file) == (None, b"")
    done = read(said(CHECK, "done", decision={"outcome": "fail", "reasons": [], "result": {}}), CHECK)
    assert done.outcome == "fail"


BAD: tuple[tuple[Expected, str, dict[str, Any], str], ...] = (
    (DECIDE, "granted", {"case": "d"}, "other-case"),
    (DECIDE, "granted", {"step": "make"}, "other-case"),
    (DECIDE, "granted", {"attempt": 2}, "other-case"),
    (DECIDE, "granted", {"number": "DM-2"}, "other-number"),
    (DECIDE, "granted", {"number": "编号"}, "bad-number"),
    (DECIDE, "granted", {"number": 1}, "bad-number"),
    (DECIDE, "granted", {"more": 1}, "bad-shape"),
    (DECIDE, "granted", {"happened": "2026-03-02T16:40:00"}, "bad-time"),
    (DECIDE, "granted", {"happened": 5}, "bad-time"),
    (DECIDE, "issued", {"licence": LICENCE}, "bad-state"),
    (DECIDE, "done", {}, "bad-state"),
    (DECIDE, "received", {"decision": DECISION}, "bad-state"),
    (DECIDE, "granted", {}, "bad-decision"),
    (DECIDE, "granted", {"decision": REFUSAL}, "bad-decision"),
    (DECIDE, "refused", {"decision": REFUSAL | {"reasons": []}}, "bad-decision"),
    (DECIDE, "granted", {"decision": DECISION, "licence": LICENCE}, "bad-decision"),
    (DECIDE, "granted", {"decision": DECISION | {"more": 1}}, "bad-decision"),
    (DECIDE, "granted", {"decision": DECISION | {"result": {str(n): "x" for n in range(101)}}}, "bad-decision"),
    (DECIDE, "granted", {"decision": DECISION | {"result": {"number": 1}}}, "bad-result"),
    (DECIDE, "granted", {"decision": DECISION | {"result": {"Number": "x"}}}, "bad-result"),
    (DECIDE, "granted", {"decision": DECISION | {"result": {"number": "x\u202e"}}}, "bad-result"),
    (DECIDE, "refused", {"decision": REFUSAL | {"reasons": [{"text": "没有依据", "basis": " "}]}}, "bad-reason"),
    (DECIDE, "refused", {"decision": REFUSAL | {"reasons": [{"text": "没有依据"}]}}, "bad-reason"),
    (ISSUE, "issued", {}, "bad-licence"),
    (ISSUE, "issued", {"licence": LICENCE | {"title": ""}}, "bad-licence"),
    (ISSUE, "issued", {"licence": LICENCE | {"number": "示例证"}}, "bad-licence-number"),
    (ISSUE, "issued", {"licence": LICENCE | {"number": "1" * 41}}, "bad-licence-number"),
    (ISSUE, "issued", {"licence": LICENCE | {"number": "../1"}}, "bad-licence-number"),
    (ISSUE, "issued", {"licence": LICENCE | {"number": "示例证2"}}, "other-licence"),
    (ISSUE, "issued", {"licence": LICENCE | {"valid_to": "2037-04-20"}}, "other-licence"),
    (ISSUE, "issued", {"licence": LICENCE | {"valid_from": "2036-04-21"}}, "bad-term"),
    (ISSUE, "issued", {"licence": LICENCE | {"valid_from": "20260420"}}, "bad-term"),
    (ISSUE, "issued", {"licence": LICENCE | {"kind": "text/html"}}, "bad-file"),
    (ISSUE, "issued", {"licence": LICENCE | {"file": "!"}}, "bad-file"),
    (ISSUE, "issued", {"licence": LICENCE | {"file": None}}, "bad-file"),
    (CHECK, "done", {"decision": {"outcome": "other", "reasons": [], "result": {}}}, "bad-decision"),
)


@pytest.mark.parametrize(("of", "state", "other", "code"), BAD, ids=[f"{n}-{row[3]}" for n, row in enumerate(BAD)])
def test_anything_else_is_wrong(of: Expected, state: str, other: dict[str, Any], code: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read(said(of, state, **other), of)
    assert wrong.value.code == code


@pytest.mark.parametrize("document", [None, [], "x", {}])
def test_no_document_is_wrong(document: object) -> None:
    with pytest.raises(Wrong):
        read(document, DECIDE)
