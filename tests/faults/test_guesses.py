"""T24: who guesses is slowed by account and by address, the owner gets in another way, and no answer tells what there is.

Log-ins, codes of licences, citizens' numbers at a window, invitations, mandates that are none. Commits are real, so that what
is undone does not give a guess back. ONEVISIT_SOAK multiplies the guesses (make soak: 10,000 numbers).
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cases import accounts, fair, ground, two
from tests.channels.workbench.conftest import actor, furnish
from tests.channels.workbench.window import GENERAL, WINDOW, begins, comes, filled, office, row, seated, seen, text
from tests.halls.receiving import number_of

from onevisit import reactions
from onevisit.cases import actions
from onevisit.cases.models import Case, Party
from onevisit.core.identifiers import citizen_check
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.identity.limits import LIMITS
from onevisit.identity.models import Account, OfficerGrant, Person
from onevisit.ledger import queries as ledger
from onevisit.ledger.models import Event
from onevisit.licences.models import Licence

GUESSES = 100 * int(os.environ.get("ONEVISIT_SOAK", "1"))
BAD, GOOD = "203.0.113.7", "198.51.100.1"
"""From where the guesses come, and where somebody else sits."""
START = datetime(2026, 3, 2, 10, tzinfo=settings.ZONE)
SECRETS = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]+|[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f-]{27}')
Clock = Callable[[str], None]


class Ticking:
    """The real clock of this trial: it goes when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    made = Ticking()
    monkeypatch.setattr(settings, "REAL_CLOCK", made)
    return made


@pytest.fixture
def city(committed: object, ticking: Ticking, clock: Clock, tmp_path: Path) -> None:
    clock("2026-03-02T10:00")
    furnish(tmp_path)


def at(address: str, key: str = "") -> Client:
    """A browser there; `key` is who has logged in."""
    client = Client(REMOTE_ADDR=address)
    if key:
        assert client.post("/login", {"person": key}).status_code == 302
    return client


def told(answer: Any, *guessed: str) -> tuple[int, str]:
    """What an answer tells, without what differs in every answer and what was typed."""
    page = answer.content.decode()
    for one in filter(None, guessed):
        page = page.replace(one, "…")
    return answer.status_code, SECRETS.sub("…", page)


def slowed(statuses: list[int], limit: str) -> None:
    """So many were answered as the limit holds, and all after them were put off."""
    most = LIMITS[limit].most
    assert len(statuses) > most
    assert 429 not in statuses[:most]
    assert set(statuses[most:]) == {429}


def wait_of(answer: Any) -> int:
    """A refusal is a page with a way on, a number for the hotline, and says when to come again."""
    page = answer.content.decode()
    assert answer.status_code == 429
    assert 'href="/cases"' in page
    assert answer["X-Request-Id"] in page
    assert f"{answer['Retry-After']}秒以后可以再试" in page
    return int(answer["Retry-After"])


def test_a_spray_of_names_is_slowed_and_the_owner_gets_in(city: None, ticking: Ticking) -> None:
    spray = at(BAD)
    slowed([spray.post("/login", {"person": f"somebody-{n}"}).status_code for n in range(GUESSES)], "log-in")
    assert at(GOOD).post("/login", {"person": "zhang-xiaoyue"}).status_code == 302, "from elsewhere nothing has happened"
    late = spray.post("/login", {"person": "zhang-xiaoyue", "next": "/cases", "kept.goods": "布鞋"})
    wait = wait_of(late)
    assert 'name="kept.goods" value="布鞋"' in text(late), "what was typed comes along"
    ticking.passes(wait)
    assert spray.post("/login", {"person": "zhang-xiaoyue"}).status_code == 302, "and here it waits as long as it was told"
    assert spray.post("/login", {"person": "li-fugen"}).status_code == 302, "who gets in uses nothing up"


def test_one_name_is_slowed_where_it_is_tried_and_nowhere_else(city: None, ticking: Ticking) -> None:
    Account.objects.filter(login="li-fugen").update(is_active=False)
    spray = at(BAD)
    slowed([spray.post("/login", {"person": "li-fugen"}).status_code for _ in range(20)], "log-in-as")
    for where in (GOOD, "2001:db8::1"):
        assert at(where).post("/login", {"person": "li-fugen"}).status_code == 404, "this name can still be tried there"
    assert at(BAD).post("/login", {"person": "zhang-xiaoyue"}).status_code == 302, "and another one here"
    Account.objects.filter(login="li-fugen").update(is_active=True)
    assert at(GOOD).post("/login", {"person": "li-fugen"}).status_code == 302


def test_no_log_in_tells_who_has_an_account(city: None, ticking: Ticking) -> None:
    Account.objects.filter(login="li-fugen").update(is_active=False)
    answers = [told(at(BAD).post("/login", {"person": one}), one) for one in ("li-fugen", "nobody-at-all", "")]
    assert answers[0][0] == 404
    assert len(set(answers)) == 1


