"""The house does what it can, each step once, and while one is open there is a job that will look at it again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone
from tests.cases import ground
from tests.cases.test_deciding import BOUGHT, HOME, a_tax_case

from onevisit.access import SYSTEM, Actor, Grant, Hidden, Refused
from onevisit.cases import actions, claims, follow, queries
from onevisit.cases.models import Task
from onevisit.ledger.jobs import ProcrastinateJob
from onevisit.ledger.models import IdempotencyKey
from onevisit.ledger.once import OtherBody
from onevisit.licences.models import Licence, LicenceType
from onevisit.payments.models import Bill
from onevisit.payments.queries import bills_of_case
from onevisit.sharing.models import SharedResource

Act = Callable[..., Any]


def jobs_of(case: str, *, key: str = "") -> list[ProcrastinateJob]:
    """The follow jobs of the case that wait, or those with a key that begins so."""
    found = ProcrastinateJob.objects.filter(task_name="onevisit.cases.jobs.follow", args__case_id=case, status="todo")
    return list(found.filter(queueing_lock__startswith=key) if key else found)


def test_a_case_goes_as_far_as_people_are_needed(act: Act, zhang: Actor) -> None:
    view = ground.a_filed(zhang)
    act(follow.follow, view.id)
    view = queries.case(zhang, view.id)
    assert (view.stage, view.with_people, view.waiting_for) == ("accepted", True, "")
    before = ground.kinds(view.id)
    act(follow.follow, view.id)
    assert ground.kinds(view.id) == before
    assert jobs_of(view.id, key="follow/") == [], "nobody looks again at what people do"


def test_a_bill_is_open_once_and_its_payment_gives_the_licence(act: Act, zhang: Actor) -> None:
    view, chief = ground.a_taken(zhang, "yes")
    act(ground.granted, chief, view.id)
    for _ in range(2):
        act(follow.follow, view.id)
    (bill,) = bills_of_case(view.id)
    assert (bill.amount, bill.name, bill.kind) == (20, "卫生费", "nontax")
    assert queries.case(zhang, view.id).stage_name == "等您缴费"
    assert not Licence.objects.exists()
    Bill.objects.update(state="paid", paid_at=settings.CLOCK())
    for _ in range(2):
        act(follow.pay, bill)
    assert queries.case(zhang, view.id).stage == "concluded"
    assert Licence.objects.count() == 1


def test_what_follows_a_payment_is_done_although_the_one_who_heard_of_it_died_in_between(act: Act, zhang: Actor) -> None:
    view, chief = ground.a_taken(zhang, "yes")
    ground.granted(chief, view.id)
    (bill,) = bills_of_case(view.id)
    Bill.objects.update(state="paid", paid_at=settings.CLOCK())
    act(actions.finish, SYSTEM, view.id, "pay", {"ref": bill.id})
    act(follow.pay, bill)
    assert queries.case(zhang, view.id).stage == "concluded"


def test_nothing_to_pay_is_left_out_and_asked_of_nobody(act: Act, taxed: None) -> None:
    lin = ground.person("lin-ruoxi")
    answers = {"act": "gift", "buyer": "person", "relation": "spouse"}
    values = {
        "act": "gift",
        "object": "home",
        "contract_date": "2026-02-26",
        "area": "118.50",
        "assessed": "1400000.00",
        "relation": "spouse",
    }
    case = a_tax_case(act, lin, answers, values, other_number="340300198802149079")
    act(follow.follow, case)
    view = queries.case(lin, case)
    assert (view.stage, view.outcome) == ("concluded", "grant")
    assert ground.row(case).state["marks"]["pay"]["status"] == "skipped"
    assert not Bill.objects.exists()
    assert Licence.objects.count() == 1


def test_a_step_whose_process_died_is_looked_at_again_when_its_lease_is_over(act: Act, zhang: Actor) -> None:
    view = ground.a_filed(zhang)
    assert claims.claim(view.id, "a process that is no more")
    for _ in range(3):
        act(follow.follow, view.id)
    assert queries.case(zhang, view.id).stage == "received"
    (job,) = jobs_of(view.id, key="follow/")
    wait = (job.scheduled_at - timezone.now()).total_seconds()
    assert 20 < wait < 40
    Task.objects.update(claimed_until=timezone.now() - timedelta(minutes=5))
    act(follow.follow, view.id)
    assert queries.case(zhang, view.id).stage == "accepted"


def test_what_the_budget_did_not_allow_is_done_by_a_job(act: Act, zhang: Actor) -> None:
    view = ground.a_filed(zhang)
    before = len(jobs_of(view.id))
    act(follow.follow, view.id, 0)
    assert queries.case(zhang, view.id).stage == "received"
    assert len(jobs_of(view.id)) > before


def test_what_people_did_is_followed_by_a_job(act: Act, zhang: Actor) -> None:
    view, chief = ground.a_taken(zhang)
    before = len(jobs_of(view.id))
    act(actions.decide, chief, view.id, actions.Ruling("grant", opinion="齐全。"))
    assert len(jobs_of(view.id)) == before + 1


def test_a_step_that_fails_for_a_reason_of_ours_is_free_again_and_told(act: Act, zhang: Actor) -> None:
    view, chief = ground.a_taken(zhang)
    actions.decide(chief, view.id, actions.Ruling("grant", opinion="齐全。"))
    LicenceType.objects.update(key="gone")
    with pytest.raises(Hidden, match="stall-permit"):
        act(follow.follow, view.id)
    task = Task.objects.get(step="issue")
    assert (task.claimed_by, task.claimed_until, task.attempt) == ("", None, 1)
    LicenceType.objects.update(key="stall-permit")
    act(follow.follow, view.id)
    assert queries.case(zhang, view.id).stage == "concluded"


def test_a_case_is_filed_whatever_befalls_a_later_step(act: Act, taxed: None) -> None:
    zhang = ground.person()
    view = actions.start(zhang, "deed-tax", ground.NEAR, BOUGHT)
    actions.save(zhang, view.id, {"phone": "15400000001"})
    actions.put_fetched(zhang, view.id, ground.fetched(HOME))
    SharedResource.objects.update(word=Concat("word", Value("-gone")))
    filed = act(follow.file, zhang, view.id)
    assert filed.stage in ("received", "accepted")
    assert jobs_of(view.id)


def test_a_request_that_comes_again_gets_the_same_answer(act: Act, zhang: Actor) -> None:
    view, other = ground.a_draft(zhang), ground.a_draft(ground.person("lin-ruoxi"))
    first = act(follow.file, zhang, view.id, "key-1")
    again = act(follow.file, zhang, view.id, "key-1")
    assert (again.number, again.id) == (first.number, first.id)
    assert ground.kinds(view.id).count("case.filed") == 1
    with pytest.raises(OtherBody):
        act(follow.file, zhang, other.id, "key-1")
    with pytest.raises(Refused, match="不能申报"):
        act(follow.file, zhang, view.id, "key-2")
    IdempotencyKey.objects.all().delete()
    with pytest.raises(Refused, match="不能申报"):
        act(follow.file, zhang, view.id, "key-1")


def test_a_key_is_not_spent_on_a_form_that_could_not_be_filed(act: Act, zhang: Actor) -> None:
    view = ground.a_draft(zhang, area="x")
    with pytest.raises(actions.Invalid):
        act(follow.file, zhang, view.id, "key-1")
    actions.save(zhang, view.id, {"area": "5"})
    assert act(follow.file, zhang, view.id, "key-1").number


@pytest.mark.parametrize("step", ["review", "decide"])
def test_what_the_house_cannot_do_alone_goes_to_people(act: Act, zhang: Actor, tmp_path: Path, step: str) -> None:
    """A system's review, and a system's decision without a rule: an item may say so, a person does it."""
    old = "{id: decide, by: department, does: decide, needs: [accept], days: 3}"
    new = f"{{id: look, by: system, does: {step}, needs: [accept], instant: true}}"
    text = ground.STALL.replace(old, new if step == "decide" else f"{new}\n  - {old.replace('[accept]', '[look]')}")
    text = text.replace("needs: [decide]", "needs: [look]") if step == "decide" else text
    ground.catalogue.publish_pack(SYSTEM, ground.stall_pack(tmp_path, text))
    row = ground.a_filed(zhang).id
    act(follow.follow, row)
    task = Task.objects.get(step="look")
    assert (task.hands, task.department) == ("department", "market")
    assert queries.case(zhang, row).with_people


def test_a_stopped_rule_hands_the_case_to_people(act: Act, taxed: None) -> None:
    zhang = ground.person()
    case = a_tax_case(act, zhang, BOUGHT, HOME)
    ground.rules.stop(Actor("x", "officer", grants=(Grant("rule-activator"),)), "deed-tax")
    act(follow.follow, case)
    assert queries.case(zhang, case).with_people
