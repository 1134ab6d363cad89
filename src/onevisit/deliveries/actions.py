"""Every write of deliveries: one is sent, redirected, handed over; a callback is heard, the courier asked, the owner reminded.

"Delivered" only after our own query confirms parcel and number. HTTP stands between transactions, never inside one.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from onevisit.access import SYSTEM, Actor, Duty, Refused, Target, require
from onevisit.deliveries import courier, progress, queries, states, tracking
from onevisit.deliveries.models import Delivery, Parcel
from onevisit.deliveries.queries import Address, DeliveryView
from onevisit.identity import signing
from onevisit.identity.peers import PeerDown, PeerWrong
from onevisit.identity.personal import purpose
from onevisit.ledger import actions as ledger
from onevisit.ledger import jobs
from onevisit.ledger.faults import fault

SETTLE = "onevisit.deliveries.jobs.settle"
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
DOUBT = timedelta(hours=1)
"""So long the courier may not know a parcel before somebody is alarmed."""
LARGEST_CALLBACK = 20_000
TO_THE_DOOR = (Delivery.Kind.COURIER, Delivery.Kind.DOOR)


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """What is to reach whom for which step: `what` in words without personal values; `office` and its place hand it over.

    `kind`: courier or door (both need the address), pickup, window, or licence, which is delivered as it lies in the library.
    `owed`: the old papers, by id, that must be given back for it.
    """

    case: str
    step: str
    kind: str
    to: str
    item: str
    what: str
    office: str
    division: str
    department: str
    address: Address | None = None
    owed: Mapping[str, str] = field(default_factory=dict)


def send(actor: Actor, new: NewDelivery) -> DeliveryView:
    """The delivery of this step is under way, once: the same again changes nothing. A job then asks the courier."""
    require(actor, Duty.DELIVERY_SEND, Target("delivery", new.case, new.division, new.department, owner=new.to, item=new.item))
    if new.kind not in Delivery.Kind.values:
        raise Refused("no-such-way", "没有这种送达方式。", "请选快递、到大厅领取、当场领取或者电子证照。")
    if new.kind in TO_THE_DOOR and new.address is None:
        raise Refused("no-address", "寄送要有收件地址。", "请填写收件人、手机号码和详细地址。")
    try:
        with transaction.atomic():
            return queries.view(_known(new) or _opened(actor, new))
    except IntegrityError:
        known = _known(new)
        if known is None:
            raise
        return queries.view(known)


def _known(new: NewDelivery) -> Delivery | None:
    return Delivery.objects.select_related("stream").filter(case=new.case, step=new.step).first()


def _opened(actor: Actor, new: NewDelivery) -> Delivery:
    now = settings.CLOCK()
    row = Delivery(
        owner_key=UUID(new.case), stream=ledger.open_stream("delivery"), case=UUID(new.case), step=new.step, kind=new.kind,
        to=UUID(new.to), item=new.item, what=new.what, office=new.office, division=new.division, department=new.department,
        opened_at=now, waiting_since=now, owed=[{"id": paper, "name": name} for paper, name in new.owed.items()],
    )  # fmt: skip
    row.address = _sealed(new.address)
    row.save()
    progress.tell(row, actor, "delivery.opened", {"kind": new.kind})
    if new.kind == Delivery.Kind.COURIER:
        _parcel(row)
    elif new.kind == Delivery.Kind.LICENCE:
        progress.move(row, actor, Delivery.State.DELIVERED.value, {})
    return row


def _sealed(address: Address | None) -> dict[str, str] | None:
    """The address as it is kept; Refused if part of it is missing."""
    if address is None:
        return None
    kept = {"name": address.name.strip(), "phone": address.phone.strip(), "address": address.place.strip()}
    if not all(kept.values()):
        raise Refused("half-address", "收件地址没有写全。", "请填写收件人、手机号码和详细地址。")
    return kept


def _parcel(row: Delivery) -> None:
    """A new parcel, and the job that takes it to the courier."""
    made = Parcel.objects.create(delivery=row, courier=courier.PEER, opened_at=settings.REAL_CLOCK())
    jobs.defer(SETTLE, key=f"parcel/{made.public_id}", delivery_id=str(row.public_id), parcel_id=str(made.public_id))


@transaction.atomic
def redirect(actor: Actor, delivery_id: str, kind: str, address: Address | None = None) -> DeliveryView:
    """It takes another way: a courier instead of the counter, or the counter after a courier failed. Refused while under way."""
    require(actor, Duty.DELIVERY_REDIRECT, queries.target(queries.row_of(delivery_id)))
    row = lock(delivery_id)
    if row.parcels.filter(state__in=states.UNDER_WAY).exists():
        raise Refused("under-way", "快递正在寄送，现在不能改送达方式。", "请等快递送到或者退回后再改。")
    if not states.allowed(states.DELIVERY, row.state, Delivery.State.OPEN) or kind not in ("courier", "pickup"):
        raise Refused("too-late", f"{row.what}{row.get_state_display()}，不能再改送达方式。", "请刷新页面再看。")
    if address is not None:
        row.address = _sealed(address)
    if kind == Delivery.Kind.COURIER and row.address is None:
        raise Refused("no-address", "寄送要有收件地址。", "请填写收件人、手机号码和详细地址。")
    row.kind, row.state, row.waiting_since, row.reminded_at = kind, Delivery.State.OPEN, settings.CLOCK(), None
    row.save()
    progress.tell(row, actor, "delivery.redirected", {"kind": kind})
    if kind == Delivery.Kind.COURIER:
        _parcel(row)
    return queries.view(row)


@transaction.atomic
def hand_over(actor: Actor, delivery_id: str, note: str, surrendered: Collection[str] = ()) -> DeliveryView:
    """The result is in the hands of its owner, against the signature that `note` tells of (签收). Second clerks are refused.

    `surrendered`: the old papers, by id, that were given back; without those that are owed nothing is handed over (交旧领新).
    """
    require(actor, Duty.LICENCE_HAND, queries.target(queries.row_of(delivery_id)))
    if not note.strip():
        raise Refused("no-signature", "领取要由领取人签收。", "请写明由谁签收、出示了什么证件。")
    row = lock(delivery_id)
    if row.parcels.filter(state__in=states.UNDER_WAY).exists():
        raise Refused("under-way", f"{row.what}正在快递途中，不在窗口。", "请等快递送到或者退回。")
    if not states.allowed(states.DELIVERY, row.state, Delivery.State.COLLECTED):
        raise Refused("not-here", f"{row.what}{row.get_state_display()}，不能再次领取。", "请刷新页面再看。")
    kept = [paper["name"] for paper in row.owed if paper["id"] not in surrendered]
    if kept:
        raise Refused("old-paper-owed", f"领取要交回{'、'.join(kept)}。", "请收回后再发，并勾选已经收回。")
    row.receipt = note.strip()
    back = progress.take_back(row)
    progress.move(row, actor, Delivery.State.COLLECTED.value, {"surrendered": back} if back else {})
    return queries.view(row)


@transaction.atomic
def chase(delivery_id: str) -> None:
    """An uncollected result: its owner is reminded once; a week later a courier brings it, free of charge (送件上门)."""
    require(SYSTEM, Duty.DELIVERY_REDIRECT, queries.target(queries.row_of(delivery_id)))
    row, now = lock(delivery_id), settings.CLOCK()
    if row.state != Delivery.State.OPEN or row.kind not in (Delivery.Kind.PICKUP, Delivery.Kind.WINDOW):
        return
    if row.reminded_at is None:
        if now - row.waiting_since >= queries.UNCOLLECTED:
            row.reminded_at = now
            row.save()
            progress.tell(row, SYSTEM, "delivery.reminded", {"waiting_since": row.waiting_since.isoformat()})
    elif now - row.reminded_at >= queries.UNCOLLECTED and row.address is not None:
        redirect(SYSTEM, delivery_id, Delivery.Kind.COURIER.value)


def callback(headers: Mapping[str, str], body: bytes) -> None:
    """If signed and about our parcel and its number, the courier is asked; else the callback is Refused, with an alarm."""
    said = _said(body)
    parcel = queries.parcel(str(said.get("parcel", "")))
    try:
        key_id = signing.verify_request(headers, "POST", courier.CALLBACK_PATH, body)
        if not courier.is_key_of(key_id, parcel.courier if parcel else courier.PEER):
            raise signing.BadSignature("unknown-key")
    except signing.BadSignature as why:
        _doubtful(parcel, f"callback-{why.code}")
        raise Refused("bad-callback", str(why)) from why
    if parcel is None:
        progress.log.warning("callback for no parcel of ours")
        raise Refused("no-parcel", "没有这个快递单。")
    if parcel.number and said.get("number") != parcel.number:
        _doubtful(parcel, "callback-other-number")
        raise Refused("bad-callback", "通知里的运单号与快递单不符。")
    settle(str(parcel.delivery.public_id), str(parcel.public_id))


def settle(delivery_id: str, parcel_id: str = "") -> DeliveryView:
    """The delivery, after the courier was given each parcel that it lacks and asked about each under way (or the one named)."""
    require(SYSTEM, Duty.DELIVERY_SETTLE, queries.target(queries.row_of(delivery_id)))
    for parcel in queries.to_ask(delivery_id, parcel_id):
        try:
            answer = _answer(parcel)
        except PeerDown:
            _in_doubt(parcel)
        except PeerWrong as why:
            _in_doubt(parcel, f"answer-{why.code}")
        else:
            fault("after_courier_before_record")
            take_in(parcel, answer)
    return queries.view(queries.row_of(delivery_id))


def _answer(parcel: Parcel) -> courier.Answer:
    """The courier's word on the parcel, which it is given first if it has not got it."""
    if parcel.state != Parcel.State.OPEN:
        return courier.ask(parcel)
    of = parcel.delivery
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(of.to), case=str(of.case)):
        address = of.address.reveal()
    fault("after_parcel_before_courier")
    return courier.post(parcel, address)


