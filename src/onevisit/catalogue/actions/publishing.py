"""A definition is in force: linted beside what is in force, written once, the version before retired."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import SYSTEM, Actor, Duty, Refused, Target
from onevisit.catalogue import packs, revisions
from onevisit.catalogue.actions.describing import index
from onevisit.catalogue.actions.offering import adjust, offer, recode
from onevisit.catalogue.models import BaseItem, RegisterEntry, Revision, RevisionFile, Standard, StandardFile
from onevisit.catalogue.packs import Definition, Pack
from onevisit.city.models import Department
from onevisit.core import lint, reading, visits
from onevisit.core.definition import ItemHead
from onevisit.core.offers import Register
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did with one definition; `changed` is false where this very content was in force already."""

    key: str
    level: str
    version: int
    standard_id: int
    content_hash: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Where a definition comes from: a pack, by its version and name, with people's words; nothing of it for the studio."""

    pack: str = ""
    name: str = ""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@transaction.atomic
def publish_pack(actor: Actor, pack: Pack, decided_at: datetime | None = None) -> tuple[Published, ...]:
    """Every definition of the pack is in force; what had the same content already stays as it is.

    `decided_at` is when the change was decided (default: now). A case stays on the version that it was filed under.
    """
    access.require(actor, Duty.GUIDE_PUBLISH, Target("standard", id=pack.name))
    _register(pack.register, pack.name)
    _lint(pack)
    now = settings.CLOCK()
    published = tuple(_of_pack(actor, pack, one, decided_at or now) for one in pack.definitions)
    for one in pack.offers:
        offer(actor, one.item, one.division, one)
    return published


def _lint(pack: Pack) -> None:
    """Raises `Refused` with every error that the linter finds in the pack, beside all that is in force and registered."""
    own = {one.name for one in pack.readings}
    anew = {revisions.named(one.standard.item.id, one.standard.level) for one in pack.definitions}
    report = lint.lint([*pack.readings, *(one for one in revisions.others() if one.name not in anew)])
    wrong = [one for one in report.diagnostics if one.severity == "error" and one.file in own]
    if wrong:
        said = "\n".join(f"{one.file}:{one.line}：{one.code} {one.message}" for one in wrong)
        raise Refused("lint", said, "\n改好以后再公布。")


def put_in_force(actor: Actor, written: Definition, decided_at: datetime, source: Source) -> Published:
    """The definition is in force (公布); the version before is retired, cases stay on it. Within the caller's transaction."""
    standard = written.standard
    item = _base_item(standard.item, source, written)
    versions = Standard.objects.select_for_update().filter(base_item=item, level=standard.level)
    current = versions.filter(state=Standard.State.PUBLISHED).first()
    if current and current.content_hash == written.content_hash:
        return _published(item, current, changed=False)
    now = settings.CLOCK()
    if current:
        current.state, current.retired_at = Standard.State.RETIRED, now
        current.save(update_fields=["state", "retired_at"])
        ledger.append(current.stream, actor, [Entry("standard.retired", {"item": item.key, "version": current.version})])
    last = versions.order_by("-version").first()
    row = Standard.objects.create(
        stream=ledger.open_stream("standard"), base_item=item, level=standard.level, version=last.version + 1 if last else 1,
        definition=packs.written(standard), text=written.text, content_hash=written.content_hash, pack=source.pack,
        promise=visits.visits(standard).promise, state=Standard.State.PUBLISHED, decided_at=decided_at, published_at=now,
    )  # fmt: skip
    StandardFile.objects.bulk_create(
        StandardFile(standard=row, name=name, content=content) for name, content in written.files.items()
    )
    facts = {"item": item.key, "level": row.level, "version": row.version, "content_hash": row.content_hash, "pack": row.pack}
    ledger.append(row.stream, actor, [Entry("standard.published", facts)])
    if current:
        adjust(row, standard)
    return _published(item, row, changed=True)


def _of_pack(actor: Actor, pack: Pack, written: Definition, decided_at: datetime) -> Published:
    """The pack's standard is in force, unless the city has written its own since: then it waits as a draft for people."""
    versions = Standard.objects.filter(base_item__key=written.standard.item.id, level=written.standard.level)
    current = versions.filter(state=Standard.State.PUBLISHED).select_related("base_item").first()
    if current and current.content_hash == written.content_hash:
        return _published(current.base_item, current, changed=False)
    if current is None or current.pack:
        return put_in_force(actor, written, decided_at, Source(pack.version, pack.name, pack.words))
    if not versions.filter(content_hash=written.content_hash).exists():
        propose(actor, current, packs.written(written.standard), "新的规程包带来的改动，与本市改过的内容不同。", written.files)
    return _published(current.base_item, current, changed=False)


