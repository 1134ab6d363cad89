"""Every read of the catalogue, as frozen values. A published standard never changes: its parsed form is kept in the process."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max, QuerySet

from onevisit.access import Hidden
from onevisit.catalogue import offers, packs
from onevisit.catalogue.exchange.naming import CatalogueName
from onevisit.catalogue.finding import Hit as Hit
from onevisit.catalogue.finding import replied as replied
from onevisit.catalogue.finding import search as search
from onevisit.catalogue.lists import Listed as Listed
from onevisit.catalogue.lists import Theme as Theme
from onevisit.catalogue.lists import hot as hot
from onevisit.catalogue.lists import listed as listed
from onevisit.catalogue.lists import listing as listing
from onevisit.catalogue.lists import nearest
from onevisit.catalogue.lists import themes as themes
from onevisit.catalogue.misses import Missed as Missed
from onevisit.catalogue.misses import open_lines as open_lines
from onevisit.catalogue.models import BaseItem, Item, RegisterEntry, StandardFile
from onevisit.catalogue.models import Standard as StandardRow
from onevisit.catalogue.registered import registered
from onevisit.catalogue.replies import Reply as Reply
from onevisit.city import queries as city
from onevisit.city.models import DepartmentOffice
from onevisit.core import reading
from onevisit.core.definition import Limits, Standard
from onevisit.core.offers import (
    CancelledProof,
    CommittedProof,
    Offer,
    OfferPlace,
    ParameterValue,
    Phones,
    Register,
    RegisteredLicence,
    SharedSource,
    UnobtainableProof,
)


@dataclass(frozen=True)
class ItemView:
    """An item as one division offers it: the standard in force with the division's tighter promises, its doors and phones."""

    code: str
    code_provisional: bool
    key: str
    name: str
    type: str
    level: str
    division_code: str
    division_name: str
    department_id: str
    department_name: str
    office_name: str
    office_code: str
    office_demo: bool
    standard_id: int
    version: int
    published_at: datetime
    content_hash: str
    definition: Standard
    phones: Phones
    places: tuple[OfferPlace, ...]
    themes: tuple[str, ...]
    sources: Mapping[str, str]
    """What each `shared:` and `licence:` source of the definition is called, with who provides it."""
    departments: Mapping[str, str]
    """The names of the departments that the definition names."""
    parameters: Mapping[str, ParameterValue]
    """What the division has set where the standard lets it, with the basis (可调参数)."""
    pinned: Mapping[str, Any]
    """What a case keeps of the offer: {parameters, limits}."""

    @property
    def limits(self) -> tuple[Limits, ...]:
        """The limits with the division's own promises."""
        return self.definition.limits


class NoItem(Hidden):
    """Nothing of this key or code is offered here."""


def item(key_or_code: str, division: str = "") -> ItemView:
    """The item as the division offers it, or the nearest one above; by its code, wherever it is. Raises `NoItem`."""
    if not (key_or_code + division).isprintable():
        raise NoItem(key_or_code)
    offered = _items().filter(active=True)
    row = offered.filter(code=key_or_code).first() or nearest(offered.filter(base_item__key=key_or_code), division).first()
    if row is None:
        raise NoItem(key_or_code)
    return _view(row)


def places(key: str, level: str) -> int:
    """In how many divisions of the level the item is on offer."""
    return Item.objects.filter(base_item__key=key, level=level, active=True).count()


def _items() -> QuerySet[Item]:
    return Item.objects.select_related("base_item__department", "division", "office")


def _view(row: Item) -> ItemView:
    current = StandardRow.objects.filter(base_item=row.base_item, level=row.level, state=StandardRow.State.PUBLISHED).first()
    if current is None:
        raise NoItem(row.code)
    local = _whole(offer_of(row), row)
    written = standard(current.pk)
    if offers.lacking(written, local):
        raise NoItem(row.code)
    return _shown(row, local, written, current)


