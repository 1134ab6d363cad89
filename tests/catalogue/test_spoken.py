"""Phrases as people say them, over all themes, find the right item among the first three.

`unseen_phrases.csv` was written before it was asked, in three rounds; found at first: 104 of 131, 54 of 71,
57 of 62. Words and ranking were mended after rounds 1 and 2, for the domain; nothing was mended for round 3.
"""

import csv
import time
from datetime import timedelta
from pathlib import Path

import pytest
from tests.catalogue.town import all_departments, small_city

from onevisit.access import SYSTEM
from onevisit.catalogue import actions, queries
from onevisit.catalogue.models import BaseItem

HERE = Path(__file__).parent


@pytest.fixture
def catalogue(db: None) -> None:
    small_city()
    all_departments()
    actions.load_base_items(SYSTEM)


def found(words: str) -> list[str]:
    return [hit.listed.key for hit in queries.search(words, limit=3)]


def phrases(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as table:
        return [row for row in csv.DictReader(table) if row["key"]]


def missed(rows: list[dict[str, str]]) -> list[tuple[str, str, list[str]]]:
    asked = [(row["query"], row["key"], found(row["query"])) for row in rows]
    return [(query, key, keys) for query, key, keys in asked if key not in keys]


@pytest.mark.parametrize("name", ["spoken_phrases.csv", "search_phrases.csv"])
def test_the_right_item_is_among_the_first_three(catalogue: None, name: str) -> None:
    rows = phrases(name)
    wrong = missed(rows)
    assert len(wrong) <= 0.05 * len(rows), f"{len(wrong)}/{len(rows)}: {wrong}"


@pytest.mark.parametrize("number", ["1", "2", "3"])
def test_what_nobody_had_asked_before_is_found(catalogue: None, number: str) -> None:
    rows = [row for row in phrases("unseen_phrases.csv") if row["round"] == number]
    wrong = missed(rows)
    assert len(rows) > 60
    assert len(wrong) <= 0.1 * len(rows), f"{len(wrong)}/{len(rows)}: {wrong}"


def test_no_phrase_of_the_lists_is_a_word_of_an_item(catalogue: None) -> None:
    known = {word for words in BaseItem.objects.values_list("words", flat=True) for word in words}
    assert not known & {row["query"] for row in phrases("unseen_phrases.csv")}


def test_a_word_that_is_stored_late_is_found_all_the_same(catalogue: None) -> None:
    assert found("阿拉丁神灯") == []
    newest = BaseItem.objects.latest("indexed_at").indexed_at
    assert newest is not None
    BaseItem.objects.filter(key="passport").update(words=["阿拉丁神灯"], indexed_at=newest - timedelta(microseconds=1))
    assert found("阿拉丁神灯") == ["passport"]


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
