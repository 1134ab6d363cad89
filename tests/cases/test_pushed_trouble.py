"""A department's system that is away, lies, forgets, speaks twice or too early: the case waits by name, nothing is done twice."""

from datetime import timedelta

import pytest
from django.conf import settings
from tests.cases import ground
from tests.cases.pushing import (
    Police,
    a_filed,
    alarms,
    broken,
    deng,
    errand,
    gateway,
    go_on,
    hand_back,
    paid,
    police,
    police_process,
    rest_over,
    until,
    waiting,
)  # fmt: skip
from tests.payments.paying import World, gateway_process
from tests.standins.asking import ask

from onevisit.access import Actor, Refused
from onevisit.cases import actions, claims, follow, pushed
from onevisit.cases.models import Decision, Task
from onevisit.identity import peers
from onevisit.ledger.jobs import ProcrastinateJob
from onevisit.ledger.models import Event
from onevisit.licences.models import Licence
from onevisit.sharing import errands
from onevisit.sharing.models import Errand

__all__ = ["deng", "gateway", "gateway_process", "police", "police_process"]


def test_a_system_that_is_down_is_waited_for_and_nothing_is_lost(police: Police, deng: Actor) -> None:
    police.set(answer="down")
    case = a_filed(deng)
    for _ in range(6):
        go_on(case)
    assert (ground.row(case).stage, waiting(case), errand(case).number) == ("accepted", "公安交管系统", "")
    assert Task.objects.get(step="decide").next_try_at is not None
    assert broken() == []
    police.set(answer="normal")
    rest_over()
    until(case, "decided")
    assert Errand.objects.count() == 1


def test_a_system_that_is_away_for_long_is_an_alarm(police: Police, deng: Actor) -> None:
    police.set(answer="down")
    case = a_filed(deng)
    Errand.objects.update(opened_at=settings.CLOCK() - timedelta(hours=2))
    go_on(case)
    go_on(case)
    assert alarms() == ["away"]


def test_it_is_asked_ever_later(police: Police, deng: Actor) -> None:
    police.set(decide="hand")
    case = a_filed(deng)
    pauses = []
    for _ in range(3):
        pauses.append((Task.objects.get(step="decide").next_try_at - settings.REAL_CLOCK()).total_seconds())
        go_on(case)
    assert pauses[0] <= 5 < pauses[1] <= 10 < pauses[2] <= 20
    assert errands._pause(replace_asked(errand(case), 40)) == timedelta(hours=1)


def replace_asked(row: Errand, asked: int) -> Errand:
    row.asked = asked
    return row


def test_its_own_word_makes_the_house_ask_at_once(police: Police, deng: Actor) -> None:
    police.set(callback="normal")
    case = a_filed(deng)
    assert waiting(case) == "公安交管系统"
    police.hear()
    assert Task.objects.get(step="decide").next_try_at is None
    assert ProcrastinateJob.objects.filter(task_name="onevisit.cases.jobs.follow", args={"case_id": case}).exists()
    follow.follow(case)
    assert ground.row(case).stage == "decided"


def test_what_it_says_twice_counts_once(police: Police, deng: Actor) -> None:
    police.set(callback="double")
    case = a_filed(deng)
    police.hear()
    follow.follow(case)
    police.hear()
    follow.follow(case)
    assert Decision.objects.count() == 1
    assert alarms() == []
    assert broken() == []


