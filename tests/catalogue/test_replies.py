"""Cancelled proofs, general questions, wrong desks: an answer in words; what found nothing is kept without numbers."""

import pytest
from django.conf import settings
from django.test import Client
from ruamel.yaml import YAML
from tests.catalogue.town import NEAR, all_departments, small_city

from onevisit.access import ANONYMOUS, SYSTEM, Actor, Denied, Grant, Refused
from onevisit.catalogue import actions, misses, queries, replies
from onevisit.catalogue.models import BaseItem, Miss
from onevisit.catalogue.wordlist import wordlist

EDITOR = Actor("editor", "officer", name="演示编辑", grants=(Grant("editor"),))


@pytest.fixture
def catalogue(db: None) -> None:
    small_city()
    all_departments()
    actions.load_base_items(SYSTEM)


@pytest.mark.parametrize(
    ("words", "proof"),
    [
        ("我是单身怎么证明", "无婚姻登记记录证明"),
        ("证明我妈是我妈", "亲属关系证明"),
        ("開一個單身證明", "无婚姻登记记录证明"),
        ("danshen zhengming", "无婚姻登记记录证明"),
        ("要我证明老人还活着，健在证明去哪开", "健在证明"),
        ("身份证丢了还要登报声明吗", "证件遗失证明"),
        ("社区开个贫困证明", "居民财产、收入证明"),
        ("开店要住所证明吗", "市场主体住所证明"),
    ],
)
def test_a_cancelled_proof_is_named_with_what_replaces_it(words: str, proof: str) -> None:
    found = replies.cancelled(words)
    assert found is not None
    assert found.name == f"{proof}（已取消）"
    assert found.text
    assert found.basis


@pytest.mark.parametrize(
    "words",
    ["没犯过罪的证明", "出生证明", "完税证明", "无房证明", "残疾证怎么评", "结婚证丢了", "失业登记", "", "证明", "税收证明"],
)
def test_what_is_still_given_is_not_called_cancelled(words: str) -> None:
    assert replies.cancelled(words) is None


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("跑几次", "跑几次"),
        ("办事要跑几趟", "跑几次"),
        ("在哪办", "在哪里办"),
        ("这个在哪里办啊", "在哪里办"),
        ("要交多少钱", "收费查询"),
        ("办事要交多少钱", "收费查询"),
        ("能寄到家吗", "结果寄递"),
        ("办好了能寄到家吗？", "结果寄递"),
        ("要带什么材料", "要带什么"),
        ("周末上班吗", "上班时间"),
        ("我的办件办到哪了", "办到哪一步"),
        ("欠薪投诉", "投诉"),
    ],
)
def test_a_general_question_is_answered(words: str, name: str) -> None:
    found, alone = replies.question(words)
    assert (found and found.name, alone) == (name, True)


@pytest.mark.parametrize("words", ["契税交多少钱", "结婚领证要带什么", "护照在哪办", "注册个公司要几天", "身份证补办"])
def test_a_question_about_a_matter_finds_the_matter(words: str) -> None:
    assert replies.question(words) == (None, False)


def test_a_matter_beside_the_post_gets_both(catalogue: None) -> None:
    hits = queries.search("护照能寄到家吗")
    assert hits[0].item == "passport"
    assert [one.name for one in queries.replied("护照能寄到家吗", hits)] == ["结果寄递"]


def test_the_wrong_desk_is_told(catalogue: None) -> None:
    hits = queries.search("去民政局给孩子上户口", limit=3)
    (told,) = queries.replied("去民政局给孩子上户口", hits)
    assert (hits[0].item, told.kind, told.name) == ("birth-registration", "desk", "不用去民政局")
    assert "公安局" in told.text
    assert not queries.replied("去派出所给孩子上户口", queries.search("去派出所给孩子上户口"))


def test_a_desk_alone_offers_what_people_go_there_for(catalogue: None) -> None:
    assert {hit.listed.department_id for hit in queries.search("车管所", limit=3)} == {"police"}


def test_the_page_shows_the_answer_above_the_hits(catalogue: None, client: Client) -> None:
    page = client.get("/search", {"q": "我是单身怎么证明"}).content.decode()
    assert 'data-reply="cancelled"' in page
    assert "没有找到" not in page
    assert "没有找到" in client.get("/search", {"q": "阿拉丁神灯"}).content.decode()


def test_every_word_of_the_list_belongs_to_something(catalogue: None) -> None:
    known = wordlist()
    assert set(known.items) == set(BaseItem.objects.values_list("key", flat=True))
    departments = set(BaseItem.objects.values_list("department", flat=True))
    assert {one.department for one in known.desks} <= departments
    groups = YAML(typ="safe").load((settings.DATA / "words.yaml").read_text(encoding="utf-8"))["same"]
    said = [word for group in groups for word in group.split()]
    assert sorted(said) == sorted(set(said))


def test_what_found_nothing_is_kept_without_numbers(catalogue: None, client: Client) -> None:
    for _ in range(2):
        client.get("/search", {"q": "阿拉丁神灯 340301199001011234 138-1234-5678"})
    (line,) = queries.open_lines()
    assert (line.words, line.count) == ("阿拉丁神灯", 2)
    client.get("/search", {"q": "护照"})
    client.get("/search", {"q": "跑几次"})
    client.get("/search", {"q": "13812345678"})
    assert Miss.objects.count() == 1


@pytest.mark.parametrize(
    "number",
    [
        "13812345678",
        "138 1234 5678",
        "34030119900101123x",
        "34030119900101123X",
        "１３８１２３４５６７８",
        "一三八一二三四五六七八",
        "a.b@example.com",
    ],
)
def test_numbers_of_people_are_dropped(number: str) -> None:
    assert misses.kept(f"神灯{number}") == "神灯" or misses.kept(f"神灯 {number}") == "神灯"
    assert not any(part in misses.kept(f"我{number}") for part in ("1234", "0101", "example"))


def test_one_press_gives_an_item_the_word(catalogue: None) -> None:
    misses.note("阿拉丁神灯", NEAR)
    assert queries.search("阿拉丁神灯") == ()
    assert "阿拉丁神灯" in actions.add_word(EDITOR, "passport", "阿拉丁神灯")
    assert queries.search("阿拉丁神灯")[0].item == "passport"
    assert queries.open_lines() == ()
    assert Miss.objects.get().settled == "passport"


def test_a_word_is_added_by_those_who_may_and_only_if_it_is_one(catalogue: None) -> None:
    with pytest.raises(Denied):
        actions.add_word(ANONYMOUS, "passport", "神灯")
    for word in ("", "灯", "灯13812345678"):
        with pytest.raises(Refused, match="说法"):
            actions.add_word(EDITOR, "passport", word)
    with pytest.raises(Refused, match="没有事项"):
        actions.add_word(EDITOR, "no-such", "神灯")


def test_a_flood_of_nonsense_stops(catalogue: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "MOST", 2)
    for one in ("甲乙", "丙丁", "戊己"):
        misses.note(one)
    assert Miss.objects.count() == 2
