"""Every read of deliveries: as frozen rows, what waits at the counter, what of the parcels is still to be asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from onevisit.access import Actor, Duty, Hidden, Target, may, require
from onevisit.deliveries import states, tracking
from onevisit.deliveries.models import Delivery, Parcel
from onevisit.identity.personal import purpose
from onevisit.ledger.models import Event

UNCOLLECTED = timedelta(days=7)
"""So long a result may lie at the counter before its owner is reminded; so long again, and a courier brings it."""
AT_THE_COUNTER = Q(kind__in=("pickup", "window", "door"), state="open") | Q(state="returned")
"""What officers hand over, at the counter or at the door."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes: to whom, under which phone number, to which place."""

    name: str
    phone: str
    place: str


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of a parcel's way, as the courier tells it."""

    state: str
    state_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as pages show it, with its newest parcel. `uncollected`: it has lain at the counter for too long.

    `owed`: the old papers, by id, that are to be given back for it; `handed_in` those that were. `moving`: a parcel is under way.
    """

    id: str
    case: str
    step: str
    kind: str
    kind_name: str
    to: str
    item: str
    what: str
    office: str
    state: str
    state_name: str
    has_address: bool
    owed: Mapping[str, str]
    handed_in: tuple[str, ...]
    moving: bool
    number: str
    attempts: int
    parcel_state: str
    progress: tuple[Progress, ...]
    opened_at: datetime
    waiting_since: datetime
    reminded_at: datetime | None
    ended_at: datetime | None
    uncollected: bool
    alarms: tuple[str, ...]

    @property
    def is_over(self) -> bool:
        """Whether it has reached its owner."""
        return self.ended_at is not None


def delivery(actor: Actor, delivery_id: str) -> DeliveryView:
    """The delivery; raises Hidden if there is none or it is somebody else's."""
    row = row_of(delivery_id)
    require(actor, Duty.DELIVERY_READ, target(row))
    return view(row)


def of_case(actor: Actor, case: str) -> tuple[DeliveryView, ...]:
    """The deliveries of a case that the actor may read, oldest first."""
    rows = Delivery.objects.select_related("stream").filter(case=_uuid(case)).order_by("opened_at", "pk")
    return _views(row for row in rows if may(actor, Duty.DELIVERY_READ, target(row)))


def of_step(case: str, step: str) -> DeliveryView | None:
    """The delivery of this step, for the case's own room."""
    row = Delivery.objects.select_related("stream").filter(case=_uuid(case), step=step).first()
    return view(row) if row else None


def of_stream(stream: str) -> DeliveryView:
    """The delivery whose events stand in this stream, for reactions."""
    return view(Delivery.objects.select_related("stream").get(stream__public_id=stream))


def at_counter(actor: Actor, limit: int = 100) -> tuple[DeliveryView, ...]:
    """What waits to be handed over at the actor's offices, or needs another way, the longest first (待出证)."""
    offices = Q(pk__in=[])
    for division, department in {(grant.division, grant.department) for grant in actor.grants if grant.department}:
        offices |= Q(division=division, department=department)
    rows = Delivery.objects.select_related("stream").filter(offices, AT_THE_COUNTER | Q(state="failed"))
    return _views(row for row in rows.order_by("waiting_since", "pk")[:limit] if may(actor, Duty.DELIVERY_READ, target(row)))


def address(actor: Actor, delivery_id: str) -> Address:
    """Where it goes, in full; opening it is a reading that the person can see. Raises Hidden if there is no address."""
    row = row_of(delivery_id)
    require(actor, Duty.DELIVERY_READ, target(row))
    if row.address is None:
        raise Hidden(f"address of {delivery_id}")
    own = str(row.to) in (actor.person, actor.organisation, actor.on_behalf_of)
    with transaction.atomic(), purpose(actor, "own" if own else "handle", subject=str(row.to), case=str(row.case)):
        known = row.address.reveal()
    return Address(known["name"], known["phone"], known["address"])


def receipt_of(delivery_id: str) -> str:
    """What was written of the signature when it was handed over, empty before; only inside `purpose(…)` of its case."""
    row = row_of(delivery_id)
    signed: str = row.receipt.reveal() if row.receipt is not None else ""
    return signed


def target(row: Delivery) -> Target:
    """The delivery as the gate sees it: who holds the case holds what it delivers."""
    return Target(
        kind="delivery", id=str(row.case), division=row.division, department=row.department, owner=str(row.to), item=row.item,
        open=row.state not in states.ENDS,
    )  # fmt: skip


