"""The guide says what the definition says: doors, papers, limits, for the answers given so far."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from tests.catalogue.town import NEAR, STANDARD, all_departments, offered, small_city

from onevisit.access import SYSTEM
from onevisit.catalogue import actions, guide, packs, queries
from onevisit.core import situations, visits
from onevisit.core.definition import Limits, Material
from onevisit.core.offers import Offer, Phones

DEED_TAX = packs.load(settings.PACKS / "deed-tax").definitions[0].standard
HOME = {"act": "purchase", "object": "home", "buyer": "person", "special": "no"}


@pytest.fixture
def item(db: None, tmp_path: Path) -> queries.ItemView:
    small_city()
    return offered(tmp_path)


@pytest.fixture
def deed_tax(db: None) -> queries.ItemView:
    small_city()
    all_departments()
    actions.publish_pack(SYSTEM, packs.load(settings.PACKS / "deed-tax"))
    return actions.offer(SYSTEM, "deed-tax", NEAR)


def test_the_doors_are_those_of_the_count(item: queries.ItemView) -> None:
    told, counted = guide.guide(item, {}), visits.visits(item.definition)
    assert [(one.label, one.visits, one.word) for one in told.doors] == [("网上办", 0, "零跑"), ("窗口办", 1, "最多跑一次")]
    assert (counted.zero.visits, counted.hall.visits, told.promise) == (0, 1, counted.promise)
    assert all(one.why for one in told.doors)


def test_one_door_where_both_ways_cost_the_same(db: None, tmp_path: Path) -> None:
    small_city()
    told = guide.guide(offered(tmp_path, STANDARD.replace("does: submit, at: [online, hall]", "does: submit, at: [hall]")), {})
    assert [(one.label, one.word) for one in told.doors] == [("", "最多跑一次")]


def test_more_than_one_visit_comes_with_what_would_save_one(db: None, tmp_path: Path) -> None:
    small_city()
    lawful = "exception: {why: 法律要求两次到场, basis: [{law: 示例小店法, article: 第七条}]}\n"
    far = STANDARD.replace("at: [online, hall]", "at: [hall]").replace("at: [licence, hall]", "at: [hall]") + lawful
    told = guide.guide(offered(tmp_path, far), {})
    assert (told.promise, told.word, told.doors[0].word) == ("many", visits.WORDS["many"], "跑2次")
    assert told.reasons
    assert all(reason.startswith("少跑的办法：") for reason in told.reasons)


def test_papers_say_whose_task_they_are(item: queries.ItemView) -> None:
    told = guide.guide(item, {"food": "yes"})
    assert {one.id: one.status for one in told.materials} == {
        "identity": "我们来取", "lease": "您交", "deed": "您交", "health": "您交", "promise": "告知承诺",
    }  # fmt: skip
    lease = next(one for one in told.materials if one.id == "lease")
    assert (lease.demand, lease.basis) == ("复印件1份，A4，申请人签名", "《示例小店法》第三条")
    assert next(one for one in told.materials if one.id == "identity").source_name == "公安局：人口基本信息"


def test_the_count_of_papers_follows_the_answers(item: queries.ItemView) -> None:
    assert guide.guide(item, {"food": "no"}).summary == "您交1份，跑0次"
    assert guide.guide(item, {"food": "yes"}).summary == "您交2份，跑0次"
    unknown = guide.guide(item, {})
    assert (unknown.summary, unknown.partial) == ("您交2份，跑0次", True)
    assert next(one for one in unknown.materials if one.id == "health").note == "“卖不卖食品？”选“卖”时要"


def test_an_answer_that_does_not_exist_counts_for_nothing(item: queries.ItemView) -> None:
    assert guide.guide(item, {"food": "perhaps", "colour": "red"}) == guide.guide(item, {})


def test_the_three_limits_are_named(item: queries.ItemView) -> None:
    named = {one.name: one.text for one in guide.guide(item, {}).limits}
    assert named == {"法定时限": "20个工作日", "承诺时限": "5个工作日", "一次告知": "收到之日起5个工作日以内"}


def test_the_division_s_tighter_promise_is_what_the_guide_says(item: queries.ItemView) -> None:
    local = Offer("shop-permit", "county", NEAR, limits=(Limits(promised=0),), phones=Phones("0552-1", "0552-2"))
    told = guide.guide(actions.offer(SYSTEM, "shop-permit", NEAR, local), {})
    assert {one.name: one.text for one in told.limits}["承诺时限"] == "当场"
    assert [(one.name, one.number) for one in told.phones] == [("咨询电话", "0552-1"), ("投诉电话", "0552-2")]
    assert told.content_hash != item.content_hash


def test_complaints_go_to_the_hotline_where_no_phone_is_named(item: queries.ItemView) -> None:
    assert [one.number for one in guide.guide(item, {}).phones] == ["0552-0000000", "12345"]


def test_the_rail_names_who_does_what_and_for_how_long(item: queries.ItemView) -> None:
    rail = guide.guide(item, {}).rail
    assert [(one.name, one.who, one.note, one.presence) for one in rail] == [
        ("提交申请", "您", "线上、大厅", False),
        ("受理", "综合窗口", "即时", False),
        ("作出决定", "近山县市场监督管理局", "3个工作日", False),
        ("制作结果", "系统自动办理", "即时", False),
        ("领取结果", "系统自动办理", "即时", False),
    ]
    assert [one.group for one in rail] == [0, 1, 2, 3, 4]


def test_the_guide_is_made_once_for_each_content_and_situation(item: queries.ItemView) -> None:
    again = queries.item("shop-permit", NEAR)
    assert again is not item
    assert guide.guide(again, {"food": "yes"}) is guide.guide(item, {"food": "yes"})


def test_a_first_home_asks_for_nothing(deed_tax: queries.ItemView) -> None:
    told = guide.guide(deed_tax, HOME)
    assert (told.summary, told.partial, told.owed_count, told.fetched_count) == ("您交0份，跑0次", False, 0, 6)
    assert told.situation.startswith("您以哪种方式取得房屋、土地？购买；")
    assert told.fees[0].text == "按规定自动计算，提交前可以看到金额；应缴0元的不用缴费"
    assert told.results[0].how == "电子证照存入“我的证照”，或者快递送到家，或者到大厅领取"


def test_the_order_of_options_is_the_author_s(deed_tax: queries.ItemView) -> None:
    told = guide.guide(deed_tax, {})
    assert [one[0] for one in told.questions[0].options][:3] == ["purchase", "exchange", "gift"]


def test_every_word_of_a_guide_is_fit_for_people(deed_tax: queries.ItemView) -> None:
    told = guide.guide(deed_tax, {})
    said = [one.note + one.demand for one in told.materials] + [one.note for one in told.rail] + [one.text for one in told.limits]
    assert not any(mark in text for text in said for mark in ("；；", "。；", "！", "{", "None"))


PAPER = st.builds(
    Material,
    id=st.uuids().map(str),
    name=st.just("材料"),
    source=st.sampled_from(["applicant", "applicant", "shared:police.person", "commitment"]),
    when=st.dictionaries(
        st.sampled_from(["act", "buyer"]),
        st.lists(st.sampled_from(["purchase", "gift", "person", "firm"]), min_size=1, max_size=2).map(tuple),
        max_size=2,
    ),
    one_of=st.sampled_from(["", "", "a", "b"]),
)


@given(papers=st.lists(PAPER, max_size=6), known=st.sampled_from([{}, {"buyer": "person"}, {"act": "gift"}]))
def test_the_most_papers_are_those_of_the_worst_situation(papers: list[Material], known: dict[str, str]) -> None:
    """Against brute force over every situation, counting groups the plain way."""
    standard = replace(DEED_TAX, materials=tuple(papers))

    def owed(situation: dict[str, str]) -> int:
        asked = [one for one in papers if situations.holds(one.when, situation)]
        lone = [one for one in asked if not one.one_of and one.source == "applicant"]
        groups = {one.one_of for one in asked if one.one_of}
        return len(lone) + sum(all(one.source == "applicant" for one in asked if one.one_of == group) for group in groups)

    space = [dict(one) for one in situations.situations(standard, ["act", "buyer"])]
    fitting = [one for one in space if all(one.get(name) == value for name, value in known.items())]
    assert guide.most(standard, known, guide.owed) == max(map(owed, fitting))


def test_an_old_paper_that_is_given_back_later_is_not_counted(item: queries.ItemView, tmp_path: Path) -> None:
    text = STANDARD.replace(
        "  - {id: promise, name: 守法经营承诺书",
        """  - id: old
    name: 旧许可证
    shown: deliver
    surrender: true
    basis: [{law: 示例小店法, article: 第五条}]
    form: {kind: original, copies: 1}
  - {id: promise, name: 守法经营承诺书""",
    )
    before, after = (guide.guide(one, {"food": "no"}) for one in (item, offered(tmp_path, text)))
    assert after.owed_count == before.owed_count
    assert [one.status for one in after.materials if one.id == "old"] == ["领取时交回"]
