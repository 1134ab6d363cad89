"""Each invariant of cases holds in a city where people have done things, and is broken by what only a superuser could do."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from tests.cases import ground

from onevisit.access import SYSTEM, Actor
from onevisit.cases import actions, follow, queries
from onevisit.cases.invariants import INVARIANTS
from onevisit.cases.models import Case, Decision, Task
from onevisit.identity import actions as identity
from onevisit.ledger.models import Event
from onevisit.licences.models import Licence
from onevisit.payments.models import Bill

Tampering = Callable[[], AbstractContextManager[None]]


@dataclass
class Lives:
    """Cases in several parts of their lives, by id."""

    draft: str
    waiting: str
    owing: str
    granted: str
    refused: str
    withdrawn: str


@pytest.fixture
def lives(city: None, zhang: Actor) -> Lives:
    granted, chief = ground.a_taken(zhang)
    ground.granted(chief, granted.id)
    owing, chief = ground.a_taken(zhang, "yes")
    ground.granted(chief, owing.id)
    refused, chief = ground.a_taken(zhang)
    actions.decide(chief, refused.id, actions.Ruling("refuse", opinion="不符合条件。"))
    follow.follow(refused.id)
    withdrawn = ground.a_followed(zhang)
    actions.withdraw(zhang, withdrawn.id)
    waiting = ground.a_followed(zhang)
    found = Lives(ground.a_draft(zhang).id, waiting.id, owing.id, granted.id, refused.id, withdrawn.id)
    assert {one.number: list(one.check()) for one in INVARIANTS if list(one.check())} == {}
    return found


def broken() -> set[int]:
    return {one.number for one in INVARIANTS if list(one.check())}


def offenders(number: int) -> str:
    return " ".join(text for one in INVARIANTS if one.number == number for text in one.check())


def run(sql: str, *given: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)


def test_the_table_names_each_once() -> None:
    assert [one.number for one in INVARIANTS] == [1, 2, 3, 5, 6, 9, 10, 11, 12, 15]


def test_5_who_decided_his_own_matter(lives: Lives, tampering: Tampering) -> None:
    officer = identity.people.opened_account(
        SYSTEM, identity.NewAccount("himself", "officer", str(ground.row(lives.granted).applicant), "", "科长", demo=True)
    )
    with tampering():
        event = ground.row(lives.granted).stream.events.get(kind="case.decided")
        type(event).objects.filter(pk=event.pk).update(actor=str(officer.public_id))
    assert offenders(5) == f"event {event.pk}"


def test_1_a_licence_without_its_grant(lives: Lives, tampering: Tampering) -> None:
    with tampering():
        Licence.objects.update(decision=uuid4())
    assert offenders(1) == str(Licence.objects.get().public_id)


def test_1_a_licence_of_a_refusal(lives: Lives, tampering: Tampering) -> None:
    with tampering():
        Licence.objects.update(decision=Decision.objects.get(outcome="refuse").public_id)
    assert 1 in broken()


def test_1_a_licence_of_another_case(lives: Lives, tampering: Tampering) -> None:
    with tampering():
        Licence.objects.update(case=lives.refused)
    assert {1, 2} <= broken()


def test_2_a_step_that_made_nothing(lives: Lives, tampering: Tampering) -> None:
    with tampering():
        run("DELETE FROM licences_licence")
    assert offenders(2) == f"{lives.granted} issue made nothing"


def test_2_two_licences_of_one_step(lives: Lives, tampering: Tampering) -> None:
    with tampering():
        second = Licence.objects.get()
        second.pk, second.public_id, second.serial, second.decision = None, uuid4(), 99, uuid4()
        second.identifier, second.verify_code, second.stream_id = "x", "y", Case.objects.get(public_id=lives.draft).stream_id
        second.save()
    assert offenders(2) == f"{second.public_id} belongs to no step"


def test_2_a_result_that_is_late(lives: Lives, clock: Callable[[str], None]) -> None:
    Task.objects.filter(case__public_id=lives.granted, step="issue").update(closed_at=None)
    assert "late" not in offenders(2)
    clock("2026-03-02T10:11")
    assert f"{lives.granted} issue is late" in offenders(2)


def test_3_a_second_decision(lives: Lives) -> None:
    Decision.objects.filter(case__public_id=lives.granted).update(superseded=True)
    assert offenders(3) == lives.granted
    Decision.objects.filter(case__public_id=lives.granted).update(superseded=False, outcome="refuse")
    assert lives.granted in offenders(3)


def test_3_a_decision_in_a_case_that_is_not_decided_or_not_the_one_that_was_signed(lives: Lives) -> None:
    waiting = Case.objects.get(public_id=lives.waiting)
    Decision.objects.filter(case__public_id=lives.granted).update(case=waiting)
    assert set(offenders(3).split()) == {lives.granted, lives.waiting}
    Decision.objects.filter(case=waiting).update(case=Case.objects.get(public_id=lives.granted), public_id=uuid4())
    assert lives.granted in offenders(3)


@pytest.mark.parametrize(
    "change",
    [
        {"stage": "concluded"}, {"outcome": "grant"}, {"accepted_at": None}, {"decided_at": "2026-03-02T11:00+08:00"},
        {"received_at": "2026-03-01T10:00+08:00"}, {"state": {}},
    ],
)  # fmt: skip
def test_6_a_row_that_says_something_else_than_its_events(lives: Lives, change: dict[str, object]) -> None:
    Case.objects.filter(public_id=lives.waiting).update(**change)
    assert offenders(6) == lives.waiting


def test_6_a_draft_that_is_none(lives: Lives) -> None:
    Case.objects.filter(public_id=lives.draft).update(stage="lapsed")
    assert offenders(6) == lives.draft


def test_6_a_mark_that_no_event_set(lives: Lives) -> None:
    row = Case.objects.get(public_id=lives.waiting)
    row.state["marks"]["decide"]["status"] = "done"
    row.save()
    assert offenders(6) == lives.waiting


def test_6_an_event_that_was_taken_away_or_is_of_no_sense(lives: Lives, tampering: Tampering) -> None:
    of = Event.objects.filter(stream=Case.objects.get(public_id=lives.waiting).stream)
    with tampering():
        of.filter(kind="case.accepted").update(data={})
    assert offenders(6) == lives.waiting
    with tampering():
        run("DELETE FROM ledger_event WHERE id = %s", of.get(kind="case.accepted").pk)
    assert offenders(6) == lives.waiting


def test_9_a_move_that_the_table_does_not_know(lives: Lives, tampering: Tampering) -> None:
    of = Event.objects.filter(stream=Case.objects.get(public_id=lives.withdrawn).stream)
    with tampering():
        of.filter(kind="case.accepted").update(kind="case.concluded")
    assert offenders(9) == lives.withdrawn


def test_9_a_step_before_its_turn(lives: Lives, tampering: Tampering) -> None:
    of = Event.objects.filter(stream=Case.objects.get(public_id=lives.waiting).stream)
    with tampering():
        of.filter(kind="step.finished", data__step="accept").update(data={"step": "issue"})
    assert offenders(9) == lives.waiting


def test_10_an_ended_case_with_something_left(lives: Lives) -> None:
    Task.objects.filter(case__public_id=lives.withdrawn, step="decide").update(closed_at=None)
    assert offenders(10) == lives.withdrawn


def test_10_an_unpaid_bill_of_an_ended_case(lives: Lives, clock: Callable[[str], None]) -> None:
    Bill.objects.update(case=lives.granted)
    assert lives.granted in offenders(10)
    Bill.objects.update(case=lives.withdrawn)
    assert offenders(10) == "", "whoever hears of a withdrawal makes the bill void"
    clock("2026-03-02T10:11")
    assert offenders(10) == lives.withdrawn


def test_10_a_clock_that_runs_in_a_concluded_case(lives: Lives) -> None:
    Case.objects.filter(public_id=lives.granted).update(decided_at=None)
    assert offenders(10) == lives.granted


def test_11_a_due_moment_that_does_not_recompute(lives: Lives) -> None:
    row = Case.objects.get(public_id=lives.waiting)
    assert row.due_at is not None
    Case.objects.filter(pk=row.pk).update(due_at=row.due_at - timedelta(days=1))
    assert offenders(11) == lives.waiting
    Case.objects.filter(pk=row.pk).update(due_at=None, legal_due_at=None)
    assert offenders(11) == lives.waiting


def test_11_a_pause_that_ends_before_it_begins_or_two_at_once(lives: Lives) -> None:
    row = Case.objects.get(public_id=lives.waiting)
    pause = {"reason": "own_law", "clocks": [], "start": "2026-03-03T10:00:00+08:00", "end": "2026-03-02T10:00:00+08:00"}
    for pauses in ([pause], [{**pause, "end": ""}, {**pause, "end": ""}]):
        row.state["pauses"] = pauses
        row.save()
        assert offenders(11) == lives.waiting


def test_12_a_promise_that_ends_after_the_law(lives: Lives) -> None:
    row = Case.objects.get(public_id=lives.waiting)
    Case.objects.filter(pk=row.pk).update(due_at=row.legal_due_at + timedelta(days=1))
    assert offenders(12) == lives.waiting


def test_15_a_bill_for_something_else_or_for_no_case(lives: Lives) -> None:
    Bill.objects.update(amount="20.01")
    assert offenders(15) == str(Bill.objects.get().public_id)
    Bill.objects.update(amount="20.00", case=uuid4())
    assert offenders(15) == str(Bill.objects.get().public_id)


def test_a_city_with_a_rule_holds_too(lives: Lives, taxed: None) -> None:
    lin = ground.person("lin-ruoxi")
    view = actions.start(lin, "deed-tax", ground.NEAR, {"act": "purchase", "object": "home", "buyer": "person", "special": "no"})
    actions.save(lin, view.id, {"phone": "15400000005"})
    actions.file(lin, view.id)
    actions.accept(SYSTEM, view.id)
    actions.finish(SYSTEM, view.id, "verify", {})
    follow.follow(view.id)
    assert queries.case(lin, view.id).with_people
    assert broken() == set()
