"""`onevisit lint`: the document, exit codes, folders and what lies in them that is not ours."""

import json
from pathlib import Path

import pytest
from tests.core.test_lint import GOOD

from onevisit.channels.cli import definitions
from onevisit.channels.cli.main import main
from onevisit.settings import PACKS

KEYS = {"code", "severity", "file", "line", "path", "message", "basis", "mend"}


def run(capsys, *words):
    code = main(["lint", *map(str, words), "--json"])
    printed = capsys.readouterr()
    return code, json.loads(printed.out) if printed.out else None, printed.err


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_good_file_is_exit_0(tmp_path, capsys):
    write(tmp_path, good_yaml=GOOD)
    assert run(capsys, tmp_path / "good.yaml") == (0, {"files": 1, "errors": 0, "warnings": 0, "diagnostics": []}, "")


def test_an_error_is_exit_1_with_everything_one_needs_to_mend_it(tmp_path, capsys):
    write(tmp_path, bad_yaml=GOOD.replace("promised: 10}", "promised: 21}"))
    code, document, _ = run(capsys, tmp_path)
    (one,) = document["diagnostics"]
    assert (code, document["errors"], document["warnings"]) == (1, 1, 0)
    assert one.keys() == KEYS
    assert (one["code"], one["severity"], one["line"], one["path"]) == ("OV601", "error", 13, "limits.promised")
    assert one["file"] == str(tmp_path / "bad.yaml")


def test_warnings_alone_are_exit_0(tmp_path, capsys):
    write(tmp_path, warned_yaml=GOOD.replace("faq: [{q: 办多久？, a: 10个工作日。}]\n", ""))
    code, document, _ = run(capsys, tmp_path)
    assert (code, document["errors"], document["warnings"]) == (0, 0, 1)


def test_files_and_folders_are_one_catalogue_and_each_file_counts_once(tmp_path, capsys):
    write(tmp_path, a_yaml=GOOD, below__b_yml=GOOD.replace("level: county", "level: city").replace("第三十五条", "第三十六条"))
    code, document, _ = run(capsys, tmp_path / "a.yaml", tmp_path, tmp_path / "below")
    assert (code, document["files"]) == (1, 2)
    assert [one["code"] for one in document["diagnostics"]] == ["OV901"]


def test_json_says_the_same_as_yaml(tmp_path, capsys):
    write(
        tmp_path,
        a_json=json.dumps({"format": "onevisit/1", "matter": {"name": "一件事", "items": [{"item": "a", "needs": ["b"]}]}}),
    )
    code, document, _ = run(capsys, tmp_path)
    assert (code, document["diagnostics"][0]["code"], document["diagnostics"][0]["line"]) == (1, "OV104", 1)


def test_in_a_folder_what_is_something_else_is_left(tmp_path, capsys):
    others = {
        "pack_yaml": "format: onevisit-pack/1\nname: x\n",
        "words_yaml": "words: {a: [b]}\n",
        "rule_json": '{"nodes": []}',
        "list_json": "[1, 2]",
        "empty_yaml": "",
        "notes_txt": "format: onevisit/1\n",
        "_git__x_yaml": "item: {}\n",
        "good_yaml": GOOD,
    }
    write(tmp_path, **others)
    assert run(capsys, tmp_path)[:2] == (0, {"files": 1, "errors": 0, "warnings": 0, "diagnostics": []})


def test_what_is_meant_for_us_is_checked_even_without_its_format(tmp_path, capsys):
    write(tmp_path, a_yaml=GOOD.replace("format: onevisit/1\n", ""), b_json='{"offer": {}}')
    code, document, _ = run(capsys, tmp_path)
    assert (code, document["files"]) == (1, 2)
    assert ("OV102", "format") in {(one["code"], one["path"]) for one in document["diagnostics"]}


def test_a_file_given_by_name_is_checked_whatever_it_is(tmp_path, capsys):
    write(tmp_path, pack_yaml="format: onevisit-pack/1\nname: x\n")
    code, document, _ = run(capsys, tmp_path / "pack.yaml")
    assert (code, document["files"]) == (1, 1)
    assert ("OV103", "format") in {(one["code"], one["path"]) for one in document["diagnostics"]}


@pytest.mark.parametrize("text", ["item: {key: [\n", "a: b\n  c: d\n", '{"item": {"key": 1,}', "\t- x: [\n"])
def test_what_is_neither_yaml_nor_json_is_exit_2_with_file_and_line(tmp_path, capsys, text):
    write(tmp_path, good_yaml=GOOD, wrong_yaml=text)
    for path in (tmp_path, tmp_path / "wrong.yaml"):
        code, document, error = run(capsys, path)
        assert (code, document) == (2, None)
        assert f"{tmp_path / 'wrong.yaml'}:" in error
        assert error.split("wrong.yaml:")[1].split(":")[0].isdigit()


def test_a_path_that_is_not_there_is_exit_2(tmp_path, capsys):
    code, document, error = run(capsys, tmp_path / "nowhere")
    assert (code, document) == (2, None)
    assert "nowhere" in error


def test_an_empty_folder_is_nothing_wrong(tmp_path, capsys):
    assert run(capsys, tmp_path)[:2] == (0, {"files": 0, "errors": 0, "warnings": 0, "diagnostics": []})


def test_base_items_can_be_given(tmp_path, capsys):
    write(tmp_path, good_yaml=GOOD)
    (tmp_path / "items.csv").write_text("key,name\nfood-permit,食品经营许可\n", encoding="utf-8")
    assert run(capsys, tmp_path / "good.yaml", "--base-items", tmp_path / "items.csv")[0] == 0
    (tmp_path / "items.csv").write_text("key,name\nother,别的\n", encoding="utf-8")
    assert run(capsys, tmp_path / "good.yaml", "--base-items", tmp_path / "items.csv")[1]["diagnostics"][0]["code"] == "OV903"


def test_without_json_it_reads_as_sentences(tmp_path, capsys):
    write(tmp_path, bad_yaml=GOOD.replace("promised: 10}", "promised: 21}"))
    assert main(["lint", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert "13: 错误 OV601 limits.promised" in printed
    assert "改法：" in printed
    assert "查了1个文件：1个错误，0个提醒。" in printed


def test_editors_get_sarif(tmp_path, capsys):
    write(tmp_path, bad_yaml=GOOD.replace("promised: 10}", "promised: 21}"))
    assert main(["lint", str(tmp_path), "--format", "sarif"]) == 1
    (run_,) = json.loads(capsys.readouterr().out)["runs"]
    (one,) = run_["results"]
    place = one["locations"][0]["physicalLocation"]
    assert (one["ruleId"], one["level"], place["region"]["startLine"]) == ("OV601", "error", 13)
    assert place["artifactLocation"]["uri"].endswith("bad.yaml")
    assert run_["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == "OV601"


def test_the_packs_are_without_errors(capsys):
    code, document, _ = run(capsys, PACKS)
    assert (code, document["errors"]) == (0, 0)
    assert document["files"] > 0


def test_many_files_are_read_by_all_processors_with_the_same_answer(tmp_path, capsys, monkeypatch):
    write(tmp_path, good_yaml=GOOD, bad_yaml=GOOD.replace("promised: 10}", "promised: 21}"), other_yaml="colour: red")
    alone = run(capsys, tmp_path)
    monkeypatch.setattr(definitions, "MANY", 1)
    assert run(capsys, tmp_path) == alone
    write(tmp_path, broken_yaml="a: [")
    code, document, said = run(capsys, tmp_path)
    assert (code, document) == (2, None)
    assert "broken.yaml" in said