def _published(item: BaseItem, row: Standard, *, changed: bool) -> Published:
    return Published(item.key, row.level, row.version, row.pk, row.content_hash, changed)


def propose(actor: Actor, current: Standard, content: str, note: str, files: Mapping[str, bytes]) -> None:
    """A draft with this content stands beside the version in force, unless somebody is writing one already."""
    BaseItem.objects.select_for_update().get(pk=current.base_item_id)
    open_one = Revision.objects.filter(base_item=current.base_item, level=current.level, state__in=Revision.OPEN)
    if open_one.exists():
        return
    row = Revision.objects.create(
        stream=ledger.open_stream("revision"), base_item=current.base_item, level=current.level, origin=current,
        content=content, note=note, changed_at=settings.CLOCK(), writers=[] if actor == SYSTEM else [actor.id],
    )  # fmt: skip
    RevisionFile.objects.bulk_create(RevisionFile(revision=row, name=name, content=files[name]) for name in files)
    ledger.append(row.stream, actor, [Entry("revision.begun", {"item": current.base_item.key, "level": current.level})])


def _base_item(head: ItemHead, source: Source, written: Definition) -> BaseItem:
    """The row that the definition speaks of, made if the base catalogue lacks it; a different name or type is refused (OV901)."""
    item = BaseItem.objects.select_for_update().filter(key=head.id).first()
    if item is None:
        department = Department.objects.filter(pk=head.department).first()
        if department is None:
            raise Refused("no-department", f"本市没有部门“{head.department}”。", "请先建立城市，或者改正定义里的department。")
        item = BaseItem(key=head.id, name=head.name, type=head.type, department=department, source=f"packs/{source.name}")
    wished = revisions.wishes(item)
    names, types = {item.name, wished.get("name")}, {item.type, wished.get("type")}
    if head.name not in names or head.type not in types or head.department != item.department_id:
        known = f"{item.name}、{item.type}、{item.department_id}"
        raise Refused(
            "OV901", f"事项“{head.id}”在基本目录里是：{known}，与定义不同。", "名称、类型、部门以基本目录为准，请改正定义。"
        )
    item.name, item.type = head.name, head.type
    if head.code and head.code != item.code:
        item.code, item.code_provisional = head.code, False
        recode(item)
    item.basis = [reading.to_json(one) for one in head.basis]
    item.theme = list(dict.fromkeys([*item.theme, *head.theme]))
    item.audience = list(written.standard.audience)
    item.levels = list(dict.fromkeys([*item.levels, written.standard.level]))
    item.words = list(dict.fromkeys([*item.words, *source.words.get(head.id, ())]))
    item.about = list(dict.fromkeys([*source.words.get("", ()), *item.about, *(one.q for one in written.standard.faq)]))
    index(item)
    return item


def _register(register: Register, pack: str) -> None:
    """What the pack says is shared, licensed, cancelled … stands in the register."""
    kind = RegisterEntry.Kind
    rows = [
        *(_entry(kind.SHARED, one.id, one.name, one.provider, {"gives": list(one.gives)}) for one in register.shared),
        *(_entry(kind.LICENCE, one.type, one.name, one.issuer, {}) for one in register.licences),
        *(_entry(kind.CANCELLED, one.name, one.name, one.by, {"instead": one.instead}) for one in register.cancelled),
        *(_entry(kind.COMMITMENT, one.name, one.name, "", {}) for one in register.commitments),
        *(_entry(kind.UNOBTAINABLE, one.name, one.name, "", {"why": one.why}) for one in register.unobtainable),
    ]
    for row in rows:
        row.pack = pack
    RegisterEntry.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["kind", "word", "pack"], update_fields=["name", "provider", "facts"]
    )


def _entry(kind: str, word: str, name: str, provider: str, facts: dict[str, Any]) -> RegisterEntry:
    return RegisterEntry(kind=kind, word=word, name=name, provider=provider, facts=facts)
