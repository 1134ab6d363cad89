"""The invariants of visits hold after stays of every kind, and each notices what a superuser breaks."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection, transaction
from tests.cases import ground
from tests.halls.receiving import a_seat, passed, received

from onevisit.access import Actor
from onevisit.halls import actions
from onevisit.halls.invariants import INVARIANTS

Tampering = Callable[[], AbstractContextManager[None]]


def findings() -> dict[int, list[str]]:
    """What offends each invariant."""
    found = {one.number: list(one.check()) for one in INVARIANTS}
    return {number: offenders for number, offenders in found.items() if offenders}


@pytest.fixture
def visited(zhang: Actor, clock: Callable[[str], None]) -> Actor:
    """A stay at two windows for two cases, a forced return, a second day above the promise, somebody served now."""
    li = ground.person("li-fugen")
    case, draft, other = ground.a_filed(zhang).id, ground.a_draft(zhang).id, ground.a_filed(li).id
    here, there = a_seat("1"), a_seat("2")
    for moment, at in (("2026-03-02T10:10", here), ("2026-03-02T10:20", there)):
        clock(moment)
        passed(at, case, draft)
    clock("2026-03-02T16:00")
    passed(here, case, forced="failure", reason="failure")
    clock("2026-03-03T10:00")
    passed(here, case, reason="untold")
    clock("2026-03-03T11:00")
    actions.touch(there, received(there, "li-fugen").id, other)
    return zhang


def test_they_hold_after_all_of_this(visited: Actor) -> None:
    assert findings() == {}


def test_a_visit_that_nobody_closed_is_noticed(visited: Actor, clock: Callable[[str], None]) -> None:
    clock("2026-03-05T10:00")
    assert any("is open since 2026-03-03" in one for one in findings()[18])
    actions.close_day()
    assert findings() == {}


def without(table: str, constraint: str) -> str:
    """What makes the database itself let it pass."""
    return f"ALTER TABLE halls_{table} DROP CONSTRAINT {constraint};"


LAST = "(SELECT max(id) FROM halls_visit WHERE until IS NOT NULL)"
MUTATIONS = (
    (13, "DELETE FROM ledger_event WHERE id = (SELECT max(id) FROM ledger_event WHERE kind = 'visit.recorded')"),
    (13, "DELETE FROM halls_presence WHERE visit_id = (SELECT max(id) FROM halls_visit)"),
    (13, "UPDATE ledger_event SET data = data || '{\"stay\": \"other\"}' WHERE kind = 'visit.recorded'"),
    (13, "UPDATE ledger_event SET data = data || '{\"day\": \"2026-03-09\"}' WHERE kind = 'visit.recorded'"),
    (13, "UPDATE ledger_event SET data = data || '{\"whose\": \"other\"}' WHERE kind = 'visit.recorded'"),
    (
        13,
        "INSERT INTO ledger_event (stream_id, seq, kind, happened, entered, actor, on_behalf_of, via, data, previous, hash)"
        " SELECT stream_id, seq + 1000, kind, happened, entered, actor, on_behalf_of, via, data, previous, hash"
        " FROM ledger_event WHERE kind = 'visit.recorded'",
    ),
    (13, "UPDATE halls_presence SET reason = '' WHERE reason = 'untold'"),
    (13, "UPDATE halls_presence SET whose = gen_random_uuid()"),
    (13, without("stay", "second_stay_was_forced") + "UPDATE halls_stay SET forced = '' WHERE turn = 2"),
    (13, "UPDATE halls_stay SET day = day + 1 WHERE turn = 2"),
    (13, "UPDATE halls_presence SET stay_id = (SELECT min(id) FROM halls_stay) WHERE reason = 'untold'"),
    (13, "UPDATE halls_presence SET at = at - interval '1 day'"),
    (18, "UPDATE halls_visit SET until = until + interval '1 day' WHERE id = (SELECT min(id) FROM halls_visit)"),
    (18, f"UPDATE halls_visit SET until = until + interval '2 hours' WHERE id = {LAST};"
         "UPDATE halls_visit SET window_id = (SELECT max(id) FROM halls_window)"),
    (18, without("visit", "visit_ends_after_it_began") + "UPDATE halls_visit SET until = since - interval '1 hour'"),
    (18, "UPDATE halls_window SET clerk = NULL, opened_at = NULL"),
    (18, f"UPDATE halls_visit SET beside_id = (SELECT min(id) FROM halls_visit) WHERE id = {LAST}"),
    (18, "UPDATE identity_holding SET ended_at = NULL WHERE id = (SELECT min(id) FROM identity_holding)"),
    (18, "UPDATE identity_holding SET until = NULL WHERE ended_at IS NULL"),
    (18, "UPDATE identity_holding SET holder = gen_random_uuid() WHERE ended_at IS NULL"),
    (18, "UPDATE identity_holding SET why = 'visit/0' WHERE ended_at IS NULL"),
)  # fmt: skip


@pytest.mark.parametrize(("number", "sql"), MUTATIONS)
def test_each_notices_what_is_broken(visited: Actor, tampering: Tampering, number: int, sql: str) -> None:
    assert findings() == {}
    check = next(one.check for one in INVARIANTS if one.number == number)
    with transaction.atomic():
        with tampering(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE;" + sql)
        noticed = list(check())
        transaction.set_rollback(True)
    assert noticed
