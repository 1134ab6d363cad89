"""`onevisit visits`: the contract of its JSON, its exit codes, and an account that a person can read."""

import json
from pathlib import Path

import pytest

from onevisit.channels.cli.main import main

FILE = """\
format: onevisit/1
item: {key: food, name: 食品经营许可, type: 行政许可, department: market, basis: [{law: 中华人民共和国食品安全法}]}
level: county
audience: [person]
questions:
  - {id: kind, ask: 您卖什么？, options: {packed: 预包装食品, cooked: 现做食品}}
  - {id: hall, ask: 堂食吗？, options: {yes: 是, no: 否}, when: {kind: [cooked]}}
process:
  - {id: submit, by: applicant, does: submit, at: [online, hall]}
  - {id: inspect, by: department, does: inspect, needs: [submit], days: 5, when: {hall: [yes]}}
  - {id: pay, by: applicant, does: pay, needs: [inspect], at: [hall]}
  - {id: deliver, by: system, does: deliver, needs: [pay], at: [licence, hall]}
"""


def run(tmp_path: Path, text: str, *words: str) -> int:
    path = tmp_path / "food.yaml"
    path.write_text(text, encoding="utf-8")
    return main(["visits", str(path), *words])


def test_the_document_has_the_keys_of_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, FILE, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["item", "promise", "zero", "hall"]
    assert (document["item"], document["promise"]) == ("food", "many")
    assert document["hall"]["visits"] == 2
    assert document["hall"]["situation"] == {"kind": "cooked", "hall": "yes"}
    assert document["hall"]["plan"] == {"submit": "hall", "pay": "hall", "deliver": "licence"}
    assert document["hall"]["chain"] == ["submit", "pay"]
    assert len(document["hall"]["reasons"]) == 2
    assert {"step": "inspect", "visits": 1}.items() <= document["hall"]["saves"][-1].items()


def test_a_partial_situation_leaves_the_rest_to_the_worst_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, FILE, "--json", "--situation", "kind=packed") == 0
    assert json.loads(capsys.readouterr().out)["promise"] == "one"
    assert run(tmp_path, FILE, "--json", "--situation", "kind=cooked") == 1
    assert json.loads(capsys.readouterr().out)["hall"]["situation"] == {"kind": "cooked", "hall": "yes"}
    assert run(tmp_path, FILE, "--json", "--situation", "kind=cooked,hall=no") == 0


def test_the_account_is_readable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, FILE)
    assert capsys.readouterr().out == (
        "食品经营许可（food）：跑2次\n"
        "\n"
        "跑得最少的办法：1次\n"
        "  最多的情形：您卖什么？预包装食品\n"
        "  第1次：“缴费”只能到大厅办理。\n"
        "  办理方式：提交申请→线上，缴费→大厅，领取结果→电子证照\n"
        "  少跑一次的改法：“缴费”增加不用到场的办理方式（例如线上、邮寄或者上门）（改后0次）\n"
        "\n"
        "到大厅办：2次\n"
        "  最多的情形：您卖什么？现做食品；堂食吗？是\n"
        "  第1次：“提交申请”在大厅办理（也可以线上）。\n"
        "  第2次：“缴费”只能到大厅办理；之前的“现场核查”要5个工作日，不能当场等到。\n"
        "  办理方式：提交申请→大厅，缴费→大厅，领取结果→电子证照\n"
        "  少跑一次的改法：“提交申请”不必再到大厅办，改为线上（改后1次）\n"
        "  少跑一次的改法：“缴费”不必再到大厅办，改为线上、邮寄或者上门（改后1次）\n"
        "  少跑一次的改法：“现场核查”改为即时办结，让申请人当场等到（现在要5个工作日）（改后1次）\n"
    )


@pytest.mark.parametrize(
    ("situation", "message"),
    [
        ("colour=red", "没有“colour”这个问题"),
        ("kind=fish", "“kind”没有“fish”这个答案"),
        ("kind", "“kind”没有“”这个答案"),
        ("kind=packed,kind=cooked", "两个不同的答案"),
    ],
)
def test_an_unknown_question_or_answer_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], situation: str, message: str
) -> None:
    assert run(tmp_path, FILE, "--json", "--situation", situation) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (FILE.replace("needs: [submit]", "needs: [submti]"), "food.yaml:10: process.inspect.needs: "),
        (FILE.replace("level: county", "level: county\nlevle: x"), "food.yaml:4: levle: "),
        (FILE.replace("level: county", "level: ["), "food.yaml:5: "),
        (FILE.replace("does: pay, ", ""), "food.yaml:11: process.pay.does: "),
        (FILE.replace("at: [online, hall]", "at: [online, hall], needs: [deliver]"), "food.yaml: process: "),
        ("format: onevisit/1\nmatter: {name: 甲, items: [{item: food}]}\n", "food.yaml:1: "),
        ("- 1\n", "food.yaml:1: "),
    ],
)
def test_an_unreadable_file_is_named_with_line_and_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, place: str
) -> None:
    assert run(tmp_path, text, "--json") == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert place in captured.err


def test_what_is_missing_outside_of_the_process_does_not_change_the_count(tmp_path: Path) -> None:
    assert run(tmp_path, FILE.replace("audience: [person]\n", ""), "--situation", "kind=packed") == 0


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    assert main(["visits", str(tmp_path / "none.yaml")]) == 2


def test_outcomes_are_part_of_a_situation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = FILE.replace("when: {hall: [yes]}", "outcomes: [pass, fail], rework: {on: fail, to: submit}")
    run(tmp_path, text)
    assert "现场核查的结果是fail" in capsys.readouterr().out
    assert run(tmp_path, text, "--json", "--situation", "step.inspect=pass") == 1
    assert json.loads(capsys.readouterr().out)["hall"]["chain"] == ["submit", "pay"]