def test_its_word_while_the_house_asks_is_not_lost(police: Police, deng: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """It spoke after our question was answered and before the claim was given back: the house asks again at once."""
    police.set(decide="hand")
    case = a_filed(deng)
    asked = peers.call

    def spoken(*args: object, **named: object) -> object:
        answer = asked(*args, **named)  # type: ignore[arg-type]
        monkeypatch.setattr(peers, "call", asked)
        police.set(decide="book")
        Errand.objects.update(heard_at=settings.REAL_CLOCK())
        deadline = settings.REAL_CLOCK() + timedelta(seconds=8)
        while ask(police.running, "GET", f"/cases/{errand(case).number}/decide/1").json()["state"] == "received":
            assert settings.REAL_CLOCK() < deadline
        return answer

    monkeypatch.setattr(peers, "call", spoken)
    go_on(case)
    assert ground.row(case).stage == "decided"


@pytest.mark.parametrize(
    ("way", "code"),
    [
        ("unsigned", "callback-no-signature"), ("bad_signature", "callback-bad-signature"),
        ("forge_number", "callback-other-number"), ("forge_case", None),
    ],
)  # fmt: skip
def test_a_callback_that_is_not_to_be_believed_changes_nothing(police: Police, deng: Actor, way: str, code: str | None) -> None:
    police.set(callback=way, seconds="1")
    case = a_filed(deng)
    before = Task.objects.get(step="decide").next_try_at
    with pytest.raises(Refused):
        police.hear()
    assert alarms() == ([code] if code else [])
    assert Task.objects.get(step="decide").next_try_at == before
    assert ground.row(case).stage == "accepted"


def test_a_callback_is_heard_once(police: Police, deng: Actor) -> None:
    police.set(callback="double", seconds="0")
    a_filed(deng)
    deadline = settings.REAL_CLOCK() + timedelta(seconds=8)
    while len(police.house.calls) < 2:
        assert settings.REAL_CLOCK() < deadline
    asked, _ = police.house.calls[0]
    pushed.callback(asked.headers, asked.body)
    with pytest.raises(Refused) as refused:
        pushed.callback(asked.headers, asked.body)
    assert refused.value.code == "bad-callback"
    assert alarms() == ["callback-nonce-used"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"case": 1}', b'{"attempt": true}', b"[" * 9000, b" " * 3_000_001])
def test_senseless_callbacks_are_refused(police: Police, body: bytes) -> None:
    with pytest.raises(Refused):
        pushed.callback({}, body)
    assert not Event.objects.filter(kind__startswith="errand").exists()


@pytest.mark.parametrize(("way", "code"), [("wrong_case", "answer-other-case"), ("wrong_number", "answer-other-number")])
def test_an_answer_that_lies_is_an_alarm_and_asked_again(police: Police, deng: Actor, way: str, code: str) -> None:
    police.set(decide="hand")
    case = a_filed(deng)
    police.set(answer=way, decide="book")
    for _ in range(2):
        go_on(case)
    assert (ground.row(case).stage, alarms(), waiting(case)) == ("accepted", [code], "公安交管系统")
    police.set(answer="normal")
    until(case, "decided")


@pytest.mark.parametrize(("way", "code"), [("no_licence", "answer-bad-licence"), ("bad_file", "answer-file-")])
def test_no_licence_comes_of_a_bad_paper(police: Police, deng: Actor, gateway: World, way: str, code: str) -> None:
    case = a_filed(deng)
    until(case, "decided")
    paid(deng, case, gateway)
    police.set(answer=way)
    deadline = settings.REAL_CLOCK() + timedelta(seconds=8)
    while not alarms():
        assert settings.REAL_CLOCK() < deadline
        go_on(case)
    assert alarms()[0].startswith(code)
    assert not Licence.objects.filter(case=case).exists()
    police.set(answer="normal")
    until(case, "concluded")
    assert Licence.objects.get(case=case).number == "演示驾证340300000001"
    assert broken() == []


def test_a_number_that_another_licence_has_is_an_alarm_and_asked_again(police: Police, deng: Actor, gateway: World) -> None:
    other = ground.person("zhang-xiaoyue")
    hand_back(other, "演示驾证340300000001")
    case = a_filed(deng)
    until(case, "decided")
    paid(deng, case, gateway)
    deadline = settings.REAL_CLOCK() + timedelta(seconds=8)
    while not alarms():
        assert settings.REAL_CLOCK() < deadline
        go_on(case)
    assert alarms() == ["refused-foreign-taken"]
    assert (ground.row(case).stage, errand(case, "issue").state, waiting(case)) == ("decided", "open", "公安交管系统")
    assert not Licence.objects.filter(case=case).exists()


def test_what_it_has_forgotten_is_told_again(police: Police, deng: Actor) -> None:
    police.set(decide="hand")
    case = a_filed(deng)
    police.set(answer="lost")
    go_on(case)
    assert alarms() == ["unknown-there"]
    police.set(answer="normal", decide="book")
    until(case, "decided")
    assert Decision.objects.count() == 1


def test_withdrawn_while_it_decides_stays_withdrawn(police: Police, deng: Actor) -> None:
    """T06: one wins; nothing is decided on a withdrawn case."""
    police.set(decide="hand", callback="normal")
    case = a_filed(deng)
    actions.withdraw(deng, case)
    police.set(decide="book")
    police.hear()
    follow.follow(case)
    assert (ground.row(case).stage, Decision.objects.count()) == ("withdrawn", 0)
    assert broken() == []


def test_withdrawn_before_the_answer_is_taken_over(police: Police, deng: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    police.set(decide="hand")
    case = a_filed(deng)
    police.set(decide="book")
    taken = pushed._taken_over

    def late(held: claims.Claim, system: object, report: object) -> None:
        actions.withdraw(deng, case)
        taken(held, system, report)  # type: ignore[arg-type]

    monkeypatch.setattr(pushed, "_taken_over", late)
    until(case, "withdrawn")
    assert Decision.objects.count() == 0
    assert broken() == []
