"""`onevisit decide` and `onevisit table test`: the contract of CLI.md, through `main`."""

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onevisit.channels.cli.main import main

RULES = Path(__file__).parents[3] / "packs" / "deed-tax" / "rules"
HOME = {
    "act": "purchase", "object": "home", "buyer": "person", "family_homes": 0, "area": "140.00", "price": "2800000.00",
    "vat": "excluded", "contract_date": "2026-03-01",
}  # fmt: skip


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    def call(*words: str, facts: object = None, code: int = 0, noun: str = "decide") -> Any:
        given: list[str] = []
        if facts is not None:
            path = tmp_path / "facts.json"
            path.write_text(facts if isinstance(facts, str) else json.dumps(facts), "utf-8")
            given = ["--facts", str(path)]
        assert main([noun, *words, *given, "--json"]) == code
        printed = capsys.readouterr()
        return json.loads(printed.out) if code != 2 else printed.err

    return call


def test_a_grant_is_given_with_its_figures_its_row_and_its_law(run: Any) -> None:
    document = run("deed-tax", "--on", "2026-03-02", facts=HOME)
    assert {"rule", "version", "outcome", "result", "reasons", "missing", "facts_hash", "trace"} <= set(document)
    assert (document["rule"], document["outcome"], document["missing"]) == ("deed-tax", "grant", [])
    assert document["result"] == {"base": "2800000.00", "rate": "1", "payable": "28000.00", "row": "H11"}
    assert document["reasons"][0]["row"] == "H11"
    assert "2024年第16号" in document["reasons"][0]["basis"]


def test_a_missing_unproved_or_null_fact_is_for_a_person_and_no_failure(run: Any) -> None:
    for value in ({"value": 0, "proved": False}, None, {"value": None}):
        document = run("deed-tax", "--on", "2026-03-02", facts={**HOME, "family_homes": value})
        assert (document["outcome"], document["missing"], document["result"]) == ("human", ["family_homes"], {})
    assert run("deed-tax", facts={})["outcome"] == "human"


def test_a_proved_fact_may_say_where_it_comes_from(run: Any) -> None:
    facts = {**HOME, "area": {"value": "140.01", "source": "shared:housing.contract.area", "at": "2026-03-02T09:00:00+08:00"}}
    assert run("deed-tax", "--on", "2026-03-02", facts=facts)["result"]["row"] == "H12"


def test_numbers_may_be_numbers_and_stay_exact(run: Any) -> None:
    text = json.dumps(HOME).replace('"2800000.00"', "999999999999.99").replace('"140.00"', "140.01")
    result = run("deed-tax", "--on", "2026-03-02", facts=text)["result"]
    assert (result["base"], result["payable"], result["row"]) == ("999999999999.99", "15000000000.00", "H12")


