"""`onevisit catalogue` with tables: an export imported again differs in nothing; a dry run tells cells and changes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.catalogue.exchange import messy
from tests.catalogue.test_commands import city, run
from tests.catalogue.town import STANDARD

from onevisit.catalogue import exchange
from onevisit.core.reading import read, to_json

__all__ = ["city"]


def table(path: Path, text: str, **changes: str) -> Path:
    document = to_json(read(text).document)
    head = {**document["item"], **changes}
    row = exchange.Row("", 0, head.get("key", ""), "", head["name"], document["level"], "", {**document, "item": head}, {})
    path.write_bytes(exchange.write("xlsx", [row]))
    return path


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_a_table_exported_and_imported_again_differs_in_nothing(city: Any, tmp_path: Path, kind: str) -> None:
    path = str(tmp_path / f"out.{kind}")
    made = run(city, "catalogue", "export", "--format", kind, "--to", path, "--json")
    assert [one["item"] for one in json.loads(made.stdout)] == ["shop-permit"]
    diff = run(city, "catalogue", "diff", path, "--json")
    document = json.loads(diff.stdout)
    assert (diff.returncode, document["faults"], document["unread"]) == (0, [], [])
    assert [(one["item"], one["state"]) for one in document["changes"]] == [("shop-permit", "same")]


def test_a_dry_run_says_what_would_change_and_where_it_stands(city: Any, tmp_path: Path) -> None:
    path = table(tmp_path / "x.xlsx", STANDARD.replace("promised: 5", "promised: 4"))
    preview = run(city, "catalogue", "import", str(path), "--json")
    (change,) = json.loads(preview.stdout)["changes"]
    assert (preview.returncode, change["state"], change["cell"]) == (0, "changed", "事项!B2")
    assert [one["path"] for one in change["differences"]] == ["limits"]
    assert run(city, "catalogue", "diff", str(path)).returncode == 1
    assert json.loads(run(city, "catalogue", "export", "--json").stdout)[0]["version"] == 1


def test_an_item_without_our_word_is_known_by_its_name(city: Any, tmp_path: Path) -> None:
    path = table(tmp_path / "x.xlsx", STANDARD, key="", code="340190001000")
    (change,) = json.loads(run(city, "catalogue", "import", str(path), "--json").stdout)["changes"]
    assert (change["item"], change["state"]) == ("shop-permit", "changed")
    assert [one["path"] for one in change["differences"]] == ["item.code"]


def test_a_faulty_table_is_told_cell_by_cell_and_imports_nothing(city: Any, tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    path.write_bytes(messy.workbook())
    read_in = run(city, "catalogue", "import", str(path))
    assert read_in.returncode == 1
    assert "政务服务事项清单!E6：OV103" in read_in.stdout
    assert "没有改动任何内容" in read_in.stdout
    assert len(json.loads(run(city, "catalogue", "export", "--json").stdout)) == 1


def test_a_dry_run_tells_codes_first_then_cells_and_names_that_the_city_lacks(city: Any, tmp_path: Path) -> None:
    path = table(tmp_path / "x.xlsx", STANDARD.replace("promised: 5", "promised: 400"), key="", name="毫不相干的事项")
    read_in = run(city, "catalogue", "import", str(path))
    lines = read_in.stdout.splitlines()
    late = next(number for number, line in enumerate(lines) if "OV601 承诺时限比法定时限长：错误1处（" in line)
    assert any("OV601" in line for line in lines[late + 1 :])
    assert "导入时会新增" in read_in.stdout
    assert "基本目录里没有这个名称，导入时新增事项和规程" in lines[-1]
    found = json.loads(run(city, "catalogue", "import", str(path), "--json").stdout)
    assert [(one["name"], one["state"]) for one in found["changes"]] == [("毫不相干的事项", "unlisted")]
    assert "OV102" not in {one["code"] for one in found["findings"]}


def test_a_table_cannot_be_published_nor_exported_to_nowhere(city: Any, tmp_path: Path) -> None:
    path = table(tmp_path / "x.xlsx", STANDARD)
    publish = run(city, "catalogue", "publish", str(path))
    assert (publish.returncode, "编辑室" in publish.stderr) == (2, True)
    assert run(city, "catalogue", "export", "--format", "csv").returncode == 2
