"""Figures that cases give: recounted from rows and events, each stay once; what was incomplete counts only in the true one."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from tests.cases import ground

from onevisit.access import Actor
from onevisit.cases import actions
from onevisit.cases.actions.visits import NewVisit, record_visit
from onevisit.cases.models import Case
from onevisit.cases.queries import rates

DAY = "2026-03-02"


def came(case: str, whose: Actor, day: str = DAY, stay: str = "") -> str:
    """Somebody was at a window for the case; the stay."""
    stay = stay or str(uuid4())
    clerk = replace(ground.officer("window"), holds=frozenset({case}))
    record_visit(clerk, case, NewVisit(str(uuid4()), stay, whose.person, str(uuid4()), day, "chosen"))
    return stay


def concluded(applicant: Actor, stays: int = 0) -> str:
    """A case that was granted and is over, after so many stays on different days."""
    case, chief = ground.a_taken(applicant)
    ground.granted(chief, case.id)
    for nth in range(stays):
        came(case.id, applicant, f"2026-03-{2 + nth:02}")
    assert ground.row(case.id).stage == "concluded"
    return case.id


def counted() -> list[tuple[int, int]]:
    return [(one.part, one.whole) for one in rates.rates()]


def test_without_a_case_there_is_nothing_to_publish(city: None) -> None:
    assert counted() == [(0, 0), (0, 0)]
    assert [one.percent for one in rates.rates()] == ["不足以公布"] * 2
    assert all(one.how for one in rates.rates())
    assert rates.accepted() == {}


def test_a_stay_counts_once_and_two_are_too_many(zhang: Actor) -> None:
    concluded(zhang)
    assert counted() == [(1, 1), (1, 1)]
    once = concluded(zhang)
    stay = came(once, zhang)
    came(once, zhang, stay=stay)
    assert counted() == [(2, 2), (2, 2)]
    concluded(zhang, stays=2)
    assert counted() == [(2, 3), (2, 3)]


def test_each_of_several_parties_has_his_own_stays(zhang: Actor) -> None:
    case = concluded(zhang, stays=1)
    came(case, ground.person("li-fugen"))
    assert counted() == [(1, 1), (1, 1)]


def test_a_stay_before_receipt_counts_only_in_truth(zhang: Actor) -> None:
    case = concluded(zhang, stays=1)
    came(case, zhang, "2026-02-27")
    assert counted() == [(1, 1), (0, 1)]


def test_what_had_to_be_mended_is_no_part_of_the_ruled_figure_but_of_the_true_one(zhang: Actor) -> None:
    case = concluded(zhang, stays=2)
    wrong = {
        "notice": 1,
        "target": "photo",
        "wrong": "看不清。",
        "mend": "请重拍。",
        "until": "2026-03-09",
        "told_at": "2026-03-02T10:00+08:00",
    }
    ground.row(case).defects.create(owner_key=uuid4(), **wrong)
    assert counted() == [(0, 0), (0, 1)]


def test_an_affair_that_ended_badly_and_began_again_is_one(zhang: Actor) -> None:
    first = ground.a_followed(zhang)
    came(first.id, zhang)
    actions.withdraw(zhang, first.id)
    assert counted() == [(0, 0), (1, 1)]
    second = ground.a_followed(zhang)
    assert ground.row(second.id).affair == ground.row(first.id).affair
    assert counted() == [(0, 0), (0, 0)], "it goes on"
    chief = ground.officer()
    actions.take(chief, second.id)
    came(second.id, zhang, "2026-03-04")
    ground.granted(ground.holding(chief), second.id)
    assert counted() == [(1, 1), (0, 1)], "two stays for what the person wanted once"


def test_a_draft_an_example_and_what_is_older_than_a_year_are_in_no_figure(zhang: Actor, clock: Callable[[str], None]) -> None:
    ground.a_draft(zhang)
    case = concluded(zhang)
    assert rates.accepted() == {("stall", "county"): 1}
    Case.objects.filter(public_id=case).update(test=True)
    assert (counted(), rates.accepted()) == ([(0, 0), (0, 0)], {})
    Case.objects.filter(public_id=case).update(test=False)
    clock("2027-03-04T10:00")
    assert (counted(), rates.accepted()) == ([(0, 0), (0, 0)], {})
