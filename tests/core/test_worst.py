"""The search for the worst situation finds what trying every situation finds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core import situations
from onevisit.core.definition import ItemHead, Question, Standard, When
from onevisit.core.worst import Measure, reaches, space, worst

QUESTIONS = (
    Question("a", "甲？", {"x": "是", "y": "否"}),
    Question("b", "乙？", {"x": "是", "y": "否", "z": "不知道"}, when={"a": ("x",)}),
    Question("c", "丙？", {"x": "是", "y": "否"}, when={"b": ("y", "z")}),
)
STANDARD = Standard(ItemHead("演示事项", "行政许可", "market", key="demo"), "county", ("person",), (), questions=QUESTIONS)
MEASURE = Measure(count=int.bit_count, bound=int.bit_count)
WHENS = st.dictionaries(
    st.sampled_from("abc"), st.sets(st.sampled_from("xyz"), min_size=1).map(lambda s: tuple(sorted(s))), max_size=2
)


def holding(whens: list[When], situation: situations.Situation) -> int:
    return sum(situations.holds(when, situation) for when in whens)


@settings(max_examples=300)
@given(st.lists(WHENS, max_size=6))
def test_the_worst_of_all_situations_is_found(whens: list[When]) -> None:
    every = list(situations.situations(STANDARD))
    most = max(holding(whens, situation) for situation in every)
    over = space(STANDARD, tuple(whens), {})
    found = worst(over, MEASURE)
    assert found.count == most == holding(whens, found.situation)
    assert found.situation in every
    assert reaches(over, MEASURE, most)
    assert not reaches(over, MEASURE, most + 1)


@settings(max_examples=300)
@given(st.lists(WHENS, max_size=6), st.sampled_from(["x", "y"]))
def test_what_is_known_stays(whens: list[When], answer: str) -> None:
    every = [one for one in situations.situations(STANDARD) if one.get("c") == answer]
    found = worst(space(STANDARD, tuple(whens), {"c": answer}), MEASURE)
    assert found.situation in every
    assert found.count == max(holding(whens, situation) for situation in every)


def test_what_excludes_itself_is_dropped() -> None:
    found = worst(space(STANDARD, ({"a": ("y",)},), {"a": "y", "c": "x"}), MEASURE)
    assert (found.count, found.situation) == (1, {"a": "y"})
