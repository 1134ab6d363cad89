"""`onevisit schema` prints one JSON document, with and without --json."""

import json

import pytest

from onevisit.channels.cli.main import main


@pytest.mark.parametrize("words", [["schema"], ["schema", "--json"]])
def test_the_schema_of_a_standard_is_printed(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["$schema"].startswith("https://json-schema.org/draft/2020-12")
    assert "process" in document["properties"]


@pytest.mark.parametrize("kind", ["offer", "register", "matter"])
def test_the_other_kinds_of_file_have_a_schema_too(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", kind, "--json"]) == 0
    assert kind in json.loads(capsys.readouterr().out)["properties"]


def test_another_kind_is_wrong_usage() -> None:
    assert main(["schema", "song"]) == 2
