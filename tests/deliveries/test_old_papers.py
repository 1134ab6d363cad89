"""Old papers are given back for the new (交旧领新): at the counter before it is handed over; a courier says if he has them."""

import pytest
from django.db import connection
from tests.deliveries.sending import World, a_delivery, clerk, now
from tests.deliveries.test_invariants import Tampering, findings

from onevisit.access import Refused
from onevisit.deliveries import actions, queries
from onevisit.ledger import queries as ledger

OWED = {"old": "原纸质机动车驾驶证"}


def surrendered(delivery: str) -> list[object]:
    """What the events say was given back."""
    stream = str(queries.row_of(delivery).stream.public_id)
    return [event.data["surrendered"] for event in ledger.events(stream) if "surrendered" in event.data]


def test_the_counter_takes_the_old_paper_first(posting: World) -> None:
    made = a_delivery("pickup", owed=OWED)
    assert made.owed == OWED
    with pytest.raises(Refused) as refusal:
        actions.hand_over(clerk(made.case), made.id, "本人签收")
    assert refusal.value.code == "old-paper-owed"
    assert "原纸质机动车驾驶证" in str(refusal.value)
    done = actions.hand_over(clerk(made.case), made.id, "本人签收", ["old"])
    assert (done.state, done.handed_in) == ("collected", ("old",))
    assert surrendered(made.id) == [["old"]]


@pytest.mark.parametrize(("collect", "given"), [("yes", ("old",)), ("no", ())])
def test_a_courier_is_told_what_to_collect_and_says_whether_he_did(posting: World, collect: str, given: tuple[str, ...]) -> None:
    posting.courier.set(collect=collect)
    made = a_delivery(owed=OWED)
    actions.settle(made.id)
    assert posting.said(made)["collected"] is False
    posting.press(made, "delivered")
    actions.settle(made.id)
    assert (now(made).state, now(made).handed_in) == ("delivered", given)
    assert surrendered(made.id) == ([["old"]] if given else [])


def test_who_owes_nothing_gives_nothing_back(posting: World) -> None:
    made = a_delivery()
    actions.settle(made.id)
    posting.press(made, "delivered")
    actions.settle(made.id)
    assert (now(made).owed, now(made).handed_in, surrendered(made.id)) == ({}, (), [])


def test_at_the_door_it_is_officers_who_hand_over(posting: World) -> None:
    made = a_delivery("door")
    assert made.state_name == "等工作人员送上门"
    assert [one.id for one in queries.at_counter(clerk(made.case))] == [made.id]
    assert actions.hand_over(clerk(made.case), made.id, "本人在家签收").state == "collected"
    with pytest.raises(Refused, match="收件地址"):
        a_delivery("door", address=None)


def test_a_result_that_was_handed_over_without_the_old_paper_is_found(posting: World, tampering: Tampering) -> None:
    made = a_delivery("pickup", owed=OWED)
    actions.hand_over(clerk(made.case), made.id, "本人签收", ["old"])
    assert findings() == {}
    with tampering(), connection.cursor() as cursor:
        cursor.execute("UPDATE deliveries_delivery SET handed_in = '[]'")
    assert 10 in findings()
