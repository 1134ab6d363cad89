"""The eight rules, each for and against, on standards of a few lines; the words say who asks."""

import pytest

from onevisit.core import proofs
from onevisit.core.definition import ItemHead, LegalBasis, Material, Result, Standard, Step
from onevisit.core.offers import (
    CancelledProof,
    CommittedProof,
    Register,
    RegisteredLicence,
    SharedSource,
    UnobtainableProof,
)
from onevisit.proofs import eight
from onevisit.proofs.eight import Around, Use

LAW = (LegalBasis("示例法", "第三条"),)
CITY = Register(
    shared=(SharedSource("civil.marriage", "婚姻登记信息", "civil", ("结婚证明",)),),
    licences=(RegisteredLicence("hukou", "户口簿", "police"),),
    cancelled=(CancelledProof("单身证明", "国办发〔2018〕47号", "书面承诺"),),
    commitments=(CommittedProof("居住情况说明"),),
    unobtainable=(UnobtainableProof("健在证明", "社区无权查证"),),
)
DEPARTMENTS = {"tax": "税务局", "civil": "民政局", "health": "卫生健康委员会"}


def asking(*materials: Material, department: str = "tax", key: str = "x") -> Standard:
    head = ItemHead(f"{key}事项", "公共服务", department, key=key)
    return Standard(head, "county", ("person",), (Step("submit", by="applicant", does="submit"),), materials=materials)


def a_proof(name: str = "收入证明", **parts: object) -> Material:
    return Material("m", name, **{"basis": LAW, "issued_by": "公司", **parts})


def reviewed(material: Material, *others: Standard, places: int = 1, **around: object) -> dict[str, eight.Evidence]:
    """The eight rules for the first material of one standard, by their words."""
    standards = (asking(material), *others)
    city = proofs.known(standards, (CITY,))
    use = Use(0, "materials.m", material, places)
    found = eight.evidence([use], material.issued_by, Around(city, DEPARTMENTS, **around))
    assert [one.rule for one in found] == list(eight.EIGHT)
    return {one.rule.id: one for one in found}


def test_a_proof_with_its_law_from_outside_offends_no_rule() -> None:
    found = reviewed(a_proof())
    assert {one.verdict for one in found.values()} == {"no"}
    assert found["basis"].words == ("x事项（县级）：《示例法》第三条。",)
    assert all(one.words for one in found.values())


@pytest.mark.parametrize(
    ("rule", "material"),
    [
        ("basis", a_proof(basis=())),
        ("licence", a_proof("户口簿")),
        ("commitment", a_proof("居住情况说明")),
        ("network", a_proof("结婚证明")),
        ("network", a_proof(issued_by="tax")),
        ("upper", a_proof("单身证明")),
        ("unobtainable", a_proof("健在证明")),
        ("needless", a_proof(necessary=False)),
    ],
)
def test_each_rule_is_met_by_what_lint_finds(rule: str, material: Material) -> None:
    found = reviewed(material)
    assert [one for one, evidence in found.items() if evidence.verdict == "yes"] == [rule]
    assert found[rule].words[0].startswith("x事项（县级）：")
    assert found[rule].said == "应当取消"


def test_the_department_is_named_not_its_word() -> None:
    assert "本部门（税务局）" in reviewed(a_proof(issued_by="tax"))["network"].words[0]


def test_a_rule_of_a_department_is_no_law_and_a_person_looks() -> None:
    laws = ("示例法", "《示例法》", "示例条例", "示例法（2020年修正）", "国务院关于示例的决定", "民法典")
    others = ("示例登记办法", "示例条例实施细则", "国务院办公厅关于示例的通知", "示例公告")
    for name in (*laws, *others):
        verdict = reviewed(a_proof(basis=(LegalBasis(name, "第一条"),)))["basis"].verdict
        assert (name, verdict) == (name, "no" if name in laws else "ask")
    both = (LegalBasis("示例办法", ""), LegalBasis("示例法", ""))
    assert reviewed(a_proof(basis=both))["basis"].verdict == "no"


def test_where_another_item_takes_the_applicants_word_this_one_can() -> None:
    found = reviewed(a_proof(), taken={"收入证明": ("y事项（县级）",)})
    assert (found["commitment"].verdict, found["commitment"].words) == ("yes", ("y事项（县级）：已经用书面承诺代替它。",))


def test_an_issuer_that_shares_other_data_is_to_be_asked() -> None:
    found = reviewed(a_proof(issued_by="civil"), resources={"civil": ("婚姻登记信息",)})["network"]
    assert (found.verdict, "民政局已经共享婚姻登记信息" in found.words[0]) == ("ask", True)


def test_an_item_that_nobody_offers_takes_its_proofs_along() -> None:
    found = reviewed(a_proof(), places=0)["list"]
    assert (found.verdict, found.words) == ("yes", ("x事项（县级）：已经没有地方办理这个事项。",))
    material = a_proof()
    city = proofs.known((asking(material), asking(material, key="y")), (CITY,))
    uses = [Use(0, "materials.m", material, 0), Use(1, "materials.m", material, 2)]
    assert {one.rule.id: one.verdict for one in eight.evidence(uses, "公司", Around(city, DEPARTMENTS))}["list"] == "ask"


def test_somebody_must_be_able_to_issue_it() -> None:
    maker = Standard(
        ItemHead("开收入证明", "公共服务", "health", key="y"), "county", ("person",),
        (Step("submit", by="applicant", does="submit"),), results=(Result("r", "收入证明"),),
    )  # fmt: skip
    assert reviewed(a_proof(issued_by="health"), maker)["unobtainable"].words == ("由“开收入证明（县级）”开具。",)
    assert reviewed(a_proof(issued_by="health"))["unobtainable"].verdict == "ask"
    assert reviewed(a_proof(issued_by=""))["unobtainable"].verdict == "ask"


def test_a_paper_asked_twice_in_one_situation_is_not_needed() -> None:
    twice = asking(a_proof("租赁证明"), Material("n", "租赁证明（复印件）", basis=LAW, issued_by="房东"))
    city = proofs.known((twice,), (CITY,))
    use = Use(0, "materials.n", twice.materials[1], 1)
    found = {one.rule.id: one.verdict for one in eight.evidence([use], "房东", Around(city, DEPARTMENTS))}
    assert found["needless"] == "no", "from two issuers"
    same = asking(a_proof("租赁证明"), Material("n", "租赁证明（复印件）", basis=LAW, issued_by="公司"))
    city = proofs.known((same,), (CITY,))
    use = Use(0, "materials.n", same.materials[1], 1)
    found = {one.rule.id: one.verdict for one in eight.evidence([use], "公司", Around(city, DEPARTMENTS))}
    assert found["needless"] == "yes"
