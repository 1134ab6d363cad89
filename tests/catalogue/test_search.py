"""Search in people's words: slips, cut words, colloquial words; the person's division first; nothing rather than noise."""

import csv
import time
from pathlib import Path

import pytest
from django.conf import settings
from tests.catalogue.town import FAR, NEAR, all_departments, offered, small_city

from onevisit.access import SYSTEM, Actor, Grant
from onevisit.catalogue import actions, packs, queries, search
from onevisit.catalogue.models import BaseItem

EDITOR = Actor("11111111-1111-1111-1111-111111111111", "officer", grants=(Grant("editor"),))
PHRASES = Path(__file__).with_name("search_phrases.csv")


@pytest.fixture
def catalogue(db: None) -> None:
    small_city()
    all_departments()
    actions.load_base_items(SYSTEM)
    actions.publish_pack(SYSTEM, packs.load(settings.PACKS / "deed-tax"))
    actions.offer_everywhere(SYSTEM, "deed-tax")


def found(words: str, limit: int = 3) -> list[str]:
    return [hit.listed.key for hit in queries.search(words, limit=limit)]


def test_people_s_words_find_the_item_among_the_first_three(catalogue: None) -> None:
    with PHRASES.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    missed = [row["query"] for row in rows if row["key"] and row["key"] not in found(row["query"])]
    assert len(rows) - len(missed) >= 0.95 * len(rows), missed


def test_what_the_city_does_not_have_finds_nothing(catalogue: None) -> None:
    assert found("办事要交多少钱") == found("能寄到家吗") == found("") == found("？！") == []


def test_every_name_is_found_with_a_character_dropped_doubled_or_swapped(catalogue: None) -> None:
    slips, missed = 0, []
    for key, name in BaseItem.objects.values_list("key", "name"):
        half = len(name) // 2
        for slip in (
            name[:half] + name[half + 1 :],
            name[:half] + name[half] + name[half:],
            name[: half - 1] + name[half] + name[half - 1] + name[half + 1 :],
        ):
            slips += 1
            missed += [] if key in found(slip) else [(slip, name)]
    assert len(missed) <= 0.05 * slips, missed


def test_a_hit_says_why_and_what_it_promises(catalogue: None) -> None:
    (hit, *_) = queries.search("买房交税", NEAR)
    assert (hit.name, hit.promise, hit.why, hit.level) == ("契税申报", "zero", "大家也这样说：买房交税", "county")
    assert hit.listed.guided
    assert 0.5 < hit.score <= 1


def test_an_item_without_a_guide_says_whom_to_ask(catalogue: None) -> None:
    hit = queries.search("护照")[0]
    assert (hit.item, hit.promise, hit.listed.guided) == ("passport", "", False)
    assert hit.listed.ask == "这个事项的指南还没有上网，请咨询公安局。"


def test_the_person_s_own_division_comes_first(catalogue: None) -> None:
    assert queries.search("契税", FAR)[0].listed.division_code == FAR
    assert queries.search("契税", NEAR)[0].listed.division_code == NEAR


def test_a_place_in_the_words_counts_as_the_division(catalogue: None) -> None:
    assert queries.search("远水县契税", NEAR)[0].listed.division_code == FAR


def test_hostile_words_are_only_words(catalogue: None) -> None:
    for words in ("'); drop table x; --", "契税' | '低保", "\\", "a" * 5000, "契" * 3000, "‮契税", "%_"):
        queries.search(words)
    assert found("契税'") == found("契税")


def test_new_words_of_a_pack_find_its_item_at_once(db: None, tmp_path: Path) -> None:
    small_city()
    offered(tmp_path)
    assert found("开小铺") == ["shop-permit"]


def test_themes_count_and_lists_page_by_key(catalogue: None) -> None:
    themes = {one.name: one.items for one in queries.themes()}
    assert sum(themes.values()) == 215
    assert (themes["不动产登记"], next(iter(themes))) == (16, "投资项目")
    first = queries.listing(limit=20)
    second = queries.listing(after=first[-1].key, limit=20)
    assert len({one.key for one in (*first, *second)}) == 40
    assert {one.theme for one in queries.listing(theme="婚姻")} == {("婚姻",)}


def test_hot_items_have_a_guide(catalogue: None) -> None:
    assert [one.key for one in queries.hot(NEAR)] == ["deed-tax"]


def test_a_list_asks_the_database_as_often_whatever_its_length(catalogue: None, django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        queries.listing(limit=200)
    queries.search("契税")
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        queries.search("买房交税", NEAR)
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        queries.edition()


def test_search_takes_less_of_the_processor_than_a_key_press(catalogue: None) -> None:
    taken = []
    for words in ("契税", "身份证丢了", "开个小饭店", "老头老太坐公交免费的卡", "建设工程规划许可证核发"):
        queries.search(words)
        started = time.process_time()
        queries.search(words)
        taken.append(time.process_time() - started)
    assert min(taken) < 0.02


def test_a_query_keeps_what_it_means() -> None:
    assert search.meant("怎么办理") == "怎么办理"
    assert search.meant("请问在哪里可以办理契税呢") == "契税"
    assert search.pieces("") == ()


def test_a_word_of_several_words_in_letters_is_found_and_breaks_nothing(catalogue: None) -> None:
    actions.add_word(EDITOR, "deed-tax", "qi shui shen bao")
    assert queries.search("qi shui shen bao")[0].listed.key == "deed-tax"
    assert queries.search("契税")[0].listed.key == "deed-tax"
