"""Several items as one: what merges, what stays apart, who waits for whom, and what it costs."""

import time

import pytest

from onevisit.core.compose import NotComposable, compose
from onevisit.core.definition import (
    Field,
    ItemHead,
    LegalBasis,
    Limits,
    Material,
    MaterialForm,
    Party,
    Presence,
    Question,
    Rework,
    Standard,
    Step,
    Within,
)
from onevisit.core.offers import Matter, MatterItem
from onevisit.core.process import Circular
from onevisit.core.visits import visits

SUBMIT = Step("submit", by="applicant", does="submit", at=("online", "hall"))
ACCEPT = Step("accept", by="window", does="accept", needs=("submit",), instant=True)
REVIEW = Step("review", by="department", does="review", needs=("accept",), days=3)
ISSUE = Step("issue", by="system", does="issue", needs=("review",), instant=True)
DELIVER = Step("deliver", by="system", does="deliver", needs=("issue",), at=("licence", "hall"), instant=True)
PROCESS = (SUBMIT, ACCEPT, REVIEW, ISSUE, DELIVER)


def an_item(code, *steps, key="", **parts):
    head = ItemHead(f"{code}登记", "行政许可", "market", key=key, code=code)
    return Standard(head, "county", ("organisation",), steps or PROCESS, **parts)


def a_matter(*rows):
    return Matter("企业开办一件事", tuple(MatterItem(name, tuple(needs)) for name, *needs in rows))


def step_of(whole, name):
    return next(step for step in whole.steps if step.id == name)


def but(step, **changes):
    return Step(**{name: changes.get(name, getattr(step, name)) for name in Step.__dataclass_fields__})


def test_filings_and_acceptances_become_one_and_all_else_is_named_after_its_item():
    whole = compose([an_item("A"), an_item("B", but(SUBMIT, at=("hall", "kiosk", "online")), *PROCESS[1:])])
    assert [step.id for step in whole.steps] == [
        "submit", "accept", "A.review", "A.issue", "A.deliver", "B.review", "B.issue", "B.deliver",
    ]  # fmt: skip
    assert step_of(whole, "submit").at == ("online", "hall")
    assert (step_of(whole, "accept").needs, step_of(whole, "B.review").needs) == (("submit",), ("accept",))
    assert whole.owners["submit"] == ("A", "B")
    assert whole.path.days == 3


def test_filings_that_share_no_place_stay_apart_with_their_acceptances():
    whole = compose(
        [an_item("A", but(SUBMIT, at=("online",)), *PROCESS[1:]), an_item("B", but(SUBMIT, at=("hall",)), *PROCESS[1:])]
    )
    assert {"A.submit", "B.submit", "A.accept", "B.accept"} <= {step.id for step in whole.steps}
    assert (whole.visits.zero.visits, step_of(whole, "B.accept").needs) == (1, ("B.submit",))


def test_nobody_must_come_only_because_filings_became_one():
    whole = compose([an_item("A"), an_item("B", but(SUBMIT, at=("post", "hall")), *PROCESS[1:])])
    assert whole.visits.zero.visits == 0
    assert {"A.submit", "B.submit"} <= {step.id for step in whole.steps}


def test_a_slow_acceptance_does_not_hold_up_the_others():
    slow = an_item("B", SUBMIT, but(ACCEPT, instant=False, days=2), *PROCESS[2:])
    whole = compose([an_item("A"), slow])
    assert (whole.owners["accept"], step_of(whole, "B.accept").days) == (("A",), 2)
    assert whole.path.steps == ("submit", "B.accept", "B.review", "B.issue", "B.deliver")


def test_an_acceptance_by_the_department_stays_its_own():
    whole = compose([an_item("A"), an_item("B", SUBMIT, but(ACCEPT, by="department"), *PROCESS[2:])])
    assert (whole.owners["accept"], whole.owners["B.accept"]) == (("A",), ("B",))


def test_who_needs_another_starts_after_its_last_step_but_delivery():
    whole = compose([an_item("A"), an_item("B"), an_item("C")], a_matter(("A",), ("B", "A"), ("C",)))
    assert step_of(whole, "B.review").needs == ("accept", "A.issue")
    assert step_of(whole, "C.review").needs == ("accept",)
    assert whole.path.steps == ("submit", "accept", "A.review", "A.issue", "B.review", "B.issue", "B.deliver")
    assert whole.path.days == 6


def test_items_go_by_key_or_code_and_those_that_are_not_named_are_left():
    known = [an_item("A", key="first"), an_item("B", key="second"), an_item("C")]
    whole = compose(known, a_matter(("first",), ("B", "first")))
    assert whole.items == ("A", "B")
    assert compose([an_item("", key="only")]).items == ("only",)


