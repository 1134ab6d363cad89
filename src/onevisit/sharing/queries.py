"""Every read of sharing: resources, what an item may ask, what was asked for a case and what came of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from onevisit.access import Actor, Duty, Hidden, Target, require
from onevisit.city import queries as city
from onevisit.sharing.models import Inquiry, SharedResource, Whitelist


@dataclass(frozen=True, slots=True)
class ResourceView:
    """A shared resource; `provider_name` is the department's name for people."""

    id: str
    name: str
    provider: str
    provider_name: str
    peer: str
    path: str
    mode: str
    subject: str
    params: tuple[str, ...]
    fields: tuple[Mapping[str, Any], ...]
    basis: tuple[Mapping[str, str], ...]
    freshness: int


@dataclass(frozen=True, slots=True)
class Inquired:
    """What came of an inquiry: answered, empty, down or wrong. `waiting_for` names, for people, who gave no usable answer."""

    inquiry_id: str
    state: str
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)
    source_name: str = ""
    failure: str = ""
    waiting_for: str = ""
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class InquiryView:
    """One inquiry as the person may see it: what was asked of whom, why, when; never the values."""

    id: str
    resource: str
    resource_name: str
    provider_name: str
    data: tuple[str, ...]
    purpose: str
    basis: tuple[Mapping[str, str], ...]
    asked_at: datetime
    state: str
    source: str
    source_time: datetime | None
    failure: str


def resource(word: str) -> ResourceView:
    """The resource of this id; raises Hidden."""
    return resource_view(row_of(word))


def params(word: str) -> tuple[str, ...]:
    """What the resource needs to be told besides its subject; raises Hidden."""
    return tuple(row_of(word).params)


def resources() -> tuple[ResourceView, ...]:
    """Every resource, by its id."""
    return tuple(resource_view(row) for row in SharedResource.objects.order_by("word"))


def row_of(word: str) -> SharedResource:
    """The row; raises Hidden."""
    row = SharedResource.objects.filter(word=word).first()
    if row is None:
        raise Hidden(f"resource {word}")
    return row


def allowed(item: str, row: SharedResource) -> tuple[Whitelist, ...]:
    """What this item may ask of the resource now, by datum."""
    return tuple(Whitelist.objects.filter(item=item, resource=row, stopped_at=None).order_by("datum"))


def latest(actor: Actor, case: str, word: str, at: Target | None = None) -> Inquired | None:
    """What came of the newest inquiry of this case to this resource, without values; None if there was none.

    `at`: the case as an officer of one office meets it.
    """
    row = _of_case(case).filter(resource__word=word).order_by("-asked_at", "-pk").first()
    if row is None:
        return None
    require(actor, *_seen(actor, row, at))
    return inquired(row)


@dataclass(frozen=True, slots=True)
class Heard:
    """How one inquiry ended, with nothing of what it said: answered, empty, down or wrong."""

    inquiry_id: str
    state: str
    at: datetime
    failure: str

    @property
    def failed(self) -> bool:
        """Whether there was no answer to be used."""
        return self.state in (Inquiry.State.DOWN, Inquiry.State.WRONG)


def heard(word: str, case: str = "") -> Heard | None:
    """How the newest inquiry to this resource ended, in this case or in any; None if there was none yet."""
    ended = Inquiry.objects.filter(resource__word=word).exclude(state=Inquiry.State.ASKED)
    row = (ended.filter(case=UUID(case)) if case else ended).order_by("-pk").first()
    return Heard(str(row.public_id), row.state, row.answered_at or row.asked_at, row.failure) if row else None


def of_case(actor: Actor, case: str) -> tuple[InquiryView, ...]:
    """Every inquiry of a case that the actor may see, the newest first."""
    rows = list(_of_case(case).order_by("-asked_at", "-pk"))
    for row in rows[:1]:
        require(actor, *_seen(actor, row))
    return tuple(_view(row) for row in rows)


def inquired(row: Inquiry, values: Mapping[str, Any] | None = None) -> Inquired:
    """The row as what came of it; `values` were opened by the caller."""
    failed = row.state in (Inquiry.State.DOWN, Inquiry.State.WRONG, Inquiry.State.ASKED)
    return Inquired(
        inquiry_id=str(row.public_id), state=Inquiry.State.DOWN.value if row.state == Inquiry.State.ASKED else row.state,
        values=values or {}, source_name=row.source or provider_name(row.resource.provider), at=row.answered_at or row.asked_at,
        failure=row.failure, waiting_for=waited_for(row.resource) if failed else "", next_try_at=row.next_try_at,
    )  # fmt: skip


def values_of(row: Inquiry) -> Mapping[str, Any]:
    """The values of an answered inquiry; only inside a purpose that speaks of its case."""
    sealed = row.answer
    found: Mapping[str, Any] = json.loads(sealed.reveal()["body"])["values"] if sealed else {}
    return found


def waited_for(row: SharedResource) -> str:
    """Whom and what a case waits for, in words."""
    return f"{provider_name(row.provider)}（{row.name}）"


def provider_name(department: str) -> str:
    """A department's name, its id if the city does not know it."""
    try:
        return city.department(department).name
    except city.NotHere:
        return department


def resource_view(row: SharedResource) -> ResourceView:
    """The row as a frozen record."""
    return ResourceView(
        row.word, row.name, row.provider, provider_name(row.provider), row.peer, row.path, row.mode, row.subject,
        tuple(row.params), tuple(row.fields), tuple(row.basis), row.freshness,
    )  # fmt: skip


def _of_case(case: str) -> Any:
    try:
        return Inquiry.objects.select_related("resource").filter(case=UUID(case))
    except ValueError:
        raise Hidden(f"case {case}") from None


def _seen(actor: Actor, row: Inquiry, at: Target | None = None) -> tuple[Duty, Target]:
    duty = Duty.SHARED_SEE if actor.kind == "applicant" else Duty.SHARED_QUERY
    department, division = (at.department, at.division) if at else ("", "")
    return duty, Target("case", str(row.case), division, department, owner=str(row.subject), item=row.item)


def _view(row: Inquiry) -> InquiryView:
    words = {each["id"]: each["name"] for each in row.resource.fields}
    return InquiryView(
        id=str(row.public_id), resource=row.resource.word, resource_name=row.resource.name,
        provider_name=provider_name(row.resource.provider), data=tuple(words.get(name, name) for name in row.data),
        purpose=row.purpose, basis=tuple(row.basis), asked_at=row.asked_at, state=row.state, source=row.source,
        source_time=row.source_time, failure=row.failure,
    )  # fmt: skip
