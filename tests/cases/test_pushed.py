"""What a department's own system does with a case that is pushed to it, over real HTTP: once, with its own time and number."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from tests.cases import ground
from tests.cases.pushing import (
    CALM,
    KEY,
    Police,
    a_filed,
    alarms,
    broken,
    deng,
    errand,
    gateway,
    hand_back,
    paid,
    police,
    police_process,
    until,
    waiting,
)  # fmt: skip
from tests.payments.paying import World, gateway_process
from tests.standins.asking import ask

from onevisit.access import SYSTEM, Actor, Denied, Grant, Hidden, Refused
from onevisit.cases import actions, queries
from onevisit.cases.models import Decision, Task
from onevisit.catalogue.packs import BadPack
from onevisit.catalogue.packs import load as load_pack
from onevisit.identity.personal import purpose
from onevisit.ledger.models import Event
from onevisit.licences import queries as library
from onevisit.licences.models import Licence
from onevisit.payments.models import Bill
from onevisit.settings import PACKS
from onevisit.sharing import connectors, errands
from onevisit.sharing.models import DepartmentSystem, Errand

__all__ = ["deng", "gateway", "gateway_process", "police", "police_process"]


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
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.subject), case=str(row.case)):
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
    assert (row.outcome, Bill.objects.count(), Licence.objects.filter(case=case).count()) == ("refuse", 0, 0)
    decision = queries.decision(xie, case)
    assert decision is not None
    assert decision.by_system
    assert decision.reasons[0]["basis"] == "机动车驾驶证申领和使用规定第七十三条"
    assert broken() == []


def test_without_medical_data_nothing_is_told_to_the_department(police: Police) -> None:
    """What came back empty is told to the applicant first (一次告知); the department has nothing to decide on yet."""
    jin = ground.person("jin-lu")
    case = a_filed(jin)
    until(case, "noticed")
    assert Errand.objects.count() == 0
    (mend,) = queries.to_mend(jin, case)
    assert mend.target == "material:medical"
    assert broken() == []


def test_who_renews_again_gets_the_next_version_of_the_same_number(police: Police, deng: Actor, gateway: World) -> None:
    hand_back(deng)
    for _ in range(2):
        case = a_filed(deng)
        until(case, "decided")
        paid(deng, case, gateway)
        until(case, "concluded")
    rows = Licence.objects.exclude(case=None).order_by("pk").values_list("number", "version", "state")
    assert list(rows) == [("演示驾证340300000001", 1, "superseded"), ("演示驾证340300000001", 2, "valid")]
    assert alarms() == []
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


def test_a_licence_without_a_file_has_none(police: Police, deng: Actor, gateway: World) -> None:
    police.set(paper="none")
    case = a_filed(deng)
    until(case, "decided")
    paid(deng, case, gateway)
    until(case, "concluded")
    assert not library.of_case(deng, case)[0].has_file


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
    near = DepartmentSystem(item=KEY, division=ground.NEAR, department="police", name="区里的", peer="near", path="/x")
    near.save()
    assert errands.system(KEY, ground.NEAR).name == "区里的"
    assert errands.system(KEY, ground.FAR).name == "公安交管系统"
    with pytest.raises(Hidden):
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