def test_fields_are_one_by_source_by_datum_and_by_chains():
    first = an_item("A", form=(Field("name", "姓名", source="applicant", same_as="person"), Field("memo", "备注")))
    second = an_item("B", form=(Field("who", "申请人", source="shared:police.person.name", same_as="person", required=False),))
    third = an_item("C", form=(Field("holder", "持证人", source="shared:police.person.name"), Field("memo", "备注")))
    whole = compose([first, second, third])
    assert [one.members for one in whole.form] == [
        (("A", "name"), ("B", "who"), ("C", "holder")), (("A", "memo"),), (("C", "memo"),),
    ]  # fmt: skip
    name, memo, _ = (one.part for one in whole.form)
    assert (name.source, name.required, memo.id) == ("shared:police.person.name", True, "A.memo")
    assert whole.asked_once == 2


def test_materials_are_one_by_source_or_by_name_and_issuer():
    law = LegalBasis("公司法", "第二十九条")
    lease = Material("lease", "租赁合同", issued_by="房东", form=MaterialForm(copies=1))
    rent = Material("rent", "租赁合同", issued_by="房东", form=MaterialForm(copies=2))
    agency = Material("lease", "租赁合同", issued_by="中介")
    first = an_item("A", materials=(Material("licence", "营业执照", source="licence:business"), lease))
    second = an_item("B", materials=(Material("paper", "执照", source="licence:business", basis=(law,)), rent, agency))
    whole = compose([first, second])
    assert [len(one.members) for one in whole.materials] == [2, 2, 1]
    assert (whole.materials[0].part.basis, whole.materials[1].part.form.copies, whole.asked_once) == ((law,), 2, 2)


def test_what_is_asked_in_different_situations_is_asked_in_any_of_them():
    deal = Question("deal", "哪种方式？", {"buy": "购买", "gift": "受赠", "swap": "互换"})
    ask = Field("price", "价格", source="shared:housing.contract.price", when={"deal": ("buy",)})
    other = but_field(ask, when={"deal": ("swap",)})
    whole = compose([an_item("A", questions=(deal,), form=(ask,)), an_item("B", questions=(deal,), form=(other,))])
    assert whole.form[0].whens == ({"deal": ("buy", "swap")},)
    assert [question.id for question in whole.questions] == ["deal"]


def but_field(field, **changes):
    return Field(**{name: changes.get(name, getattr(field, name)) for name in Field.__dataclass_fields__})


def test_the_same_word_for_another_question_is_kept_apart():
    first, second = Question("kind", "哪一类？", {"a": "甲", "b": "乙"}), Question("kind", "哪一种？", {"a": "甲", "c": "丙"})
    slow = but(REVIEW, when={"kind": ("b",)})
    whole = compose([
        an_item("A", SUBMIT, ACCEPT, slow, ISSUE, questions=(first,)), an_item("B", *PROCESS, questions=(second,)),
    ])  # fmt: skip
    assert [question.id for question in whole.questions] == ["A.kind", "B.kind"]
    assert step_of(whole, "A.review").when == {"A.kind": ("b",)}


def test_a_question_that_one_item_asks_less_often_still_decides_only_there():
    """A asks for a loan only of buyers. B asks everybody: a gift with a loan must not reach A's bank."""
    deal, loan = (
        Question("deal", "哪种方式？", {"buy": "购买", "gift": "受赠"}),
        Question("loan", "贷款吗？", {"yes": "是", "no": "否"}),
    )
    seldom = Question("loan", "贷款吗？", {"yes": "是", "no": "否"}, when={"deal": ("buy",)})
    bank = but(REVIEW, id="bank", when={"loan": ("yes",)})
    gift = but(REVIEW, id="gift", needs=("bank",), when={"deal": ("gift",)}, days=5)
    first = an_item("A", SUBMIT, ACCEPT, bank, gift, questions=(deal, seldom))
    assert compose([first]).path.days == 5
    assert compose([first, an_item("B", questions=(loan,))]).path.days == 5


def test_an_original_is_seen_at_its_own_items_step_only():
    sign = Step("sign", by="applicant", does="sign", needs=("accept",), at=("online", "hall"))
    shown = an_item("A", SUBMIT, ACCEPT, sign, materials=(Material("deed", "不动产权证书", shown="sign"),))
    whole = compose([shown, an_item("B", SUBMIT, ACCEPT, sign)])
    assert whole.visits.zero.plan == {"submit": "online", "A.sign": "hall", "B.sign": "online"}
    assert whole.visits.zero.visits == 1


