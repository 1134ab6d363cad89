"""The result reaches the applicant as he chose: by the library, a courier, at his door, at the counter; old papers come back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.cases import ground
from tests.cases.conftest import all_agree
from tests.conftest import Committed
from tests.deliveries.sending import HOME, World, courier_process, posting

from onevisit.access import SYSTEM, Actor, Hidden, Refused
from onevisit.cases import actions, follow, invariants, queries
from onevisit.cases.models import Task
from onevisit.cases.queries import CaseView
from onevisit.deliveries import actions as deliveries
from onevisit.deliveries import queries as sent
from onevisit.deliveries.models import Delivery
from onevisit.deliveries.queries import Address, DeliveryView
from onevisit.identity.personal import purpose
from onevisit.ledger import invariants as checking
from onevisit.notices import queries as notices

__all__ = ["courier_process", "posting"]

AT = "at: [licence, hall], instant: true}"
OLD = """  - id: old
    name: 旧摊位证
    form: {kind: original, copies: 1}
    shown: deliver
    surrender: true
    basis: [{law: 示例摊贩条例, article: 第二条}]
"""
EVERY_WAY = ground.STALL.replace(AT, "at: [licence, courier, door, hall]}")
RENEWED = EVERY_WAY.replace("  - {id: health", OLD + "  - {id: health")


@pytest.fixture
def town(posting: World, committed: Committed, clock: Callable[[str], None], tmp_path: Path) -> World:
    """A small city that sends stall permits by a courier who is moved by hand."""
    clock("2026-03-02T10:00")
    ground.small_city()
    ground.offer_stall(tmp_path, EVERY_WAY)
    return posting


@pytest.fixture
def renewing(posting: World, committed: Committed, clock: Callable[[str], None], tmp_path: Path) -> World:
    """The same, where the old permit is given back for the new one."""
    clock("2026-03-02T10:00")
    ground.small_city()
    ground.offer_stall(tmp_path, RENEWED)
    posting.courier.set(road="hand", collect="yes", answer="normal", callback="drop", seconds="0")
    return posting


def decided(kind: str, address: Address | None = None) -> CaseView:
    """A stall case, granted, whose applicant chose how the permit comes."""
    zhang = ground.person()
    view = ground.a_draft(zhang)
    if kind:
        assert actions.choose_delivery(zhang, view.id, kind, address) == ()
    actions.file(zhang, view.id)
    follow.follow(view.id)
    chief = ground.officer()
    actions.take(chief, view.id)
    return ground.granted(ground.holding(chief), view.id)


def mine(case: str) -> CaseView:
    """The case as its applicant sees it."""
    return queries.case(ground.person(), case)


def delivery_of(case: str) -> DeliveryView:
    """The case's delivery as it stands."""
    found = sent.of_case(SYSTEM, case)
    assert len(found) == 1
    return found[0]


def clerk(case: str) -> Actor:
    """A clerk of the counter, with the case in hand."""
    return replace(ground.officer("window"), holds=frozenset({case}))


def step(case: str) -> Task:
    """The deliver step."""
    return ground.row(case).tasks.get(step="deliver")


def outcome(case: str) -> str:
    """How the step ended."""
    found: str = ground.row(case).state["marks"]["deliver"]["outcome"]
    return found


def titles(case: str) -> list[str]:
    """What the applicant was told of his result."""
    return [one.title for one in notices.of_case(ground.person(), case) if one.kind in ("result", "collect")]


def in_order() -> None:
    """Rows and events agree, and no invariant of the room is broken."""
    all_agree()
    broken = [(one.title, one.offenders) for one in checking.run(invariants.INVARIANTS) if not one.holds]
    assert broken == []


def moved(world: World, committed: Committed, case: str, *states: str) -> None:
    """The courier does this, and the house has heard of it."""
    committed.drain()
    for state in states:
        world.press(delivery_of(case), state)
        deliveries.settle(delivery_of(case).id)
        committed.drain()


