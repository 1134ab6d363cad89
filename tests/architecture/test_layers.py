"""The house stands as ARCHITECTURE draws it: the six import contracts, without one exception."""

import configparser
import subprocess
import sys

import pytest

from onevisit.settings import ROOMS, ROOT, SOURCE

CONTRACTS = ("layers", "pure", "channels", "ui", "nomodels", "acyclic")


@pytest.fixture(scope="module")
def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser


def test_all_contracts_are_kept():
    run = subprocess.run([f"{sys.prefix}/bin/lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in run.stdout


def test_there_are_six_and_none_is_softened(contracts):
    assert {name.rpartition(":")[2] for name in contracts.sections()[1:]} == set(CONTRACTS)
    assert not [name for name in contracts.sections() if contracts.has_option(name, "ignore_imports")]
    assert contracts["importlinter:contract:layers"]["exhaustive"] == "true"


def test_every_room_has_its_height(contracts):
    layers = contracts["importlinter:contract:layers"]["layers"].replace("|", " ").split()
    built = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    assert built <= set(layers)
    assert set(ROOMS) == built - {"core", "channels"}


def test_every_channel_is_kept_apart(contracts):
    built = {path.name for path in (SOURCE / "channels").iterdir() if (path / "__init__.py").exists()}
    apart = {name.rpartition(".")[2] for name in contracts["importlinter:contract:channels"]["modules"].split()}
    assert built - {"ui"} == apart
