"""Patterns of a form: what is allowed means what it means in Python, and nothing that is allowed can hang."""

import re
import time
from datetime import date

import pytest
from tests.core.test_reading import found, of

from onevisit.core import patterns, values
from onevisit.core.definition import Field

TODAY = date(2026, 3, 2)
ALLOWED = (
    "", "abc", "[A-Z]{2}", r"\d{3,}", "a|b", "a|", "(ab)*c", "(?:ab|c)+", "a?b*c+", r"(\d{3,4}-)?\d{2}", "[^a-c]", ".", "a.c",
    r"\.\*\(", r"[\d_]+", "(a|b|)c", "[一-龥]{2,4}", "皖[A-Z]", "a{0}b", r"\u0061", "((a|b)c){2}", "(a)(b)?", "a{2}|b{1,2}",
)  # fmt: skip
TEXTS = ("", "a", "b", "c", "ab", "abc", "abab", "ababc", "aac", "bc", "acbc", "AB", "123", "0552-12", "12", "a\nc", ".*(",
    "张三", "皖A", "d", "bb", "aa", "1_2", "cab")  # fmt: skip
REFUSED = (
    "[", "a)", "(a", "(a+)+b", "(a*)*", "(a?)+", "((a+)b){2}", r"(\w+\s?)*", r"(a)\1", "(?=a)b", "(?!a)b", "(?<=a)b", "(?P<x>a)",
    "(?i)a", "a++", "a*?", "a{2}{3}", "*a", "+", "{2}", "a{3,2}", "a{2,1000}", "^a", "a$", "[z-a]", "[]", "[a--b]", r"\q", r"\b",
    "\\", "a]", "a}", "[[:alpha:]]", "a" * 201, "(" * 11 + "a" + ")" * 11, "a{,2}", "(?#x)",
)  # fmt: skip
SLOW = (
    ("(a|a)*b", "a" * 1000), ("(a|aa)+b", "a" * 1000), ("a?" * 60 + "a" * 60, "a" * 59), (".*" * 60 + "b", "a" * 1000),
    (".*.{300}.{300}.{300}b", "a" * 1000), ("(.|a|b){0,999}c", "ab" * 500), (r"\w*" * 60 + "!", "a" * 1000),
)  # fmt: skip


@pytest.mark.parametrize("pattern", ALLOWED)
def test_what_is_allowed_means_what_python_means(pattern: str) -> None:
    assert patterns.wrong(pattern) == ""
    for text in TEXTS:
        assert patterns.matches(pattern, text) is bool(re.fullmatch(pattern, text)), text


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_does_not_compile_or_leaves_the_subset_is_refused_in_words(pattern: str) -> None:
    assert patterns.wrong(pattern)
    assert not patterns.usable(pattern)


@pytest.mark.parametrize(("pattern", "text"), SLOW)
def test_nothing_that_is_allowed_hangs(pattern: str, text: str) -> None:
    assert patterns.wrong(pattern) == ""
    began = time.monotonic()
    assert not patterns.matches(pattern, text)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("pattern", ["(a+)+b", "'['", "(?=a)"])
@pytest.mark.parametrize(("field", "path"), [
    ("{id: x, label: 编号, pattern: %s}", "form.x.pattern"),
    ("{id: g, label: 组, type: group, fields: [{id: x, label: 编号, pattern: %s}]}", "form.g.fields.x.pattern"),
])  # fmt: skip
def test_a_file_with_such_a_pattern_is_refused_at_its_place(pattern: str, field: str, path: str) -> None:
    line = field % pattern
    assert [(code, where) for code, _, where in found(of(f"form:\n  - {line}\n"))] == [("OV103", path)]


def test_a_pattern_of_an_older_version_that_may_not_be_used_holds_nobody_up() -> None:
    for pattern in ("[", "(a+)+b"):
        assert values.clean(Field("x", "编号", pattern=pattern), "a" * 40, TODAY) == "a" * 40
    mended = values.clean(Field("x", "编号", pattern="[A-Z]{2}"), "a", TODAY)
    assert mended == values.Fault("x", "“编号”的写法不对，请按说明填写：[A-Z]{2}。")


def test_a_text_that_is_held_to_a_pattern_is_not_longer_than_is_matched() -> None:
    field = Field("x", "说明", type="long_text", pattern=".*")
    assert values.clean(field, "a" * 1000, TODAY) == "a" * 1000
    assert values.clean(field, "a" * 1001, TODAY) == values.Fault("x", "“说明”最多1000个字，现在有1001个字，请缩短。")
