"""The frame of the command line: nouns, help, exit codes, speed of start, and one JSON document and nothing else."""

import importlib
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onevisit.channels.cli import main as frame
from onevisit.channels.cli.answer import Answer, Unreadable, read_text
from onevisit.channels.cli.main import COMMANDS, main

PURE = ("clock --accepted 2026-09-24 --days 5", "identify 340302199001010015", "clock --accepted 2026-12-30 --days 5")


@pytest.mark.parametrize("noun", COMMANDS)
def test_every_noun_of_the_table_has_its_module(noun: str) -> None:
    module = importlib.import_module(COMMANDS[noun][0])
    assert callable(module.configure)
    assert callable(module.run)


def test_help_lists_every_noun(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert all(noun in printed for noun in COMMANDS)
    assert main([]) == 2


def test_an_unknown_noun_is_exit_2_and_the_nearest_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clok", "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "clock" in printed.err


def test_help_of_a_noun_is_exit_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clock", "--help"]) == 0
    assert "--handed-in" in capsys.readouterr().out


def asked(monkeypatch: pytest.MonkeyPatch, command: SimpleNamespace, *words: str) -> int:
    monkeypatch.setattr(frame, "_loaded", lambda module: command)
    return main(["clock", *words])


def a_command(**more: Any) -> SimpleNamespace:
    return SimpleNamespace(**{"configure": lambda parser: None, "run": lambda args: Answer({}, ""), **more})


def test_json_may_stand_anywhere_and_reaches_verbs_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def configure(parser: Any) -> None:
        parser.add_subparsers(dest="verb", required=True).add_parser("verify")

    verb = a_command(configure=configure, run=lambda args: Answer({"verb": args.verb, "json": args.json}, "", 1))
    assert asked(monkeypatch, verb, "verify", "--json") == 1
    assert json.loads(capsys.readouterr().out) == {"verb": "verify", "json": True}
    assert asked(monkeypatch, verb, "verif") == 2


def test_money_is_written_as_text_and_names_as_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    money = a_command(run=lambda args: Answer({"payable": Decimal("28000.00"), "name": "莫𡐓村"}, ""))
    assert asked(monkeypatch, money, "--json") == 0
    assert capsys.readouterr().out == '{"payable": "28000.00", "name": "莫𡐓村"}\n'


def test_what_cannot_be_read_is_exit_2_with_file_line_and_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(args: Any) -> Answer:
        raise Unreadable("没有这个键。", file="a.yaml", line=7, key="limits.legal")

    assert asked(monkeypatch, a_command(run=run), "--json") == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "a.yaml:7: limits.legal: 没有这个键。\n")


def test_a_file_that_is_missing_or_of_another_encoding_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="nowhere"):
        read_text(tmp_path / "nowhere")
    with pytest.raises(Unreadable, match="权限"):
        read_text(tmp_path)
    (tmp_path / "gbk").write_bytes("甲\n乙".encode("gbk"))
    with pytest.raises(Unreadable, match=r"gbk:1.*UTF-8"):
        read_text(tmp_path / "gbk")


@pytest.mark.parametrize("line", PURE)
def test_a_pure_command_loads_neither_django_nor_a_database(line: str) -> None:
    program = (
        "import sys; from onevisit.channels.cli.main import main; main(sys.argv[1:]);"
        "sys.exit(any(name.split('.')[0] in ('django', 'psycopg', 'zen') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program, *line.split()], capture_output=True).returncode == 0


def test_a_reader_that_leaves_early_gets_no_traceback() -> None:
    program = f"{sys.executable} -m onevisit clock --accepted 2026-01-01 --days 3650 --json | head -c 1"
    done = subprocess.run(["bash", "-c", program], capture_output=True)
    assert done.stderr == b""
