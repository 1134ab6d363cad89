"""What must hold of money in any living database: SECURITY section 4, rows 9 (payments' part), 14, 15 (payments' part) and 16."""

from collections.abc import Iterator
from itertools import groupby

from onevisit.ledger.invariants import Invariant, offending
from onevisit.ledger.models import Event
from onevisit.payments import states
from onevisit.payments.models import Bill

UNBALANCED = """
SELECT 'movement ' || m.transaction || ' does not balance' FROM payments_movement m
LEFT JOIN payments_entry e ON e.movement_id = m.id
GROUP BY m.id HAVING coalesce(sum(e.debit), 0) <> m.amount OR coalesce(sum(e.credit), 0) <> m.amount
"""
CASE = """
WITH money AS (
    SELECT b."case", sum(CASE m.kind WHEN 'capture' THEN m.amount ELSE -m.amount END) AS held
    FROM payments_movement m JOIN payments_paymentorder o ON o.id = m.order_id JOIN payments_bill b ON b.id = o.bill_id GROUP BY 1
), booked AS (
    SELECT b."case", sum(e.credit - e.debit) AS held
    FROM payments_entry e JOIN payments_movement m ON m.id = e.movement_id JOIN payments_paymentorder o ON o.id = m.order_id
    JOIN payments_bill b ON b.id = o.bill_id WHERE e.account IN ('revenue', 'owed_back') GROUP BY 1
)
SELECT 'case ' || coalesce(money."case", booked."case") || ': paid less refunded is not recognised plus owed back'
FROM money FULL JOIN booked ON booked."case" = money."case" WHERE money.held IS DISTINCT FROM booked.held
"""
RECOGNISED = """
SELECT 'bill ' || b.public_id || ': recognised is not what it was for' FROM payments_bill b LEFT JOIN (
    SELECT o.bill_id, sum(e.credit - e.debit) AS held FROM payments_entry e JOIN payments_movement m ON m.id = e.movement_id
    JOIN payments_paymentorder o ON o.id = m.order_id WHERE e.account = 'revenue' GROUP BY 1
) revenue ON revenue.bill_id = b.id
WHERE coalesce(revenue.held, 0) <> CASE b.state WHEN 'paid' THEN b.amount ELSE 0 END
"""
DAY = """
WITH money AS (
    SELECT (m.recorded_at AT TIME ZONE 'Asia/Shanghai')::date AS day, o.payee,
        sum(CASE m.kind WHEN 'capture' THEN m.amount ELSE -m.amount END) AS held
    FROM payments_movement m JOIN payments_paymentorder o ON o.id = m.order_id GROUP BY 1, 2
), cash AS (
    SELECT (e.at AT TIME ZONE 'Asia/Shanghai')::date AS day, b.payee, sum(e.debit - e.credit) AS held
    FROM payments_entry e JOIN payments_movement m ON m.id = e.movement_id JOIN payments_paymentorder o ON o.id = m.order_id
    JOIN payments_bill b ON b.id = o.bill_id WHERE e.account = 'cash' GROUP BY 1, 2
)
SELECT coalesce(money.day, cash.day) || ' ' || coalesce(money.payee, cash.payee) || ': captures less refunds are not the cash'
FROM money FULL JOIN cash ON cash.day = money.day AND cash.payee = money.payee WHERE money.held IS DISTINCT FROM cash.held
"""
OTHER_AMOUNT = """
SELECT 'bill ' || b.public_id || ' is of another amount than was decided' FROM payments_bill b LEFT JOIN ledger_event e
ON e.stream_id = b.stream_id AND e.seq = 1 AND e.kind = 'bill.opened'
WHERE e.id IS NULL OR (e.data ->> 'amount')::numeric <> b.amount OR e.data ->> 'run' <> coalesce(b.run::text, '')
"""
OTHER_ORDER = """
SELECT 'order ' || o.public_id || ' is not of its bill' FROM payments_paymentorder o JOIN payments_bill b ON b.id = o.bill_id
WHERE o.amount <> b.amount OR o.payee <> b.payee
"""
BASELESS = "SELECT 'bill ' || public_id || ' has no basis' FROM payments_bill WHERE jsonb_array_length(basis) = 0"
TWICE = """
SELECT 'transaction ' || provider || '/' || transaction || ' stands twice' FROM payments_movement
GROUP BY provider, transaction HAVING count(*) > 1
"""
UNCONFIRMED = """
SELECT 'bill ' || b.public_id || ' is paid without an answer to our query' FROM payments_bill b
WHERE b.state IN ('paid', 'refunded') AND NOT EXISTS (
    SELECT FROM payments_movement m JOIN payments_confirmation c ON c.id = m.confirmation_id AND c.order_id = m.order_id
    JOIN payments_paymentorder o ON o.id = m.order_id
    WHERE o.bill_id = b.id AND m.kind = 'capture' AND m.amount = b.amount AND c.signature <> ''
    AND c.body ->> 'order' = o.public_id::text AND c.body ->> 'payee' = b.payee AND (c.body ->> 'amount')::numeric = b.amount
    AND c.body -> 'movements' @> jsonb_build_array(jsonb_build_object('transaction', m.transaction)))
"""
NOT_OWED = """
SELECT 'bill ' || b.public_id || ': a capture is neither recognised nor owed back' FROM payments_bill b
JOIN payments_paymentorder o ON o.bill_id = b.id JOIN payments_movement m ON m.order_id = o.id AND m.kind = 'capture'
LEFT JOIN payments_refund r ON r.capture_id = m.id WHERE r.id IS NULL
GROUP BY b.id HAVING count(*) > CASE b.state WHEN 'paid' THEN 1 ELSE 0 END
"""


def moves() -> Iterator[str]:
    """Bills whose state is not what their events leave them in, or that moved against the table."""
    rows = Event.objects.filter(stream__kind="bill").order_by("stream_id", "seq").values_list("stream_id", "kind")
    told = {stream: tuple(kind for _, kind in events) for stream, events in groupby(rows.iterator(), key=lambda row: row[0])}
    for stream, public_id, state in Bill.objects.values_list("stream_id", "public_id", "state").iterator():
        if states.fold(told.get(stream, ())) != state:
            yield f"bill {public_id} is {state}, its events say otherwise"


def balances() -> Iterator[str]:
    """Movements, cases, bills, days and payees whose two sides differ."""
    for sql in (UNBALANCED, CASE, RECOGNISED, DAY):
        yield from offending(sql)


def amounts() -> Iterator[str]:
    """Bills that are not what was opened, or have no basis; orders that are not their bill's."""
    for sql in (OTHER_AMOUNT, OTHER_ORDER, BASELESS):
        yield from offending(sql)


def captures() -> Iterator[str]:
    """Transactions twice; bills paid without our own query; captures that nobody recognised or owes back."""
    for sql in (TWICE, UNCONFIRMED, NOT_OWED):
        yield from offending(sql)


INVARIANTS = (
    Invariant(9, "payments", "缴费单的每次变化都合规则，状态与事件一致", True, moves),
    Invariant(14, "payments", "每笔款借贷相等，每件、每日、每个收款单位都平", True, balances),
    Invariant(15, "payments", "缴费单与开单时一致，每张都有依据", False, amounts),
    Invariant(16, "payments", "没有重复入账，已缴都有查证，多收的都记着要退", True, captures),
)
