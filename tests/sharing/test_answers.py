"""Every way in which an answer can be wrong is told apart; what is right passes unchanged."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from onevisit.sharing.answers import TYPES, Asked, Wrong, read

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
FIELDS = [{"id": "area", "type": "decimal"}, {"id": "count", "type": "integer"}, {"id": "secret", "type": "text"}]
ASKED = Asked("housing.contract", "340300199408169025", ("area", "count"), FIELDS, timedelta(hours=1))
RIGHT: dict[str, Any] = {
    "resource": "housing.contract", "subject": "340300199408169025", "source": "住房和城乡建设局",
    "time": "2026-03-02T17:30:00+08:00", "values": {"area": "140.00", "count": 0},
}  # fmt: skip


def test_a_right_answer_passes_and_a_field_may_be_left_out() -> None:
    assert read(RIGHT, ASKED, NOW).values == {"area": "140.00", "count": 0}
    assert read({**RIGHT, "values": {"count": 1}}, ASKED, NOW).values == {"count": 1}
    assert read({**RIGHT, "values": None}, ASKED, NOW).values is None
    assert read({**RIGHT, "values": {}}, ASKED, NOW).values is None


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        ({"subject": "340300199005219040"}, "other-subject"),
        ({"subject": None}, "other-subject"),
        ({"resource": "housing.family_homes"}, "other-resource"),
        ({"extra": 1}, "bad-shape"),
        ({"source": ""}, "no-source"),
        ({"source": "住建局\u202e"}, "no-source"),
        ({"time": "2026-03-02T17:30:00"}, "no-time"),
        ({"time": 5}, "no-time"),
        ({"time": "2026-03-02T16:59:59+08:00"}, "expired"),
        ({"time": "2026-03-02T18:05:01+08:00"}, "expired"),
        ({"values": {"secret": "x"}}, "unknown-field"),
        ({"values": {"salary": "1.00"}}, "unknown-field"),
        ({"values": []}, "unknown-field"),
        ({"values": {"area": 140}}, "bad-type"),
        ({"values": {"area": "NaN"}}, "bad-type"),
        ({"values": {"area": "1e3"}}, "bad-type"),
        ({"values": {"area": None}}, "bad-type"),
        ({"values": {"count": "0"}}, "bad-type"),
        ({"values": {"count": True}}, "bad-type"),
        ({"values": {"count": 10**16}}, "bad-type"),
    ],
)
def test_each_lie_is_known(lie: dict[str, Any], code: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read({**RIGHT, **lie}, ASKED, NOW)
    assert wrong.value.code == code


@pytest.mark.parametrize("document", [None, [], "text", {}, {"values": 1}])
def test_what_is_no_answer_is_refused(document: object) -> None:
    with pytest.raises(Wrong, match="bad-shape"):
        read(document, ASKED, NOW)


def test_a_check_must_be_answered_with_what_was_said() -> None:
    asked = Asked(
        "civil.kinship", "1", ("relation",), [{"id": "relation", "type": "text"}], timedelta(hours=1), {"relation": "spouse"}
    )
    said = {**RIGHT, "resource": "civil.kinship", "subject": "1"}
    assert read({**said, "values": {"relation": "spouse"}}, asked, NOW).values == {"relation": "spouse"}
    with pytest.raises(Wrong, match="other-value"):
        read({**said, "values": {"relation": "child"}}, asked, NOW)


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("text", ["李福根", "𬭎㐱·"], ["", "a\x00", "x" * 501, 1]),
        ("money", ["0.00", "2800000.00", "-1.50"], ["1", "1.5", "1,000.00", "１.00", 1]),
        ("date", ["2024-02-29"], ["2023-02-29", "2024-2-9", "2024-02-29T00:00", 20240229]),
        ("month", ["2024-12"], ["2024-13", "2024"]),
        ("yes_no", [True, False], [0, 1, "true", None]),
        ("choice", ["a"], ["b", [], None]),
        ("choices", [[], ["a", "a"]], [["b"], "a", ["a"] * 101]),
        ("person_number", ["340300199408169025"], ["340300199408169026", "", 1]),
        ("credit_code", ["91340300DEM000014P"], ["91340300DEM000015P", 1]),
        ("division", ["340302000000"], ["340302", 340302000000]),
        ("group", [[], [{"n": 1}]], [{}, [{"n": "1"}], [{"x": 1}], [1]]),
    ],
)
def test_types_are_strict(kind: str, right: list[Any], wrong: list[Any]) -> None:
    field = {"id": "f", "type": kind, "options": {"a": "A"}, "fields": [{"id": "n", "type": "integer"}]}
    assert [value for value in right if not TYPES[kind](value, field)] == []
    assert [value for value in wrong if _passes(kind, value, field)] == []


def _passes(kind: str, value: Any, field: dict[str, Any]) -> bool:
    try:
        return TYPES[kind](value, field)
    except Wrong:
        return False