def test_the_day_decides_and_is_today_if_it_is_not_said(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {**HOME, "contract_date": "2024-11-20", "area": "120"}
    assert run("deed-tax", "--on", "2024-11-30", facts=facts)["result"]["row"] == "H22"
    monkeypatch.setenv("ONEVISIT_NOW", "2024-11-30T10:00")
    assert run("deed-tax", facts=facts)["result"]["row"] == "H22"
    monkeypatch.setenv("ONEVISIT_NOW", "2024-12-01T10:00")
    assert run("deed-tax", facts=facts)["result"]["row"] == "H11"


def test_a_refusal_is_exit_1(run: Any, tmp_path: Path) -> None:
    rule = json.loads((RULES / "deed-tax.json").read_text("utf-8"))
    table = next(node for node in rule["nodes"] if node["id"] == "tax")
    table["content"]["rules"][1]["outcome"] = "'refuse'"
    path = tmp_path / "strict.json"
    path.write_text(json.dumps(rule), "utf-8")
    facts = {"act": "gift", "relation": "spouse", "contract_date": "2025-03-01"}
    document = run(str(path), "--on", "2026-03-02", facts=facts, code=1)
    assert (document["rule"], document["outcome"]) == ("strict", "refuse")


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({**HOME, "area": "abc"}, ["facts.json:1", "area", "abc"]),
        ({**HOME, "area": True}, ["area"]),
        ({**HOME, "family_homes": 1.5}, ["family_homes", "整数"]),
        ({**HOME, "act": "barter"}, ["act", "barter", "purchase"]),
        ({**HOME, "act": {"value": "barter", "proved": False}}, ["act", "barter"]),
        ({**HOME, "act": {"value": "gift", "proved": "no"}}, ["act", "proved"]),
        ({**HOME, "act": {"value": "gift", "prooved": False}}, ["act", "prooved"]),
        ({**HOME, "contract_date": "2026-02-30"}, ["contract_date", "2026-02-30"]),
        ({**HOME, "price": "-1"}, ["price", "0"]),
        ({**HOME, "famly_homes": 1}, ["famly_homes", "family_homes"]),
        ('{"act": "gift",\n "act": "purchase"}', ["facts.json", "act", "两次"]),
        ('{"act": "gift",\n "area": "x"}', ["facts.json:2", "area"]),
        ('{"act": "gift",\n', ["facts.json:2", "JSON"]),
        ('["gift"]', ["facts.json:1", "对象"]),
    ],
)
def test_facts_that_are_none_are_exit_2_with_file_line_and_key(run: Any, facts: object, says: list[str]) -> None:
    message = run("deed-tax", facts=facts, code=2)
    for word in says:
        assert word in message


@pytest.mark.parametrize(
    "words",
    [
        ["deed-tax"], ["nothing", "--schema"], ["/nowhere/rule.json", "--schema"], ["deed-tax", "--facts", "/nowhere.json"],
        ["deed-tax", "--schema", "--facts", "x.json"], ["deed-tax", "--schema", "--on", "yesterday"], [],
    ],
)  # fmt: skip
def test_wrong_usage_is_exit_2(words: list[str]) -> None:
    assert main(["decide", *words]) == 2


def test_a_file_that_is_no_rule_is_exit_2(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "rule.json"
    for text, word in (("{", "JSON"), ("[]", "对象"), ('{"nodes": [{"id": "x", "type": "functionNode"}]}', "functionNode")):
        path.write_text(text, "utf-8")
        assert word in run(str(path), "--schema", code=2)


def test_the_schema_says_what_is_asked_and_what_is_given(run: Any) -> None:
    document = run("deed-tax", "--schema")
    assert set(document["facts"]["properties"]) >= {
        *HOME,
        "relation",
        "assessed",
        "pays_difference",
        "kept_share",
        "first_tier_city",
    }
    assert set(document["result"]["properties"]) == {"base", "rate", "payable", "row"}
    assert document["facts"]["properties"]["vat"]["enum"] == ["excluded", "included", "exempt"]


def test_facts_come_from_standard_input_too(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.BytesIO(json.dumps(HOME).encode())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=given))
    assert run("deed-tax", "--on", "2026-03-02", "--facts", "-")["outcome"] == "grant"


def test_the_same_facts_give_the_same_answer_by_name_and_by_path(run: Any) -> None:
    by_path = run(str(RULES / "deed-tax.json"), "--on", "2026-03-02", facts=HOME)
    assert by_path == run("deed-tax", "--on", "2026-03-02", facts=HOME)


def test_sentences_are_printed_without_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({**HOME, "area": None}), "utf-8")
    assert main(["decide", "deed-tax", "--facts", str(path), "--on", "2026-03-02"]) == 0
    printed = capsys.readouterr().out
    assert "转给工作人员" in printed
    assert "建筑面积（平方米）（area）" in printed


def test_it_needs_no_database() -> None:
    command = [sys.executable, "-m", "onevisit", "decide", "deed-tax", "--schema"]
    nowhere = {"PATH": "", "DATABASE_URL": "postgresql://nowhere/x"}
    assert subprocess.run(command, capture_output=True, env=nowhere).returncode == 0


