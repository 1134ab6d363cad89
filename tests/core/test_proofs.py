"""What must not be asked of an applicant, and circles of proofs over several files."""

import pytest

from onevisit.core.definition import ItemHead, Material, Question, Result, Standard, Step
from onevisit.core.offers import (
    CancelledProof,
    CommittedProof,
    Register,
    RegisteredLicence,
    SharedSource,
    UnobtainableProof,
)
from onevisit.core.proofs import circular, known, needless, pieces, repeated, whose

STEPS = (Step("submit", by="applicant", does="submit"),)
CITY = Register(
    shared=(SharedSource("civil.marriage", "婚姻登记信息", "civil-affairs", ("结婚证明", "无婚姻登记记录证明")),),
    licences=(RegisteredLicence("id", "居民身份证", "police"), RegisteredLicence("hukou", "户口簿", "police")),
    cancelled=(CancelledProof("单身证明", "国务院", "shared:civil.marriage"),),
    commitments=(CommittedProof("居住情况说明"),),
    unobtainable=(UnobtainableProof("健在证明", "社区无权查证"),),
)


def an_item(key, *materials, department="tax", results=(), level="county", **parts):
    head = ItemHead(f"{key}事项", "公共服务事项", department, key=key)
    return Standard(head, level, ("person",), STEPS, materials=materials, results=results, **parts)


def asked(name, **parts):
    return an_item("x", Material("m", name, **parts))


def codes(*standards, registers=(CITY,)):
    city = known(standards, registers)
    return [finding.code for finding in needless(standards[0], city)]


@pytest.mark.parametrize(
    "name",
    ["婚姻登记信息", "结婚证明", "居民身份证", "身份证", "申请人身份证复印件", "户口本（原件及复印件）", "身份证、租赁合同",
     "户口簿或者身份证", "双方身份证原件和复印件", "本人有效身份证"],
)  # fmt: skip
def test_what_the_city_has_is_not_asked_for(name):
    assert codes(asked(name)) == ["OV302"]


@pytest.mark.parametrize("name", ["租赁合同", "身份证件", "结婚照片", "户口簿或者租赁合同", "未婚声明", "身份证明"])
def test_what_it_has_not_may_be(name):
    assert codes(asked(name)) == []


def test_what_is_fetched_or_promised_or_handed_in_is_not_asked():
    assert codes(asked("居民身份证", source="licence:id")) == []
    assert codes(asked("结婚证明", source="commitment")) == []
    assert codes(asked("户口簿", surrender=True)) == []


def test_a_way_to_fetch_it_is_enough():
    fetched = Material("f", "户口簿", source="licence:hukou", one_of="who")
    assert codes(an_item("x", Material("m", "身份证", one_of="who"), fetched)) == []


def test_results_and_sources_of_other_standards_count_as_registered():
    made = an_item("y", results=(Result("r", "完税证明", licence="tax"),))
    used = an_item("z", Material("m", "房屋套数查询结果", source="shared:housing.homes"))
    assert codes(asked("完税证明"), made, registers=()) == ["OV302"]
    assert codes(asked("房屋套数查询结果"), used, registers=()) == ["OV302"]
    assert codes(an_item("x", Material("m", "完税证明"), results=(Result("r", "完税证明", licence="tax"),)), registers=()) == []


def test_the_department_does_not_ask_for_its_own_paper():
    assert codes(asked("完税证明", issued_by="tax")) == ["OV304"]
    made = an_item("y", results=(Result("r", "完税凭据"),))
    assert codes(asked("完税凭据", result_of="y"), made) == ["OV304"]
    assert codes(asked("原证", issued_by="tax", surrender=True)) == []


def test_lists_of_the_register():
    assert codes(asked("单身证明")) == ["OV305"]
    assert codes(asked("居住情况说明")) == ["OV306"]
    assert codes(asked("健在证明")) == ["OV307"]


def test_a_paper_asked_twice_is_told_once():
    twice = an_item("x", Material("a", "租赁合同"), Material("b", "租赁合同（复印件）"), Material("c", "租赁合同原件"))
    assert [finding.path for finding in repeated(twice)] == ["materials.b"]


