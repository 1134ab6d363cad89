"""Changes of standards on their way (修订稿), as editors and reviewers read them: state, faults, visits, history."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from onevisit.access import Hidden, Target
from onevisit.catalogue import phrases, queries, replies
from onevisit.catalogue.models import BaseItem, Revision, Standard, StandardFile
from onevisit.city import queries as city
from onevisit.core import definition, lint, process, reading, visits, workdays
from onevisit.core.diagnostics import Diagnostic
from onevisit.core.offers import Register
from onevisit.core.reading import Reading
from onevisit.core.visits import Visits
from onevisit.ledger import queries as ledger
from onevisit.ledger.queries import EventView

CLOSING = time(17)
OTHER_HEAD = "OV901"
COUNTED = ("", "process", "questions", "parties", "materials")
"""The parts of a definition in which a fault makes another number of visits."""
PUBLIC_WITHIN = 1
"""Working days from decision to publication (DEFINITION section 1)."""


@dataclass(frozen=True)
class RevisionView:
    """A change of one standard: what it says so far, who wrote it, how far it has come."""

    id: str
    key: str
    name: str
    level: str
    level_name: str
    department_id: str
    department_name: str
    state: str
    state_name: str
    saved: int
    content: str
    note: str
    remark: str
    writers: tuple[str, ...]
    changed_at: datetime
    decided_at: datetime | None
    effective_at: datetime | None
    origin_id: int | None
    origin_version: int | None
    published_id: int | None
    """The version that came of it."""
    files: Mapping[str, bytes]

    @property
    def document(self) -> dict[str, Any]:
        """The content as plain values; numbers as they were written."""
        found: dict[str, Any] = json.loads(self.content)
        return found

    @property
    def writable(self) -> bool:
        """Whether it is still being written."""
        return self.state == Revision.State.DRAFT


@dataclass(frozen=True)
class Checked:
    """What the compiler says of a content: every fault with its place, and the visits where they can be counted."""

    diagnostics: tuple[Diagnostic, ...]
    standard: definition.Standard | None
    counted: Visits | None

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What must be mended before anybody else may see it."""
        return tuple(one for one in self.diagnostics if one.severity == "error")


def rows() -> QuerySet[Revision]:
    """Revisions with all that a view needs; of the version that they change only what it is called."""
    found = Revision.objects.select_related("base_item__department", "origin").prefetch_related("files")
    return found.defer("origin__definition", "origin__text")


def target(base: BaseItem, writers: Sequence[str] = ()) -> Target:
    """The object of an editor's act."""
    return Target("standard", id=base.key, item=base.key, department=base.department_id, parties=frozenset(writers))


def aim(key: str) -> Target:
    """The object of an act on the standard of an item. Raises `Hidden` where there is none."""
    base = BaseItem.objects.filter(key=key).first()
    if base is None:
        raise Hidden(f"item {key}")
    return target(base)


def target_of(one: RevisionView) -> Target:
    """The object of an act on this change."""
    return Target("standard", id=one.key, item=one.key, department=one.department_id, parties=frozenset(one.writers))


def view(row: Revision) -> RevisionView:
    """The row as a frozen value."""
    base, origin = row.base_item, row.origin
    kept = {one.name: bytes(one.content) for one in StandardFile.objects.filter(standard=origin)} if origin else {}
    return RevisionView(
        id=str(row.public_id), key=base.key, name=base.name, level=row.level, level_name=phrases.LEVELS[row.level],
        department_id=base.department_id, department_name=base.department.name, state=row.state,
        state_name=row.get_state_display(), saved=row.saved, content=row.content, note=row.note, remark=row.remark,
        writers=tuple(row.writers), changed_at=row.changed_at, decided_at=row.decided_at, effective_at=row.effective_at,
        origin_id=origin.pk if origin else None, origin_version=origin.version if origin else None,
        published_id=row.published_id, files={**kept, **{one.name: bytes(one.content) for one in row.files.all()}},
    )  # fmt: skip


def revision(revision_id: str) -> RevisionView:
    """One revision. Raises `Hidden` where there is none."""
    row = rows().filter(public_id=revision_id).first()
    if row is None:
        raise Hidden(f"revision {revision_id}")
    return view(row)