def preview(key: str, level: str, written: Standard, files: Mapping[str, bytes]) -> ItemView | None:
    """The item as it would stand there if this were in force with its forms: where it is offered first, or could be.

    It has the hash that publication would give it. None where nobody could offer it.
    """
    row = _items().filter(base_item__key=key, level=level, active=True).first() or _could(key, level)
    if row is None:
        return None
    named = {name: files[name] for name in packs.named_files(written) if name in files}
    last = StandardRow.objects.filter(base_item=row.base_item, level=level).aggregate(last=Max("version"))["last"] or 0
    version = StandardRow(
        base_item=row.base_item, level=level, version=last + 1, decided_at=settings.CLOCK(),
        content_hash=packs.content_hash(reading.to_json(written), named),
    )  # fmt: skip
    return _shown(row, _whole(offer_of(row), row), written, version)


def _could(key: str, level: str) -> Item | None:
    """The item as the first office that does its work at this level would offer it."""
    base = BaseItem.objects.select_related("department").filter(key=key).first()
    does = city.body(base.department_id, level) if base else ""
    offices = DepartmentOffice.objects.select_related("division").filter(department_id=does, division__level=level)
    office = offices.order_by("division__code").first()
    if base is None or office is None:
        return None
    code = offers.item_code(office.credit_code, level, base.code or offers.provisional_code(office.division.code, base.type, 0))
    return Item(base_item=base, division=office.division, level=level, office=office, code=code)


def _shown(row: Item, local: Offer, written: Standard, version: StandardRow) -> ItemView:
    base, office, division = row.base_item, row.office, row.division
    definition = offers.applied(written, local)
    departments = {one.id: one.name for one in city.departments()}
    sources = _sources(definition, departments)
    named = {step.by.partition(":")[2] for step in definition.process} & departments.keys()
    shown = {
        "standard": version.content_hash, "offer": packs.digest(reading.to_json(local)), "sources": sources,
        "office": office.name, "code": [row.code, base.code_provisional], "division": division.name,
        "departments": {one: departments[one] for one in named},
    }  # fmt: skip
    return ItemView(
        code=row.code, code_provisional=base.code_provisional, key=base.key, name=base.name, type=base.type, level=row.level,
        division_code=division.code, division_name=division.name, office_name=office.name, office_code=office.credit_code,
        department_id=base.department_id, department_name=base.department.name, office_demo=office.demo,
        standard_id=version.pk or 0, version=version.version, published_at=version.published_at or version.decided_at,
        content_hash=packs.digest(shown), definition=definition, phones=local.phones or Phones(), places=local.places,
        themes=tuple(base.theme), sources=sources, departments=departments,
        parameters={one.id: one for one in local.parameters}, pinned=offers.pinned(local),
    )  # fmt: skip


def _sources(definition: Standard, departments: Mapping[str, str]) -> dict[str, str]:
    """The names that the register has for what this definition fetches."""
    wanted = {one.source for one in definition.materials} | {one.source.rpartition(".")[0] for one in definition.form}
    words = {source.partition(":")[2]: source for source in wanted if source.startswith(("shared:", "licence:"))}
    entries = registered(kind__in=["shared", "licence"], word__in=words)
    return {words[one.word]: "：".join(filter(None, (departments.get(one.provider, one.provider), one.name))) for one in entries}


def _whole(local: Offer, row: Item) -> Offer:
    """The offer with what the city knows where it says nothing: the office's phone, the halls of the division."""
    phones = local.phones or Phones(consult=row.office.phone)
    return replace(local, department=row.office.credit_code, phones=phones, places=local.places or _halls(row.division.code))


def offer_of(row: Item) -> Offer:
    """What the division adds, read back from the row."""
    head = {"item": row.base_item.key, "level": row.level, "division": row.division.code}
    return packs.offer({**head, **row.offer})


def _halls(division_code: str) -> tuple[OfferPlace, ...]:
    """The halls of the division, where the offer names no places of its own."""
    return tuple(
        OfferPlace(hall=one.name, hours="；".join(_hours(one.hours)), address=one.address) for one in city.halls(division_code)
    )


def _hours(hours: Mapping[str, str]) -> list[str]:
    """Opening hours in words, days with the same hours together: 周一至周五09:00-17:00."""
    names = "一二三四五六日"
    runs: list[tuple[int, int, str]] = []
    for day, span in sorted((int(day), span) for day, span in hours.items() if span):
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == span:
            runs[-1] = (runs[-1][0], day, span)
        else:
            runs.append((day, day, span))
    return [f"周{names[a - 1]}{f'至周{names[b - 1]}' if b > a else ''}{span}" for a, b, span in runs]