@pytest.fixture
def licence(city: None) -> Licence:
    """One that was issued."""
    case = ground.a_followed(actor("zhang-xiaoyue"), "no").id
    chief = actor("wu-min")
    actions.take(chief, case)
    ground.granted(actor("wu-min"), case)
    for event in list(Event.objects.order_by("pk")):
        for react in reactions.REACTIONS.get(event.kind, ()):
            react(ledger.event(event.pk))
    return Licence.objects.get()


def codes() -> Iterator[str]:
    """Codes of the right shape that stand for nothing."""
    return (f"{n:04}ZZZZZZZZZZZZ" for n in count())


def test_a_code_can_t_be_found_by_trying(licence: Licence, ticking: Ticking) -> None:
    guest = at(BAD)
    for _ in range(LIMITS["verify"].most * 2):
        assert guest.get(f"/verify/{licence.verify_code}").status_code == 200, "who has the code verifies as often as he likes"
    slowed([guest.get(f"/verify/{code}").status_code for code in islice(codes(), GUESSES)], "verify")
    right = guest.get(f"/verify/{licence.verify_code}")
    assert wait_of(right) <= LIMITS["verify"].every
    assert licence.number not in text(right), "the right one is not answered either"
    assert at(GOOD).get(f"/verify/{licence.verify_code}").status_code == 200
    ticking.passes(wait_of(right))
    answers = [guest.get(f"/verify/{code}").status_code for code in ("Z" * 16, "Y" * 16)]
    assert answers == [404, 429], "one more for each wait"


def test_a_code_that_is_none_and_one_that_is_wrong_are_one_answer(licence: Licence, ticking: Ticking) -> None:
    right = licence.verify_code
    near = right[:-1] + ("A" if right[-1] != "A" else "B")
    tried = [near, next(codes()), "A" * 40, right[:8]]
    asked, answers = set(), set()
    for code in tried:
        with CaptureQueriesContext(connection) as queries:
            answers.add(told(at(BAD).get(f"/verify/{code}"), code))
        asked.add(len(queries))
    assert len(answers) == 1
    assert len(asked) == 1, "as much work, so in like time"


def numbers() -> Iterator[str]:
    """Numbers that somebody could have and nobody has."""
    for n in count():
        first = f"340302{1930 + n // 3000 % 70}{n // 250 % 12 + 1:02}{n % 28 + 1:02}{n % 1000:03}"
        yield first + citizen_check(first)


@pytest.fixture
def clerk(city: None) -> Client:
    """He sits at window 1."""
    found = next(one for one in people.demo_people() if one.key == GENERAL)
    office("services", ground.NEAR)
    identity.load_demo([replace(found, division=ground.NEAR)])
    return seated(GENERAL)


def looks_up(client: Client, number: str, **more: str) -> Any:
    return client.post(f"{WINDOW}receive", {"number": number, "why": "file", "kind": "citizen", "proof": "card", **more})


def test_numbers_tried_at_a_window_lead_nowhere(clerk: Client, ticking: Ticking) -> None:
    """Of as many as he likes he is told of 40, and of one more every 40 seconds: 10,000 would take him four days and a half."""
    known = Person.objects.count()
    tried = [looks_up(clerk, number) for number in islice(numbers(), GUESSES)]
    slowed([one.status_code for one in tried], "person")
    assert Person.objects.count() == known
    late = looks_up(clerk, number_of(), phone="15400000001")
    wait = wait_of(late)
    assert f'name="number" value="{number_of()}"' in text(late)
    assert "张" not in text(late), "of whom there is he is told no more than of whom there is not"
    ticking.passes(wait)
    visit = comes(clerk)
    assert comes(clerk) == visit
    assert clerk.post(f"{visit}/leave").status_code == 302
    for _ in range(5):
        clerk.post(f"{comes(clerk)}/leave")
    assert looks_up(clerk, next(numbers())).status_code == 200, "whoever is there has used nothing up"


def test_numbers_tried_with_a_name_are_paid_for_too(clerk: Client, ticking: Ticking) -> None:
    answers = []
    for number in islice(numbers(), 60):
        answer = looks_up(clerk, number, name="赵某")
        answers.append(answer.status_code)
        if answer.status_code == 302:
            clerk.post(f"{answer['Location']}/leave")
    slowed(answers, "person")


def test_one_clerk_s_guesses_are_not_another_s(clerk: Client, ticking: Ticking) -> None:
    for number in islice(numbers(), 50):
        looks_up(clerk, number)
    other = seated("han-mei", fair.VILLAGE)
    assert comes(other).startswith(WINDOW)


