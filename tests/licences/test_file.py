"""The file: what it shows and holds; what `licence verify` says of it without a database (CLI.md)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from onevisit.access import SYSTEM
from onevisit.licences import actions, layout, queries
from onevisit.licences.queries import LicenceView
from onevisit.licences.verification import METADATA, read_ended, verify_file
from onevisit.papers import render, signing
from onevisit.papers.verification import TRUST, Findings, attachment, trusted

from .conftest import OWNER, REGULATOR, a_chief, new
from .test_actions import UNLAWFUL


@pytest.fixture
def file(licence: LicenceView) -> bytes:
    return actions.file_of(OWNER, licence.id)


def verified(content: bytes, on: str = "2026-03-02", ended: str = '{"format": "onevisit-ended/1", "licences": []}') -> Findings:
    return verify_file(content, trusted(settings.KEYS / TRUST), read_ended(ended), date.fromisoformat(on))


def codes(found: Findings) -> list[str]:
    return [finding.code for finding in found.findings]


def text_of(content: bytes, tmp_path: Path) -> str:
    (tmp_path / "licence.pdf").write_bytes(content)
    shown = subprocess.run(["pdftotext", "-layout", tmp_path / "licence.pdf", "-"], capture_output=True, check=True)
    return "".join(shown.stdout.decode().split())


def test_it_shows_what_the_decision_gave(file: bytes, licence: LicenceView, tmp_path: Path) -> None:
    shown = text_of(file, tmp_path)
    for part in (
        "小店许可证",
        licence.number,
        "张晓月（演示）",
        "28,000.00",
        "贰万捌仟元整",
        "2026年3月2日至2031年3月1日",
        "示例",
        "《示例法》第一条",
    ):
        assert part in shown
    assert licence.verify_code in shown
    assert "第1页，共1页" in shown


def test_it_holds_the_same_as_data(file: bytes, licence: LicenceView) -> None:
    told = json.loads(attachment(file, METADATA) or b"")
    assert told["identifier"] == licence.identifier
    assert told["rows"][0] == {"label": "店主", "value": "张晓月（演示）"}
    assert told["facts"] == {"sort": "food", "sum": "28000.00"}
    assert told["verify"] == f"{settings.BASE_URL}/verify/{licence.verify_code}"


def test_hostile_and_rare_characters_stay_what_they_are(city: None, tmp_path: Path) -> None:
    odd = "<script>alert(1)</script>{{7*7}}=1+1𬭎㐱·莫𡐓村"
    made = actions.issue(SYSTEM, new(holder_name=odd, rows=({"label": "名称", "value": odd},)))
    content = actions.file_of(OWNER, made.id)
    assert odd in text_of(content, tmp_path)
    assert verified(content).facts["holder"] == odd


def test_a_genuine_file_is_valid(file: bytes, licence: LicenceView) -> None:
    found = verified(file)
    assert found.valid
    assert found.facts["number"] == licence.number
    assert found.facts["state"] == "valid"


@pytest.mark.parametrize(("on", "code"), [("2026-03-01", "not-yet"), ("2031-03-01", ""), ("2031-03-02", "expired")])
def test_the_term_is_told_as_of_a_day(file: bytes, on: str, code: str) -> None:
    assert codes(verified(file, on)) == ([code] if code else [])


def test_an_ended_one_is_found_by_the_published_list(file: bytes, licence: LicenceView, clock: Callable[[str], None]) -> None:
    clock("2026-05-01T09:00")
    actions.propose_end(REGULATOR, licence.id, UNLAWFUL)
    actions.revoke(a_chief(licence.id), licence.id)
    listed = json.dumps(queries.ended_list())
    assert codes(verified(file, "2026-05-01", listed)) == ["revoked"]
    assert codes(verified(file, "2026-04-30", listed)) == []


def test_a_sealed_paper_that_is_no_licence_is_found(file: bytes, licence: LicenceView) -> None:
    paper = signing.sign(render.pdf("papers/paper.html", {}), "别的")
    other = signing.sign(render.pdf("papers/paper.html", {}, {METADATA: b'{"format": "onevisit-licence/1"}'}), "别的")
    assert codes(verified(paper)) == ["no-data"]
    assert codes(verified(other)) == ["bad-data"]


def test_data_of_another_licence_does_not_fit(city: None) -> None:
    """Whoever could seal, but typed the number by hand, is found by the check character."""
    made = actions.issue(SYSTEM, new())
    told = json.loads(attachment(actions.file_of(OWNER, made.id), METADATA) or b"")
    told["identifier"] = told["identifier"][:-1] + ("0" if told["identifier"][-1] != "0" else "1")
    typed = render.pdf("papers/paper.html", {}, {METADATA: json.dumps(told).encode()})
    assert codes(verified(signing.sign(typed, "别的"))) == ["bad-identifier"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": "x", "licences": []}', '{"format": "onevisit-ended/1", "licences": [{"on": "X"}]}'],
)
def test_a_list_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="名单"):
        read_ended(text)


def command(*words: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "ONEVISIT_KEYS": str(settings.KEYS),
        "ONEVISIT_NOW": "",
        "DATABASE_URL": "postgresql://nowhere/none",
    }
    return subprocess.run(
        [sys.executable, "-m", "onevisit", "licence", "verify", *map(str, words)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


def test_the_command_answers_without_a_database(file: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(file)
    good = command(tmp_path / "a.pdf", "--on", "2026-03-02", "--json")
    told = json.loads(good.stdout)
    assert (good.returncode, told["valid"], told["findings"]) == (0, True, [])
    (tmp_path / "b.pdf").write_bytes(file[:-200])
    bad = command(tmp_path / "b.pdf", "--on", "2026-03-02", "--trust", settings.KEYS / TRUST, "--json")
    assert bad.returncode == 1
    assert {"code", "message"} == set(json.loads(bad.stdout)["findings"][0])
    said = command(tmp_path / "a.pdf", "--on", "2032-01-01")
    assert said.returncode == 1
    assert "已过有效期" in said.stdout
    assert "不具有法律效力" in said.stdout


def test_the_command_reads_the_published_list(file: bytes, licence: LicenceView, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(file)
    entry = {"identifier": licence.identifier, "state": "revoked", "on": "2026-03-01"}
    (tmp_path / "ended.json").write_text(json.dumps({"format": "onevisit-ended/1", "licences": [entry]}))
    answer = command(tmp_path / "a.pdf", "--on", "2026-03-02", "--revoked", tmp_path / "ended.json", "--json")
    assert [finding["code"] for finding in json.loads(answer.stdout)["findings"]] == ["revoked"]


def test_what_the_command_cannot_read_is_exit_2(file: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(file)
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.json").write_text("[]")
    for words in (
        (tmp_path / "none.pdf",),
        (tmp_path / "a.pdf", "--trust", tmp_path / "empty"),
        (tmp_path / "a.pdf", "--revoked", tmp_path / "bad.json"),
        (tmp_path / "a.pdf", "--on", "yesterday"),
    ):
        answer = command(*words)
        assert answer.returncode == 2
        assert answer.stderr
        assert not answer.stdout


def test_amounts_are_written_in_capitals() -> None:
    amounts = {
        "28000.00": "贰万捌仟元整",
        "18,518.52": "壹万捌仟伍佰壹拾捌元伍角贰分",
        "0": "零元整",
        "100000001.01": "壹亿零壹元零壹分",
    }
    assert {amount: layout.in_capitals(amount) for amount in amounts} == amounts
