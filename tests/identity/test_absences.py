"""Leave and stand-ins: who may enter it, what is refused, who is away on which day, whose work the stand-in sees."""

from collections.abc import Callable
from datetime import date

import pytest

from onevisit.access import Actor, Denied, Hidden, Refused
from onevisit.identity import absences, actions, queries
from onevisit.identity.models import Account
from onevisit.ledger.queries import events

pytestmark = pytest.mark.django_db
ActorOf = Callable[[str], Actor]
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


@pytest.fixture
def monday(clock: Callable[[str], None]) -> None:
    """A Monday morning, before anybody is given a role."""
    clock("2026-03-02T09:00")


@pytest.fixture
def office(monday: None, actor_of: ActorOf) -> ActorOf:
    """The tax office of the district, with all its people."""
    there = {"sun-yulan", "zhou-haifeng", "zheng-weidong"}
    actions.load_demo(row for row in queries.demo_people() if row.key in there)
    return actor_of


def enter(actor: Actor, away: Actor, stand_in: Actor, since: date = MONDAY, until: date = FRIDAY) -> str:
    return actions.enter_absence(actor, away.id, stand_in.id, since, until)


def test_an_officer_enters_his_own_leave_and_his_colleague_stands_in(office: ActorOf) -> None:
    reviewer, chief = office("zhou-haifeng"), office("wu-min")
    enter(reviewer, reviewer, chief)
    assert absences.stood_in_for(chief) == (reviewer.id,)
    assert absences.stands_in(chief, reviewer.id)
    assert not absences.stands_in(reviewer, chief.id)
    account = Account.objects.get(login="zhou-haifeng")
    assert "absence.entered" in [event.kind for event in events(account.stream.public_id)]


def test_the_chief_enters_a_colleagues_leave_and_a_colleague_does_not(office: ActorOf) -> None:
    reviewer, window, chief = office("zhou-haifeng"), office("sun-yulan"), office("wu-min")
    with pytest.raises(Hidden):
        enter(window, reviewer, chief)
    enter(chief, reviewer, window)
    assert absences.stood_in_for(window) == (reviewer.id,)


def test_nobody_outside_of_the_office_enters_leave(office: ActorOf) -> None:
    reviewer, chief = office("zhou-haifeng"), office("wu-min")
    with pytest.raises(Hidden):
        enter(office("zheng-weidong"), reviewer, chief)
    with pytest.raises(Denied):
        enter(office("zhang-xiaoyue"), reviewer, chief)


def test_grants_are_not_copied(office: ActorOf) -> None:
    reviewer, window = office("zhou-haifeng"), office("sun-yulan")
    before = window.grants
    enter(reviewer, reviewer, window)
    assert office("sun-yulan").grants == before


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (FRIDAY, MONDAY, "wrong-days"),
        (date(2026, 2, 2), date(2026, 3, 1), "wrong-days"),
        (FRIDAY, FRIDAY, "away-already"),
    ],
)
def test_wrong_days_are_refused(office: ActorOf, since: date, until: date, code: str) -> None:
    reviewer, chief = office("zhou-haifeng"), office("wu-min")
    if code == "away-already":
        enter(reviewer, reviewer, chief)
    with pytest.raises(Refused) as refusal:
        enter(reviewer, reviewer, chief, since, until)
    assert refusal.value.code == code


def test_the_stand_in_is_another_of_the_same_office_and_there(office: ActorOf) -> None:
    reviewer, chief, window = office("zhou-haifeng"), office("wu-min"), office("sun-yulan")
    for other in (reviewer, office("zheng-weidong")):
        with pytest.raises(Refused) as refusal:
            enter(reviewer, reviewer, other)
        assert refusal.value.code == "not-his-office"
    enter(window, window, chief)
    with pytest.raises(Refused) as refusal:
        enter(reviewer, reviewer, window)
    assert refusal.value.code == "stand-in-away"


def test_leave_begins_and_ends_on_its_days_and_can_be_ended_early(office: ActorOf, clock: Callable[[str], None]) -> None:
    reviewer, chief = office("zhou-haifeng"), office("wu-min")
    leave = enter(reviewer, reviewer, chief, date(2026, 3, 3), date(2026, 3, 4))
    assert absences.stood_in_for(chief) == ()
    clock("2026-03-04T23:59")
    assert absences.stood_in_for(chief) == (reviewer.id,)
    assert set(absences.away({reviewer.id, chief.id})) == {reviewer.id}
    clock("2026-03-05T00:00")
    assert absences.stood_in_for(chief) == ()
    clock("2026-03-03T09:00")
    actions.end_absence(chief, leave)
    assert absences.stood_in_for(chief) == ()
    assert absences.absences(chief) == ()


def test_the_list_names_who_is_away_and_who_stands_in(office: ActorOf) -> None:
    reviewer, chief, window = office("zhou-haifeng"), office("wu-min"), office("sun-yulan")
    enter(chief, reviewer, window)
    enter(chief, chief, window, date(2026, 3, 9), date(2026, 3, 9))
    mine, theirs = absences.absences(chief)
    assert (mine.account, theirs.account) == (chief.id, reviewer.id)
    assert "审查人员" in theirs.who
    assert "窗口人员" in theirs.stand_in_name
    assert absences.absences(office("zheng-weidong")) == ()
    for stranger in (office("zhang-xiaoyue"), office("you-jia")):
        with pytest.raises(Denied):
            absences.absences(stranger)