def test_a_paper_in_situations_that_exclude_each_other_is_asked_once():
    apart = an_item(
        "x",
        Material("a", "租赁合同", when={"kind": ("shop",)}),
        Material("b", "租赁合同", when={"kind": ("home",)}),
        Material("c", "声明", one_of="g"),
        Material("d", "声明", source="commitment", one_of="g"),
        Material("e", "同意书", issued_by="房东"),
        Material("f", "同意书", issued_by="邻居"),
    )
    assert not list(repeated(apart))


def test_names_of_several_papers_are_taken_apart():
    assert pieces("身份证和户口本") == ("居民身份证", "户口簿")
    assert whose("法定代表人身份证明书") == "身份证明书"


# Circles


def needing(key, *others, **parts):
    """An item that asks for the papers of others."""
    papers = tuple(Material(f"of-{other}", f"{other}的证明", result_of=other, **parts) for other in others)
    return an_item(key, *papers, department=f"d-{key}", results=(Result("r", f"{key}的证明"),))


def named_in(standards):
    """Of each circle, the file and the items that its message names."""
    city = known(standards, ())
    keys = [standard.item.key for standard in standards]
    return [(place, sorted(key for key in keys if f"（{key}）" in finding.message)) for place, finding in circular(city)]


def test_a_ring_is_told_once_at_its_first_file_in_order():
    standards = [needing("q"), needing("a", "b"), needing("b", "c"), needing("c", "a"), needing("tail", "a")]
    ((place, finding),) = circular(known(standards, ()))
    assert (place, finding.code, finding.path) == (1, "OV303", "materials.of-b")
    assert finding.message == "a事项（a）→b事项（b）→c事项（c）→a事项（a）：先要的证明绕成一个圈。"


def test_each_circle_is_told_by_itself():
    standards = [needing("a", "b"), needing("b", "a"), needing("c", "d"), needing("d", "c", "a")]
    assert named_in(standards) == [(0, ["a", "b"]), (2, ["c", "d"])]


def test_a_knot_names_all_its_items():
    assert named_in([needing("a", "b", "c"), needing("b", "a"), needing("c", "a")]) == [(0, ["a", "b", "c"])]


def test_one_way_out_of_a_group_is_enough():
    ways = (Material("m", "b的证明", result_of="b", one_of="g"), Material("n", "租赁合同", one_of="g"))
    assert named_in([an_item("a", *ways, department="da"), needing("b", "a")]) == []


def test_a_group_that_leads_into_the_circle_by_every_member_is_one():
    assert named_in([needing("a", "b", "c", one_of="g"), needing("b", "a"), needing("c", "a")]) == [(0, ["a", "b", "c"])]
    assert named_in([needing("a", "b", "c", one_of="g"), needing("b", "a"), needing("c")]) == []


def test_a_choice_that_a_situation_does_not_leave_is_no_way_out():
    kind = Question("kind", "哪一类？", {"shop": "商铺", "home": "住房"})
    ways = (
        Material("m", "b的证明", result_of="b", one_of="g", when={"kind": ("shop",)}),
        Material("n", "租赁合同", one_of="g", when={"kind": ("home",)}),
    )
    assert named_in([an_item("a", *ways, department="da", questions=(kind,)), needing("b", "a")]) == [(0, ["a", "b"])]


@pytest.mark.parametrize("source", ["shared:b.proof", "licence:b", "commitment"])
def test_what_is_fetched_or_promised_leads_nowhere(source):
    assert named_in([needing("a", "b", source=source), needing("b", "a")]) == []


def test_an_issuer_and_a_name_lead_where_a_result_bears_it():
    first = an_item("a", Material("m", "b 的证明", issued_by="d-b"), department="da")
    assert named_in([first, needing("b", "a")]) == [(0, ["a", "b"])]
    other = an_item("a", Material("m", "b的证明", issued_by="somebody"), department="da")
    assert named_in([other, needing("b", "a")]) == []


def test_who_changes_a_licence_has_it_already():
    again = an_item("a", Material("m", "许可证", result_of="a"), acts_on="许可证")
    assert named_in([again]) == []
    assert named_in([an_item("a", Material("m", "许可证", result_of="a"))]) == [(0, ["a"])]


def test_levels_of_one_item_are_ways_of_their_own():
    standards = [needing("a", "b"), needing("b")]
    city = an_item("b", Material("m", "a的证明", result_of="a"), level="city", department="d-b")
    assert named_in([*standards, city]) == []
