"""What a department's own system does with a case that is pushed to it, over real HTTP: once, with its own time and number."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from tests.cases import ground
from tests.cases.conftest import all_agree
from tests.cases.pushing import (
    CALM,
    KEY,
    Police,
    a_filed,
    alarms,
    errand,
    go_on,
    hand_back,
    paid,
    police,
    police_process,
    rest_over,
    until,
    waiting,
)  # fmt: skip
from tests.payments.paying import World, gateway_process, peer
from tests.standins.asking import ask
from tests.standins.running import Running

from onevisit.access import SYSTEM, Actor, Denied, Grant, Refused
from onevisit.cases import actions, claims, follow, invariants, pushed, queries
from onevisit.cases.models import Decision, Task
from onevisit.catalogue.packs import BadPack
from onevisit.catalogue.packs import load as load_pack
from onevisit.ledger import jobs
from onevisit.ledger.models import Event
from onevisit.licences import queries as library
from onevisit.licences.models import Licence
from onevisit.payments.models import Bill
from onevisit.settings import PACKS
from onevisit.sharing import connectors, errands
from onevisit.sharing.models import Errand

__all__ = ["gateway_process", "police", "police_process"]


@pytest.fixture
def deng(police: Police) -> Actor:
    """Somebody whose driving licence comes to its end, and who has had himself examined."""
    return ground.person("deng-hao")


@pytest.fixture
def gateway(police: Police, gateway_process: Running) -> World:
    """A gateway that takes the fee."""
    peer(gateway_process.port)
    gateway_process.set(pay="normal", callback="drop", query="normal", seconds="5")
    return World(gateway_process, police.house)


def broken() -> list[str]:
    """What in the database contradicts what must hold of cases."""
    all_agree()
    return [f"{one.number}: {found}" for one in invariants.INVARIANTS for found in one.check()]


def test_the_case_is_told_whole_and_waits_by_name(police: Police, deng: Actor) -> None:
    police.set(decide="hand")
    hand_back(deng)
    case = a_filed(deng)
    assert (ground.row(case).stage, waiting(case)) == ("accepted", "公安交管系统")
    task = Task.objects.get(step="decide")
    assert (task.hands, task.claimed_by) == ("system", "")
    row = errand(case)
    told = ask(police.running, "GET", f"/cases/{row.number}/decide/1").json()
    assert (told["case"], told["state"]) == (case, "received")
    question = opened(row)
    assert question["data"]["medical_result"] == "glasses"
    assert question["answers"] == {"issued": "here"}
    assert {one["material"]: len(one["references"]) for one in question["materials"]} == {"driver": 1, "medical": 1, "current": 1}
    assert question["materials"][2]["references"] == ["演示驾证340300900001"]
    view = queries.case(deng, case)
    assert (view.with_system, view.with_people) == (True, False)
    assert [one.by for one in queries.rail(deng, case)][3] == "pushed"
    assert broken() == []


def opened(row: Errand) -> dict[str, object]:
    """What was told, as it lies sealed."""
    from_db = Errand.objects.get(pk=row.pk)
    with pushed.transaction.atomic(), pushed.purpose(SYSTEM, "handle", subject=str(row.subject), case=str(row.case)):
        found: dict[str, object] = from_db.question.reveal()
    return found


def test_a_grant_then_the_fee_then_their_licence(police: Police, deng: Actor, gateway: World) -> None:
    old = hand_back(deng)
    case = a_filed(deng)
    until(case, "decided")
    decision = Decision.objects.get()
    assert (decision.outcome, decision.run, decision.signed_by) == ("grant", None, "peer:police")
    assert decision.result["number"] == "演示驾证340300000001"
    assert decision.result["department_number"] == errand(case).number
    assert not Licence.objects.filter(case=case).exists()
    paid(deng, case, gateway)
    until(case, "concluded")
    made = library.of_case(deng, case)[0]
    assert (made.number, made.valid_from.isoformat(), made.has_file) == ("演示驾证340300000001", "2026-04-20", True)
    assert Licence.objects.get(case=case).replaces is not None
    assert library.licence(deng, old).state in ("valid", "expired", "superseded")
    lines = {line.label: line.value for line in library.full(deng, made.id).lines}
    assert lines == {
        "姓名": "邓浩", "证号": "演示驾证340300000001", "准驾车型": "C1", "初次领证日期": "2020-04-20", "有效期起": "2026-04-20",
        "有效期止": "2036-04-20", "档案编号": "演示档案0001",
    }  # fmt: skip
    assert opened(errand(case, "issue"))["paid"] == "10.00"
    assert not any(kind == "step.returned" for kind in ground.kinds(case))
    assert alarms() == []
    assert broken() == []


def test_a_refusal_is_theirs_with_reasons_and_costs_nothing(police: Police) -> None:
    xie = ground.person("xie-ming")
    case = a_filed(xie)
    until(case, "concluded")
    row = ground.row(case)
    assert (row.outcome, Bill.objects.count(), Licence.objects.count()) == ("refuse", 0, 0)
    decision = queries.decision(xie, case)
    assert decision is not None
    assert decision.by_system
    assert decision.reasons[0]["basis"] == "机动车驾驶证申领和使用规定第七十三条"
    assert broken() == []


def test_a_decision_in_its_name_that_it_never_signed_is_found(police: Police, deng: Actor) -> None:
    case = a_filed(deng)
    until(case, "decided")
    for change in ({"number": "DM-9"}, {"signature": "", "state": "open", "answer": None}, {"does": "issue"}):
        before = Errand.objects.values(*change).get()
        Errand.objects.update(**change)
        assert broken() == [f"3: {case} was decided by nobody's answer"]
        Errand.objects.update(**before)
    assert broken() == []


def test_an_issue_that_the_department_delays_is_not_late(police: Police, deng: Actor, gateway: World) -> None:
    case = a_filed(deng)
    until(case, "decided")
    police.set(decide="hand")
    paid(deng, case, gateway)
    Task.objects.filter(step="issue").update(opened_at=settings.CLOCK() - timedelta(hours=1))
    assert broken() == []
    Task.objects.filter(step="issue").update(waiting_for="")
    assert broken() == [f"2: {case} issue is late"]


def test_what_happened_there_earlier_keeps_its_own_time(police: Police, deng: Actor) -> None:
    police.set(decide="hand")
    case = a_filed(deng)
    Task.objects.filter(step="decide").update(opened_at=settings.CLOCK() - timedelta(hours=5))
    police.set(decide="book", clock="earlier")
    until(case, "decided")
    event = Event.objects.get(kind="case.decided")
    assert timedelta(hours=1, minutes=50) < event.entered - event.happened < timedelta(hours=2, minutes=10)
    assert ground.row(case).decided_at == event.happened
    answered = Event.objects.get(kind="errand.answered")
    assert answered.entered - answered.happened > timedelta(hours=1)
    assert broken() == []


@pytest.mark.parametrize(("way", "alarmed"), [("earlier", []), ("later", ["time-ahead"])])
def test_a_time_before_the_step_or_ahead_of_ours_is_not_believed(
    police: Police, deng: Actor, way: str, alarmed: list[str]
) -> None:
    police.set(clock=way)
    case = a_filed(deng)
    until(case, "decided")
    event, opened_at = Event.objects.get(kind="case.decided"), Task.objects.get(step="decide").opened_at
    assert opened_at <= event.happened <= event.entered
    assert alarms() == alarmed
    assert broken() == []


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
    assert jobs.ProcrastinateJob.objects.filter(task_name="onevisit.cases.jobs.follow", args={"case_id": case}).exists()
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
    asked = errands.peers.call

    def spoken(*args: object, **named: object) -> object:
        answer = asked(*args, **named)  # type: ignore[arg-type]
        monkeypatch.setattr(errands.peers, "call", asked)
        police.set(decide="book")
        Errand.objects.update(heard_at=settings.REAL_CLOCK())
        deadline = settings.REAL_CLOCK() + timedelta(seconds=8)
        while ask(police.running, "GET", f"/cases/{errand(case).number}/decide/1").json()["state"] == "received":
            assert settings.REAL_CLOCK() < deadline
        return answer

    monkeypatch.setattr(errands.peers, "call", spoken)
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
    assert not Licence.objects.exists()
    police.set(answer="normal")
    until(case, "concluded")
    assert Licence.objects.get().number == "演示驾证340300000001"
    assert broken() == []


def test_a_licence_without_a_file_has_none(police: Police, deng: Actor, gateway: World) -> None:
    police.set(paper="none")
    case = a_filed(deng)
    until(case, "decided")
    paid(deng, case, gateway)
    until(case, "concluded")
    assert not library.of_case(deng, case)[0].has_file


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


def test_only_the_departments_system_decides_what_is_pushed(police: Police, deng: Actor) -> None:
    police.set(decide="hand")
    case = a_filed(deng)
    system = Actor("peer:police", "client", grants=(Grant("client", "police", ground.NEAR, frozenset({KEY})),))
    reasons = ({"row": "", "text": "没有处理完", "basis": "第七十三条"},)
    at = settings.CLOCK()
    for bad in ((), ({"text": "没有依据", "basis": ""},)):
        with pytest.raises(Refused, match="写明理由"):
            actions.decide(system, case, actions.Ruling("refuse", bad), "decide", at)
    with pytest.raises(Refused, match="写明理由"):
        actions.decide(SYSTEM, case, actions.Ruling("refuse", reasons), "decide")
    other = replace(system, grants=(Grant("client", "police", ground.NEAR, frozenset({"deed-tax"})),))
    with pytest.raises(Exception, match="case"):
        actions.decide(other, case, actions.Ruling("refuse", reasons), "decide", at)
    with pytest.raises(Denied):
        actions.decide(deng, case, actions.Ruling("grant"), "decide")
    with pytest.raises(Refused, match="不由部门自己的系统办理"):
        actions.report(system, case, "pay", {}, at)
    actions.decide(system, case, actions.Ruling("refuse", reasons), "decide", at)
    assert ground.row(case).outcome == "refuse"


def test_a_system_decides_nothing_that_is_not_pushed(city: None, zhang: Actor) -> None:
    view = ground.a_followed(zhang)
    system = Actor("peer:police", "client", grants=(Grant("client", "market", ground.NEAR, frozenset({"stall"})),))
    with pytest.raises(Refused) as refused:
        actions.decide(system, view.id, actions.Ruling("grant"), "decide", settings.CLOCK())
    assert refused.value.code == "not-pushed"
    with pytest.raises(Refused):
        actions.report(system, view.id, "decide", {}, settings.CLOCK())


def test_no_clerk_has_a_pushed_case_in_his_list(police: Police, deng: Actor) -> None:
    police.set(decide="hand")
    case = a_filed(deng)
    chief = ground.officer("chief", "police")
    assert queries.work(chief) == ()
    with pytest.raises(Refused):
        actions.take(chief, case)


def test_a_pushed_item_without_a_system_is_no_pack(city: None) -> None:
    pack = load_pack(PACKS / KEY)
    assert connectors.systems(pack)[0].peer == "police"
    for bad in (
        {}, {"systems": [{"item": KEY}]}, {"systems": ["x"]},
        {"systems": [{"item": KEY, "department": "police", "name": "系统", "peer": "police", "path": "cases"}]},
        {"systems": [{"item": KEY, "department": "police", "name": "系统", "peer": "p" * 31, "path": "/cases"}]},
    ):  # fmt: skip
        with pytest.raises(BadPack):
            connectors.systems(replace(pack, documents={**pack.documents, "connectors": bad}))


def test_the_nearest_system_is_asked(police: Police) -> None:
    near = errands.DepartmentSystem(item=KEY, division=ground.NEAR, department="police", name="区里的", peer="near", path="/x")
    near.save()
    assert errands.system(KEY, ground.NEAR).name == "区里的"
    assert errands.system(KEY, ground.FAR).name == "公安交管系统"
    with pytest.raises(errands.Hidden):
        errands.system("none", ground.NEAR)


def test_an_errand_is_opened_once(police: Police, deng: Actor) -> None:
    police.set(answer="down")
    case = a_filed(deng)
    new = errands.NewErrand(case, "decide", 1, "decide", KEY, ground.NEAR, deng.person, {"number": "x"})
    assert errands.open_errand(SYSTEM, new).id == str(errand(case).public_id)
    assert Errand.objects.count() == 1
    with pytest.raises(Denied):
        errands.open_errand(deng, replace(new, case=str(uuid4())))


def test_the_pages_say_who_decided_and_when(police: Police, deng: Actor) -> None:
    police.set(decide="hand")
    case = a_filed(deng)
    Task.objects.filter(step="decide").update(opened_at=settings.CLOCK() - timedelta(hours=5))
    assert CALM["callback"] == "drop"
    police.set(decide="book", clock="earlier")
    until(case, "decided")
    told = queries.events(deng, case)
    decided = next(one for one in told if one.kind == "case.decided")
    assert (decided.actor, decided.via) == ("peer:police", "push")
    assert isinstance(decided.happened, datetime)
