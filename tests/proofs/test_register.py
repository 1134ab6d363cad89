"""What is in force, turned round: which materials are proofs, who asks and issues, what replaces them, circles with words."""

import pytest

from onevisit.core.definition import ItemHead, LegalBasis, Material, Party, Result, Standard, Step
from onevisit.core.offers import CancelledProof, CommittedProof, Register, SharedSource
from onevisit.proofs.register import Arrow, gather, is_proof, key_of

LAW = (LegalBasis("示例法", "第三条"),)
CITY = Register(
    shared=(SharedSource("civil.marriage", "婚姻登记信息", "civil", ("结婚证明",)),), commitments=(CommittedProof("居住证明"),)
)
DEPARTMENTS = {"tax": "税务局", "civil": "民政局"}


def an_item(key: str, *materials: Material, level: str = "county", department: str = "tax", **parts: object) -> Standard:
    head = ItemHead(f"{key}事项", "公共服务", department, key=key)
    steps = (Step("submit", by="applicant", does="submit"),)
    return Standard(head, level, ("person",), steps, materials=materials, **parts)  # type: ignore[arg-type]


def a_material(name: str, **parts: object) -> Material:
    return Material("m", name, **{"basis": LAW, **parts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("material", "is_one"),
    [
        (a_material("收入证明", issued_by="民政局"), True),
        (a_material("婚姻状况说明", issued_by="civil"), True),
        (a_material("离婚协议或者判决书", issued_by="人民法院或者双方当事人"), True),
        (a_material("公司章程", issued_by="股东"), False),
        (a_material("授权委托书", issued_by="申请人"), False),
        (a_material("房屋买卖合同", issued_by="申请人、卖方"), False),
        (a_material("健康证明"), True),
        (a_material("健康证明（原件）"), True),
        (a_material("摊位照片"), False),
        (a_material("摊位照片", result_of="other"), True),
        (a_material("结婚证明", source="shared:civil.marriage"), False),
        (a_material("收入证明", source="commitment"), False),
        (a_material("原证书", issued_by="civil", surrender=True), False),
    ],
)
def test_a_proof_is_what_the_applicant_brings_and_somebody_else_issues(material: Material, is_one: bool) -> None:
    assert is_proof(material, an_item("x", material, parties=(Party("seller", "卖方"),))) is is_one


def test_one_proof_under_several_names_is_one_entry_with_everybody_who_asks() -> None:
    near = an_item("x", a_material("申请人的居住证明（原件）", issued_by="civil"))
    town = an_item("x", a_material("居住证明", issued_by="civil"), level="town")
    other = an_item("y", a_material("居住证明", issued_by="村民委员会"), a_material("居住说明", issued_by="申请人"))
    found = gather([near, town, other], {("x", "county"): 3, ("y", "county"): 2}, CITY, DEPARTMENTS)
    assert set(found.entries) == {key_of("居住证明", "civil"), key_of("居住证明", "村民委员会")}
    entry = found.entries[key_of("居住证明", "civil")]
    assert (entry.name, entry.issuer_name) == ("居住证明", "民政局")
    assert [(one.item, one.level_name, one.places, one.basis) for one in entry.askers] == [
        ("x", "县级", 3, "《示例法》第三条"), ("x", "乡镇级", 0, "《示例法》第三条"),
    ]  # fmt: skip
    assert (entry.instead, entry.founded) == (("申请人书面承诺",), True)
    assert [one.rule.id for one in entry.against] == ["commitment"]


def test_what_the_country_cancelled_is_known_beside_the_register() -> None:
    gone = CancelledProof("无犯罪证明", "民发〔2020〕20号", "由办事部门核查")
    item = an_item("x", a_material("无犯罪证明", issued_by="村民委员会", basis=()))
    (entry,) = gather([item], {("x", "county"): 1}, CITY, DEPARTMENTS, [gone]).entries.values()
    assert [one.rule.id for one in entry.against] == ["basis", "upper"]
    assert "民发〔2020〕20号" in entry.evidence[4].words[0]
    assert (entry.instead, entry.founded) == (("由办事部门核查",), False)


def test_a_choice_is_told_beside_the_paper() -> None:
    item = an_item("x", a_material("收入证明", issued_by="civil", one_of="g"), Material("n", "银行流水", basis=LAW, one_of="g"))
    (entry,) = gather([item], {}, CITY, DEPARTMENTS).entries.values()
    assert entry.askers[0].instead_of == ("银行流水",)


def needing(key: str, *others: str, **parts: object) -> Standard:
    papers = tuple(Material(f"of-{other}", f"{other}的证明", basis=LAW, result_of=other, **parts) for other in others)  # type: ignore[arg-type]
    return an_item(key, *papers, department=f"d-{key}", results=(Result("r", f"{key}的证明"),))


def test_a_circle_is_told_whole_in_order_with_what_each_asks_for() -> None:
    (circle,) = gather([needing("tail", "a"), needing("a", "b"), needing("b", "c"), needing("c", "a")], {}, CITY, {}).circles
    assert circle.members == ("a事项（县级）", "b事项（县级）", "c事项（县级）")
    assert (circle.keys, circle.ordered) == (("a", "b", "c"), True)
    assert circle.arrows == (Arrow(0, 1, "b的证明"), Arrow(1, 2, "c的证明"), Arrow(2, 0, "a的证明"))
    assert circle.sentence.startswith("办“a事项（县级）”要《b的证明》，由“b事项（县级）”开具；")


def test_one_alternative_opens_the_circle() -> None:
    ways = (Material("m", "b的证明", basis=LAW, result_of="b", one_of="g"), Material("n", "租赁合同", basis=LAW, one_of="g"))
    assert gather([an_item("a", *ways, department="da"), needing("b", "a")], {}, CITY, {}).circles == ()
