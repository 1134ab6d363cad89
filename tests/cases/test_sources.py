"""What has a source is not asked of an applicant (不得要求申请人提供); while it is down it may be, and that is on record."""

from dataclasses import replace

import pytest
from tests.cases import ground
from tests.cases.test_lacking import begun, filed, gone_on, permit, rounds
from tests.standins.running import Running

from onevisit.access import Actor, Grant, Refused
from onevisit.cases import actions, jobs, queries, sources
from onevisit.cases.actions import Fault
from onevisit.cases.models import Task
from onevisit.identity.models import Peer
from onevisit.ledger.invariants import run as checked
from onevisit.ledger.models import Event
from onevisit.proofs import queries as recorded
from onevisit.proofs.invariants import INVARIANTS
from onevisit.proofs.models import FallbackAsk, Outage
from onevisit.sharing.models import Inquiry

__all__ = ["rounds"]

MARRIAGE = Fault("material:marriage", "民政局的数据还没有到。", "可以先交结婚证的照片。")
PERMIT = Fault("material:permit", "没有看到许可证。", "请交许可证。")
EDITOR = Actor("editor", "officer", grants=(Grant("editor"),))


def holding(role: str, case: str) -> Actor:
    return replace(ground.officer(role), holds=frozenset({case}))


def down(rounds: Running, who: Actor) -> str:
    """A case that waits for the marriage register."""
    rounds.set(mode="down", resource="civil.marriage")
    case = filed(who)
    assert case.waiting_for == "民政局（婚姻登记信息）"
    return case.id


def back(rounds: Running) -> None:
    rounds.set(mode="normal", resource="")
    Peer.objects.update(failures=0, closed_until=None)
    Inquiry.objects.update(next_try_at=None)


def test_what_was_answered_is_used_and_not_asked_for(rounds: Running) -> None:
    case = filed(ground.person()).id
    with pytest.raises(Refused) as refused:
        actions.ask(holding("reviewer", case), case, [Fault("field:goods", "写得太笼统。", "请写清。"), MARRIAGE])
    assert str(refused.value) == "“婚姻信息”由民政局共享（婚姻登记信息），请直接核查，不能向申请人要。"
    assert refused.value.way_out == "核查的结果在办件里，请直接使用。"
    assert not ground.row(case).defects.exists()
    assert not Outage.objects.exists()


def test_what_nobody_asked_the_source_for_is_asked_there_first(rounds: Running) -> None:
    zhang = ground.person()
    case = begun(zhang)
    actions.file(zhang, case)
    Inquiry.objects.all().delete()
    with pytest.raises(Refused) as refused:
        actions.notify(holding("acceptor", case), case, [MARRIAGE])
    assert refused.value.way_out == "请先在办件里核查。"


def test_a_licence_in_the_library_is_looked_at_there(rounds: Running) -> None:
    zhang = ground.person()
    permit(zhang)
    case = filed(zhang).id
    with pytest.raises(Refused, match="在电子证照库里（摆摊经营许可证）"):
        actions.ask(holding("reviewer", case), case, [PERMIT])


def test_what_the_source_does_not_know_only_the_applicant_can_tell(rounds: Running) -> None:
    rounds.set(mode="empty", resource="housing.family_homes")
    zhang = ground.person()
    case = begun(zhang)
    ground.a_paper(zhang, case, "homes_paper")
    actions.file(zhang, case)
    gone_on(zhang, case)
    faults = [Fault("material:homes", "没有查到住房信息。", "请说明。"), PERMIT]
    actions.ask(holding("reviewer", case), case, faults)
    assert ground.row(case).defects.count() == 2
    assert not Outage.objects.exists(), "no source was down"


def test_while_the_source_is_down_the_ask_is_allowed_and_on_record(rounds: Running) -> None:
    case = down(rounds, ground.person())
    clerk = holding("acceptor", case)
    assert [one.id for one in sources.unreachable(holding("window", case), case, {})] == ["marriage"]
    actions.notify(clerk, case, [MARRIAGE])
    (outage,) = recorded.outages(EDITOR)
    assert (outage.source, outage.name, outage.provider_name, outage.ended_at) == (
        "shared:civil.marriage", "婚姻登记信息", "民政局", None,
    )  # fmt: skip
    (asked,) = FallbackAsk.objects.all()
    failed = Inquiry.objects.filter(case=case, resource__word="civil.marriage").latest("pk")
    assert (str(asked.case), asked.material, asked.asked_by, asked.inquiry) == (case, "marriage", clerk.id, failed.public_id)
    assert asked.failed_at == failed.answered_at
    assert Event.objects.filter(kind="outage.asked", actor=clerk.id).count() == 1
    assert [one for one in checked(INVARIANTS) if not one.holds] == []


