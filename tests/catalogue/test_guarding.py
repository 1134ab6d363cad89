"""What sharing or a licence gives can't be saved as the applicant's to bring; the source is named, and a way out is enough."""

from dataclasses import replace

import pytest

from onevisit.catalogue import guarding
from onevisit.core.definition import ItemHead, Material, Standard, Step
from onevisit.core.offers import CancelledProof, Register, RegisteredLicence, SharedSource

CITY = Register(
    shared=(SharedSource("civil.marriage", "婚姻登记信息", "civil-affairs", ("结婚证", "无婚姻登记记录证明")),),
    licences=(RegisteredLicence("hukou", "户口簿", "police"),),
    cancelled=(CancelledProof("单身证明", "国务院"),),
)


def asking(*materials: Material) -> Standard:
    head = ItemHead("示例事项", "公共服务", "tax", key="x")
    return Standard(head, "county", ("person",), (Step("submit", by="applicant", does="submit"),), materials=materials)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("结婚证复印件", "共享数据“婚姻登记信息”"),
        ("申请人的户口本", "电子证照“户口簿”"),
        ("婚姻登记信息", "共享数据“婚姻登记信息”"),
    ],
)
def test_the_source_is_named(name: str, source: str) -> None:
    (found,) = guarding.provided(asking(Material("m", name)), CITY)
    assert (found.code, found.path) == ("OV302", "materials.m")
    assert f"能由{source}提供" in found.message
    assert found.mend


@pytest.mark.parametrize(
    "material",
    [
        Material("m", "租赁合同"),
        Material("m", "结婚证", source="shared:civil.marriage"),
        Material("m", "结婚证", source="commitment"),
        Material("m", "户口簿", surrender=True),
        Material("m", "单身证明"),
    ],
)
def test_what_nobody_gives_or_is_fetched_is_none_of_its_business(material: Material) -> None:
    assert guarding.provided(asking(material), CITY) == ()


def test_a_member_of_a_group_that_is_fetched_relieves_the_others() -> None:
    paper = Material("m", "结婚证", one_of="g")
    fetched = Material("n", "婚姻登记信息", source="shared:civil.marriage", one_of="g")
    assert guarding.provided(asking(paper, fetched), CITY) == ()
    assert len(guarding.provided(asking(paper, replace(fetched, one_of="")), CITY)) == 1
