"""From a courier's answer to rows and events: what is new in it is recorded once. Called with delivery and parcel locked."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from onevisit.access import SYSTEM, Actor
from onevisit.deliveries import states, tracking
from onevisit.deliveries.courier import Answer
from onevisit.deliveries.models import Delivery, Parcel
from onevisit.deliveries.tracking import Expected, Report, Wrong
from onevisit.ledger import actions as ledger
from onevisit.ledger import queries as told

log = logging.getLogger(__name__)


def record(delivery: Delivery, parcel: Parcel, answer: Answer) -> None:
    """Delivery and parcel as the answer says; raises `Wrong`, and nothing has changed, if it is not to be believed."""
    said = tracking.read(answer.document, Expected(str(parcel.public_id), parcel.number))
    if Parcel.objects.filter(courier=parcel.courier, number=said.number).exclude(pk=parcel.pk).exists():
        raise Wrong("number-of-another")
    before, attempts = parcel.state, parcel.attempts
    if said.state != before and not states.allowed(states.PARCEL, before, said.state):
        raise Wrong("went-back")
    parcel.number, parcel.state, parcel.attempts = said.number, said.state, max(attempts, said.attempts)
    parcel.answer, parcel.signature, parcel.answered_at = answer.document, answer.signature, settings.REAL_CLOCK()
    parcel.save()
    if said.state != before or parcel.attempts > attempts:
        _moved(delivery, parcel, said)


def refuse(delivery: Delivery, parcel: Parcel, code: str) -> None:
    """The courier does not take the parcel: somebody must find another way."""
    parcel.state = Parcel.State.REFUSED
    parcel.save()
    move(delivery, SYSTEM, Delivery.State.FAILED.value, {"parcel": str(parcel.public_id), "reason": code})
    alarm(delivery, code, str(parcel.public_id))


def move(delivery: Delivery, actor: Actor, after: str, data: Mapping[str, Any], happened: datetime | None = None) -> None:
    """The delivery is in another state, told in its stream."""
    now = settings.CLOCK()
    delivery.state = after
    delivery.ended_at = now if after in states.ENDS else None
    if after == Delivery.State.RETURNED:
        delivery.waiting_since = now
    delivery.save()
    tell(delivery, actor, f"delivery.{after}", data, happened)


def take_back(delivery: Delivery) -> list[str]:
    """Every old paper that is owed has been given back; their ids. Stored by the move that follows."""
    delivery.handed_in = [paper["id"] for paper in delivery.owed]
    return list(delivery.handed_in)


def tell(delivery: Delivery, actor: Actor, kind: str, data: Mapping[str, Any], happened: datetime | None = None) -> None:
    """An event of the delivery, with its case and step."""
    whole = {"delivery": str(delivery.public_id), "case": str(delivery.case), "step": delivery.step, **data}
    ledger.append(delivery.stream, actor, [ledger.Entry(kind, whole, happened)])


def alarm(delivery: Delivery, code: str, parcel: str = "") -> None:
    """Somebody has to look at the delivery: an event, once for each code and parcel."""
    data = {"code": code, "parcel": parcel}
    log.warning("delivery alarm", extra={"delivery": str(delivery.public_id), "code": code})
    events = told.events(delivery.stream.public_id)
    if not any(event.kind == "delivery.alarm" and data.items() <= event.data.items() for event in events):
        tell(delivery, SYSTEM, "delivery.alarm", data)


def _moved(delivery: Delivery, parcel: Parcel, said: Report) -> None:
    """What the parcel's news means for its delivery; one that has arrived already stays so, and somebody hears of the other."""
    after = states.OF_PARCEL[said.state]
    if after == delivery.state and after != Delivery.State.FAILED:
        return
    other = delivery.parcels.filter(state__in=states.UNDER_WAY).exclude(pk=parcel.pk).exists()
    if not states.allowed(states.DELIVERY, delivery.state, after) or (other and after != Delivery.State.DELIVERED):
        alarm(delivery, f"{said.state}-after-all", str(parcel.public_id))
        return
    data = {"parcel": str(parcel.public_id), "attempts": parcel.attempts}
    if after == Delivery.State.FAILED:
        data["reason"] = said.state
    if said.state == Parcel.State.LOST:
        alarm(delivery, "lost", str(parcel.public_id))
    if after == Delivery.State.DELIVERED and said.collected and delivery.owed:
        data["surrendered"] = take_back(delivery)
    move(delivery, SYSTEM, after, data, _believable(delivery, said.happened))


def _believable(delivery: Delivery, happened: datetime) -> datetime:
    """The courier's moment, neither before the delivery began nor in the time to come."""
    return min(max(happened, delivery.opened_at), settings.CLOCK())