def test_two_cases_that_meet_one_outage_record_it_once(rounds: Running) -> None:
    for who in ("zhang-xiaoyue", "lin-ruoxi"):
        case = down(rounds, ground.person(who))
        actions.notify(holding("acceptor", case), case, [MARRIAGE])
    assert (Outage.objects.count(), FallbackAsk.objects.count()) == (1, 2)


def test_a_paper_that_came_in_its_stead_is_for_people_to_look_at(rounds: Running) -> None:
    zhang = ground.person()
    case = down(rounds, zhang)
    actions.notify(holding("acceptor", case), case, [MARRIAGE])
    ground.a_paper(zhang, case, "marriage", "结婚证.jpg")
    actions.correct(zhang, case)
    gone_on(zhang, case)
    task = Task.objects.get(case__public_id=case, closed_at=None)
    assert (task.step, task.hands) == ("verify", "department")
    (told,) = Event.objects.filter(kind="step.returned")
    assert told.data["missing"] == ["marriage"]


def test_without_the_paper_the_source_is_still_waited_for(rounds: Running) -> None:
    zhang = ground.person()
    case = down(rounds, zhang)
    actions.notify(holding("acceptor", case), case, [MARRIAGE])
    actions.correct(zhang, case)
    assert gone_on(zhang, case).waiting_for == "民政局（婚姻登记信息）"
    back(rounds)
    assert gone_on(zhang, case).stage == "accepted"


def test_it_is_chased_until_it_answers_and_then_not_asked_for_again(rounds: Running) -> None:
    case = down(rounds, ground.person())
    actions.notify(holding("acceptor", case), case, [MARRIAGE])
    asked = Inquiry.objects.filter(resource__word="civil.marriage").count()
    jobs.outages(0)
    assert Inquiry.objects.filter(resource__word="civil.marriage").count() == asked, "its time has not come"
    Inquiry.objects.update(next_try_at=None)
    Peer.objects.update(failures=0, closed_until=None)
    jobs.outages(0)
    assert Inquiry.objects.filter(resource__word="civil.marriage").count() == asked + 1
    assert recorded.outages(EDITOR)[0].ended_at is None
    back(rounds)
    jobs.outages(0)
    assert recorded.outages(EDITOR)[0].ended_at is not None
    assert Event.objects.filter(kind="outage.ended").count() == 1
    chief = ground.officer("chief")
    with pytest.raises(Refused, match="民政局共享"):
        actions.notify(replace(chief, holds=frozenset({case})), case, [MARRIAGE])
    jobs.outages(0)
    assert Outage.objects.count() == 1


def test_an_answer_to_anybody_ends_it_for_all(rounds: Running) -> None:
    waits = down(rounds, ground.person())
    back(rounds)
    filed(ground.person("lin-ruoxi"))
    with pytest.raises(Refused) as refused:
        actions.notify(holding("acceptor", waits), waits, [MARRIAGE])
    assert refused.value.way_out == "它已经恢复，请再核查一次。"


def test_at_the_counter_it_is_the_same(rounds: Running) -> None:
    zhang = ground.person()
    case = filed(zhang).id
    with pytest.raises(Refused, match="民政局共享"):
        actions.hand_in(holding("window", case), case, {"marriage": "original"})
    other = down(rounds, ground.person("lin-ruoxi"))
    clerk = holding("window", other)
    actions.hand_in(clerk, other, {"marriage": "both"})
    assert FallbackAsk.objects.get().asked_by == clerk.id
    back(rounds)
    actions.hand_in(clerk, other, {"marriage": ""})
    assert "marriage" not in queries.contents(clerk, other).handed
    with pytest.raises(Refused, match="不用交"):
        actions.hand_in(clerk, other, {"homes": ""})
