"""The count of visits, its reasons and what would save one, case by case; the proof by an oracle is in tests/properties."""

from dataclasses import replace

import pytest

from onevisit.core import visits
from onevisit.core.definition import (
    ItemHead,
    Material,
    Party,
    Place,
    Presence,
    Question,
    Rework,
    Standard,
    Step,
    When,
    Within,
)
from onevisit.core.presence import place
from onevisit.core.process import Circular
from onevisit.core.visits import Save

DEAL = Question("deal", "以哪种方式取得？", {"purchase": "购买", "gift": "受赠"})


def apply(name: str, *needs: str, at: tuple[Place, ...] = ("hall",), when: When | None = None, days: int | None = None) -> Step:
    return Step(name, by="applicant", does="submit", needs=needs, at=at, when=when or {}, days=days)


def wait(name: str, *needs: str, days: int = 5, when: When | None = None) -> Step:
    return Step(name, by="department", does="review", needs=needs, days=days, when=when or {})


def quick(name: str, *needs: str) -> Step:
    return Step(name, by="system", does="verify", needs=needs, instant=True)


def fetch(name: str, *needs: str, at: tuple[Place, ...] = ("hall",)) -> Step:
    return Step(name, by="system", does="deliver", needs=needs, at=at)


def standard(*steps: Step, materials: tuple[Material, ...] = (), parties: tuple[Party, ...] = ()) -> Standard:
    head = ItemHead("演示事项", "行政许可", "market", key="demo")
    return Standard(head, "county", ("person",), steps, questions=(DEAL,), materials=materials, parties=parties)


def counts(*steps: Step) -> tuple[str, int, int]:
    counted = visits.visits(standard(*steps))
    return counted.promise, counted.zero.visits, counted.hall.visits


# Sharing a visit


def test_instant_steps_between_two_presences_keep_them_in_one_visit() -> None:
    assert counts(apply("a"), quick("b", "a"), apply("c", "b")) == ("one", 1, 1)


def test_a_wait_between_two_presences_makes_two_visits() -> None:
    assert counts(apply("a"), wait("b", "a"), apply("c", "b")) == ("many", 2, 2)


def test_a_wait_on_one_of_two_ways_is_enough() -> None:
    assert counts(apply("a"), quick("b", "a"), wait("c", "a"), apply("d", "b", "c")) == ("many", 2, 2)


def test_a_ready_step_may_wait_so_as_to_be_done_with_a_later_one() -> None:
    assert counts(wait("b"), apply("a"), apply("c", "b")) == ("one", 1, 1)


def test_a_wait_before_or_after_all_presences_costs_nothing() -> None:
    assert counts(wait("a"), apply("b", "a"), wait("c", "b")) == ("one", 1, 1)


def test_a_presence_with_days_is_done_in_a_visit_and_what_follows_waits() -> None:
    assert counts(apply("a", days=3), apply("b", "a")) == ("many", 2, 2)


def test_a_span_that_the_law_prescribes_keeps_two_steps_apart() -> None:
    again = replace(apply("b", "a"), within=Within(after=30, before=60))
    counted = visits.visits(standard(apply("a"), again))
    assert counted.hall.chain == ("a", "b")
    assert counted.hall.reasons[1] == "第2次：“提交申请”只能到大厅办理；按规定要和前一环节隔30天。"


def test_a_step_that_falls_away_does_not_keep_others_apart() -> None:
    steps = (apply("a"), wait("b", "a", when={"deal": ("gift",)}), apply("c", "b"))
    assert visits.visits(standard(*steps), {"deal": "purchase"}).hall.visits == 1
    worst = visits.visits(standard(*steps)).hall
    assert (worst.visits, worst.situation) == (2, {"deal": "gift"})


# Where a step is done


@pytest.mark.parametrize(
    ("at", "does", "zero", "hall"),
    [
        (("hall", "online"), "submit", "online", "hall"),
        (("online", "kiosk"), "submit", "online", "kiosk"),
        (("kiosk", "hall"), "submit", "hall", "hall"),
        (("kiosk",), "submit", "kiosk", "kiosk"),
        (("agent", "door"), "submit", "agent", "agent"),
        (("hall", "courier", "licence"), "deliver", "courier", "courier"),
        (("hall",), "deliver", "hall", "hall"),
        ((), "submit", "", ""),
    ],
)
def test_where_a_step_is_done(at: tuple[Place, ...], does: str, zero: str, hall: str) -> None:
    step = Step("a", by="applicant", does=does, at=at)  # type: ignore[arg-type]
    assert (place(step, "zero", shown=False), place(step, "hall", shown=False)) == (zero, hall)


