"""Every place of a definition has a column, every official element is known, the page for operators names real columns."""

import csv
import re

import pytest

from onevisit.catalogue.exchange import codesets, columns
from onevisit.core.definition import Standard
from onevisit.core.offers import Offer
from onevisit.core.shape import elements
from onevisit.settings import ROOT

ELEMENTS = (ROOT / "tests" / "catalogue" / "exchange" / "service_item_elements.csv").read_text("utf-8").splitlines()


def test_every_element_of_the_norm_and_of_the_systems_in_use_is_known():
    names = [name for row in csv.DictReader(ELEMENTS) for name in re.sub(r"（.*?）|\(.*?\)", "", row["element"]).split("/")]
    known = {**columns.everywhere(), **columns.UNKEPT}
    short = {
        "代码",
        "内容",
        "投诉电话",
        "地址",
        "电话",
        "网址",
        "名称",
        "线下",
        "网上办理流程图与说明",
        "中介服务名称",
        "监督投诉方式",
    }
    assert len(names) > 115
    assert not [name for name in names if columns.plain(name) not in known and name not in short]


def test_no_header_means_two_things_in_one_table():
    for part in columns.PARTS:
        headers = [column.header for column in columns.part_columns(part)]
        assert len(headers) == len(set(headers))
    everything = [*columns.ITEM_COLUMNS, *(column for part in columns.PARTS for column in columns.part_columns(part))]
    headers = [columns.plain(columns.whole(column)) for column in everything]
    assert len(headers) == len(set(headers))
    assert [columns.everywhere()[header] for header in headers] == everything


def test_every_part_of_a_standard_and_of_an_offer_has_its_column_or_its_sheet():
    own = {column.path[0] for column in columns.ITEM_COLUMNS} | set(columns.PARTS)
    assert {element.name for element in elements(Standard)} <= own
    local = {column.path[1] for column in columns.ITEM_COLUMNS if column.path[0] == "offer"}
    local |= {part.removeprefix("offer.") for part in columns.PARTS if part.startswith("offer.")} | {"item", "level"}
    assert {element.name for element in elements(Offer)} == local


def test_the_page_for_operators_names_columns_that_there_are():
    rows = re.findall(r"^\| (\S+) \| ", (ROOT / "docs" / "import.md").read_text("utf-8"), re.MULTILINE)
    assert len(rows) > 20
    assert not [name for name in rows if name != "列" and columns.plain(name) not in columns.everywhere()]


CODES = list(csv.DictReader((ROOT / "tests" / "catalogue" / "exchange" / "codesets.csv").read_text("utf-8").splitlines()))
SETS = {"事项类型": "type", "行使层级": "level", "服务对象": "audience", "办理形式": "at", "办件类型": "handling"}
REFUSED = {("行使层级", "1"), ("行使层级", "2"), ("行使层级", "7"), ("办件类型", "9"), ("办理形式", "9")}
"""No level of a city's standard; what must be asked of the editor."""


@pytest.mark.parametrize("row", [one for one in CODES if one["set"] in SETS], ids=lambda row: row["set"] + row["code"])
def test_a_code_and_its_name_mean_the_same(row):
    ours = SETS[row["set"]]
    if (row["set"], row["code"]) in REFUSED:
        for said in (row["code"], row["name"]):
            with pytest.raises(codesets.NoSuchCode, match="请"):
                codesets.meaning(ours, said)
        return
    assert codesets.meaning(ours, row["code"]) == codesets.meaning(ours, row["name"])


@pytest.mark.parametrize("name", sorted(codesets.SETS))
def test_what_is_written_is_read_back(name):
    for ours, said in codesets.SETS[name].words.items():
        assert codesets.meaning(name, said) == codesets.meaning(name, ours) == ours
        if code := codesets.code(name, ours):
            assert codesets.meaning(name, code) == ours