@transaction.atomic
def take_in(asked: Parcel, answer: courier.Answer) -> None:
    """What the courier answered is written down, if it is to be believed; what is older than that changes nothing."""
    row = lock(str(asked.delivery.public_id))
    parcel = Parcel.objects.select_for_update().get(pk=asked.pk)
    if answer.status in (400, 422) and parcel.state == Parcel.State.OPEN:
        progress.refuse(row, parcel, "refused-by-courier")
        return
    try:
        if answer.status != 200:
            raise tracking.Wrong(f"status-{answer.status}")
        with transaction.atomic():
            progress.record(row, parcel, answer)
    except tracking.Wrong as why:
        parcel.refresh_from_db()
        row.refresh_from_db()
        progress.alarm(row, f"answer-{why.code}", str(parcel.public_id))
    _ask_again(parcel)


@transaction.atomic
def _in_doubt(asked: Parcel, code: str = "") -> None:
    """No usable answer: asked again later; a lie, or a courier that is away for long, is known by an alarm."""
    row = lock(str(asked.delivery.public_id))
    parcel = Parcel.objects.select_for_update().get(pk=asked.pk)
    if code:
        progress.alarm(row, code, str(parcel.public_id))
    if parcel.state == Parcel.State.OPEN and settings.REAL_CLOCK() - parcel.opened_at > DOUBT:
        progress.alarm(row, "courier-away", str(parcel.public_id))
    _ask_again(parcel)


