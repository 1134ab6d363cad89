"""Visits: who is received, what the clerk then holds and for how long, and what counts once a stay."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from tests.cases import ground
from tests.catalogue import town
from tests.halls.receiving import AT_THE_HALL, a_seat, arrival, clerk, hall, manager, number_of, passed, received

from onevisit.access import SYSTEM, Actor, Denied, Hidden, Refused
from onevisit.cases import actions as cases
from onevisit.cases import queries as matters
from onevisit.halls import actions, jobs, queries
from onevisit.halls.actions import Arrival
from onevisit.halls.models import Stay, Visit, Window
from onevisit.identity.models import Holding
from onevisit.ledger import queries as ledger

Clock = Callable[[str], None]


def made(case: str) -> int:
    """The visits that the case's account counts."""
    return matters.account(SYSTEM, case).made


def held(by: Actor) -> frozenset[str]:
    return ground.holding(by).holds


def test_who_is_known_is_received_and_his_matters_are_held(zhang: Actor) -> None:
    draft, case = ground.a_draft(zhang).id, ""
    case = cases.file(zhang, draft).id
    draft = ground.a_draft(zhang).id
    stranger = ground.a_filed(ground.person("li-fugen")).id
    sitting = a_seat("18")
    visit = received(sitting)
    assert (visit.person, visit.person_name, visit.window_number, visit.until) == (zhang.person, "张**", "18", None)
    assert (visit.why_name, visit.proof_name, visit.day.isoformat()) == ("申报", "读取证件", "2026-03-02")
    assert held(sitting) == {zhang.person, draft, case}
    now = ground.holding(sitting)
    assert {one.id for one in queries.visitor_cases(now, visit.id)} == {draft, case}
    assert matters.case(now, case).id == case
    with pytest.raises(Hidden):
        matters.case(now, stranger)
    with pytest.raises(Hidden):
        matters.case(clerk(), case)
    assert queries.now_serving(sitting) == visit
    assert queries.serving(manager(), hall()) == (visit,)


def test_the_number_may_be_typed_as_people_type_it(zhang: Actor) -> None:
    sitting = a_seat()
    spaced = " ".join((number_of()[:6], number_of()[6:]))
    assert actions.receive_visitor(sitting, hall(), Arrival(spaced, "ask")).person == zhang.person


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (Arrival("340300199408169024", "file"), "wrong-number"),
        (Arrival("340300194903029019", "file"), "no-person"),
        (Arrival("340300199408169025", "file", proof="word"), "not-proved"),
        (Arrival("340300199408169025", "chat"), "not-proved"),
    ],
)
def test_who_is_not_known_or_not_proved_is_refused_and_nothing_is_held(zhang: Actor, who: Arrival, code: str) -> None:
    sitting = a_seat()
    with pytest.raises(Refused) as refusal:
        actions.receive_visitor(sitting, hall(), who)
    assert refusal.value.code == code
    assert not Holding.objects.filter(holder=sitting.id).exists()
    assert not Visit.objects.exists()


def test_only_who_sits_at_an_open_window_receives_and_never_himself(zhang: Actor) -> None:
    with pytest.raises(Refused, match="没有开着的窗口"):
        received(clerk())
    sitting = a_seat()
    with pytest.raises(Refused, match="没有开着的窗口"):
        actions.receive_visitor(sitting, hall(town.FAR), arrival())
    with pytest.raises(Denied):
        actions.receive_visitor(replace(sitting, grants=()), hall(), arrival())
    with pytest.raises(Refused, match="自己或本单位"):
        actions.receive_visitor(replace(sitting, person=zhang.person), hall(), arrival())
    assert not Visit.objects.exists()