def test_presence_is_at_the_hall_wherever_the_step_may_be_done() -> None:
    interview = replace(apply("a", at=("online", "hall")), presence=Presence("须当面询问"))
    counted = visits.visits(standard(interview))
    assert (counted.zero.visits, counted.zero.plan) == (1, {"a": "hall"})
    assert counted.zero.reasons == ("第1次：“提交申请”须本人到场（须当面询问）。",)


def test_the_promise_counts_both_ways() -> None:
    assert [visits.promise(*pair) for pair in [(0, 0), (0, 1), (1, 1), (1, 0), (0, 2), (2, 1)]] == [
        "zero", "zero", "one", "one", "many", "many",
    ]  # fmt: skip


# Originals to be seen


def shown(name: str, **more: object) -> Material:
    return Material(name, f"材料{name}", shown="submit", **more)  # type: ignore[arg-type]


def test_an_original_to_be_seen_shuts_online_and_kiosk_but_not_post() -> None:
    paper = (shown("m"),)
    online, post = apply("a", at=("online", "kiosk")), apply("a", at=("online", "post", "kiosk"))
    assert visits.visits(standard(online, materials=paper)).zero.plan == {"a": "hall"}
    by_post = visits.visits(standard(post, materials=paper))
    assert (by_post.zero.plan, by_post.hall.plan, by_post.promise) == ({"a": "post"}, {"a": "post"}, "zero")


def test_an_original_counts_only_in_its_situation() -> None:
    counted = visits.visits(standard(apply("a", at=("online",)), materials=(shown("m", when={"deal": ("gift",)}),)))
    assert (counted.zero.visits, counted.zero.situation) == (1, {"deal": "gift"})
    assert counted.zero.reasons == ("第1次：“提交申请”要当面查验《材料m》原件。",)


def test_an_original_may_name_its_step_by_id() -> None:
    steps = (apply("a", at=("online",)), apply("b", at=("online",)))
    assert visits.visits(standard(*steps, materials=(Material("m", "材料m", shown="b"),))).zero.plan == {
        "a": "online",
        "b": "hall",
    }


def test_of_a_group_one_paper_that_need_not_be_shown_is_enough() -> None:
    either = (shown("m", one_of="g"), Material("n", "材料n", one_of="g"))
    only_sometimes = (shown("m", one_of="g"), Material("n", "材料n", one_of="g", when={"deal": ("gift",)}))
    assert visits.visits(standard(apply("a", at=("online",)), materials=either)).zero.visits == 0
    assert visits.visits(standard(apply("a", at=("online",)), materials=only_sometimes)).zero.situation == {"deal": "purchase"}


# Several people


def test_each_person_is_counted_and_the_worst_counts() -> None:
    parties = (Party("a", "男方"), Party("b", "女方"))
    steps = (
        Step("first", by="applicant:a", does="submit", at=("hall",)),
        wait("check", "first"),
        Step("second", by="applicant:b", does="sign", needs=("check",), at=("hall",)),
        wait("more", "second"),
        Step("third", by="applicant:b", does="sign", needs=("more",), at=("hall",)),
    )
    counted = visits.visits(standard(*steps, parties=parties)).hall
    assert (counted.visits, counted.chain, counted.party) == (2, ("second", "third"), "b")
    assert counted.reasons[0].startswith("女方第1次")


def test_who_appears_together_comes_together() -> None:
    parties = (Party("a", "男方"), Party("b", "女方"))
    apart = Within(after=30)
    both = Step("apply", by="window", does="accept", presence=Presence("双方到场"), together=("a", "b"))
    again = Step("take", by="applicant:a", does="deliver", needs=("apply",), at=("hall",), within=apart)
    counted = visits.visits(standard(both, again, parties=parties))
    assert (counted.zero.visits, counted.zero.party) == (2, "a")


# Rework


def test_a_failed_inspection_brings_the_applicant_again() -> None:
    steps = (
        apply("submit"),
        Step(
            "inspect",
            by="department",
            does="inspect",
            needs=("submit",),
            days=5,
            rework=Rework("fail", "submit", applicant_days=30),
        ),
        fetch("deliver", "inspect", at=("courier",)),
    )
    counted = visits.visits(standard(*steps)).hall
    assert (counted.visits, counted.chain) == (2, ("submit", "submit~2"))
    assert counted.situation == {"deal": "purchase"} | {"step.inspect": "fail", "step.inspect~2": "done"}
    assert counted.plan == {"submit": "hall", "submit~2": "hall", "deliver": "courier"}