@transaction.atomic
def _doubtful(parcel: Parcel | None, code: str) -> None:
    """A callback that is not to be believed changes nothing; it is known by an alarm if it names a parcel of ours."""
    if parcel is None:
        progress.log.warning("callback refused", extra={"code": code})
        return
    progress.alarm(lock(str(parcel.delivery.public_id)), code, str(parcel.public_id))


def lock(delivery_id: str) -> Delivery:
    """The delivery, newest, held until the transaction ends. Order of locks: case, bill, delivery, licence, stream."""
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("stream")
    return rows.get(public_id=delivery_id)


def _ask_again(parcel: Parcel) -> None:
    """The next question to the courier, ever later; none once the parcel's end is known."""
    if parcel.state not in states.UNDER_WAY:
        return
    parcel.asked += 1
    parcel.save(update_fields=["asked"])
    pause = min(FIRST_PAUSE * 2 ** min(parcel.asked, 12), LONGEST_PAUSE)
    # no job lock: a job that waits for its time would hold back all others of that lock; the delivery's row lock is enough
    jobs.defer(
        SETTLE,
        key=f"parcel/{parcel.public_id}",
        at=settings.REAL_CLOCK() + pause,
        delivery_id=str(parcel.delivery.public_id),
        parcel_id=str(parcel.public_id),
    )


def _said(body: bytes) -> dict[str, Any]:
    """The callback's document, empty if it is none."""
    try:
        document = json.loads(body) if len(body) <= LARGEST_CALLBACK else None
    except (ValueError, RecursionError):
        document = None
    return document if isinstance(document, dict) else {}
