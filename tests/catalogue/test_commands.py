"""`onevisit search` and `onevisit catalogue` as an operator runs them: another process, a living database."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.catalogue.town import NEAR, STANDARD, all_departments, offered, small_city, small_pack

from onevisit.access import SYSTEM
from onevisit.catalogue import actions


def run(committed: Any, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "onevisit", *words], env=committed.environment, capture_output=True, text=True)


@pytest.fixture
def city(committed: Any, tmp_path: Path) -> Any:
    small_city()
    all_departments()
    actions.load_base_items(SYSTEM)
    offered(tmp_path)
    return committed


def test_search_prints_what_others_script_against(city: Any) -> None:
    found = run(city, "search", "开小铺", "--division", NEAR, "--json")
    (first, *_) = json.loads(found.stdout)
    assert found.returncode == 0
    assert first.items() >= {"name": "小店经营许可", "level": "county", "promise": "zero", "why": "大家也这样说：开小铺"}.items()
    assert first["item"].endswith("4340190001000")
    assert float(first["score"]) > 0.5
    assert "零跑" in run(city, "search", "开小铺").stdout


def test_nothing_found_is_a_sentence_and_exit_1(city: Any) -> None:
    found = run(city, "search", "阿拉丁神灯", "--json")
    assert (found.returncode, json.loads(found.stdout)) == (1, [])
    assert "12345" in run(city, "search", "阿拉丁神灯").stdout


def test_a_general_question_is_answered_as_a_row_without_an_item(city: Any) -> None:
    found = run(city, "search", "办事要交多少钱", "--json")
    (row,) = json.loads(found.stdout)
    assert (found.returncode, row["item"], row["kind"], row["name"]) == (0, None, "question", "收费查询")


@pytest.mark.parametrize("words", [["契税", "--limit", "0"], ["契税", "--limit", "201"], ["契税", "--division", "1"], []])
def test_wrong_usage_is_exit_2(city: Any, words: list[str]) -> None:
    assert run(city, "search", *words).returncode == 2


def test_an_export_imported_again_differs_in_nothing(city: Any, tmp_path: Path) -> None:
    exported = run(city, "catalogue", "export", "--to", str(tmp_path / "out"), "--json")
    assert [(one["item"], one["version"]) for one in json.loads(exported.stdout)] == [("shop-permit", 1)]
    diff = run(city, "catalogue", "diff", str(tmp_path / "out" / "shop-permit"), "--json")
    assert (diff.returncode, json.loads(diff.stdout)[0]["state"]) == (0, "same")


def test_import_says_what_would_change_and_changes_nothing(city: Any, tmp_path: Path) -> None:
    small_pack(tmp_path, STANDARD.replace("promised: 5", "promised: 4").replace("label: 店名", "label: 字号"))
    preview = run(city, "catalogue", "import", str(tmp_path / "shop-permit"), "--json")
    (document,) = json.loads(preview.stdout)
    assert (preview.returncode, document["state"]) == (0, "changed")
    assert document["differences"] == [
        {"path": "limits", "before": [{"legal": 20, "promised": 5}], "after": [{"legal": 20, "promised": 4}]},
        {"path": "form.shop.label", "before": "店名", "after": "字号"},
    ]
    assert run(city, "catalogue", "diff", str(tmp_path / "shop-permit")).returncode == 1


def test_a_faulty_pack_is_named_line_by_line(city: Any, tmp_path: Path) -> None:
    (tmp_path / "shop-permit" / "standard.yaml").write_text(STANDARD.replace("audience:", "audiences:"), encoding="utf-8")
    read = run(city, "catalogue", "import", str(tmp_path / "shop-permit"))
    assert read.returncode == 1
    assert "standard.yaml:" in read.stdout
    assert "audiences" in read.stdout


def test_publishing_brings_the_new_version_into_force(city: Any, tmp_path: Path) -> None:
    small_pack(tmp_path, STANDARD.replace("promised: 5", "promised: 4"))
    (tmp_path / "shop-permit" / "resources.yaml").unlink()
    published = run(city, "catalogue", "publish", str(tmp_path / "shop-permit"), "--json")
    assert published.returncode == 0, published.stderr
    assert [(one["item"], one["version"]) for one in json.loads(published.stdout)] == [("shop-permit", 2)]
    assert run(city, "catalogue", "diff", str(tmp_path / "shop-permit")).returncode == 0
