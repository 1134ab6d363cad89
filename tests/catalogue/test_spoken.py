"""Phrases as people say them, over all themes, find the right item among the first three."""

import csv
from pathlib import Path

import pytest
from tests.catalogue.town import all_departments, small_city

from onevisit.access import SYSTEM
from onevisit.catalogue import actions, queries

HERE = Path(__file__).parent


@pytest.fixture
def catalogue(db: None) -> None:
    small_city()
    all_departments()
    actions.load_base_items(SYSTEM)


def found(words: str) -> list[str]:
    return [hit.listed.key for hit in queries.search(words, limit=3)]


@pytest.mark.parametrize("name", ["spoken_phrases.csv", "search_phrases.csv"])
def test_the_right_item_is_among_the_first_three(catalogue: None, name: str) -> None:
    with (HERE / name).open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["key"]]
    missed = [(row["query"], row["key"], found(row["query"])) for row in rows if row["key"] not in found(row["query"])]
    assert len(missed) <= 0.05 * len(rows), f"{len(missed)}/{len(rows)}: {missed}"