def test_case_numbers_tried_at_a_window_lead_nowhere(clerk: Client, ticking: Ticking) -> None:
    case = row(ground.a_filed(actor("li-fugen")).id)
    assert case.number
    visit = comes(clerk)
    stranger = told(clerk.post(f"{visit}/bring", {"digits": case.number}), case.number)
    assert stranger == told(clerk.post(f"{visit}/bring", {"digits": "9" * 12}), "9" * 12), "somebody else's is as none"
    used = 2
    statuses = [clerk.post(f"{visit}/bring", {"digits": f"{n:012}"}).status_code for n in range(GUESSES)]
    slowed([422] * used + statuses, "case-number")


def test_an_invitation_is_there_for_nobody_else(city: None, ticking: Ticking, tmp_path: Path) -> None:
    two.offer(tmp_path)
    taker, other = accounts.applicant(two.TAKER), accounts.applicant(two.OTHER)
    case = two.a_filed(taker.actor).id
    there = f"/parties/{Party.objects.get(case__public_id=case, role='giver').public_id}"
    none = f"/parties/{uuid4()}"
    for method in ("get", "post"):
        assert told(getattr(other.http, method)(there)) == told(getattr(other.http, method)(none)), "foreign is as none"
    actions.withdraw(taker.actor, case)
    assert told(other.http.get(there)) == told(other.http.get(none)), "and so is one that is over"
    statuses = [other.http.get(f"/parties/{uuid4()}").status_code for _ in range(40)]
    slowed([404] * 6 + statuses, "invitation")
    assert accounts.applicant(two.GIVER).http.get(there).status_code == 200, "whom it is meant for opens it all the same"


def test_a_case_is_there_for_nobody_else(city: None, ticking: Ticking) -> None:
    mine = ground.a_followed(actor("zhang-xiaoyue")).id
    stranger = at(GOOD, "li-fugen")
    for path in ("", "/tasks", "/check", "/receipt", "/receipt.pdf", "/withdraw", "/pay", "/delivery", "/mend"):
        assert told(stranger.get(f"/cases/{mine}{path}")) == told(stranger.get(f"/cases/{uuid4()}{path}")), path


OVER: dict[str, dict[str, Any]] = {
    "expired": {"since": START - timedelta(days=9), "until": START - timedelta(seconds=1)},
    "revoked": {"since": START - timedelta(days=9), "until": START},
    "not yet": {"since": START + timedelta(days=1)},
    "not approved": {"given_by": "somebody", "approved_by": ""},
}
FOREIGN: dict[str, dict[str, Any]] = {
    "foreign item": {"items": ["stall"]},
    "foreign place": {"division": ground.FAR},
    "foreign department": {"department": "tax"},
}


def test_a_mandate_that_is_none_opens_nothing_and_says_nothing(city: None, ticking: Ticking) -> None:
    """What an officer without any mandate gets is what he gets whose mandate is over, taken back, or for something else."""
    client = seated("han-mei", fair.VILLAGE)
    case = begins(client, comes(client), "fair")
    filled_in(client, case)
    mandates = OfficerGrant.objects.filter(officer__account__login="han-mei", role="acceptor")
    as_it_was = mandates.values("since", "until", "given_by", "approved_by", "items", "division", "department").get()
    whole = asked(client, case)
    kept = mandates.get()
    kept.delete()
    without, refused = asked(client, case), accepting(client, case)
    kept.save(force_insert=True)
    assert asked(client, case) == whole
    assert whole != without, "a mandate in force makes a difference"
    for name, change in {**OVER, **FOREIGN}.items():
        mandates.update(**{**as_it_was, **change})
        assert asked(client, case) == without, name
        answer = accepting(client, case)
        assert answer == refused if name in OVER else answer[0] == 404, name
        assert row(case).stage == "received", name
    mandates.update(**as_it_was)
    assert accepting(client, case)[0] == 302
    assert Case.objects.get().stage == "accepted"


def filled_in(client: Client, case: str) -> None:
    """The fair is filed at the window and its applicant confirmed: it could be accepted."""
    filled(client, case, **{"q.night": "no", "where": fair.VILLAGE, "phone": "15400000001"})
    client.post(f"{case}/handed", {"shown-plan": "original", "seen": seen(client, case)})
    assert client.post(f"{case}/receive", {"seen": seen(client, case)}).status_code == 302
    client.post(f"{case}/confirm", {"step": "identity", "seen": seen(client, case)})


def accepting(client: Client, case: str) -> tuple[int, str]:
    """受理 is pressed."""
    return told(client.post(f"{case}/accept", {"seen": seen(client, case)}))


def asked(client: Client, case: str) -> list[tuple[int, str]]:
    """What the officer is told of this case, at the counter and at the desk."""
    desk = f"/workbench/cases/{case.rpartition('/')[2]}"
    paths = (case, f"{case}/turn-away", desk, f"{desk}/do/accept", f"{desk}/notify", "/workbench/")
    return [told(client.get(path)) for path in paths]