def open_revision(key: str, level: str) -> RevisionView | None:
    """The change of this standard that is on its way, if there is one."""
    row = rows().filter(base_item__key=key, level=level, state__in=Revision.OPEN).first()
    return view(row) if row else None


def history(key: str, level: str) -> tuple[Standard, ...]:
    """Every version that was ever in force, the newest first; for this room's own actions and the views below."""
    found = Standard.objects.filter(base_item__key=key, level=level).exclude(state=Standard.State.DRAFT)
    return tuple(found.select_related("base_item", "stream").order_by("-version"))


def is_overtaken(one: RevisionView) -> bool:
    """Whether another version has come into force since the change was begun."""
    current = Standard.objects.filter(base_item__key=one.key, level=one.level, state=Standard.State.PUBLISHED).first()
    return (current.pk if current else None) != one.origin_id


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the history of a standard."""

    id: int
    version: int
    state: str
    state_name: str
    decided_at: datetime
    published_at: datetime | None
    retired_at: datetime | None
    content_hash: str
    public_days: int
    note: str
    writers: tuple[str, ...]
    """Accounts that wrote it; none where a pack brought it."""
    decided_by: str
    restores: int
    """The version that it brought back, 0 for any other."""


def versions(key: str, level: str) -> tuple[Version, ...]:
    """The history of a standard, the newest first, each with who wrote it and who decided."""
    made = {row.published_id: row for row in Revision.objects.filter(base_item__key=key, level=level, published__isnull=False)}
    found = history(key, level)
    back = {one.pk: reverted for one in found if not one.pack and one.pk not in made for reverted in _reverted(one)}
    return tuple(_version(one, made.get(one.pk), back.get(one.pk)) for one in found)


def _reverted(row: Standard) -> tuple[EventView, ...]:
    """The event that brought back an older version, if this is such a one."""
    return tuple(one for one in ledger.events(str(row.stream.public_id)) if one.kind == "standard.reverted")


def _version(row: Standard, made: Revision | None, back: EventView | None) -> Version:
    return Version(
        id=row.pk, version=row.version, state=row.state, state_name=row.get_state_display(), decided_at=row.decided_at,
        published_at=row.published_at, retired_at=row.retired_at, content_hash=row.content_hash,
        public_days=days_to_public(row), note=made.note if made else "", writers=tuple(made.writers) if made else (),
        decided_by=made.decided_by if made else back.actor if back else "", restores=int(back.data["to"]) if back else 0,
    )  # fmt: skip


def days_to_public(row: Standard) -> int:
    """Working days from the decision to the publication of a version."""
    days = [moment.astimezone(settings.ZONE).date() for moment in (row.decided_at, row.published_at) if moment]
    return workdays.working_days_between(city.calendar(), days[0], days[-1])


def latest(decided: datetime) -> datetime:
    """Until when what is decided now must be public: the closing of the next working day."""
    calendar, day = city.calendar(), decided.astimezone(settings.ZONE).date()
    return datetime.combine(calendar.next_workday(day), CLOSING, settings.ZONE)


def skeleton(base: BaseItem, level: str) -> dict[str, Any]:
    """What a new standard of this item begins with: what the base catalogue knows, and no word more."""
    head = {
        "key": base.key, "name": base.name, "type": base.type, "department": base.department_id, "basis": base.basis,
        **({"code": base.code} if base.code and not base.code_provisional else {}),
        **({"theme": base.theme} if base.theme else {}),
    }  # fmt: skip
    limits = [{"legal": base.legal_days}] if base.legal_days is not None else []
    process = [{"id": "submit", "by": "applicant", "does": "submit", "at": ["online", "hall"]}]
    return {
        "format": definition.FORMAT, "item": head, "level": level, "audience": base.audience,
        "handling": base.handling or "promised", "limits": limits, "process": process,
    }  # fmt: skip


WISHED = ("name", "type", "basis", "code")
"""What stands in the head of every definition, and the province may say anew."""


def wishes(base: BaseItem) -> dict[str, Any]:
    """What was taken over from the province and waits for a publication: {name, type, basis, code}, as the head says it."""
    if base.pk is None:
        return {}
    rows = base.master_changes.filter(outcome="taken", field__in=WISHED).order_by("settled_at")
    found = {row.field: row.theirs for row in rows}
    return {name: _basis(base, text) if name == "basis" else text for name, text in found.items()}


def _basis(base: BaseItem, text: str) -> list[dict[str, str]]:
    """The first of the laws is another one, the rest stays."""
    return [phrases.cited(text), *base.basis[1:]]


def headed(document: Mapping[str, Any], base: BaseItem, wished: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The document with the name, type and department that the base item has (they stand in one place), or is to have."""
    head = {"name": base.name, "type": base.type, "department": base.department_id, **(wished or {})}
    return {**document, "item": {**document["item"], **head}}


