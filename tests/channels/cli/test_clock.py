"""`onevisit clock`: the contract of CLI.md, word by word, through `main`."""

import json
from pathlib import Path
from typing import Any

import pytest

from onevisit.channels.cli.main import main

RESULT = {"received", "accepted", "due", "deemed", "provisional", "counted", "not_counted", "refused"}


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEVISIT_NOW", "2026-03-02T10:00")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(line: str, code: int = 0) -> Any:
        assert main(["clock", *line.split(), "--json"]) == code
        printed = capsys.readouterr()
        assert printed.err == "" or code == 2
        return json.loads(printed.out) if code != 2 else printed.err

    return call


def test_the_worked_example_with_every_key_of_the_contract(run: Any) -> None:
    answer = run("--accepted 2026-09-24 --days 5")
    assert set(answer) >= RESULT
    assert answer["due"] == "2026-10-09T17:00:00+08:00"
    assert answer["accepted"] == "2026-09-24T09:00:00+08:00"
    assert answer["received"] is None
    assert answer["counted"] == ["2026-09-28", "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09"]
    assert answer["not_counted"][0] == {"date": "2026-09-25", "why": "holiday"}
    assert (answer["deemed"], answer["provisional"], answer["refused"]) == (False, False, None)


@pytest.mark.parametrize(
    ("handed_in", "received"),
    [
        ("2026-03-02T17:00", "2026-03-02T17:00:00+08:00"),
        ("2026-03-02T17:00:01", "2026-03-03T09:00:00+08:00"),
        ("2026-03-02T06:30", "2026-03-02T09:00:00+08:00"),
        ("2026-03-07T10:00", "2026-03-09T09:00:00+08:00"),
        ("2026-03-02T09:00:00Z", "2026-03-02T17:00:00+08:00"),
        ("2026-03-02", "2026-03-02T09:00:00+08:00"),
    ],
)
def test_handed_in_gives_received_and_accepted(run: Any, handed_in: str, received: str) -> None:
    answer = run(f"--handed-in {handed_in} --days 1")
    assert (answer["received"], answer["accepted"]) == (received, received)


def test_while_the_notice_period_runs_nothing_is_accepted(run: Any) -> None:
    answer = run("--received 2026-03-02T10:00 --days 20 --now 2026-03-09T17:00")
    assert (answer["accepted"], answer["due"], answer["deemed"], answer["counted"]) == (None, None, False, [])
    assert answer["received"] == "2026-03-02T10:00:00+08:00"
    assert answer["notice"] == {"due": "2026-03-09T17:00:00+08:00", "provisional": False}