def test_the_choice_is_kept_sealed_and_typed_things_survive_a_fault(town: World) -> None:
    zhang = ground.person()
    view = ground.a_draft(zhang)
    half = Address("张晓月", "15", "")
    assert [fault.field for fault in actions.choose_delivery(zhang, view.id, "courier", half)] == [
        "delivery.phone",
        "delivery.address",
    ]
    actions.save(zhang, view.id, {"goods": "竹篮"})
    assert queries.delivery_choice(zhang, view.id).typed == {"name": "张晓月", "phone": "15", "address": ""}
    with pytest.raises(actions.Invalid) as invalid:
        actions.file(zhang, view.id)
    assert [fault.field for fault in invalid.value.faults] == ["delivery.phone", "delivery.address"]
    assert actions.choose_delivery(zhang, view.id, "courier", replace(HOME, phone="154 0000 0001")) == ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM cases_case WHERE public_id = %s", [view.id])
        assert HOME.place.encode() not in bytes(cursor.fetchone()[0])
    assert actions.file(zhang, view.id).stage == "received"
    assert queries.delivery_choice(zhang, view.id).typed["phone"] == "15400000001"


def test_only_the_applicant_chooses_and_only_what_is_offered(town: World) -> None:
    zhang, other = ground.person(), ground.person("li-fugen")
    view = ground.a_draft(zhang)
    with pytest.raises(Hidden):
        actions.choose_delivery(other, view.id, "pickup")
    assert [fault.field for fault in actions.choose_delivery(zhang, view.id, "pigeon")] == ["delivery"]
    with pytest.raises(actions.Invalid):
        actions.file(zhang, view.id)


def test_it_may_be_changed_until_the_house_delivers(town: World, committed: Committed) -> None:
    zhang = ground.person()
    view = ground.a_draft(zhang)
    actions.file(zhang, view.id)
    with pytest.raises(actions.Invalid):
        actions.choose_delivery(zhang, view.id, "courier", Address("", "", ""))
    assert queries.delivery_choice(zhang, view.id).kind == "licence"
    actions.choose_delivery(zhang, view.id, "pickup")
    follow.follow(view.id)
    chief = ground.officer()
    actions.take(chief, view.id)
    ground.granted(ground.holding(chief), view.id)
    assert delivery_of(view.id).kind == "pickup"
    with pytest.raises(Refused, match="已经送出"):
        actions.choose_delivery(zhang, view.id, "licence")
    in_order()


def test_who_chooses_nothing_has_it_in_the_library_at_once(town: World, committed: Committed) -> None:
    view = decided("")
    committed.drain()
    assert (mine(view.id).stage, outcome(view.id)) == ("concluded", "licence")
    assert not Delivery.objects.exists()
    with pytest.raises(Refused, match="已经结束"):
        actions.choose_delivery(ground.person(), view.id, "pickup")
    in_order()


def test_a_courier_brings_it_and_the_case_ends_when_he_has(town: World, committed: Committed) -> None:
    view = decided("courier", HOME)
    assert mine(view.id).stage_name == "等快递送达"
    assert sent.address(SYSTEM, delivery_of(view.id).id) == HOME
    moved(town, committed, view.id, "moving")
    assert (delivery_of(view.id).state, mine(view.id).stage) == ("sent", "decided")
    assert titles(view.id) == ["摆摊经营许可证已寄出"]
    moved(town, committed, view.id, "delivered")
    assert (mine(view.id).stage, outcome(view.id)) == ("concluded", "courier")
    assert step(view.id).closed_at is not None
    assert titles(view.id)[-1] == "您的摆摊经营许可已办结"
    in_order()


def test_a_callback_is_enough_to_end_it(town: World, committed: Committed) -> None:
    town.courier.set(callback="double")
    view = decided("courier", HOME)
    committed.drain()
    town.press(delivery_of(view.id), "delivered")
    town.hear(2)
    committed.drain()
    assert mine(view.id).stage == "concluded"
    assert ground.kinds(view.id).count("step.finished") == len({"submit", "accept", "decide", "issue", "deliver"})
    in_order()


