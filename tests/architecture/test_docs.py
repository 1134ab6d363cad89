"""The pages for people tell the truth: threats name tests that exist, every dependency has its reason, links lead somewhere."""

import ast
import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from onevisit.channels.cli.main import COMMANDS
from onevisit.settings import ROOT

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "bench" / "README.md", *sorted(DOCS.rglob("*.md"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
STRONG = re.compile(r"(?<!L)A?GPL")
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def table(page: Path) -> list[list[str]]:
    """The rows of the first table of a page, without its head."""
    lines = [line for line in page.read_text().splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def functions(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


THREATS = {row[0]: re.findall(r"`(\S+)::(\w+)`", row[-1]) for row in table(DOCS / "threats.md")}


@pytest.mark.parametrize("threat", THREATS)
def test_every_threat_is_met_by_a_test_that_exists(threat):
    assert THREATS[threat]
    assert not [name for name, test in THREATS[threat] if test not in functions(ROOT / "tests" / name)]


def test_the_threats_are_named_once_each():
    rows = [row[0] for row in table(DOCS / "threats.md")]
    assert len(rows) == len(set(rows)) >= 15


def declared() -> set[str]:
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return {re.split(r"[^\w.-]", line, maxsplit=1)[0] for group in groups for line in group}


def test_every_dependency_has_a_reason_and_a_licence():
    rows = {row[0]: row[1:] for row in table(DOCS / "dependencies.md")}
    assert set(rows) == declared()
    assert not [name for name, row in rows.items() if len(row) != 3 or not all(row)]
    assert not [name for name, row in rows.items() if STRONG.search(row[-1])]


def test_everything_in_the_lock_has_a_hash():
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text().strip())
    assert len(entries) > len(declared())
    assert not [
        entry.split()[0] for entry in entries if not re.match(r"[\w.\[\]-]+==\S+ \\\n", entry) or "--hash=sha256:" not in entry
    ]


def test_the_lock_holds_what_the_project_declares():
    locked = {
        name.lower().replace("_", "-")
        for name in re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    }
    assert {name.replace(".", "-") for name in declared()} <= locked


@each_page
def test_every_link_to_a_file_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert not [link for link in links if not (page.parent / link).exists()]


@each_page
def test_every_command_that_a_page_names_exists(page):
    named = set(re.findall(r"`(?:\S*/)?onevisit ([a-z]+)\b", page.read_text()))
    assert named <= set(COMMANDS)


def test_decisions_are_numbered_without_gap_and_have_three_parts():
    records = sorted((DOCS / "adr").glob("*.md"))
    assert [path.name[:4] for path in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    for path in records:
        text = path.read_text()
        assert text.startswith(f"# {path.name[:4]} ")
        assert all(f"**{part}.**" in text for part in ("Context", "Choice", "Price"))


def test_the_readme_is_short_and_shows_a_real_page():
    text = (ROOT / "README.md").read_text()
    assert text.count("\n") < 80
    assert {"make run", "make test"} <= set(re.findall(r"make \w+", text))
    assert len(re.findall(r"!\[", text)) == 1


UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_run_commands_that_exist_as_a_user_with_few_rights(path):
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read(path)
    command = unit["Service"]["ExecStart"].split()
    assert command[0].endswith("/.venv/bin/onevisit")
    assert command[1] in COMMANDS
    assert unit["Service"]["User"] == "onevisit"
    assert {"NoNewPrivileges", "ProtectSystem", "PrivateTmp", "UMask", "TimeoutStopSec"} <= set(unit["Service"])
    assert "ONEVISIT_DEMO" not in path.read_text()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text().replace("/opt/onevisit/.venv/bin/onevisit", "/bin/true"))
    run = subprocess.run(["systemd-analyze", "verify", *tmp_path.glob("*.service")], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


def test_there_is_a_unit_for_web_and_worker():
    assert [path.name for path in UNITS] == ["onevisit-web.service", "onevisit-worker.service"]