def test_received_again_it_is_the_same_visit_and_two_are_never_served_at_once(zhang: Actor) -> None:
    ground.person("li-fugen")
    here, there = a_seat("1"), a_seat("2")
    visit = received(here)
    assert received(here) == visit
    with pytest.raises(Refused, match="还在接待上一位"):
        received(here, "li-fugen")
    with pytest.raises(Refused, match="正在近山县政务服务大厅1号窗口"):
        received(there)
    actions.leave(here, visit.id)
    again = received(there)
    assert (again.stay, again.id != visit.id) == (visit.stay, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(public_id=visit.id).update(until=None)


def test_what_was_held_for_the_visit_is_let_go_with_it(zhang: Actor) -> None:
    case = ground.a_followed(zhang).id
    sitting = a_seat()
    visit = received(sitting)
    assert case in held(sitting)
    with pytest.raises(Hidden):
        actions.leave(clerk(), visit.id)
    over = actions.leave(sitting, visit.id)
    assert (held(sitting), over.until) == (frozenset(), settings.CLOCK())
    assert actions.leave(sitting, visit.id) == over
    with pytest.raises(Hidden):
        matters.case(ground.holding(sitting), case)


def test_a_task_that_the_clerk_takes_or_has_stays_in_his_hands(zhang: Actor) -> None:
    before, during = ground.a_followed(zhang).id, ground.a_followed(zhang).id
    sitting = a_seat()
    cases.take(sitting, before)
    visit = received(sitting)
    cases.take(sitting, during)
    actions.leave(sitting, visit.id)
    assert held(sitting) == {before, during}
    assert set(Holding.objects.filter(holder=sitting.id, ended_at=None).values_list("why", "until")) == {("task", None)}


def test_the_manager_ends_a_forgotten_visit_and_midnight_ends_all(zhang: Actor, clock: Clock) -> None:
    sitting = a_seat()
    actions.leave(manager(), received(sitting).id)
    visit = received(sitting)
    until = Holding.objects.filter(holder=sitting.id, ended_at=None).values_list("until", flat=True)
    assert {moment.astimezone(settings.ZONE).isoformat() for moment in until if moment} == {"2026-03-03T00:00:00+08:00"}
    jobs.close_day()
    assert queries.now_serving(sitting) is not None
    clock("2026-03-03T08:30")
    jobs.close_day()
    ended = queries.visit(sitting, visit.id)
    assert ended.until is not None
    assert ended.until.astimezone(settings.ZONE).isoformat() == "2026-03-03T00:00:00+08:00"
    assert not Holding.objects.filter(holder=sitting.id, ended_at=None).exists()
    assert not Window.objects.exclude(clerk=None).exists()


def test_a_stay_counts_once_for_a_case_however_often_it_is_served(zhang: Actor) -> None:
    case = ground.a_filed(zhang).id
    here, there = a_seat("1"), a_seat("2")
    passed(here, case, case)
    passed(there, case)
    assert made(case) == 1
    assert Stay.objects.count() == 1
    visits = queries.visits_of_case(zhang, case)
    assert [one.window_number for one in visits] == ["1", "2"]
    assert {one.cases for one in visits} == {(case,)}
    recorded = [event for event in ledger.events(str(ground.row(case).stream.public_id)) if event.kind == "visit.recorded"]
    assert [event.data["whose"] for event in recorded] == [zhang.person]
    with pytest.raises(Hidden):
        queries.visits_of_case(ground.person("li-fugen"), case)


def test_one_stay_serves_many_cases_and_counts_for_each(zhang: Actor) -> None:
    one, other = ground.a_filed(zhang).id, ground.a_filed(zhang).id
    passed(a_seat(), one, other)
    assert (made(one), made(other), Stay.objects.count()) == (1, 1, 1)


def test_above_the_promise_the_office_gives_the_reason(zhang: Actor, clock: Clock) -> None:
    case = ground.a_filed(zhang).id
    sitting = a_seat()
    passed(sitting, case)
    clock("2026-03-03T10:00")
    with pytest.raises(Refused, match="承诺最多到场1次，这是第2次"):
        passed(sitting, case)
    visit = queries.now_serving(sitting)
    assert visit is not None
    with pytest.raises(Refused, match="没有这个原因"):
        actions.touch(sitting, visit.id, case, "weather")
    assert made(case) == 1
    actions.touch(sitting, visit.id, case, "untold")
    actions.touch(sitting, visit.id, case)
    assert made(case) == 2
    assert matters.account(zhang, case).broken


def test_a_return_that_was_forced_is_a_second_stay(zhang: Actor) -> None:
    case = ground.a_filed(zhang).id
    sitting = a_seat()
    first = passed(sitting, case, forced="failure")
    assert first.turn == 1
    with pytest.raises(Refused, match="只有两种"):
        passed(sitting, case, forced="boredom")
    second = passed(sitting, case, forced="failure", reason="failure")
    assert (second.turn, made(case)) == (2, 2)
    assert passed(sitting, case).stay == second.stay
    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.create(hall_id=Stay.objects.values_list("hall_id", flat=True)[0], person=uuid4(), day=second.day, turn=2)


def test_a_draft_s_visits_stay_with_the_case_and_a_new_draft_is_held(zhang: Actor) -> None:
    sitting = a_seat()
    visit = received(sitting)
    draft = ground.a_draft(zhang).id
    assert draft not in held(sitting)
    actions.touch(sitting, visit.id, draft)
    assert draft in held(sitting)
    filed = cases.file(zhang, draft)
    assert (made(filed.id), queries.visit(sitting, visit.id).cases) == (1, (draft,))


def test_a_firm_s_case_counts_for_the_firm_whoever_it_sends(city: None) -> None:
    boss = ground.firm()
    ground.identity.people.opened_account(SYSTEM, ground.identity.NewAccount("wang", "applicant", boss.person, boss.organisation))
    case = ground.a_filed(boss).id
    passed(a_seat(), case, key="wang-zhiyuan")
    assert made(case) == 1
    assert queries.whose(case, boss.person) == boss.organisation


def test_a_stranger_s_case_is_not_touched_and_nothing_after_the_end(zhang: Actor) -> None:
    case, foreign = ground.a_filed(zhang).id, ground.a_filed(ground.person("li-fugen")).id
    sitting = a_seat()
    visit = received(sitting)
    with pytest.raises(Hidden):
        actions.touch(sitting, visit.id, foreign)
    with pytest.raises(Hidden):
        actions.touch(clerk(), visit.id, case)
    with pytest.raises(Hidden):
        actions.touch(sitting, visit.id, "no-case")
    actions.leave(sitting, visit.id)
    with pytest.raises(Refused, match="已经结束"):
        actions.touch(sitting, visit.id, case)
    assert (made(case), made(foreign)) == (0, 0)


def test_the_case_s_own_action_asks_the_gate_and_counts_once(zhang: Actor) -> None:
    case = ground.a_filed(zhang).id
    new = cases.NewVisit(str(uuid4()), str(uuid4()), zhang.person, hall(), "2026-03-02")
    with pytest.raises(Hidden):
        cases.record_visit(clerk(), case, new)
    with pytest.raises(Denied):
        cases.record_visit(zhang, case, new)
    holder = replace(clerk(), holds=frozenset({case}))
    assert cases.record_visit(holder, case, new)
    assert not cases.record_visit(holder, case, replace(new, visit=str(uuid4())))
    assert made(case) == 1


def test_all_stays_of_an_affair_are_counted_each_once(zhang: Actor, clock: Clock) -> None:
    sitting = a_seat()
    first = ground.a_filed(zhang).id
    passed(sitting, first)
    cases.withdraw(zhang, first)
    clock("2026-03-10T10:00")
    second = ground.a_filed(zhang).id
    passed(sitting, second)
    clock("2026-03-11T10:00")
    passed(sitting, second, reason="untold")
    passed(sitting, second)
    affair = str(ground.row(second).affair)
    assert affair == str(ground.row(first).affair)
    stays = queries.stays_of_affair(zhang, affair)
    assert [(one.day.isoformat(), one.visits, one.cases) for one in stays] == [
        ("2026-03-02", 1, (first,)), ("2026-03-10", 1, (second,)), ("2026-03-11", 2, (second,)),
    ]  # fmt: skip
    with pytest.raises(Hidden):
        queries.stays_of_affair(ground.person("li-fugen"), affair)


def test_two_windows_that_receive_one_person_at_once(committed: object, clock: Clock, tmp_path: Path) -> None:
    clock("2026-03-02T10:00")
    ground.small_city()
    ground.offer_stall(tmp_path, AT_THE_HALL)
    zhang = ground.person()
    ground.a_filed(zhang)
    ended: list[str] = []

    def window(sitting: Actor) -> None:
        try:
            ended.append("served" if received(sitting).until is None else "over")
        except Refused as refusal:
            ended.append(refusal.code)
        connections.close_all()

    windows = [threading.Thread(target=window, args=(a_seat(str(number)),)) for number in range(1, 5)]
    for one in windows:
        one.start()
    for one in windows:
        one.join(20)
    assert sorted(ended) == ["served", "served-elsewhere", "served-elsewhere", "served-elsewhere"]
    assert (Visit.objects.count(), Stay.objects.count()) == (1, 1)
    assert Holding.objects.values("holder").distinct().count() == 1