# What would save a visit


def test_nothing_is_to_be_saved_where_nobody_comes() -> None:
    counted = visits.visits(standard(apply("a", at=("online",)), fetch("b", "a", at=("licence",)))).zero
    assert (counted.visits, counted.chain, counted.saves) == (0, (), ())
    assert counted.reasons == ("要您办的环节都不用到场（线上、电子证照）。",)


def test_every_single_change_that_saves_a_visit_is_told_the_easiest_first() -> None:
    steps = (apply("submit", at=("online", "hall")), wait("review", "submit", days=5), fetch("deliver", "review"))
    assert visits.visits(standard(*steps)).hall.saves == (
        Save("submit", "“提交申请”不必再到大厅办，改为线上", 1),
        Save("deliver", "“领取结果”增加电子证照或者快递送达", 1),
        Save("review", "“审查”改为即时办结，让申请人当场等到（现在要5个工作日）", 1),
    )


def test_what_the_law_prescribes_is_not_proposed_to_be_hastened() -> None:
    hearing = replace(wait("hearing", "submit"), special="hearing")
    saves = visits.visits(standard(apply("submit"), hearing, fetch("deliver", "hearing"))).hall.saves
    assert [save.step for save in saves] == ["submit", "deliver"]


def test_where_no_single_change_helps_the_smallest_set_is_told() -> None:
    steps = (apply("a"), wait("b", "a"), wait("c", "a"), apply("d", "b"), apply("e", "c"))
    saves = visits.visits(standard(*steps)).zero.saves
    assert [(save.step, save.visits) for save in saves] == [("a", 1)]
    both = visits.visits(standard(apply("a"), apply("b"))).zero
    assert both.saves == (
        Save(
            "a",
            "“提交申请”增加不用到场的办理方式（例如线上、邮寄或者上门）；同时“提交申请”增加不用到场的办理方式（例如线上、邮寄或者上门）",
            0,
        ),
    )


def test_a_change_is_judged_in_every_situation() -> None:
    gift, purchase = {"deal": ("gift",)}, {"deal": ("purchase",)}
    steps = (apply("a"), wait("b", "a", when=gift), wait("c", "a", when=purchase), apply("d", "b", "c"))
    saves = visits.visits(standard(*steps)).zero.saves
    assert [save.step for save in saves] == ["a", "d"]


# Many questions


def test_questions_that_do_not_matter_cost_nothing() -> None:
    many = tuple(Question(f"q{number}", "无关？", {"yes": "是", "no": "否"}) for number in range(60))
    crowded = replace(standard(apply("a"), wait("b", "a"), apply("c", "b")), questions=many)
    counted = visits.visits(crowded)
    assert counted.hall.visits == 2
    assert set(counted.hall.situation) == {question.id for question in many}


def test_known_answers_hold_and_the_rest_is_the_worst_case() -> None:
    loan = Question("loan", "是否贷款？", {"yes": "是", "no": "否"}, when={"deal": ("purchase",)})
    steps = (apply("a"), wait("b", "a", when={"loan": ("yes",)}), wait("c", "a", when={"deal": ("gift",)}), apply("d", "b", "c"))
    asked = replace(standard(*steps), questions=(DEAL, loan))
    assert visits.visits(asked, {"deal": "purchase"}).hall.situation == {"deal": "purchase", "loan": "yes"}
    assert visits.visits(asked, {"loan": "no"}).hall.situation == {"deal": "purchase", "loan": "no"}
    assert visits.visits(asked, {"deal": "gift", "loan": "no"}).hall.situation == {"deal": "gift"}


def test_a_circle_can_not_be_counted() -> None:
    with pytest.raises(Circular):
        visits.visits(standard(apply("a", "b"), apply("b", "a")))


def test_the_json_has_the_keys_of_the_command_line() -> None:
    document = visits.to_json(visits.visits(standard(apply("a"))))
    assert list(document) == ["item", "promise", "zero", "hall"]
    assert document["zero"] == {
        "visits": 1,
        "situation": {"deal": "purchase"},
        "plan": {"a": "hall"},
        "chain": ["a"],
        "reasons": ["第1次：“提交申请”只能到大厅办理。"],
        "saves": [{"step": "a", "change": "“提交申请”增加不用到场的办理方式（例如线上、邮寄或者上门）", "visits": 0}],
    }