def test_a_step_that_waits_for_a_courier_rests(town: World) -> None:
    view = decided("courier", HOME)
    waiting = step(view.id)
    assert (waiting.hands, waiting.claimed_by, waiting.waiting_for) == ("system", "", "快递送达")
    assert waiting.next_try_at is not None
    assert waiting.next_try_at - settings.REAL_CLOCK() > timedelta(hours=20)
    attempts = waiting.attempt
    follow.follow(view.id)
    assert step(view.id).attempt == attempts


def test_what_was_not_heard_is_seen_by_the_step_itself(town: World, committed: Committed) -> None:
    view = decided("courier", HOME)
    deliveries.settle(delivery_of(view.id).id)
    town.press(delivery_of(view.id), "delivered")
    deliveries.settle(delivery_of(view.id).id)
    Task.objects.filter(step="deliver").update(next_try_at=None)
    follow.follow(view.id)
    assert mine(view.id).stage == "concluded"
    committed.drain()
    assert mine(view.id).stage == "concluded"
    in_order()


@pytest.mark.parametrize(
    ("kind", "waits", "told"),
    [
        ("pickup", "等您领取", "摆摊经营许可证做好了，等您来领"),
        ("door", "等工作人员送上门", "摆摊经营许可证做好了，工作人员会送上门"),
    ],
)
def test_officers_hand_it_over(town: World, committed: Committed, kind: str, waits: str, told: str) -> None:
    view = decided(kind, HOME if kind == "door" else None)
    committed.drain()
    assert mine(view.id).stage_name == waits
    assert mine(view.id).yours is (kind == "pickup")
    assert titles(view.id) == [told]
    said = next(one.body for one in notices.of_case(ground.person(), view.id) if one.title == told)
    assert ("近山县政务服务大厅（示例路1号）领取" in said) is (kind == "pickup")
    deliveries.hand_over(clerk(view.id), delivery_of(view.id).id, "本人签收，出示身份证")
    committed.drain()
    assert (mine(view.id).stage, outcome(view.id)) == ("concluded", kind)
    in_order()


def test_a_vain_try_is_told_and_the_courier_comes_again(town: World, committed: Committed) -> None:
    view = decided("courier", HOME)
    moved(town, committed, view.id, "missed")
    assert titles(view.id)[-1] == "摆摊经营许可证没有投到"
    assert mine(view.id).stage_name == "等快递送达"
    moved(town, committed, view.id, "moving", "delivered")
    assert mine(view.id).stage == "concluded"
    in_order()


def test_what_came_back_is_collected_or_goes_out_again(town: World, committed: Committed) -> None:
    view = decided("courier", HOME)
    moved(town, committed, view.id, "returned")
    assert (mine(view.id).stage_name, titles(view.id)[-1]) == ("等您领取", "摆摊经营许可证退回来了")
    deliveries.redirect(ground.person(), delivery_of(view.id).id, "courier", replace(HOME, place="蚌埠市禹会区示例路9号"))
    committed.drain()
    assert mine(view.id).stage_name == "等快递送达"
    moved(town, committed, view.id, "delivered")
    assert (mine(view.id).stage, outcome(view.id)) == ("concluded", "courier")
    in_order()


def test_what_is_lost_takes_another_way(town: World, committed: Committed) -> None:
    view = decided("courier", HOME)
    moved(town, committed, view.id, "lost")
    assert (mine(view.id).stage_name, mine(view.id).yours) == ("等您改送达方式", True)
    deliveries.redirect(ground.person(), delivery_of(view.id).id, "pickup")
    committed.drain()
    assert mine(view.id).stage_name == "等您领取"
    deliveries.hand_over(clerk(view.id), delivery_of(view.id).id, "本人签收")
    committed.drain()
    assert outcome(view.id) == "pickup"
    in_order()


def test_whoever_does_not_come_is_reminded(town: World, committed: Committed, clock: Callable[[str], None]) -> None:
    view = decided("pickup")
    clock("2026-03-10T10:00")
    for _ in range(2):
        deliveries.chase(delivery_of(view.id).id)
        committed.drain()
    assert titles(view.id).count("摆摊经营许可证还没有领取") == 1
    in_order()


