"""`onevisit identify`: the contract of CLI.md, through `main`."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from onevisit.channels.cli.main import main

VECTORS = Path(__file__).parents[2] / "data" / "identifier_vectors.csv"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEVISIT_NOW", "2026-03-02T10:00")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*words: str, code: int = 0) -> Any:
        assert main(["identify", *words, "--json"]) == code
        printed = capsys.readouterr()
        return json.loads(printed.out) if code != 2 else printed.err

    return call


def vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


@pytest.mark.parametrize("row", vectors(), ids=lambda row: f"{row['kind']}-{row['value']}")
def test_each_vector_is_answered_as_it_must_be(run: Any, row: dict[str, str]) -> None:
    """An organisation's normal form has its hyphen here; the vectors write it without."""
    valid = row["valid"] == "True"
    answer = run(row["value"], "--as", row["kind"], code=int(not valid))
    normal = row["normal"] or None
    if row["kind"] == "organisation" and normal:
        normal = f"{normal[:8]}-{normal[8]}"
    assert (answer["valid"], answer["kind"], answer["normal"]) == (valid, row["kind"], normal)
    assert set(answer) == {"valid", "kind", "normal", "facts", "problems"}


def test_the_facts_of_a_person_are_those_of_the_contract(run: Any) -> None:
    assert run("340302200002290018")["facts"] == {
        "birth": "2000-02-29",
        "sex": "male",
        "region": "340302",
        "region_name": "安徽省蚌埠市东市区",
        "nationality": "CHN",
        "age": 26,
    }
    assert run("340302200002290018", "--on", "2018-02-28")["facts"]["age"] == 17
    assert run("340302200002290018", "--on", "2018-03-01")["facts"]["age"] == 18
    assert run("999999199001010016", "--as", "citizen")["facts"]["region_name"] is None


def test_a_birth_is_in_the_future_as_of_the_day_asked(run: Any) -> None:
    assert run("340302200002290018", "--on", "1999-12-31", code=1)["problems"][0]["code"] == "future-date"


def test_a_problem_says_code_part_and_what_to_do(run: Any) -> None:
    answer = run("340302199001010016", code=1)
    assert (answer["normal"], answer["facts"]) == (None, {})
    assert answer["problems"] == [
        {"code": "bad-check", "part": "check", "message": "校验码（第18位）与前17位对不上，请逐位对照证件核对。"}
    ]


def test_a_value_that_begins_with_a_dash_comes_after_two(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identify", "--json", "--", "-12"]) == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "unknown-kind"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["1", "--as", "nonsense"], "nonsense"),
        (["1", "--on", "2026-02-30"], "--on"),
        ([], "VALUE"),
        (["1", "2"], "2"),
        (["1", "--a", "citizen"], "--a"),
    ],
)
def test_wrong_usage_is_exit_2(run: Any, words: list[str], said: str) -> None:
    assert said in run(*words, code=2)


def test_without_json_it_is_told_in_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identify", "34030219900101004x"]) == 0
    printed = capsys.readouterr().out
    assert "居民身份证号：34030219900101004X" in printed
    assert "性别：女" in printed
    assert main(["identify", "张三"]) == 1
    assert "认不出" in capsys.readouterr().out


def test_half_a_character_from_a_strange_terminal_does_not_break_it(run: Any) -> None:
    assert run("\udcb4\udcba", code=1)["kind"] is None
    assert main(["identify", "34030219900101\udcb415", "--as", "citizen"]) == 1
