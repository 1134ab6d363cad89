"""Every write to the catalogue. The five beats: require (access), lock, decide (what differs), apply (row), append (ledger)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import SearchVectorField
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Cast

from onevisit import access
from onevisit.access import Actor, Duty, Refused, Target
from onevisit.catalogue import misses, offers, packs, queries, search
from onevisit.catalogue.models import BaseItem, Item, Miss, RegisterEntry, Standard, StandardFile
from onevisit.catalogue.packs import Definition, Pack
from onevisit.catalogue.wordlist import wordlist
from onevisit.city import queries as city
from onevisit.city.models import Department, DepartmentOffice, Division
from onevisit.core import lint, reading, visits
from onevisit.core.definition import ItemHead
from onevisit.core.offers import Offer, Register
from onevisit.core.reading import Reading
from onevisit.ledger import actions as ledger
from onevisit.ledger import numbers
from onevisit.ledger.actions import Entry

AUDIENCES: Mapping[str, list[str]] = {"both": ["person", "organisation"], "person": ["person"], "organisation": ["organisation"]}


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
class Spread:
    """Where an item is offered now, and where it is not, since the division has set none of what it must; codes of divisions."""

    offered: tuple[str, ...]
    skipped: tuple[str, ...]


@transaction.atomic
def load_base_items(actor: Actor, path: Path | None = None) -> int:
    """The base catalogue (基本目录) is there as the table says; how many rows it has. Rows that exist keep their key and code."""
    access.require(actor, Duty.GUIDE_PUBLISH, Target("catalogue"))
    with (path or settings.DATA / "base_items.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    known = set(Department.objects.values_list("pk", flat=True))
    lacking = sorted({row["department"] for row in rows} - known)
    if lacking:
        raise Refused("no-department", f"本市还没有这些部门：{'、'.join(lacking)}。", "请先建立城市，再装入基本目录。")
    kept = BaseItem.objects.in_bulk([row["key"] for row in rows], field_name="key")
    for row in rows:
        item = kept.get(row["key"]) or BaseItem(key=row["key"])
        _describe(item, row)
        _index(item)
    return len(rows)


def _describe(item: BaseItem, row: Mapping[str, str]) -> None:
    item.name, item.type, item.department_id = row["name"], row["type"], row["department"]
    law, _, article = row["basis"].rpartition(" ")
    item.basis = [] if row["basis"] == "?" else [{"law": law or article, "article": article if law else ""}]
    item.theme, item.levels, item.audience = [row["theme"]], row["levels"].split(), AUDIENCES[row["audience"]]
    item.handling, item.legal_days = row["handling"], int(row["legal_days"]) if row["legal_days"] else None
    item.words = list(dict.fromkeys([*row["words"].split(), *wordlist().items.get(row["key"], ()), *item.words]))
    item.source = f"base_items.csv：{row['note']}"


def _index(item: BaseItem) -> None:
    """The row is saved, found by its name, its words and what stands around it."""
    entry = search.Entry(item.key, item.name, tuple(item.words), (*item.theme, item.type, *item.about))
    item.search = Cast(Value(search.vector(entry)), SearchVectorField())
    item.save()


@transaction.atomic
def add_word(actor: Actor, key: str, word: str) -> tuple[str, ...]:
    """People's word is the item's and finds it at once; log lines that asked for it are settled. All words of the item."""
    item = BaseItem.objects.select_for_update().filter(key=key).first()
    if item is None:
        raise Refused("no-item", f"基本目录里没有事项“{key}”。", "请先选一个事项。")
    access.require(actor, Duty.GUIDE_DRAFT, Target("item", id=key, item=key, department=item.department_id))
    said = misses.kept(word)
    if not 2 <= len(said) == len(search.normal(word)):
        raise Refused("no-word", "说法要有2到40个字，不能有号码。", "请改成大家平常的说法。")
    Miss.objects.filter(words=said, settled="").update(settled=key)
    if said not in item.words:
        item.words = [*item.words, said]
        _index(item)
        ledger.append(ledger.open_stream("item"), actor, [Entry("item.word-added", {"item": key, "word": said})])
    return tuple(item.words)


@transaction.atomic
def publish_pack(actor: Actor, pack: Pack, decided_at: datetime | None = None) -> tuple[Published, ...]:
    """Every definition of the pack is in force; what had the same content already stays as it is.

    `decided_at` is when the change was decided (default: now). A case stays on the version that it was filed under.
    """
    access.require(actor, Duty.GUIDE_PUBLISH, Target("standard", id=pack.name))
    _register(pack.register, pack.name)
    _lint(pack)
    now = settings.CLOCK()
    published = tuple(_publish(actor, pack, one, decided_at or now) for one in pack.definitions)
    for one in pack.offers:
        offer(actor, one.item, one.division, one)
    return published


def _lint(pack: Pack) -> None:
    """Raises `Refused` with every error that the linter finds in the pack, beside what is in force and registered already."""
    own = {one.name for one in pack.readings}
    keys = [one.standard.item.id for one in pack.definitions]
    kept = [reading.read(row.definition, f"published/{row.pk}") for row in queries.in_force(keys) if not _replaced(row, pack)]
    report = lint.lint([*pack.readings, *kept, Reading(queries.register(), (), {}, "register")])
    wrong = [one for one in report.diagnostics if one.severity == "error" and one.file in own]
    if wrong:
        said = "\n".join(f"{one.file}:{one.line}：{one.code} {one.message}" for one in wrong)
        raise Refused("lint", said, "\n改好以后再公布。")


def _replaced(row: Standard, pack: Pack) -> bool:
    """Whether the pack brings this standard anew."""
    return any((one.standard.item.id, one.standard.level) == (row.base_item.key, row.level) for one in pack.definitions)


def _publish(actor: Actor, pack: Pack, written: Definition, decided_at: datetime) -> Published:
    standard = written.standard
    item = _base_item(standard.item, pack, written)
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
        definition=packs.written(standard), text=written.text, content_hash=written.content_hash, pack=pack.version,
        promise=visits.visits(standard).promise, state=Standard.State.PUBLISHED, decided_at=decided_at, published_at=now,
    )  # fmt: skip
    StandardFile.objects.bulk_create(
        StandardFile(standard=row, name=name, content=content) for name, content in written.files.items()
    )
    facts = {"item": item.key, "level": row.level, "version": row.version, "content_hash": row.content_hash, "pack": pack.version}
    ledger.append(row.stream, actor, [Entry("standard.published", facts)])
    return _published(item, row, changed=True)


def _published(item: BaseItem, row: Standard, *, changed: bool) -> Published:
    return Published(item.key, row.level, row.version, row.pk, row.content_hash, changed)


def _base_item(head: ItemHead, pack: Pack, written: Definition) -> BaseItem:
    """The row that the definition speaks of, made if the base catalogue lacks it; a different name or type is refused (OV901)."""
    item = BaseItem.objects.select_for_update().filter(key=head.id).first()
    if item is None:
        department = Department.objects.filter(pk=head.department).first()
        if department is None:
            raise Refused("no-department", f"本市没有部门“{head.department}”。", "请先建立城市，或者改正定义里的department。")
        item = BaseItem(key=head.id, name=head.name, type=head.type, department=department, source=f"packs/{pack.name}")
    if (item.name, item.type, item.department_id) != (head.name, head.type, head.department):
        known = f"{item.name}、{item.type}、{item.department_id}"
        raise Refused(
            "OV901", f"事项“{head.id}”在基本目录里是：{known}，与定义不同。", "名称、类型、部门以基本目录为准，请改正定义。"
        )
    item.code = head.code or item.code
    item.code_provisional = item.code_provisional and not head.code
    item.basis = [reading.to_json(one) for one in head.basis]
    item.theme = list(dict.fromkeys([*item.theme, *head.theme]))
    item.audience = list(written.standard.audience)
    item.levels = list(dict.fromkeys([*item.levels, written.standard.level]))
    item.words = list(dict.fromkeys([*item.words, *pack.words.get(head.id, ())]))
    item.about = list(dict.fromkeys([*pack.words.get("", ()), *(one.q for one in written.standard.faq)]))
    _index(item)
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
        rows, update_conflicts=True, unique_fields=["kind", "word"], update_fields=["name", "provider", "facts", "pack"]
    )


def _entry(kind: str, word: str, name: str, provider: str, facts: dict[str, Any]) -> RegisterEntry:
    return RegisterEntry(kind=kind, word=word, name=name, provider=provider, facts=facts)


@transaction.atomic
def offer(actor: Actor, key: str, division_code: str, local: Offer | None = None) -> queries.ItemView:
    """The division offers the item (实施清单), by its department or who acts for it there; `local` may only be tighter."""
    _offer(actor, key, division_code, local)
    return queries.item(key, division_code)


def _offer(actor: Actor, key: str, division_code: str, local: Offer | None = None) -> None:
    access.require(actor, Duty.GUIDE_PUBLISH, Target("item", id=key, division=division_code))
    base = BaseItem.objects.select_for_update().filter(key=key).first()
    if base is None:
        raise Refused("no-item", f"基本目录里没有事项“{key}”。", "请先公布它的标准化规程。")
    division = Division.objects.get(code=city.division(division_code).code)
    standard = Standard.objects.filter(base_item=base, level=division.level, state=Standard.State.PUBLISHED).first()
    if standard is None:
        raise Refused(
            "no-standard", f"“{base.name}”还没有{division.get_level_display()}一级的标准化规程。", "请先公布规程，再由各地提供。"
        )
    doing = city.body(base.department_id, division.level)
    office = DepartmentOffice.objects.filter(department_id=doing, division=division).first()
    if office is None:
        raise Refused("no-office", f"{division.name}没有办理“{base.name}”的部门。", "请先登记这个部门的机构和统一社会信用代码。")
    if local is not None:
        offers.check(queries.standard(standard.pk), local)
    _set(standard, division, local or _kept(base, division))
    row = _offered(base, division, office, local)
    if row is not None:
        facts = {"code": row.code, "division": division.code, "offer": packs.digest(row.offer), "version": standard.version}
        ledger.append(standard.stream, actor, [Entry("item.offered", facts)])


def _offered(base: BaseItem, division: Division, office: DepartmentOffice, local: Offer | None) -> Item | None:
    """The row as it is now; None where it was so before."""
    code = offers.item_code(office.credit_code, division.level, _coded(base, division))
    row = Item.objects.filter(base_item=base, division=division).first() or Item(base_item=base, division=division)
    wanted = (code, office.pk, offers.kept(local) if local else row.offer, True)
    if row.pk and (row.code, row.office_id, row.offer, row.active) == wanted:
        return None
    row.level, row.changed_at = division.level, settings.CLOCK()
    row.code, row.office_id, row.offer, row.active = wanted
    row.save()
    return row


def _coded(base: BaseItem, division: Division) -> str:
    """The item's base code; while the city has not imported the official one, a provisional one that says so."""
    if not base.code:
        base.code = offers.provisional_code(division.code, base.type, numbers.next_number("provisional-base-code"))
        base.code_provisional = True
        base.save(update_fields=["code", "code_provisional"])
    return base.code


