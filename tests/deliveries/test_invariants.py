"""The invariants of deliveries hold after every way that one can take, and each notices what a superuser breaks."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection, transaction
from tests.deliveries.sending import World, a_delivery, clerk

from onevisit.access import SYSTEM
from onevisit.deliveries import actions
from onevisit.deliveries.invariants import INVARIANTS
from onevisit.ledger import invariants

Tampering = Callable[[], AbstractContextManager[None]]


def findings() -> dict[int, tuple[str, ...]]:
    """What offends each invariant; none may fail to be checked."""
    found = invariants.run(INVARIANTS)
    assert [one.failure for one in found] == ["", ""]
    return {one.number: one.offenders for one in found if not one.holds}


@pytest.fixture
def sent(posting: World) -> World:
    """One in the library, one collected, one brought, one lost and brought anew, one refused, one waiting, one under way."""
    a_delivery("licence")
    taken = a_delivery("pickup")
    actions.hand_over(clerk(taken.case), taken.id, "本人签收")
    for states in (("delivered",), ("lost",), ("missed",)):
        made = a_delivery()
        actions.settle(made.id)
        for state in states:
            posting.press(made, state)
            actions.settle(made.id)
        if states == ("lost",):
            actions.redirect(SYSTEM, made.id, "courier")
            actions.settle(made.id)
            posting.press(made, "delivered")
            actions.settle(made.id)
    posting.courier.set(answer="refuse")
    actions.settle(a_delivery().id)
    a_delivery("window")
    return posting


def test_they_hold_after_all_of_this(sent: World) -> None:
    assert findings() == {}


DROP = "ALTER TABLE deliveries_{0} DROP CONSTRAINT {1};"
MUTATIONS = (
    (9, "UPDATE deliveries_delivery SET state = 'returned' WHERE state = 'open'"),
    (9, "UPDATE deliveries_delivery SET state = 'open', ended_at = NULL WHERE state = 'collected'"),
    (9, "UPDATE ledger_event SET kind = 'delivery.sent' WHERE kind = 'delivery.collected'"),
    (9, "DELETE FROM ledger_event WHERE kind = 'delivery.delivered'"),
    (9, "UPDATE ledger_event SET data = data || '{\"step\": \"other\"}' WHERE kind = 'delivery.delivered'"),
    (9, "UPDATE deliveries_delivery SET \"case\" = gen_random_uuid(), owner_key = \"case\" WHERE kind = 'window'"),
    (10, "UPDATE deliveries_parcel SET answer = jsonb_set(answer, '{number}', '\"YS-1111\"') WHERE state = 'delivered'"),
    (10, "UPDATE deliveries_parcel SET answer = jsonb_set(answer, '{state}', '\"moving\"') WHERE state = 'delivered'"),
    (10, "UPDATE deliveries_parcel SET number = 'YS-' || id WHERE state = 'missed'"),
    (10, "UPDATE deliveries_parcel SET state = 'lost' WHERE state = 'delivered'"),
    (10, DROP.format("parcel", "parcel_state_on_an_answer") + "UPDATE deliveries_parcel SET signature = ''"),
    (10, DROP.format("delivery", "collected_against_receipt") + "UPDATE deliveries_delivery SET receipt = NULL"),
    (
        10,
        "UPDATE deliveries_parcel p SET delivery_id = d.id FROM deliveries_delivery d"
        " WHERE d.state = 'collected' AND p.state = 'missed'",
    ),
    (10, "UPDATE deliveries_delivery SET state = 'sent' WHERE kind = 'window'"),
)  # fmt: skip


def test_each_notices_what_is_broken(sent: World, tampering: Tampering) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE deliveries_delivery DROP CONSTRAINT delivery_sealed_under_its_case")
    missed = [(number, sql) for number, sql in MUTATIONS if not _is_noticed(number, sql, tampering)]
    assert missed == []
    assert findings() == {}


def _is_noticed(number: int, sql: str, tampering: Tampering) -> bool:
    """Whether the invariant names something after this; the mutation is undone."""
    check = next(one.check for one in INVARIANTS if one.number == number)
    with transaction.atomic():
        with tampering(), connection.cursor() as cursor:
            cursor.execute(sql)
        noticed = any(check())
        transaction.set_rollback(True)
    return noticed
