"""What must hold of deliveries in any living database: SECURITY section 4, rows 9 and 10 (deliveries' part of each)."""

from collections.abc import Iterator
from itertools import groupby

from onevisit.deliveries import states
from onevisit.deliveries.models import Delivery
from onevisit.ledger.invariants import Invariant, offending
from onevisit.ledger.models import Event

OTHER_EVENT = """
SELECT 'event ' || e.id || ' is not of its delivery' FROM ledger_event e JOIN deliveries_delivery d ON d.stream_id = e.stream_id
WHERE e.data ->> 'delivery' IS DISTINCT FROM d.public_id::text OR e.data ->> 'case' IS DISTINCT FROM d."case"::text
OR e.data ->> 'step' IS DISTINCT FROM d.step
"""
UNPROVED = """
SELECT 'delivery ' || d.public_id || ' has arrived without proof' FROM deliveries_delivery d
WHERE d.state = 'delivered' AND d.kind <> 'licence' AND NOT EXISTS (
    SELECT FROM deliveries_parcel p WHERE p.delivery_id = d.id AND p.state = 'delivered' AND p.signature <> ''
    AND p.answer ->> 'parcel' = p.public_id::text AND p.answer ->> 'number' = p.number AND p.answer ->> 'state' = 'delivered')
"""
UNSIGNED = """
SELECT 'delivery ' || public_id || ' was collected without a signature' FROM deliveries_delivery
WHERE state = 'collected' AND receipt IS NULL
"""
OTHER_ANSWER = """
SELECT 'parcel ' || public_id || ' is not as the courier signed' FROM deliveries_parcel
WHERE state NOT IN ('open', 'refused') AND (signature = '' OR answer ->> 'parcel' IS DISTINCT FROM public_id::text
    OR answer ->> 'number' IS DISTINCT FROM number OR (answer ->> 'attempts')::int > attempts
    OR CASE answer ->> 'state' WHEN 'accepted' THEN 'moving' ELSE answer ->> 'state' END IS DISTINCT FROM state)
"""
KEPT = """
SELECT 'delivery ' || public_id || ' was collected without the old paper' FROM deliveries_delivery
WHERE state = 'collected' AND EXISTS (SELECT FROM jsonb_array_elements(owed) paper WHERE NOT handed_in ? (paper ->> 'id'))
"""
LEFT_OVER = """
SELECT 'delivery ' || d.public_id || ' was collected while its parcel is under way' FROM deliveries_delivery d
JOIN deliveries_parcel p ON p.delivery_id = d.id WHERE d.state = 'collected' AND p.state IN ('open', 'moving', 'missed')
"""
STUCK = """
SELECT 'delivery ' || d.public_id || ' says its parcel is under way, but none is' FROM deliveries_delivery d
WHERE (d.state = 'sent' OR (d.state = 'open' AND d.kind = 'courier')) AND NOT EXISTS (
    SELECT FROM deliveries_parcel p WHERE p.delivery_id = d.id AND p.state IN ('open', 'moving', 'missed'))
"""


def moves() -> Iterator[str]:
    """Deliveries whose state is not what their events leave them in, or that moved against the table; events of others."""
    rows = Event.objects.filter(stream__kind="delivery").order_by("stream_id", "seq").values_list("stream_id", "kind")
    told = {stream: tuple(kind for _, kind in events) for stream, events in groupby(rows.iterator(), key=lambda row: row[0])}
    for stream, public_id, state in Delivery.objects.values_list("stream_id", "public_id", "state").iterator():
        if states.fold(told.get(stream, ())) != state:
            yield f"delivery {public_id} is {state}, its events say otherwise"
    yield from offending(OTHER_EVENT)


def proofs() -> Iterator[str]:
    """Deliveries that ended without a courier's signed answer, a receipt, the old paper; parcels left over, not as signed."""
    for sql in (UNPROVED, UNSIGNED, OTHER_ANSWER, KEPT, LEFT_OVER, STUCK):
        yield from offending(sql)


INVARIANTS = (
    Invariant(9, "deliveries", "送达的每次变化都合规则，状态与事件一致", True, moves),
    Invariant(10, "deliveries", "送到的都有快递的签名应答或者领取签收，了结的没有在途快递", False, proofs),
)
