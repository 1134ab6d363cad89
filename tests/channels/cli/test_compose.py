"""`onevisit compose`: the document, the matter's order, and what would make it untrue."""

import json

import pytest

from onevisit.channels.cli.main import main

ITEM = """\
format: onevisit/1
item: {{key: {key}, name: {key}登记, type: 行政许可, department: market, basis: [{{law: 公司法}}]}}
level: county
audience: [organisation]
limits: {{legal: 20, promised: {days}}}
questions: [{{id: kind, ask: 哪一类？, options: {{a: 甲, b: 乙}}}}]
materials: [{{id: id, name: 身份证, source: licence:id, basis: [{{law: 公司法}}]}}]
form:
  - {{id: name, label: 名称, source: "shared:market.enterprise.name"}}
  - {{id: memo, label: 备注}}
process:
  - {{id: submit, by: applicant, does: submit, at: [online, hall]}}
  - {{id: accept, by: window, does: accept, needs: [submit], instant: true}}
  - {{id: review, by: department, does: review, needs: [accept], days: {days}}}
  - {{id: issue, by: system, does: issue, needs: [review], instant: true, result: r}}
results: [{{id: r, name: {key}证, sample: s.pdf}}]
"""
MATTER = """\
format: onevisit/1
matter:
  code: start
  name: 企业开办一件事
  items:
    - {item: firm}
    - {item: seal, needs: [firm]}
"""
KEYS = {"form", "materials", "steps", "limits", "critical_path", "days", "promise", "zero", "hall", "visits", "asked_once"}


@pytest.fixture
def folder(tmp_path):
    for key, days in (("firm", 3), ("seal", 2)):
        (tmp_path / f"{key}.yaml").write_text(ITEM.format(key=key, days=days), encoding="utf-8")
    (tmp_path / "matter.yaml").write_text(MATTER, encoding="utf-8")
    return tmp_path


def run(capsys, *words):
    code = main(["compose", *map(str, words), "--json"])
    printed = capsys.readouterr()
    return code, json.loads(printed.out) if printed.out else None, printed.err


def test_items_alone_run_side_by_side(folder, capsys):
    code, document, _ = run(capsys, folder / "firm.yaml", folder / "seal.yaml")
    assert code == 0
    assert document.keys() >= KEYS
    assert document["critical_path"] == ["submit", "accept", "firm.review", "firm.issue"]
    assert (document["days"], document["promise"], document["asked_once"]) == (3, "zero", 2)
    assert (document["limits"]["promised"], document["limits"]["items"]["seal"]) == (3, [{"legal": 20, "promised": 2}])
    assert document["visits"] == {"zero": document["zero"], "hall": document["hall"]}


def test_a_matter_sets_the_order(folder, capsys):
    code, document, _ = run(capsys, folder)
    assert (code, document["days"], document["limits"]["promised"], document["name"]) == (0, 5, 5, "企业开办一件事")
    (review,) = [step for step in document["steps"] if step["id"] == "seal.review"]
    assert (review["needs"], review["items"]) == (["accept", "firm.issue"], ["seal"])


def test_each_field_and_material_tells_who_asks_for_it(folder, capsys):
    _, document, _ = run(capsys, folder)
    assert [(one["id"], one["items"]) for one in document["form"]] == [
        ("name", ["firm", "seal"]), ("firm.memo", ["firm"]), ("seal.memo", ["seal"]),
    ]  # fmt: skip
    assert [(one["name"], one["from"]) for one in document["materials"]] == [("身份证", ["firm.id", "seal.id"])]
    assert [question["id"] for question in document["questions"]] == ["kind"]


def test_one_item_alone_costs_what_visits_says(folder, capsys):
    _, document, _ = run(capsys, folder / "firm.yaml")
    assert main(["visits", str(folder / "firm.yaml"), "--json"]) == 0
    alone = json.loads(capsys.readouterr().out)
    for way in ("zero", "hall"):
        assert document[way]["visits"] == alone[way]["visits"]
    assert document["promise"] == alone["promise"]


def test_a_matter_whose_item_is_not_there_is_exit_2_with_its_line(folder, capsys):
    code, document, error = run(capsys, folder / "matter.yaml", folder / "firm.yaml")
    assert (code, document) == (2, None)
    assert f"{folder / 'matter.yaml'}:7" in error
    assert "seal" in error


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("needs: [accept], days", "needs: [issue], days", "互相等待"),
        ("days: 3}", "dayz: 3}", "dayz"),
        ("at: [online, hall]", "at: [x]", "x"),
    ],
)
def test_what_makes_the_whole_untrue_is_exit_2(folder, capsys, old, new, words):
    path = folder / "firm.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    code, document, error = run(capsys, path, folder / "seal.yaml")
    assert (code, document) == (2, None)
    assert words in error


def test_two_matters_or_none_at_all_are_exit_2(folder, capsys):
    (folder / "other.yaml").write_text(MATTER, encoding="utf-8")
    assert run(capsys, folder)[0] == 2
    assert run(capsys, folder / "nowhere.yaml")[0] == 2
    (folder / "empty").mkdir()
    assert run(capsys, folder / "empty")[0] == 2


def test_an_item_that_the_matter_leaves_out_may_be_wrong(folder, capsys):
    (folder / "bad.yaml").write_text(ITEM.format(key="bad", days=1).replace("days: 1", "dayz: 1"), encoding="utf-8")
    assert run(capsys, folder)[0] == 0


def test_without_json_it_reads_as_sentences(folder, capsys):
    assert main(["compose", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "企业开办一件事：零跑，全程5个工作日" in printed
    assert "少填少交2项" in printed