def test_golden_cases_are_run(run: Any) -> None:
    document = run("test", "deed-tax", noun="table")
    assert document["failed"] == []
    assert document["cases"] >= 44


def test_a_golden_case_that_ends_otherwise_is_exit_1(run: Any, tmp_path: Path) -> None:
    for name in ("deed-tax.json", "deed-tax.cases.csv"):
        (tmp_path / name).write_text((RULES / name).read_text("utf-8").replace("10000.00,H11", "10000.01,H11"), "utf-8")
    document = run("test", str(tmp_path / "deed-tax.json"), noun="table", code=1)
    assert {"T01", "T02"} <= {one["id"] for one in document["failed"]}


def test_a_rule_without_golden_cases_is_exit_2(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "deed-tax.json"
    path.write_text((RULES / "deed-tax.json").read_text("utf-8"), "utf-8")
    assert "deed-tax.cases.csv" in run("test", str(path), noun="table", code=2)


def a_table(tmp_path: Path, rules: list[dict[str, str]], policy: str = "first", **domain: object) -> str:
    table = {
        "hitPolicy": policy, "inputs": [{"id": "a", "name": "a", "field": "age", **({"domain": domain} if domain else {})}],
        "outputs": [{"id": "o", "name": "o", "field": "sum"}], "rules": rules,
    }  # fmt: skip
    path = tmp_path / "table.json"
    path.write_text(
        json.dumps({"nodes": [{"id": "t", "name": "t", "type": "decisionTableNode", "content": table}], "edges": []}), "utf-8"
    )
    return str(path)


UP, DOWN = {"_id": "R1", "a": ">= 1", "o": "1"}, {"_id": "R2", "a": "<= 1", "o": "2"}
TABLES = [
    ([UP, {"_id": "R2", "a": "< 1", "o": "2"}], {}, ([], [], [], 3), 0),
    ([UP, {"_id": "R2", "a": "< 0", "o": "2"}], {}, ([0], [], [], 6), 1),
    ([{"_id": "R1", "a": "[0..80]", "o": "1"}], {"min": 0, "max": 80}, ([], [], [], 6), 0),
    ([UP, DOWN], {}, ([], [["R1", "R2"]], [], 3), 0),
    ([UP, DOWN], {"policy": "collect"}, ([], [["R1", "R2"]], [], 3), 1),
    ([UP, {"_id": "R2", "a": "> 2", "o": "1"}, {"_id": "R3", "o": "0"}], {}, ([], [], ["R2"], 6), 1),
]


@pytest.mark.parametrize(("rules", "options", "expected", "code"), TABLES)
def test_tables_are_checked(rules: Any, options: Any, expected: Any, code: int, request: pytest.FixtureRequest) -> None:
    path = a_table(request.getfixturevalue("tmp_path"), rules, **options)
    document = request.getfixturevalue("run")("check", path, noun="table", code=code)
    gaps, overlaps, dead, boundaries = expected
    assert [one["example"]["age"] for one in document["gaps"]] == gaps
    assert [one["rows"] for one in document["overlaps"]] == overlaps
    assert (document["dead"], document["boundaries"]) == (dead, boundaries)


def test_the_deed_tax_table_is_sound(run: Any) -> None:
    document = run("check", "deed-tax", noun="table")
    assert (document["gaps"], document["dead"]) == ([], [])


def test_what_is_found_is_said_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rules = [{"_id": "R1", "a": "> 1", "o": "1"}, {"_id": "R2", "a": "> 2", "o": "2"}]
    assert main(["table", "check", a_table(tmp_path, rules, policy="collect")]) == 1
    printed = capsys.readouterr().out
    for words in ("没有一行适用：age=0", "用不到：R2", "重叠：R1、R2，例如age=3"):
        assert words in printed