def check(key: str, level: str, content: str) -> Checked:
    """What lint says of this content beside all that is in force; the visits, if it can be counted."""
    read = reading.read(content, named(key, level))
    found = _beside(str(connection.settings_dict["NAME"]), queries.edition(), queries.register()).edited(read)
    base = BaseItem.objects.filter(key=key).first()
    if base and wishes(base):
        found = [one for one in found if one.code != OTHER_HEAD]  # other levels follow, each in a draft of its own
    standard = read.document if isinstance(read.document, definition.Standard) else None
    broken = any(one.code < "OV105" and one.path.split(".")[0] in COUNTED for one in found)
    whole = standard if standard and standard.process and not broken else None
    return Checked(tuple(found), standard, _counted(whole))


def _counted(standard: definition.Standard | None) -> Visits | None:
    try:
        return visits.visits(standard) if standard else None
    except process.Circular:
        return None


def named(key: str, level: str) -> str:
    """What the file of a standard is called in findings."""
    return f"{key}/{level}"


def others() -> tuple[Reading, ...]:
    """Everything in force, read once for each edition of the catalogue, with the register as it is now.

    To what the city has cancelled comes what the country has.
    """
    return _with_register(str(connection.settings_dict["NAME"]), queries.edition(), queries.register())


def _with_register(database: str, edition: str, known: Register) -> tuple[Reading, ...]:
    whole = replace(known, cancelled=(*replies.abolished(), *known.cancelled))
    return (*in_force(database, edition), Reading(whole, (), {}, "register"))


@lru_cache(maxsize=2)
def _beside(database: str, edition: str, known: Register) -> lint.Beside:
    """What all that is in force tells a file that is being edited."""
    return lint.Beside(_with_register(database, edition, known))


@lru_cache(maxsize=2)
def in_force(database: str, _edition: str) -> tuple[Reading, ...]:
    """Every definition in force, each read once however often the catalogue changes: a version never does."""
    rows = Standard.objects.filter(state=Standard.State.PUBLISHED).order_by("pk").values_list("pk", "base_item__key", "level")
    places = {pk: named(key, level) for pk, key, level in rows}
    kept = {pk: _READ[database, pk] for pk in places if (database, pk) in _READ}
    for pk, text in Standard.objects.filter(pk__in=places.keys() - kept.keys()).values_list("pk", "definition"):
        kept[pk] = _READ[database, pk] = reading.read(text, places[pk])
    for gone in [place for place in tuple(_READ) if place[0] == database and place[1] not in places]:
        _READ.pop(gone, None)
    return tuple(kept[pk] for pk in places)


_READ: dict[tuple[str, int], Reading] = {}
"""What this process has read of what is in force."""


def forget() -> None:
    """Nothing is known any more of what is in force."""
    in_force.cache_clear()
    _beside.cache_clear()
    _READ.clear()


@lru_cache(maxsize=4096)
def _faults(_database: str, revision: str, _saved: int, _edition: str) -> int:
    one = Revision.objects.select_related("base_item").get(public_id=revision)
    return len(check(one.base_item.key, one.level, one.content).errors)


def faults(revision: str, saved: int) -> int:
    """How many errors a draft has, counted once for each time that it was saved."""
    return _faults(str(connection.settings_dict["NAME"]), revision, saved, queries.edition())
