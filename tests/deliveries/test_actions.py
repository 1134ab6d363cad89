"""A delivery's life: sent once, believed on our own query alone, handed over against a signature; refusals on the same set-up."""

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from tests.deliveries.sending import HOME, OWNER, World, a_delivery, clerk, events, new, now, owner, parcel_of

from onevisit.access import SYSTEM, Actor, Denied, Hidden, Refused
from onevisit.deliveries import actions, jobs, queries
from onevisit.deliveries.models import Delivery, Parcel
from onevisit.deliveries.queries import Address
from onevisit.identity.models import Reading
from onevisit.ledger import queries as ledger

pytestmark = pytest.mark.usefixtures("posting")
Clock = Callable[[str], None]


def test_a_delivery_of_a_step_is_made_once() -> None:
    made = new()
    first, again = actions.send(SYSTEM, made), actions.send(SYSTEM, made)
    assert first == again
    assert (first.state, first.kind, first.has_address) == ("open", "courier", True)
    assert events(first) == ["opened"]
    assert Parcel.objects.count() == 1
    other_step = actions.send(SYSTEM, new(case=made.case, step="deliver-2"))
    assert other_step.id != first.id


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"kind": "pigeon"}, "no-such-way"),
        ({"address": None}, "no-address"),
        ({"address": Address("张晓月", " ", "x")}, "half-address"),
    ],
)
def test_no_way_or_no_whole_address_is_refused(bad: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        a_delivery(**bad)
    assert refusal.value.code == code
    assert not Delivery.objects.exists()


def test_only_the_house_sends_and_only_the_owner_and_his_clerk_see() -> None:
    made = a_delivery()
    for stranger in (owner(), clerk(made.case)):
        with pytest.raises(Denied):
            actions.send(stranger, new())
    assert queries.delivery(owner(), made.id) == queries.delivery(clerk(), made.id) == made
    assert queries.of_case(owner(), made.case) == (made,)
    assert queries.of_case(owner(str(uuid4())), made.case) == ()
    with pytest.raises(Hidden):
        queries.delivery(owner(str(uuid4())), made.id)
    with pytest.raises(Hidden):
        queries.delivery(SYSTEM, "no-such-delivery")
    with pytest.raises(Denied):
        queries.delivery(Actor("o", "officer"), made.id)


def test_the_address_lies_sealed_and_each_look_at_it_is_written_down() -> None:
    made = a_delivery()
    raw = Delivery.objects.values_list("address", flat=True).get()
    assert HOME.place.encode() not in bytes(raw)
    assert queries.address(owner(), made.id) == HOME
    assert not Reading.objects.exists()
    assert queries.address(clerk(), made.id) == HOME
    reading = Reading.objects.get()
    assert (str(reading.subject), str(reading.case), reading.fields) == (OWNER, made.case, ["delivery.address"])
    with pytest.raises(Hidden):
        queries.address(owner(), a_delivery("pickup", address=None).id)


def test_a_parcel_goes_out_by_the_job_and_arrives_on_our_own_query(posting: World, committed: Any) -> None:
    made = a_delivery()
    committed.drain()
    sent = now(made)
    assert (sent.state, sent.number, sent.parcel_state) == ("sent", posting.said(made)["number"], "moving")
    posting.press(made, "moving")
    posting.press(made, "delivered")
    assert now(made).state == "sent"
    done = actions.settle(made.id)
    assert (done.state, done.state_name, done.number) == ("delivered", "已送达", sent.number)
    assert [line.state_name for line in done.progress] == ["快递已收寄", "运送中", "已签收"]
    assert done.ended_at is not None
    assert actions.settle(made.id) == done
    assert events(made) == ["opened", "sent", "delivered"]
    last = ledger.events(str(queries.row_of(made.id).stream.public_id))[-1]
    assert (last.data["case"], last.data["step"]) == (made.case, "deliver")


def test_the_courier_is_asked_again_until_the_end_is_known(posting: World, committed: Any) -> None:
    made = a_delivery()
    committed.drain()
    assert parcel_of(made).asked == 1
    actions.settle(made.id)
    assert parcel_of(made).asked == 2
    posting.press(made, "delivered")
    actions.settle(made.id)
    assert parcel_of(made).asked == 2


def test_a_vain_try_is_told_each_time_and_may_still_end_well(posting: World) -> None:
    made = a_delivery()
    actions.settle(made.id)
    for attempts in (1, 2):
        posting.press(made, "missed")
        view = actions.settle(made.id)
        assert (view.state, view.attempts, view.parcel_state) == ("failed", attempts, "missed")
    assert actions.settle(made.id).state == "failed"
    posting.press(made, "moving")
    assert actions.settle(made.id).state == "sent"
    posting.press(made, "delivered")
    assert actions.settle(made.id).state == "delivered"
    assert events(made) == ["opened", "sent", "failed", "failed", "sent", "delivered"]


def test_what_comes_back_waits_at_the_counter_or_goes_out_anew(posting: World) -> None:
    made, other = a_delivery(), a_delivery()
    for one in (made, other):
        actions.settle(one.id)
        posting.press(one, "returned")
        assert actions.settle(one.id).state == "returned"
    assert [one.id for one in queries.at_counter(clerk())] == [made.id, other.id]
    collected = actions.hand_over(clerk(made.case), made.id, "本人签收，出示身份证")
    assert collected.state == "collected"
    moved = Address("张晓月", "15400000001", "蚌埠市禹会区示例路9号")
    again = actions.redirect(owner(), other.id, "courier", moved)
    assert (again.state, again.parcel_state) == ("open", "open")
    actions.settle(other.id)
    posting.press(other, "delivered")
    done = actions.settle(other.id)
    assert (done.state, Parcel.objects.filter(delivery__public_id=other.id).count()) == ("delivered", 2)
    assert queries.address(owner(), other.id) == moved


def test_a_lost_parcel_is_an_alarm_and_may_come_to_light(posting: World) -> None:
    made = a_delivery()
    actions.settle(made.id)
    posting.press(made, "lost")
    lost = actions.settle(made.id)
    assert (lost.state, lost.parcel_state, lost.alarms) == ("failed", "lost", ("lost",))
    parcel = str(parcel_of(made).public_id)
    posting.press(made, "delivered")
    assert actions.settle(made.id, parcel).state == "delivered"


def test_a_lost_parcel_that_arrives_after_its_successor_is_an_alarm_and_nothing_goes_back(posting: World) -> None:
    made = a_delivery()
    actions.settle(made.id)
    posting.press(made, "lost")
    actions.settle(made.id)
    first = parcel_of(made)
    actions.redirect(SYSTEM, made.id, "courier")
    actions.settle(made.id)
    posting.press(made, "delivered")
    done = actions.settle(made.id)
    data = {"parcel": str(first.public_id), "state": "returned"}
    posting.courier.set(**data)
    again = actions.settle(made.id, str(first.public_id))
    assert (again.state, again.ended_at) == ("delivered", done.ended_at)
    assert again.alarms == ("lost", "returned-after-all")


def test_a_courier_that_does_not_take_it_leaves_it_to_people(posting: World) -> None:
    posting.courier.set(answer="refuse")
    made = a_delivery()
    view = actions.settle(made.id)
    assert (view.state, view.parcel_state, view.alarms) == ("failed", "refused", ("refused-by-courier",))
    assert view in queries.at_counter(clerk())
    assert actions.redirect(clerk(made.case), made.id, "pickup").state_name == "等您领取"


def test_a_courier_that_is_down_or_slow_gets_the_parcel_later_once(posting: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_delivery()
    posting.courier.set(answer="down")
    for _ in range(2):
        assert actions.settle(made.id).state == "open"
    assert now(made).alarms == ()
    monkeypatch.setattr(actions, "DOUBT", actions.timedelta(0))
    for _ in range(2):
        actions.settle(made.id)
    assert now(made).alarms == ("courier-away",)
    posting.courier.set(answer="normal")
    assert actions.settle(made.id).state == "sent"
    assert len(posting.said(made)["progress"]) == 1


def test_a_killed_courier_is_asked_again_when_it_is_back(posting: World) -> None:
    made = a_delivery()
    actions.settle(made.id)
    posting.courier.kill()
    assert actions.settle(made.id).state == "sent"
    posting.courier.start()
    posting.press(made, "delivered")
    assert actions.settle(made.id).state == "delivered"


@pytest.mark.parametrize(("mode", "code"), [("wrong_number", "answer-other-number"), ("wrong_parcel", "answer-other-parcel")])
def test_a_lie_about_number_or_parcel_is_an_alarm_once_and_changes_nothing(posting: World, mode: str, code: str) -> None:
    made = a_delivery()
    actions.settle(made.id)
    posting.press(made, "delivered")
    posting.courier.set(answer=mode)
    for _ in range(2):
        view = actions.settle(made.id)
    assert (view.state, view.alarms) == ("sent", (code,))
    posting.courier.set(answer="normal")
    assert actions.settle(made.id).state == "delivered"


def test_another_parcel_s_number_is_not_taken(posting: World) -> None:
    one, other = a_delivery(), a_delivery()
    actions.settle(one.id)
    Parcel.objects.filter(pk=parcel_of(one).pk).update(number="YS-000000000000")
    posting.courier.set(answer="wrong_number")
    view = actions.settle(other.id)
    assert (view.state, view.number, view.alarms) == ("open", "", ("answer-number-of-another",))


def test_a_parcel_does_not_go_back(posting: World) -> None:
    made = a_delivery()
    actions.settle(made.id)
    posting.press(made, "returned")
    actions.settle(made.id)
    parcel = str(parcel_of(made).public_id)
    posting.press(made, "moving")
    view = actions.settle(made.id, parcel)
    assert (view.state, view.parcel_state, view.alarms) == ("returned", "returned", ("answer-went-back",))


def test_a_time_to_come_counts_as_now(posting: World, clock: Clock) -> None:
    clock("2026-03-02T10:00")
    made = a_delivery()
    actions.settle(made.id)
    posting.courier.set(answer="early")
    actions.settle(made.id)
    last = ledger.events(str(queries.row_of(made.id).stream.public_id))[-1]
    assert (last.kind, last.happened) == ("delivery.delivered", settings.CLOCK())


def test_an_e_licence_is_delivered_as_it_is_made(posting: World) -> None:
    made = a_delivery("licence", address=None)
    assert (made.state, events(made)) == ("delivered", ["opened", "delivered"])
    with pytest.raises(Refused, match="不能再次领取"):
        actions.hand_over(clerk(made.case), made.id, "x")


def test_pick_up_needs_a_signature_and_who_holds_the_case(posting: World) -> None:
    made = a_delivery("pickup")
    assert made.state_name == "等您领取"
    with pytest.raises(Hidden):
        actions.hand_over(clerk(), made.id, "本人签收")
    with pytest.raises(Denied):
        actions.hand_over(owner(), made.id, "本人签收")
    with pytest.raises(Refused, match="签收"):
        actions.hand_over(clerk(made.case), made.id, "  ")
    done = actions.hand_over(clerk(made.case), made.id, "本人签收，出示身份证")
    assert (done.state, events(made)) == ("collected", ["opened", "collected"])
    assert "本人签收".encode() not in bytes(Delivery.objects.values_list("receipt", flat=True).get())
    with pytest.raises(Refused, match="已领取"):
        actions.hand_over(clerk(made.case), made.id, "本人签收")


def test_two_windows_hand_over_once(posting: World) -> None:
    made = a_delivery("pickup")
    ended: list[str] = []

    def window() -> None:
        try:
            ended.append(actions.hand_over(clerk(made.case), made.id, "本人签收").state)
        except Refused as refusal:
            ended.append(refusal.code)
        connections.close_all()

    windows = [threading.Thread(target=window) for _ in range(4)]
    for one in windows:
        one.start()
    for one in windows:
        one.join(20)
    assert sorted(ended) == ["collected", "not-here", "not-here", "not-here"]
    assert events(made) == ["opened", "collected"]


def test_what_is_under_way_is_neither_redirected_nor_handed_over(posting: World) -> None:
    made = a_delivery()
    for _ in range(2):
        with pytest.raises(Refused, match="正在寄送"):
            actions.redirect(owner(), made.id, "pickup")
        with pytest.raises(Refused, match="正在快递途中"):
            actions.hand_over(clerk(made.case), made.id, "本人签收")
        actions.settle(made.id)


def test_a_pick_up_may_become_a_parcel_if_there_is_an_address(posting: World) -> None:
    made = a_delivery("pickup", address=None)
    with pytest.raises(Refused, match="收件地址"):
        actions.redirect(owner(), made.id, "courier")
    with pytest.raises(Hidden):
        actions.redirect(owner(str(uuid4())), made.id, "courier", HOME)
    with pytest.raises(Refused):
        actions.redirect(owner(), made.id, "window")
    assert actions.redirect(owner(), made.id, "courier", HOME).kind == "courier"
    assert actions.settle(made.id).state == "sent"


def test_after_seven_days_a_reminder_and_after_seven_more_a_courier(clock: Clock) -> None:
    clock("2026-03-02T10:00")
    made, bare = a_delivery("pickup"), a_delivery("window", address=None)
    taken = a_delivery("pickup")
    actions.hand_over(clerk(taken.case), taken.id, "本人签收")
    for moment, told in (
        ("2026-03-09T09:59", ["opened"]),
        ("2026-03-09T10:00", ["opened", "reminded"]),
        ("2026-03-16T09:59", ["opened", "reminded"]),
    ):
        clock(moment)
        jobs.chase()
        jobs.chase()
        assert events(made) == events(bare) == told
    assert now(made).uncollected
    clock("2026-03-16T10:00")
    jobs.chase()
    jobs.chase()
    assert events(made) == ["opened", "reminded", "redirected"]
    assert (now(made).kind, now(made).parcel_state) == ("courier", "open")
    assert events(bare) == ["opened", "reminded"]
    assert events(taken) == ["opened", "collected"]
    actions.redirect(owner(), bare.id, "courier", HOME)
    assert actions.settle(bare.id).state == "sent"


def test_the_database_itself_keeps_what_must_hold() -> None:
    made = a_delivery("pickup")
    for change in (
        {"state": "collected", "ended_at": settings.CLOCK()},
        {"state": "delivered"},
        {"kind": "courier", "address": None},
        {"owner_key": uuid4()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.filter(public_id=made.id).update(**change)
    sent = a_delivery()
    with pytest.raises(IntegrityError), transaction.atomic():
        Parcel.objects.filter(delivery__public_id=sent.id).update(state="delivered")


HOUSE = """
import django
django.setup()
from django.conf import settings
settings.BASE_URL = '{base}'
from onevisit.deliveries import actions
actions.settle('{delivery}')
"""


@pytest.mark.parametrize("point", ["after_parcel_before_courier", "after_courier_before_record"])
def test_a_house_killed_between_two_steps_sends_it_once(posting: World, committed: Any, point: str) -> None:
    made = a_delivery()
    text = HOUSE.format(base=settings.BASE_URL, delivery=made.id)
    environment = {**committed.environment, "ONEVISIT_FAULT": point}
    died = subprocess.run([sys.executable, "-c", text], env=environment, timeout=60, check=False, capture_output=True)
    assert died.returncode == 9, died.stderr.decode()[-2000:]
    assert now(made).state == "open"
    assert actions.settle(made.id).state == "sent"
    assert len(posting.said(made)["progress"]) == 1
    assert (Parcel.objects.count(), events(made)) == (1, ["opened", "sent"])


def test_a_list_asks_the_database_as_often_as_one_row(django_assert_num_queries: Any) -> None:
    for count in (1, 3):
        for _ in range(count):
            a_delivery("pickup")
        with django_assert_num_queries(3):
            assert queries.at_counter(clerk())
