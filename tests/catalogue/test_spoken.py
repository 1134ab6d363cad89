"""Phrases as people say them, over all themes, find the right item among the first three."""

import csv
import time
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


@pytest.mark.parametrize(
    "words",
    ["%", "_", "%_%", "\\", "'", "𠮷𡈽𠀋" * 20, "契" * 10_000, "a" * 10_000, "\x00契税\x00", "a%" * 5_000, "‮契税", "🙂" * 50],
)
def test_hostile_words_are_answered_at_once(catalogue: None, words: str) -> None:
    queries.search("契税")
    started = time.process_time()
    queries.replied(words, queries.search(words))
    assert time.process_time() - started < 0.1


@pytest.mark.parametrize(
    "words", ["shenfenzheng buban", "sfz补办", "身分正补办", "補辦身份證", "shengfengzheng buban", "ＳＦＺ补办"]
)
def test_sounds_slips_and_other_characters_find_the_same(catalogue: None, words: str) -> None:
    assert found(words)[0] == "id-card-replacement"


@pytest.mark.parametrize("words", ["阿拉丁神灯", "今天天气怎么样", "红烧肉怎么做", "asdf", "qwerty", "股票涨了没", "哈哈哈哈"])
def test_noise_finds_nothing(catalogue: None, words: str) -> None:
    assert found(words) == []