def test_now_is_the_shifted_clock_by_default(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not run("--received 2026-03-02T10:00 --days 20")["deemed"]
    monkeypatch.setenv("ONEVISIT_NOW", "2026-03-10T09:00+08:00")
    assert run("--received 2026-03-02T10:00 --days 20")["deemed"]


def test_a_shifted_clock_that_is_no_time_is_named(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEVISIT_NOW", "tomorrow")
    assert "ONEVISIT_NOW" in run("--received 2026-03-02T10:00 --days 20", 2)


def test_silence_is_acceptance_on_the_day_of_receipt(run: Any) -> None:
    answer = run("--received 2026-03-02T10:00 --days 5 --now 2026-03-10")
    assert (answer["deemed"], answer["accepted"], answer["due"]) == (
        True,
        "2026-03-02T10:00:00+08:00",
        "2026-03-09T17:00:00+08:00",
    )


def test_a_notice_in_time_and_one_too_late(run: Any) -> None:
    in_time = run("--received 2026-03-02T10:00 --days 5 --now 2026-06-01 --noticed 2026-03-09")
    assert (in_time["deemed"], in_time["accepted"], in_time["refused"]) == (False, None, None)
    late = run("--received 2026-03-02T10:00 --days 5 --now 2026-06-01 --noticed 2026-03-10T09:00", 1)
    assert late["refused"]["code"] == "late-notice"
    assert late["refused"]["message"]
    silent = run("--received 2026-03-02T10:00 --days 5 --now 2026-06-01")
    assert {key: late[key] for key in RESULT - {"refused"}} == {key: silent[key] for key in RESULT - {"refused"}}


def test_on_the_spot_is_at_once(run: Any) -> None:
    assert run("--received 2026-03-02T09:00 --days 5 --notice-days 0")["deemed"]
    assert not run("--received 2026-03-02T09:30 --days 5 --notice-days 0 --noticed 2026-03-02")["deemed"]
    assert run("--received 2026-03-02T09:00 --days 5 --notice-days 0 --noticed 2026-03-02T11:00", 1)["deemed"]


def test_suspensions_count_at_both_ends_and_overlap(run: Any) -> None:
    answer = run("--accepted 2026-03-02 --days 5 --suspend 2026-03-04..2026-03-05 --suspend 2026-03-05..2026-03-06")
    assert answer["due"] == "2026-03-12T17:00:00+08:00"
    assert [one["date"] for one in answer["not_counted"] if one["why"] == "suspended"] == [
        "2026-03-04",
        "2026-03-05",
        "2026-03-06",
    ]


@pytest.mark.parametrize(
    ("line", "due", "refused"),
    [
        ("--extend 10 --on 2026-03-09", "2026-03-23", None),
        ("--extend 10 --on 2026-03-09T17:00:01", "2026-03-09", "late-extension"),
        ("--extend 10 --on 2026-03-10", "2026-03-09", "late-extension"),
        ("--extend 10 --on 2026-03-05 --extend 5 --on 2026-03-06", "2026-03-23", "second-extension"),
    ],
)
def test_extensions_pair_up_in_order(run: Any, line: str, due: str, refused: str | None) -> None:
    answer = run(f"--accepted 2026-03-02 --days 5 {line}", int(refused is not None))
    assert answer["due"][:10] == due
    assert (answer["refused"] or {}).get("code") == refused


def test_calendar_days_end_on_a_working_day(run: Any) -> None:
    answer = run("--accepted 2026-09-21 --days 5 --unit calendar_day")
    assert answer["due"] == "2026-09-28T17:00:00+08:00"
    assert answer["counted"] == ["2026-09-22", "2026-09-23", "2026-09-24", "2026-09-25", "2026-09-28"]


def test_a_year_without_a_notice_is_provisional_until_its_file_is_given(run: Any, tmp_path: Path) -> None:
    guess = run("--accepted 2026-12-30 --days 2")
    assert (guess["provisional"], guess["due"][:10]) == (True, "2027-01-04")
    notice = tmp_path / "2027.csv"
    notice.write_text("date,kind\n2027-01-01,holiday\n2027-01-02,workday\n", encoding="utf-8-sig")
    sure = run(f"--accepted 2026-12-30 --days 2 --calendar {notice}")
    assert (sure["provisional"], sure["due"][:10]) == (False, "2027-01-02")


def test_in_its_years_the_file_alone_decides(run: Any, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("date,kind\n2026-03-03,holiday\n", encoding="utf-8")
    assert run(f"--accepted 2026-03-02 --days 1 --calendar {own}")["due"][:10] == "2026-03-04"
    assert run(f"--accepted 2026-09-30 --days 1 --calendar {own}")["due"][:10] == "2026-10-01"


def test_office_hours_of_ones_own(run: Any) -> None:
    answer = run("--handed-in 2026-03-02T12:30 --days 1 --hours 08:30-12:00")
    assert (answer["received"], answer["due"]) == ("2026-03-03T08:30:00+08:00", "2026-03-04T12:00:00+08:00")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--days 5", "--accepted"),
        ("--accepted 2026-03-02", "--days"),
        ("--accepted 2026-03-02 --received 2026-03-02 --days 5", "--received"),
        ("--accepted 2026-02-30 --days 5", "2026-02-30"),
        ("--accepted 20260302 --days 5", "20260302"),
        ("--accepted 2026-03-02T25:00 --days 5", "2026-03-02T25:00"),
        ("--accepted 1949-10-01 --days 5", "1949-10-01"),
        ("--accepted 2026-03-02 --days -1", "--days"),
        ("--accepted 2026-03-02 --days 1000000000", "--days"),
        ("--accepted 2026-03-02 --days ５", "--days"),
        ("--accepted 2026-03-02 --days 5 --suspend 2026-03-04", "--suspend"),
        ("--accepted 2026-03-02 --days 5 --suspend 2026-03-05..2026-03-04", "--suspend"),
        ("--accepted 2026-03-02 --days 5 --suspend 2026-03-05..9999-12-31", "--suspend"),
        ("--accepted 2026-03-02 --days 5 --extend 10", "--on"),
        ("--accepted 2026-03-02 --days 5 --on 2026-03-05", "--extend"),
        ("--accepted 2026-03-02 --days 5 --extend 0 --on 2026-03-05", "--extend"),
        ("--accepted 2026-03-02 --days 5 --noticed 2026-03-05", "--noticed"),
        ("--received 2026-03-02T10:00 --days 5 --noticed 2026-03-01", "--noticed"),
        ("--accepted 2026-03-02 --days 5 --hours 17:00-09:00", "--hours"),
        ("--accepted 2026-03-02 --days 5 --hours nine-five", "--hours"),
        ("--accepted 2026-03-02 --days 5 --unit month", "--unit"),
        ("--accepted 2026-03-02 --days 5 --calendar /nowhere.csv", "/nowhere.csv"),
    ],
)
def test_wrong_usage_is_exit_2_and_says_where(run: Any, line: str, said: str) -> None:
    assert said in run(line, 2)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"date\n2026-03-03\n", "1: kind"),
        (b"", "1: date"),
        (b"date,kind\n2026-03-03,holiday\n2026-13-01,holiday\n", "3: date"),
        (b"date,kind\n2026-03-03,closed\n", "2: kind"),
        (b"date,kind\n2026-03-03\n", "2: kind"),
        (b"date,kind\n2026-03-03,holiday\n2026-03-03,workday\n", "3: kind"),
        (b"date,kind\n\xb4\xba\xbd\xda,holiday\n", "2:"),
    ],
)
def test_a_calendar_that_cannot_be_read_is_named_with_line_and_key(run: Any, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "calendar.csv"
    file.write_bytes(content)
    assert f"{file}:{said}" in run(f"--accepted 2026-03-02 --days 5 --calendar {file}", 2)


def told(capsys: pytest.CaptureFixture[str], line: str, code: int = 0) -> str:
    assert main(line.split()) == code
    return capsys.readouterr().out


def test_without_json_it_is_told_in_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    printed = told(capsys, "clock --received 2026-03-02T10:00 --days 5 --now 2026-03-10 --extend 5 --on 2026-04-01", 1)
    assert "视为受理：2026-03-02 10:00" in printed
    assert "到期：2026-03-09 17:00（5个工作日）" in printed
    assert "不计 2026-03-07（周末）" in printed
    assert "不予认可" in printed
    assert "尚未受理" in told(capsys, "clock --received 2026-03-02T10:00 --days 5")
    assert "暂定" in told(capsys, "clock --accepted 2026-12-30 --days 2")