def row_of(delivery_id: str) -> Delivery:
    """The row; raises Hidden."""
    row = Delivery.objects.select_related("stream").filter(public_id=_uuid(delivery_id)).first()
    if row is None:
        raise Hidden(f"delivery {delivery_id}")
    return row


def parcel(parcel_id: str) -> Parcel | None:
    """The parcel with this reference at its courier, if it is one of ours."""
    try:
        reference = UUID(parcel_id)
    except ValueError:
        return None
    return Parcel.objects.select_related("delivery__stream").filter(public_id=reference).first()


def to_ask(delivery_id: str, parcel_id: str = "") -> QuerySet[Parcel]:
    """The parcels of a delivery that are under way; one that is named counts even if its end is known (迟到的签收)."""
    named = Q(public_id=_uuid(parcel_id)) if parcel_id else Q(state__in=states.UNDER_WAY)
    rows = Parcel.objects.select_related("delivery__stream")
    return rows.filter(named, delivery__public_id=_uuid(delivery_id)).exclude(state="refused").order_by("pk")


def uncollected(now: datetime, limit: int = 200) -> tuple[str, ...]:
    """The deliveries whose owner is to be reminded by now, or to be sent a courier as the address is known."""
    remind = Q(reminded_at=None, waiting_since__lte=now - UNCOLLECTED)
    bring = Q(reminded_at__lte=now - UNCOLLECTED, address__isnull=False)
    rows = Delivery.objects.filter(remind | bring, kind__in=("pickup", "window"), state="open").order_by("waiting_since", "pk")
    return tuple(str(found) for found in rows.values_list("public_id", flat=True)[:limit])


def view(row: Delivery) -> DeliveryView:
    """The row as a frozen record."""
    return _views([row])[0]


def _views(rows: Iterable[Delivery]) -> tuple[DeliveryView, ...]:
    """The rows, with their newest parcels and alarms fetched at once."""
    found = list(rows)
    newest = {parcel.delivery_id: parcel for parcel in Parcel.objects.filter(delivery__in=found).order_by("pk")}
    alarms: dict[int, list[str]] = {row.stream_id: [] for row in found}
    for event in Event.objects.filter(stream__in=alarms, kind="delivery.alarm").order_by("stream_id", "seq"):
        alarms[event.stream_id].append(str(event.data["code"]))
    return tuple(_view(row, newest.get(row.pk), alarms[row.stream_id]) for row in found)


def _view(row: Delivery, parcel: Parcel | None, alarms: Iterable[str]) -> DeliveryView:
    waits = row.state == Delivery.State.RETURNED or _at_counter(row)
    return DeliveryView(
        id=str(row.public_id), case=str(row.case), step=row.step, kind=row.kind, kind_name=row.get_kind_display(),
        to=str(row.to), item=row.item, what=row.what, office=row.office, state=row.state, state_name=_state_name(row),
        has_address=row.address is not None, owed={paper["id"]: paper["name"] for paper in row.owed},
        handed_in=tuple(row.handed_in), moving=parcel is not None and parcel.state in states.UNDER_WAY,
        number=parcel.number if parcel else "",
        attempts=parcel.attempts if parcel else 0, parcel_state=parcel.state if parcel else "",
        progress=_progress(parcel.answer if parcel else None), opened_at=row.opened_at, waiting_since=row.waiting_since,
        reminded_at=row.reminded_at, ended_at=row.ended_at,
        uncollected=waits and settings.CLOCK() - row.waiting_since > UNCOLLECTED, alarms=tuple(alarms),
    )  # fmt: skip


def _at_counter(row: Delivery) -> bool:
    return row.state == Delivery.State.OPEN and row.kind in (Delivery.Kind.PICKUP, Delivery.Kind.WINDOW)


def _state_name(row: Delivery) -> str:
    if row.kind == Delivery.Kind.DOOR and row.state == Delivery.State.OPEN:
        return "等工作人员送上门"
    return "等您领取" if _at_counter(row) else str(row.get_state_display())


def _progress(answer: Mapping[str, Any] | None) -> tuple[Progress, ...]:
    lines = (answer or {}).get("progress", ())
    return tuple(Progress(line["state"], tracking.WORDS[line["state"]], datetime.fromisoformat(line["at"])) for line in lines)


def _uuid(text: str) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise Hidden(text) from None
