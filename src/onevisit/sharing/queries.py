"""Reading resources and inquiries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from onevisit.access import Hidden
from onevisit.sharing.models import Inquiry, SharedResource


@dataclass(frozen=True, slots=True)
class ResourceView:
    """A shared resource: who provides it, what it needs besides its subject, what it answers."""

    id: str
    name: str
    provider: str
    provider_name: str
    params: tuple[str, ...]
    fields: tuple[Mapping[str, Any], ...]
    freshness: int


@dataclass(frozen=True, slots=True)
class Inquired:
    """What came of an inquiry: values where it was answered; whom one waits for where it was not."""

    inquiry_id: str
    resource: str
    state: str
    source_name: str
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""
    waiting_for: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """An inquiry as a list shows it: no value."""

    id: str
    resource: str
    name: str
    state: str
    state_name: str
    at: datetime
    failure: str


def resource(word: str) -> ResourceView:
    """The resource; raises `Hidden` if there is none."""
    found = row(word)
    return ResourceView(
        found.word, found.name, found.provider, found.provider_name, tuple(found.params), tuple(found.fields), found.freshness
    )


def row(word: str) -> SharedResource:
    """The resource's row. For this room's actions."""
    found = SharedResource.objects.filter(word=word, active=True).first()
    if found is None:
        raise Hidden(f"resource {word}")
    return found


def of_case(case: str) -> tuple[Asked, ...]:
    """Every inquiry of a case, oldest first; for a room that has asked its own gate."""
    rows = Inquiry.objects.filter(case=case).select_related("resource").order_by("asked_at", "id")
    return tuple(
        Asked(
            str(one.public_id),
            one.resource.word,
            one.resource.name,
            one.state,
            one.get_state_display(),
            one.asked_at,
            one.failure,
        )
        for one in rows
    )


def fresh(case: str, of: SharedResource, params_digest: bytes) -> Inquiry | None:
    """The newest answered inquiry of this case about the same thing, while it is fresh."""
    since = settings.CLOCK().timestamp() - of.freshness
    newest = (
        Inquiry.objects.filter(case=case, resource=of, params_digest=params_digest, state__in=["answered", "empty"])
        .order_by("-asked_at", "-id")
        .first()
    )
    return newest if newest and newest.asked_at.timestamp() >= since else None