def standard(standard_id: int) -> Standard:
    """The definition of one published version, as it was published; what a case is pinned to. Raises `NoItem`."""
    return _standard(str(connection.settings_dict["NAME"]), standard_id)


@lru_cache(maxsize=1024)
def _standard(_database: str, standard_id: int) -> Standard:
    row = StandardRow.objects.exclude(state=StandardRow.State.DRAFT).filter(pk=standard_id).first()
    if row is None:
        raise NoItem(str(standard_id))
    return packs.definition(row.definition)


def files(standard_id: int) -> Mapping[str, bytes]:
    """The blank forms and samples of one version, by their names."""
    return {one.name: bytes(one.content) for one in StandardFile.objects.filter(standard=standard_id)}


def successor(standard_id: int) -> int:
    """The version in force of the same item and level; the same one while it is in force, or if nothing has followed it."""
    row = StandardRow.objects.filter(pk=standard_id).values_list("base_item", "level", "state").first()
    if row is None or row[2] == StandardRow.State.PUBLISHED:
        return standard_id
    now = StandardRow.objects.filter(base_item=row[0], level=row[1], state=StandardRow.State.PUBLISHED)
    return now.values_list("pk", flat=True).first() or standard_id


@dataclass(frozen=True)
class Exported:
    """A standard in force, as it was written, with its forms and samples."""

    key: str
    name: str
    level: str
    version: int
    published_at: datetime | None
    content_hash: str
    definition: str
    text: str
    files: Mapping[str, bytes]


def exported() -> tuple[Exported, ...]:
    """Every standard in force, by key and level."""
    rows = StandardRow.objects.filter(state=StandardRow.State.PUBLISHED).select_related("base_item").prefetch_related("files")
    return tuple(_exported(row) for row in rows.order_by("base_item__key", "level"))


def _exported(row: StandardRow) -> Exported:
    files = {one.name: bytes(one.content) for one in row.files.all()}
    return Exported(
        row.base_item.key,
        row.base_item.name,
        row.level,
        row.version,
        row.published_at,
        row.content_hash,
        row.definition,
        row.text,
        files,
    )


def base_names() -> tuple[CatalogueName, ...]:
    """Every item of the base catalogue, as a table can name it."""
    return tuple(CatalogueName(*one) for one in BaseItem.objects.order_by("pk").values_list("key", "code", "name"))


def register() -> Register:
    """What the city shares, licenses, has cancelled: what publishing is checked against."""
    rows: dict[str, list[RegisterEntry]] = {kind: [] for kind in RegisterEntry.Kind.values}
    for row in registered():
        rows[row.kind].append(row)
    return Register(
        shared=tuple(SharedSource(one.word, one.name, one.provider, tuple(one.facts["gives"])) for one in rows["shared"]),
        licences=tuple(RegisteredLicence(one.word, one.name, one.provider) for one in rows["licence"]),
        cancelled=tuple(CancelledProof(one.name, one.provider, one.facts["instead"]) for one in rows["cancelled"]),
        commitments=tuple(CommittedProof(one.name) for one in rows["commitment"]),
        unobtainable=tuple(UnobtainableProof(one.name, one.facts["why"]) for one in rows["unobtainable"]),
    )


def edition() -> str:
    """A word that changes whenever anything of the catalogue does: what caches are keyed by."""
    with connection.cursor() as cursor:
        cursor.execute(_EDITION)
        return "/".join(map(str, cursor.fetchone()))


_EDITION = """
SELECT (SELECT md5(string_agg(concat(id, state), ',' ORDER BY id)) FROM catalogue_standard WHERE state <> 'retired'),
       (SELECT md5(string_agg(concat(id, ':', changed_at), ',')) FROM (
           SELECT id, changed_at FROM catalogue_item ORDER BY changed_at DESC, id DESC LIMIT 50) AS newest)
"""
"""Standards in force whatever order they were committed in; the newest offers: one that is committed late stands among them."""
