"""The process of one situation: order, readiness, days, what stands side by side, and circles by name."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core import process
from onevisit.core.definition import ItemHead, Question, Rework, Standard, Step, Within

DEAL = Question("deal", "以哪种方式取得？", {"purchase": "购买", "gift": "受赠"})
GIFT = {"deal": ("gift",)}


def step(name: str, *needs: str, **more: object) -> Step:
    return Step(name, by="system", does="verify", needs=needs, **more)  # type: ignore[arg-type]


def standard(*steps: Step) -> Standard:
    return Standard(ItemHead("演示事项", "行政许可", "market", key="demo"), "county", ("person",), steps, questions=(DEAL,))


def needs(*steps: Step, deal: str = "purchase") -> Mapping[str, tuple[str, ...]]:
    return process.plan(standard(*steps), {"deal": deal}).needs


def test_a_step_that_falls_away_hands_its_needs_on() -> None:
    steps = (step("a"), step("b", "a", when=GIFT), step("c", "b", when=GIFT), step("d", "c"))
    assert needs(*steps) == {"a": (), "d": ("a",)}
    assert needs(*steps, deal="gift") == {"a": (), "b": ("a",), "c": ("b",), "d": ("c",)}


def test_what_is_handed_on_is_named_once() -> None:
    assert needs(step("a"), step("b", "a", when=GIFT), step("c", "a", when=GIFT), step("d", "b", "c", "a")) == {
        "a": (),
        "d": ("a",),
    }


def test_a_step_is_ready_when_all_that_it_needs_is_done_or_left_out() -> None:
    plan = process.plan(standard(step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c")), {})
    assert process.ready(plan, done=()) == ("a",)
    assert process.ready(plan, done={"a"}) == ("b", "c")
    assert process.ready(plan, done={"a", "b"}, skipped={"c"}) == ("d",)
    assert process.ready(plan, done={"a", "b", "c", "d"}) == ()


def test_the_critical_path_is_the_longest_in_days_with_prescribed_spans() -> None:
    steps = (step("a"), step("b", "a", days=5), step("c", "a", days=3, within=Within(after=30)), step("d", "b", "c"))
    path = process.critical_path(process.plan(standard(*steps), {}))
    assert path == process.CriticalPath(("a", "c", "d"), 33)


def test_an_empty_process_takes_no_time() -> None:
    assert process.critical_path(process.Process(())) == process.CriticalPath((), 0)


def test_steps_without_order_stand_side_by_side() -> None:
    assert process.layers({"a": (), "b": ("a",), "c": ("a",), "d": ("c", "b"), "e": ()}) == (("a", "e"), ("b", "c"), ("d",))


def test_a_circle_is_named_and_what_hangs_on_it_is_not() -> None:
    circular = {"a": (), "b": ("a", "d"), "c": ("b",), "d": ("c",), "e": ("d",)}
    assert process.circle(circular) in [("b", "c", "d"), ("c", "d", "b"), ("d", "b", "c")]
    assert process.circle({"a": ("a",)}) == ("a",)
    with pytest.raises(process.Circular, match="→"):
        process.plan(standard(*(step(name, *wanted) for name, wanted in circular.items())), {})
    with pytest.raises(process.Circular):
        process.layers(circular)


@given(st.lists(st.sets(st.integers(0, 7)), min_size=1, max_size=8))
def test_a_circle_is_found_exactly_if_no_order_exists(wanted: list[set[int]]) -> None:
    graph = {str(number): tuple(str(need) for need in sorted(some) if need < len(wanted)) for number, some in enumerate(wanted)}
    circle = process.circle(graph)
    for before, after in zip(circle, (*circle[1:], *circle[:1]), strict=True):
        assert before in graph[after]
    if not circle:
        order = [one for layer in process.layers(graph) for one in layer]
        assert sorted(order) == sorted(graph)
        assert all(order.index(need) < order.index(one) for one, some in graph.items() for need in some)


def test_steps_that_no_situation_asks_for_are_unreachable() -> None:
    never = step("never", when={"deal": ("purchase",), "step.check": ("bad",)})
    check = step("check", when=GIFT, outcomes=("good", "bad"))
    assert process.unreachable(standard(check, never, step("always"))) == ("never",)


def test_what_stands_behind_a_circle_is_unreachable() -> None:
    assert process.unreachable(standard(step("a"), step("b", "c"), step("c", "b"), step("d", "c"))) == ("b", "c", "d")


def test_a_second_attempt_is_in_the_plan_only_if_the_first_failed() -> None:
    inspect = step("inspect", "submit", days=5, outcomes=("pass", "fail"), rework=Rework("fail", "submit"))
    again = standard(step("submit"), inspect, step("issue", "inspect"))
    passed = process.plan(again, {"step.inspect": "pass"})
    assert passed.needs == {"submit": (), "inspect": ("submit",), "issue": ("inspect",)}
    failed = process.plan(again, {"step.inspect": "fail"})
    assert failed.order == ("submit", "inspect", "submit~2", "inspect~2", "issue")
    assert process.critical_path(failed).days == 10
    assert [process.name(one) for one in failed.steps][2] == "核验（第2次）"
