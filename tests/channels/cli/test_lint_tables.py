"""`onevisit lint` on the spreadsheet that a city already has: no database, exit codes as ever, each finding with its cell."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.catalogue.exchange import messy
from tests.core.test_lint import GOOD

from onevisit.catalogue import exchange
from onevisit.channels.cli.main import main
from onevisit.core.reading import read, to_json
from onevisit.settings import ROOT


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, dict, str]:
    code = main(["lint", *map(str, words), "--json"])
    printed = capsys.readouterr()
    return code, json.loads(printed.out) if printed.out else {}, printed.err


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def good(path: Path, **changes: object) -> Path:
    document = {**to_json(read(GOOD).document), **changes}
    row = exchange.Row("", 0, "food-permit", "", "食品经营许可", "county", "", document, {})
    return written(path, exchange.write(path.suffix[1:], [row]))


def test_the_messy_table_of_a_city_is_exit_1_with_cells(tmp_path, capsys):
    path = written(tmp_path / "清单.xlsx", messy.workbook())
    code, document, _ = run(capsys, path)
    assert (code, document["files"], document["items"]) == (1, 1, 4)
    assert document["errors"] + document["warnings"] == len(document["diagnostics"])
    late = next(one for one in document["diagnostics"] if one["code"] == "OV601")
    assert (late["file"], late["line"], late["cell"]) == (str(path), 3, "政务服务事项清单!L3")
    assert [one["header"] for one in document["unread"]] == ["序号", "更新人"]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_a_good_table_is_exit_0(tmp_path, capsys, kind):
    code, document, _ = run(capsys, good(tmp_path / f"x.{kind}"))
    assert (code, document["diagnostics"]) == (0, [])


def test_a_table_and_files_are_one_catalogue(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text(GOOD.replace("level: county", "level: city"), encoding="utf-8")
    head = to_json(read(GOOD).document)["item"]
    path = good(tmp_path / "b.xlsx", item={**head, "name": "食品许可"})
    code, document, _ = run(capsys, tmp_path / "a.yaml", path)
    (one,) = document["diagnostics"]
    assert (code, document["files"], one["code"], one["cell"]) == (1, 2, "OV901", "事项!B2")


def test_tables_in_a_folder_are_left_alone_and_its_files_have_no_cells(tmp_path, capsys):
    written(tmp_path / "x.xlsx", b"PK broken")
    (tmp_path / "a.yaml").write_text(GOOD.replace("promised: 10}", "promised: 21}"), encoding="utf-8")
    code, document, _ = run(capsys, tmp_path)
    assert (code, document["files"]) == (1, 1)
    assert "cell" not in document["diagnostics"][0]


@pytest.mark.parametrize("content", [b"PK broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b""])
def test_a_table_that_cannot_be_read_is_exit_2_and_says_what_to_do(tmp_path, capsys, content):
    path = written(tmp_path / "x.xlsx", content)
    code, document, error = run(capsys, path)
    assert (code, document) == (2, {})
    assert str(path) in error
    assert "请" in error


def test_a_table_that_is_not_there_is_exit_2(tmp_path, capsys):
    assert run(capsys, tmp_path / "no.xlsx")[0] == 2


def test_sentences_name_the_cell_and_what_was_not_read(tmp_path, capsys):
    main(["lint", str(written(tmp_path / "清单.csv", messy.text().encode("gbk")))])
    printed = capsys.readouterr().out
    assert "  K2: 错误 OV601 limits.promised" in printed
    assert "读入4个事项" in printed


def test_sarif_has_the_row_as_its_line(tmp_path, capsys):
    path = written(tmp_path / "清单.xlsx", messy.workbook())
    main(["lint", str(path), "--format", "sarif"])
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results} == {str(path)}
    assert {one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in results} >= {3, 5, 6}


def test_what_reads_tables_is_loaded_for_tables_only():
    program = "import sys; from onevisit.channels.cli.main import main; main(['lint', sys.argv[1]]); "
    program += "print([name for name in ('openpyxl', 'django', 'onevisit.catalogue.exchange') if name in sys.modules])"
    pack = next((ROOT / "packs").glob("*/standards/*.yaml"))
    made = subprocess.run([sys.executable, "-c", program, str(pack)], capture_output=True, text=True)
    assert made.stdout.splitlines()[-1] == "[]"


def test_a_table_is_linted_without_a_database(tmp_path):
    path = good(tmp_path / "x.csv")
    program = "import sys; from onevisit.channels.cli.main import main; code = main(['lint', sys.argv[1]]); "
    program += "print(code, 'django.db' in sys.modules)"
    made = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True)
    assert made.stdout.splitlines()[-1] == "0 False"


def test_the_account_of_a_table_ends_in_a_summary_by_code(tmp_path, capsys):
    path = written(tmp_path / "清单.xlsx", messy.workbook())
    assert main(["lint", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "  OV601 承诺时限比法定时限长：错误1处（政务服务事项清单!L3）" in lines[-30:]
    assert not [line for line in lines if "在form里" in line or "用sample" in line or "在faq里" in line]


def test_rows_without_codes_are_looked_for_by_name_in_a_list_of_base_items(tmp_path, capsys):
    base = tmp_path / "base.csv"
    base.write_text("key,code,name\nfood-permit,,食品经营许可\n", encoding="utf-8")
    head = to_json(read(GOOD).document)["item"]
    for name, found in (("食品 经营许可", set()), ("食品经营许可证", {("OV903", "warning")})):
        path = good(tmp_path / "x.xlsx", item={**head, "key": "", "code": "", "name": name})
        code, document, _ = run(capsys, path, "--base-items", base)
        assert (code, {(one["code"], one["severity"]) for one in document["diagnostics"]}) == (0, found)


def test_a_summary_names_the_first_three_cells_each_once(tmp_path, capsys):
    head = "事项名称,事项类型,行使层级,设定依据,服务对象,办理形式,材料名称\n"
    rows = [f"演示{number},行政确认,县级,《演示条例》第五条,自然人,网上办理,甲证；乙证\n" for number in range(4)]
    path = written(tmp_path / "x.csv", (head + "".join(rows)).encode())
    main(["lint", str(path)])
    assert "  OV301 没有设定依据：错误8处（G2、G3、G4……）" in capsys.readouterr().out.splitlines()
