"""What the API's answers look like: frozen values whose JSON Schema stands in the OpenAPI document; times with +08:00."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from pydantic import TypeAdapter

from onevisit.cases.queries import Account, CaseView, RailStep
from onevisit.catalogue import speech as spoken
from onevisit.catalogue.guide import FeeLine, Guide, Named
from onevisit.catalogue.queries import Hit, Listed, Reply, Theme


@dataclass(frozen=True, slots=True)
class Links:
    """Where to go from an item."""

    self: str
    guide: str
    door: str
    page: str
    print: str
    speech: str


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """An item as a division offers it, in short; the whole is its guide."""

    code: str
    code_provisional: bool
    key: str
    name: str
    type: str
    level: str
    themes: tuple[str, ...]
    audience: str
    handling: str
    division_code: str
    division_name: str
    department_name: str
    office_name: str
    demo: bool
    promise: str
    word: str
    visits: Mapping[str, int]
    limits: tuple[Named, ...]
    fees: tuple[FeeLine, ...]
    owed_count: int
    fetched_count: int
    version: int
    published_at: datetime
    content_hash: str
    links: Links


@dataclass(frozen=True, slots=True)
class Spoken:
    """The guide as it is spoken: a sentence after the other, the last one with version and check code."""

    code: str
    key: str
    name: str
    division_code: str
    version: int
    published_at: datetime
    content_hash: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `next` is the cursor of the following one, absent on the last."""

    items: tuple[Listed, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """One answer to a search; `score` from 0 to 1, as text."""

    item: str
    name: str
    level: str
    score: str
    why: str
    promise: str
    listed: Listed


@dataclass(frozen=True, slots=True)
class FoundPage:
    """The answers to a search, best first; `replies` are answers in words, which stand above the hits."""

    hits: tuple[Found, ...]
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Themes:
    """Every theme that holds items."""

    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """A case in a list: no personal value."""

    id: str
    number: str
    item_key: str
    item_name: str
    division: str
    office_name: str
    stage: str
    stage_name: str
    outcome: str
    received_at: datetime | None
    accepted_at: datetime | None
    due_at: datetime | None
    decided_at: datetime | None
    concluded_at: datetime | None
    updated_at: datetime
    waiting_for: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of one's own cases, the newest first."""

    cases: tuple[CaseAnswer, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Visits:
    """The running account of visits (跑腿账)."""

    made: int
    promised: int


@dataclass(frozen=True, slots=True)
class CaseWhole:
    """A case with its rail and its account of visits."""

    case: CaseAnswer
    rail: tuple[RailStep, ...]
    visits: Visits


def written(shape: type, value: Any) -> bytes:
    """The value as JSON bytes."""
    return _adapters.setdefault(shape, TypeAdapter(shape)).dump_json(value)


_adapters: dict[type, TypeAdapter[Any]] = {}


def item(told: Guide) -> ItemAnswer:
    """The short form of a guide."""
    place = f"?division={told.division_code}"
    api, portal = f"/api/v1/items/{told.code}", f"/items/{told.key}"
    links = Links(api, f"{api}/guide", f"{api}/door.svg", f"{portal}{place}", f"{portal}/guide.pdf{place}", f"{api}/speech")
    same = {one.name: getattr(told, one.name) for one in fields(ItemAnswer) if hasattr(told, one.name)}
    ways = {"online": told.visits, "hall": told.doors[-1].visits}
    return ItemAnswer(
        **{**same, "demo": told.office_demo, "visits": ways, "published_at": local(told.published_at), "links": links}
    )


def guide(told: Guide) -> Guide:
    """The guide with its time in hall time."""
    return replace(told, published_at=local(told.published_at))


def speech(told: Guide) -> Spoken:
    """The guide's sentences, with the revision that they are of."""
    return Spoken(
        told.code, told.key, told.name, told.division_code, told.version, local(told.published_at), told.content_hash,
        spoken.sentences(told),
    )  # fmt: skip


def found(hit: Hit) -> Found:
    """A hit with its score as text."""
    return Found(hit.item, hit.name, hit.level, f"{hit.score:.2f}", hit.why, hit.promise, hit.listed)


def case(view: CaseView) -> CaseAnswer:
    """A case as its applicant's own systems read it."""
    shown: dict[str, Any] = {one.name: getattr(view, one.name) for one in fields(CaseAnswer)}
    shown.update({name: local(value) for name, value in shown.items() if isinstance(value, datetime)})
    return CaseAnswer(**shown)


def whole(view: CaseView, rail: tuple[RailStep, ...], account: Account) -> CaseWhole:
    """A case with all that its page shows."""
    steps = tuple(replace(step, at=local(step.at) if step.at else None) for step in rail)
    return CaseWhole(case(view), steps, Visits(account.made, account.promised))


def local(moment: datetime) -> datetime:
    """The same moment in hall time."""
    return moment.astimezone(settings.ZONE)