def _kept(base: BaseItem, division: Division) -> Offer:
    """What the division added before; nothing, if it never offered the item."""
    row = Item.objects.filter(base_item=base, division=division).select_related("base_item", "division").first()
    return queries.offer_of(row or Item(base_item=base, division=division, level=division.level))


def _set(standard: Standard, division: Division, local: Offer) -> None:
    """Raises `Refused` unless the division has set every parameter of the standard."""
    unset = offers.lacking(queries.standard(standard.pk), local)
    if unset:
        words = "、".join(one.label or one.id for one in unset)
        raise Refused("no-parameter", f"{division.name}还没有定：{words}。", "请在实施清单里写明取值和依据。")


def offer_everywhere(actor: Actor, key: str) -> Spread:
    """Every division at a level that has a standard, and an office to do it, offers the item, if it set what it must."""
    levels = Standard.objects.filter(base_item__key=key, state=Standard.State.PUBLISHED).values_list("level", flat=True)
    department = BaseItem.objects.filter(key=key).values_list("department_id", flat=True).first() or ""
    doing = Q(pk__in=())
    for level in levels:
        doing |= Q(department_id=city.body(department, level), division__level=level)
    places = DepartmentOffice.objects.filter(doing)
    offered, skipped = [], []
    for code in sorted(places.values_list("division__code", flat=True)):
        try:
            with transaction.atomic():
                _offer(actor, key, code)
        except Refused as why:
            if why.code != "no-parameter":
                raise
            skipped.append(code)
        else:
            offered.append(code)
    unset = Item.objects.filter(base_item__key=key, division__code__in=skipped, active=True)
    unset.update(active=False, changed_at=settings.CLOCK())
    return Spread(tuple(offered), tuple(skipped))
