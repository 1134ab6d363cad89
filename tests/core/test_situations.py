"""The space of answers: only what is asked, every combination once, and no more questions than matter."""

from onevisit.core import situations
from onevisit.core.definition import Condition, ItemHead, Question, Rework, Standard, Step

YES_NO = {"yes": "是", "no": "否"}
DEAL = Question("deal", "以哪种方式取得？", {"purchase": "购买", "gift": "受赠"})
LOAN = Question("loan", "是否贷款？", YES_NO, when={"deal": ("purchase",)})
BANK = Question("bank", "哪家银行？", {"a": "甲", "b": "乙"}, when={"loan": ("yes",)})


def standard(*questions: Question, steps: tuple[Step, ...] = ()) -> Standard:
    return Standard(ItemHead("演示事项", "行政许可", "market", key="demo"), "county", ("person",), steps, questions=questions)


def test_a_condition_is_a_conjunction_and_an_empty_one_always_holds() -> None:
    assert situations.holds({}, {})
    assert situations.holds({"a": ("x", "y"), "b": ("z",)}, {"a": "y", "b": "z"})
    assert not situations.holds({"a": ("x",), "b": ("z",)}, {"a": "x"})


def test_a_question_is_asked_only_if_its_condition_holds() -> None:
    chained = standard(DEAL, LOAN, BANK)
    assert [q.id for q in situations.asked(chained, {})] == ["deal"]
    assert [q.id for q in situations.asked(chained, {"deal": "purchase", "loan": "yes"})] == ["deal", "loan", "bank"]
    assert [q.id for q in situations.asked(chained, {"deal": "gift", "loan": "yes"})] == ["deal"]


def test_the_order_in_the_file_does_not_matter() -> None:
    assert list(situations.situations(standard(BANK, LOAN, DEAL))) == list(situations.situations(standard(DEAL, LOAN, BANK)))


def test_answers_to_questions_that_are_not_asked_count_for_nothing() -> None:
    chained = standard(DEAL, LOAN, BANK)
    assert situations.narrow(chained, {"deal": "gift", "loan": "yes", "bank": "a", "colour": "red"}) == {"deal": "gift"}
    assert situations.narrow(chained, {"deal": "theft"}) == {}


def test_a_situation_is_complete_when_every_asked_question_is_answered() -> None:
    chained = standard(DEAL, LOAN, BANK)
    assert situations.complete(chained, {"deal": "gift"})
    assert not situations.complete(chained, {"deal": "purchase", "loan": "yes"})
    assert situations.complete(chained, {"deal": "purchase", "loan": "no"})


def test_questions_that_wait_for_each_other_are_never_asked() -> None:
    circular = standard(
        Question("a", "甲？", YES_NO, when={"b": ("yes",)}), Question("b", "乙？", YES_NO, when={"a": ("yes",)}), DEAL
    )
    assert list(situations.situations(circular)) == [{"deal": "purchase"}, {"deal": "gift"}]


def test_an_outcome_belongs_to_the_situation_if_something_depends_on_it() -> None:
    check = Step("check", by="department", does="inspect", outcomes=("none", "objection"), days=5)
    hearing = Step("hearing", by="department", does="consult", needs=("check",), days=10, when={"step.check": ("objection",)})
    assert list(situations.situations(standard(steps=(check,)))) == [{}]
    assert list(situations.situations(standard(steps=(check, hearing)))) == [{"step.check": "none"}, {"step.check": "objection"}]


def test_an_outcome_exists_only_where_its_step_does() -> None:
    check = Step("check", by="department", does="inspect", outcomes=("none", "objection"), when={"deal": ("gift",)})
    hearing = Step("hearing", by="department", does="consult", when={"step.check": ("objection",)})
    assert list(situations.situations(standard(DEAL, steps=(check, hearing)))) == [
        {"deal": "purchase"}, {"deal": "gift", "step.check": "none"}, {"deal": "gift", "step.check": "objection"},
    ]  # fmt: skip


def test_what_depends_on_an_outcome_takes_the_last_attempts() -> None:
    inspect = Step("inspect", by="department", does="inspect", outcomes=("pass", "fail"), rework=Rework("fail", "inspect"))
    issue = Step("issue", by="system", does="issue", needs=("inspect",), when={"step.inspect": ("pass",)})
    found = list(situations.situations(standard(steps=(inspect, issue))))
    assert found == [
        {"step.inspect": "pass"},
        {"step.inspect": "fail", "step.inspect~2": "pass"},
        {"step.inspect": "fail", "step.inspect~2": "fail"},
    ]
    assert [situations.holds(issue.when, situation) for situation in found] == [True, True, False]


def test_only_the_questions_that_matter_are_enumerated() -> None:
    many = tuple(Question(f"q{number}", "无关？", YES_NO) for number in range(40))
    step = Step("verify", by="system", does="verify", when={"bank": ("a",)})
    crowded = standard(*many, DEAL, LOAN, BANK, steps=(step,))
    names = situations.relevant(crowded, [step])
    assert names == ("deal", "loan", "bank")
    assert len(list(situations.situations(crowded, names))) == 4


def test_a_condition_that_no_situation_meets_is_impossible() -> None:
    chained = standard(DEAL, LOAN)
    assert situations.possible(chained, Condition("a", "甲", when={"deal": ("purchase",), "loan": ("no",)}).when)
    assert not situations.possible(chained, {"deal": ("gift",), "loan": ("no",)})
    assert not situations.possible(chained, {"colour": ("red",)})
