"""A division offers an item (实施清单), tighter or wider than the standard, never looser."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused, Target
from onevisit.catalogue import offers, packs, queries
from onevisit.catalogue.models import BaseItem, Item, Standard
from onevisit.city import queries as city
from onevisit.city.models import DepartmentOffice, Division
from onevisit.core.definition import Standard as Written
from onevisit.core.offers import Offer
from onevisit.ledger import actions as ledger
from onevisit.ledger import numbers
from onevisit.ledger.actions import Entry

BATCH = 500
COLUMNS = ("code", "office", "offer", "active", "changed_at")
"""What can change of a row."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Where an item is offered now, and where it is not, since the division has set none of what it must; codes of divisions."""

    offered: tuple[str, ...]
    skipped: tuple[str, ...]


@transaction.atomic
def offer(actor: Actor, key: str, division_code: str, local: Offer | None = None) -> queries.ItemView:
    """The division offers the item (实施清单), by its department or who acts for it there; `local` may only be tighter."""
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
    row = Item.objects.filter(base_item=base, division=division).first() or Item(level=division.level)
    row.base_item, row.division = base, division
    _set(standard, division, local or queries.offer_of(row))
    if _changed(row, office, local):
        row.save()
        facts = {"code": row.code, "division": division.code, "offer": packs.digest(row.offer), "version": standard.version}
        ledger.append(standard.stream, actor, [Entry("item.offered", facts)])
    return queries.item(key, division_code)


def _changed(row: Item, office: DepartmentOffice, local: Offer | None) -> bool:
    """Whether the row, which is now as this office offers the item, was otherwise before."""
    code = offers.item_code(office.credit_code, row.level, _coded(row.base_item, row.division))
    wanted = (code, office.pk, offers.kept(local) if local else row.offer, True)
    if row.pk and (row.code, row.office_id, row.offer, row.active) == wanted:
        return False
    row.changed_at = settings.CLOCK()
    row.code, row.office_id, row.offer, row.active = wanted
    return True


def _coded(base: BaseItem, division: Division) -> str:
    """The item's base code; while the city has not imported the official one, a provisional one that says so."""
    if not base.code:
        base.code = offers.provisional_code(division.code, base.type, numbers.next_number("provisional-base-code"))
        base.code_provisional = True
        base.save(update_fields=["code", "code_provisional"])
    return base.code


def _set(standard: Standard, division: Division, local: Offer) -> None:
    """Raises `Refused` unless the division has set every parameter of the standard."""
    unset = offers.lacking(queries.standard(standard.pk), local)
    if unset:
        words = "、".join(one.label or one.id for one in unset)
        raise Refused("no-parameter", f"{division.name}还没有定：{words}。", "请在实施清单里写明取值和依据。")


@transaction.atomic
def offer_everywhere(actor: Actor, key: str) -> Spread:
    """Every division at a level that has a standard, and an office to do it, offers the item, if it set what it must."""
    base = BaseItem.objects.select_for_update().filter(key=key).first()
    if base is None:
        return Spread((), ())
    standards = Standard.objects.filter(base_item=base, state=Standard.State.PUBLISHED).select_related("stream")
    spreads = [_spread(actor, base, standard) for standard in standards]
    skipped = tuple(sorted(code for one in spreads for code in one.skipped))
    unset = Item.objects.filter(base_item=base, division__code__in=skipped, active=True)
    unset.update(active=False, changed_at=settings.CLOCK())
    return Spread(tuple(sorted(code for one in spreads for code in one.offered)), skipped)


def _spread(actor: Actor, base: BaseItem, standard: Standard) -> Spread:
    """Whoever does the department's work at the standard's level offers it; of villages there are a thousand: stored at once."""
    doing = city.body(base.department_id, standard.level)
    known = {row.division_id: row for row in Item.objects.filter(base_item=base, level=standard.level)}
    bound = queries.standard(standard.pk)
    rows, offered, skipped = [], [], []
    for office in DepartmentOffice.objects.filter(department=doing, division__level=standard.level).select_related("division"):
        place = office.division
        access.require(actor, Duty.GUIDE_PUBLISH, Target("item", id=base.key, division=place.code))
        row = known.get(place.pk) or Item(level=place.level)
        row.base_item, row.division = base, place
        if bound.parameters and offers.lacking(bound, queries.offer_of(row)):
            skipped.append(place.code)
            continue
        offered.append(place.code)
        if _changed(row, office, None):
            rows.append(row)
    _store(actor, standard, rows)
    return Spread(tuple(offered), tuple(skipped))


def _store(actor: Actor, standard: Standard, rows: Sequence[Item]) -> None:
    """The rows of one standard, new ones and changed ones, with one event for all."""
    if not rows:
        return
    new, old = [row for row in rows if row.pk is None], [row for row in rows if row.pk is not None]
    Item.objects.bulk_create(new, batch_size=BATCH)
    Item.objects.bulk_update(old, COLUMNS, batch_size=BATCH)
    told = {row.code: packs.digest(row.offer) for row in rows}
    facts = {"items": len(told), "level": standard.level, "offers": packs.digest(told), "version": standard.version}
    ledger.append(standard.stream, actor, [Entry("item.spread", facts)])


def adjust(row: Standard, standard: Written) -> tuple[str, ...]:
    """Offers fit the version that has just come into force; the codes of divisions that drop out until they set what it asks.

    A local promise that is no longer tighter falls away; a parameter without a local value takes the item off offer there.
    """
    dropped: list[str] = []
    items = Item.objects.filter(base_item=row.base_item, level=row.level, active=True).select_related("base_item", "division")
    for item in items:
        fitting = _fitting(item, standard)
        item.active = fitting is not None and not offers.lacking(standard, queries.offer_of(item))
        if not item.active:
            dropped.append(item.division.code)
        if fitting != item.offer or not item.active:
            item.offer = item.offer if fitting is None else fitting
            item.changed_at = settings.CLOCK()
            item.save(update_fields=["offer", "active", "changed_at"])
    return tuple(dropped)


def _fitting(item: Item, standard: Written) -> dict[str, Any] | None:
    """What the division may go on adding; None where nothing of it fits."""
    for gone in ((), ("limits",), ("limits", "also_at"), ("limits", "also_at", "parameters")):
        kept = {key: value for key, value in item.offer.items() if key not in gone}
        head = {"item": item.base_item.key, "level": item.level, "division": item.division.code}
        with suppress(Refused):
            offers.check(standard, packs.offer({**head, **kept}))
            return kept
    return None


def recode(base: BaseItem) -> None:
    """Every item of the base item bears its new code (实施编码)."""
    for item in Item.objects.filter(base_item=base).select_related("office"):
        item.code, item.changed_at = offers.item_code(item.office.credit_code, item.level, base.code), settings.CLOCK()
        item.save(update_fields=["code", "changed_at"])
