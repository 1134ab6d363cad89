"""What the ledger holds, as frozen rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from onevisit.ledger.models import Event


@dataclass(frozen=True, slots=True)
class EventView:
    """One event, as it was written."""

    id: int
    stream: str
    seq: int
    kind: str
    happened: datetime
    entered: datetime
    actor: str
    on_behalf_of: str
    via: str
    data: Mapping[str, Any]
    previous: bytes
    hash: bytes


def events(stream: UUID | str) -> tuple[EventView, ...]:
    """The events of the stream with this public id, in order."""
    return tuple(view(row) for row in Event.objects.filter(stream__public_id=stream).select_related("stream").order_by("seq"))


def event(event_id: int) -> EventView:
    """The event that a job of news speaks of."""
    return view(Event.objects.select_related("stream").get(pk=event_id))


def view(row: Event) -> EventView:
    """The row as a frozen record."""
    return EventView(
        row.pk, str(row.stream.public_id), row.seq, row.kind, row.happened, row.entered, row.actor, row.on_behalf_of, row.via,
        row.data, bytes(row.previous), bytes(row.hash),
    )  # fmt: skip


def record(of: EventView) -> dict[str, object]:
    """What of the event is hashed: everything but the hashes; times in UTC (docs/adr/0001)."""
    return {
        "stream": of.stream, "seq": of.seq, "kind": of.kind, "happened": _instant(of.happened), "entered": _instant(of.entered),
        "actor": of.actor, "on_behalf_of": of.on_behalf_of, "via": of.via, "data": dict(of.data),
    }  # fmt: skip


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