def test_each_person_is_counted_over_all_items():
    meet = Step("meet", by="applicant:seller", does="verify", needs=("accept",), presence=Presence("面谈"))
    first = an_item("A", SUBMIT, ACCEPT, meet, parties=(Party("buyer", "买方"), Party("seller", "卖方")))
    later = Step("sign", by="applicant:buyer", does="sign", needs=("review",), presence=Presence("面签"))
    second = an_item("B", SUBMIT, ACCEPT, REVIEW, later, parties=(Party("buyer", "买方"), Party("seller", "卖方")))
    assert compose([first, second]).visits.zero.visits == 1


def test_rework_of_one_item_is_unrolled_in_the_whole():
    inspect = Step("inspect", by="department", does="inspect", needs=("accept",), days=5, rework=Rework(on="fail", to="inspect"))
    one = an_item("A", SUBMIT, ACCEPT, inspect, but(ISSUE, needs=("inspect",)))
    whole = compose([one, an_item("B")])
    assert whole.path.steps == ("submit", "accept", "A.inspect", "A.inspect~2", "A.issue")
    assert (whole.path.days, compose([one]).path.days) == (10, 10)
    assert step_of(whole, "A.inspect~2").when == {"step.A.inspect~1": ("fail",)}


def test_special_procedures_and_prescribed_pauses_count_as_days():
    special = but(REVIEW, id="test", needs=("review",), days=20, special="testing")
    wait = but(ISSUE, needs=("test",), within=Within(after=7))
    assert compose([an_item("A", SUBMIT, ACCEPT, REVIEW, special, wait)]).path.days == 30


def test_each_item_keeps_its_clock_and_the_matter_has_the_path_of_promises():
    parts = [an_item(name, limits=(Limits(20, days),)) for name, days in (("A", 5), ("B", 3), ("C", 7))]
    limits = compose(parts, a_matter(("A",), ("B", "A"), ("C",))).limits
    assert (limits.promised, limits.legal, limits.unit) == (8, 40, "working_day")
    assert limits.items["C"] == (Limits(20, 7),)


def test_steps_are_told_apart_by_their_items_in_the_reasons():
    paid = Step("pay", by="applicant", does="pay", needs=("review",), at=("hall",))
    whole = compose([an_item("A", *PROCESS[:3], paid), an_item("B")])
    assert whole.visits.hall.chain == ("submit", "A.pay")
    assert "“A登记：缴费”" in whole.visits.hall.reasons[1]


@pytest.mark.parametrize(
    ("rows", "item"), [([("A",), ("X",)], "X"), ([("A", "C")], "C"), ([("A", "X")], "X")], ids=["unknown", "outside", "nowhere"]
)
def test_what_is_missing_is_named(rows, item):
    with pytest.raises(NotComposable) as why:
        compose([an_item("A"), an_item("B"), an_item("C")], a_matter(*rows))
    assert why.value.item == item


def test_two_different_standards_of_one_item_cannot_both_be_meant():
    with pytest.raises(NotComposable, match="几份不同的规程"):
        compose([an_item("A"), an_item("A", SUBMIT)])
    with pytest.raises(NotComposable):
        compose([])


def test_items_or_steps_that_wait_for_one_another_are_refused():
    with pytest.raises(Circular):
        compose([an_item("A"), an_item("B")], a_matter(("A", "B"), ("B", "A")))
    with pytest.raises(Circular):
        compose([an_item("A", SUBMIT, but(REVIEW, needs=("issue",)), ISSUE), an_item("B")])


def test_thirty_items_with_alternatives_take_less_than_two_seconds():
    items = [alternatives(f"I{number:02}") for number in range(30)]
    start = time.process_time()
    whole = compose(items)
    assert time.process_time() - start < 2
    assert (whole.path.days, whole.visits.hall.visits) == (5, visits(items[0]).hall.visits)
    assert len(whole.steps) == 2 + 30 * 4


def alternatives(code):
    """Either a long review and a payment, or a short one; never both, though the process looks as if."""
    asked = Question(f"q{code}", "哪一种？", {"a": "甲", "b": "乙"})
    yes, no = {f"q{code}": ("a",)}, {f"q{code}": ("b",)}
    steps = [
        but(REVIEW, id="long", days=5, when=yes),
        Step("pay", by="applicant", does="pay", needs=("long",), at=("hall",), when=yes),
    ]
    steps += [but(REVIEW, id="short", needs=("pay",), when=no)]
    steps += [Step("fetch", by="applicant", does="pay", needs=("short",), at=("hall",), when=no)]
    return an_item(code, SUBMIT, ACCEPT, *steps, questions=(asked,))
