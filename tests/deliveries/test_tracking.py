"""A courier's answer is read strictly: every other shape is refused by name. And the tables of moves, as they are meant."""

from typing import Any

import pytest

from onevisit.deliveries import states, tracking
from onevisit.deliveries.models import Delivery, Parcel

RIGHT: dict[str, Any] = {
    "parcel": "p", "number": "YS-1", "state": "delivered", "attempts": 1, "happened": "2026-03-03T15:00:00+08:00",
    "progress": [{"state": "accepted", "at": "2026-03-02T18:00:00+08:00"}], "collected": False,
}  # fmt: skip


def code(said: object, number: str = "") -> str:
    with pytest.raises(tracking.Wrong) as wrong:
        tracking.read(said, tracking.Expected("p", number))
    return wrong.value.code


def test_a_right_answer_is_read() -> None:
    report = tracking.read(RIGHT, tracking.Expected("p", "YS-1"))
    assert (report.number, report.state, report.attempts) == ("YS-1", "delivered", 1)
    assert tracking.read({**RIGHT, "state": "accepted"}, tracking.Expected("p", "")).state == "moving"


@pytest.mark.parametrize(
    ("bent", "expected"),
    [
        ({"parcel": "q"}, "other-parcel"),
        ({"number": "YS-2"}, "other-number"),
        ({"number": "1' OR 1=1"}, "bad-number"),
        ({"number": None}, "bad-number"),
        ({"state": "eaten"}, "bad-shape"),
        ({"attempts": True}, "bad-shape"),
        ({"attempts": -1}, "bad-shape"),
        ({"attempts": "1"}, "bad-shape"),
        ({"collected": "yes"}, "bad-shape"),
        ({"happened": "yesterday"}, "bad-time"),
        ({"happened": "2026-03-03T15:00:00"}, "bad-time"),
        ({"progress": None}, "bad-shape"),
        ({"progress": [{"state": "moving"}]}, "bad-shape"),
        ({"progress": [{"state": "moving", "at": "2026-03-02T18:00:00+08:00", "who": "x"}]}, "bad-shape"),
        ({"progress": [{"state": "moving", "at": ""}]}, "bad-time"),
        ({"progress": [{"state": "moving", "at": "2026-03-02T18:00:00+08:00"}] * 201}, "bad-shape"),
        ({"extra": 1}, "bad-shape"),
    ],
)
def test_anything_else_is_refused_by_name(bent: dict[str, Any], expected: str) -> None:
    assert code({**RIGHT, **bent}, "YS-1") == expected


@pytest.mark.parametrize("said", [None, [], "x", {}, {"parcel": "p"}])
def test_what_is_no_document_is_refused(said: object) -> None:
    assert code(said) == "bad-shape"


def test_the_tables_name_every_state_and_nothing_that_arrived_moves() -> None:
    assert set(states.DELIVERY) == set(Delivery.State.values)
    assert set(states.PARCEL) == set(Parcel.State.values)
    assert set(states.OF_PARCEL) == set(Parcel.State.values) - {"open"}
    assert set(tracking.WORDS) == set(tracking.STATES)
    assert not any(states.DELIVERY[end] for end in states.ENDS)
    assert {after for moves in states.DELIVERY.values() for after in moves} <= set(states.DELIVERY)


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ("opened", "open"),
        ("opened sent failed failed sent delivered", "delivered"),
        ("opened reminded redirected sent returned collected", "collected"),
        ("opened delivered collected", ""),
        ("opened collected redirected", ""),
        ("opened sent redirected", ""),
        ("", ""),
    ],
)
def test_events_fold_to_a_state_or_to_nothing(kinds: str, state: str) -> None:
    assert states.fold(f"delivery.{kind}" for kind in kinds.split()) == state
