"""What must hold in any living catalogue (不变量 12, 21, 22, 40)."""

from collections.abc import Iterator

from onevisit.access import Refused
from onevisit.catalogue import offers, packs, queries, revisions
from onevisit.catalogue.lists import PUBLIC
from onevisit.catalogue.models import Item, Standard
from onevisit.core import definition
from onevisit.ledger.invariants import Invariant, offending

SHARED_CODE = (
    "SELECT string_agg(key, ' ' ORDER BY key) FROM catalogue_baseitem WHERE code <> '' GROUP BY code HAVING count(*) > 1"
)
NOT_INDEXED = f"SELECT key FROM catalogue_baseitem base WHERE indexed_at IS NULL AND {PUBLIC} ORDER BY key"
SHARED_NAME = "SELECT string_agg(key, ' ' ORDER BY key) FROM catalogue_baseitem GROUP BY name HAVING count(*) > 1"


def promised_too_long() -> Iterator[str]:
    """Published standards and items on offer that promise a longer time than the law allows."""
    for row in Standard.objects.filter(state=Standard.State.PUBLISHED).order_by("pk"):
        yield from (f"standard {row.pk} {fault}" for fault in _too_long(packs.definition(row.definition)))
    for item, standard in _on_offer():
        local = offers.applied(standard, queries.offer_of(item)) if item.offer else standard
        yield from (f"item {item.code} {fault}" for fault in _too_long(local))


def _too_long(standard: definition.Standard) -> Iterator[str]:
    for limit in standard.limits:
        if limit.legal is not None and limit.promised is not None and limit.promised > limit.legal:
            yield f"promises {limit.promised}, the law says {limit.legal}"


def _on_offer() -> Iterator[tuple[Item, definition.Standard]]:
    """The items on offer whose level has a standard in force, with its definition as stored now, whatever this process kept."""
    rows = Standard.objects.filter(state=Standard.State.PUBLISHED).order_by("pk")
    in_force = {(row.base_item_id, row.level): packs.definition(row.definition) for row in rows}
    for item in Item.objects.filter(active=True).select_related("base_item", "division", "office").order_by("pk"):
        standard = in_force.get((item.base_item_id, item.level))
        if standard is not None:
            yield item, standard


def not_local() -> Iterator[str]:
    """Items that keep more than local facts, or looser ones than the standard; names and codes that stand in two rows."""
    for item, standard in _on_offer():
        strange = sorted(set(item.offer) - offers.ALLOWED)
        if strange:
            yield f"item {item.code} keeps {' '.join(strange)}"
            continue
        try:
            offers.check(standard, queries.offer_of(item))
        except (Refused, packs.BadPack) as why:
            yield f"item {item.code} {why}"
    yield from offending(SHARED_CODE)
    yield from offending(SHARED_NAME)


def not_as_published() -> Iterator[str]:
    """Standards whose content is not what their hash says, or that were public later than a working day after the decision."""
    for row in Standard.objects.exclude(state=Standard.State.DRAFT).prefetch_related("files").order_by("pk"):
        files = {one.name: bytes(one.content) for one in row.files.all()}
        read = packs.definition(row.definition)
        kept = packs.Definition("", row.text, read, files)
        if kept.content_hash != row.content_hash or packs.definition(row.text) != read:
            yield f"standard {row.pk} is not what was published"
        late = revisions.days_to_public(row)
        if late > revisions.PUBLIC_WITHIN:
            yield f"standard {row.pk} was public {late} working days after the decision"


def not_in_force() -> Iterator[str]:
    """Items on offer at a level without a published standard; base items that search would not find."""
    known = {item.pk for item, _ in _on_offer()}
    yield from (f"item {row.code} has no standard" for row in Item.objects.filter(active=True) if row.pk not in known)
    yield from (f"base item {key} is not indexed" for key in offending(NOT_INDEXED))


INVARIANTS = (
    Invariant(12, "catalogue", "承诺时限不超过法定时限", False, promised_too_long),
    Invariant(21, "catalogue", "实施清单只有本地信息，名称和编码只在基本目录里写一次", False, not_local),
    Invariant(22, "catalogue", "公布的内容与校验一致，决定后一个工作日以内公布", False, not_as_published),
    Invariant(40, "catalogue", "在用的事项都有已公布的规程", False, not_in_force),
)