def test_an_old_paper_is_not_asked_for_as_a_file_and_the_library_alone_is_not_offered(renewing: World) -> None:
    zhang = ground.person()
    view = ground.a_draft(zhang)
    assert queries.delivery_choice(zhang, view.id).offered == ("courier", "door", "pickup")
    assert actions.file(zhang, view.id).stage == "received"


def test_a_courier_takes_the_old_paper_along(renewing: World, committed: Committed) -> None:
    view = decided("courier", HOME)
    assert delivery_of(view.id).owed == {"old": "旧摊位证"}
    moved(renewing, committed, view.id, "delivered")
    assert mine(view.id).stage == "concluded"
    assert ground.kinds(view.id).count("paper.surrendered") == 1
    in_order()


def test_who_kept_his_old_paper_brings_it_to_the_counter(renewing: World, committed: Committed) -> None:
    renewing.courier.set(collect="no")
    view = decided("courier", HOME)
    moved(renewing, committed, view.id, "delivered")
    assert (mine(view.id).stage_name, titles(view.id)[-1]) == ("等您交回旧摊位证", "请交回旧摊位证")
    in_order()
    with pytest.raises(Refused, match="不用交回"):
        actions.give_back_papers(clerk(view.id), view.id, ["photo"])
    for _ in range(2):
        actions.give_back_papers(clerk(view.id), view.id, ["old"])
        follow.follow(view.id)
        committed.drain()
    assert mine(view.id).stage == "concluded"
    assert ground.kinds(view.id).count("paper.surrendered") == 1
    in_order()


def test_at_the_counter_it_is_old_for_new(renewing: World, committed: Committed) -> None:
    view = decided("")
    assert delivery_of(view.id).kind == "pickup"
    with pytest.raises(Refused, match="交回旧摊位证"):
        deliveries.hand_over(clerk(view.id), delivery_of(view.id).id, "本人签收")
    deliveries.hand_over(clerk(view.id), delivery_of(view.id).id, "本人签收", ["old"])
    committed.drain()
    assert (mine(view.id).stage, outcome(view.id)) == ("concluded", "pickup")
    assert ground.kinds(view.id).count("paper.surrendered") == 1
    in_order()


BREAKS = {
    "on its way": "UPDATE cases_case SET stage = 'concluded'",
    "of no case": 'UPDATE deliveries_delivery SET "case" = gen_random_uuid(), owner_key = gen_random_uuid()',
    "without a delivery": "DELETE FROM deliveries_parcel; DELETE FROM deliveries_delivery",
    "not given back": "UPDATE ledger_event SET kind = 'x' WHERE kind = 'paper.surrendered'",
    "has arrived": "UPDATE cases_task SET closed_at = NULL; UPDATE deliveries_delivery SET ended_at = '2026-03-01'",
}


@pytest.mark.parametrize("said", BREAKS)
def test_what_a_superuser_breaks_is_found(
    renewing: World, committed: Committed, tampering: Callable[[], AbstractContextManager[None]], said: str
) -> None:
    view = decided("courier", HOME)
    if said != "on its way":
        moved(renewing, committed, view.id, "delivered")
    with tampering(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE deliveries_delivery DROP CONSTRAINT delivery_sealed_under_its_case")
        cursor.execute(BREAKS[said])
    found = next(one for one in invariants.INVARIANTS if one.number == 10 and "在途" in one.title)
    assert any(said in text for text in found.check())


def test_what_was_chosen_is_read_by_nobody_else(town: World) -> None:
    zhang = ground.person()
    view = ground.a_draft(zhang)
    actions.choose_delivery(zhang, view.id, "courier", HOME)
    with pytest.raises(Hidden):
        queries.delivery_choice(ground.person("li-fugen"), view.id)
    with purpose(SYSTEM, "handle", subject=zhang.person, case=view.id):
        assert ground.row(view.id).data.reveal()["delivery"]["kind"] == "courier"
