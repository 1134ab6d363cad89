"""What readers say is wrong with a guide (报错): the elements that can be named, and what waits for an answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import connection

from onevisit.access import Hidden
from onevisit.catalogue import guide, phrases, queries
from onevisit.catalogue.models import Remark, Standard
from onevisit.catalogue.queries import ItemView
from onevisit.city.models import Division
from onevisit.core import process

WHOLE = ""
SECTIONS: Mapping[str, str] = {
    "conditions": "谁可以办", "materials": "要什么材料", "process": "怎么办", "limits": "多久办好", "fees": "收费",
    "results": "得到什么", "places": "在哪里办", "phones": "问谁", "faq": "常见问题", "item": "名称和依据",
}  # fmt: skip
MOST = 200
"""Remarks on one page."""
RENEW = 600
"""Seconds for which the words of a guide are kept for those who answer remarks."""
NAMED_WITH: Mapping[str, tuple[str, ...]] = {"places": ("places", "phones")}
"""Sections of the page under which the reader finds more than one part."""


@dataclass(frozen=True, slots=True)
class Element:
    """One part of a guide: its path, as lint names it, under which heading it stands, and its words."""

    path: str
    section: str
    words: str


@dataclass(frozen=True, slots=True)
class RemarkView:
    """A remark; `words`: what the element says now, empty where it is gone; `outdated`: it spoke of an earlier version."""

    id: str
    key: str
    name: str
    level: str
    division: str
    division_name: str
    version: int
    outdated: bool
    element: str
    section: str
    words: str
    said: str
    at: datetime
    answer: str
    answered_at: datetime | None


def elements(item: ItemView) -> dict[str, Element]:
    """Everything in the guide that can be named, by path, in the order of the page."""
    found = [Element(path, SECTIONS[path.partition(".")[0]], words) for path, words in _elements(item)]
    return {one.path: one for one in found}


def _elements(item: ItemView) -> Iterator[tuple[str, str]]:
    told, standard = guide.guide(item, {}), item.definition
    yield from ((f"materials.{one.id}", one.name) for one in told.materials)
    yield from ((f"conditions.{one.id}", one.text) for one in standard.conditions)
    yield from ((f"process.{one.id}", process.name(one)) for one in standard.process)
    yield from ((f"faq.{place}", one.q) for place, one in enumerate(told.faq))
    yield "item.name", told.name
    yield "item.basis", "；".join(f"《{one.law}》{one.article}" for one in told.basis)
    yield "limits", "；".join(f"{one.name}{one.text}" for one in told.limits)
    yield from ((f"fees.{place}", f"{one.name}：{phrases.amount(one.amount)}") for place, one in enumerate(standard.fees))
    if not standard.fees:
        yield "fees", "不收费"
    yield from ((f"results.{one.id}", one.name) for one in told.results)
    yield from ((f"places.{place}", f"{one.hall}，{one.address}，{one.hours}") for place, one in enumerate(told.places))
    yield from ((f"phones.{place}", f"{one.name}{one.number}") for place, one in enumerate(told.phones))


def choices(item: ItemView, wanted: str) -> tuple[Element, ...]:
    """The elements that a reader may mean: the named one, or those of the section that he came from; none for the whole guide."""
    known = elements(item)
    if wanted in known:
        return (known[wanted],)
    parts = NAMED_WITH.get(wanted, (wanted,))
    return tuple(one for one in known.values() if one.path.partition(".")[0] in parts)


def open_remarks(limit: int = MOST) -> tuple[RemarkView, ...]:
    """The remarks that nobody has answered, the oldest first."""
    rows = Remark.objects.filter(answered_at=None).select_related("base_item").order_by("at", "id")[:limit]
    return _views(list(rows))


def answered(limit: int = 50) -> tuple[RemarkView, ...]:
    """The remarks answered last."""
    rows = Remark.objects.exclude(answered_at=None).select_related("base_item").order_by("-answered_at", "-id")[:limit]
    return _views(list(rows))


def remark(remark_id: str) -> RemarkView:
    """The remark of this id, which only its writer and the editors know; raises `Hidden`."""
    try:
        row = Remark.objects.select_related("base_item").filter(public_id=UUID(remark_id)).first()
    except ValueError:
        row = None
    if row is None:
        raise Hidden(f"remark {remark_id}")
    return _views([row])[0]


def _views(rows: list[Remark]) -> tuple[RemarkView, ...]:
    items = {one.base_item_id for one in rows}
    current = Standard.objects.filter(base_item__in=items, state=Standard.State.PUBLISHED)
    versions = {(one.base_item_id, one.level): one.version for one in current.only("base_item_id", "level", "version")}
    names = dict(Division.objects.filter(code__in={one.division for one in rows}).values_list("code", "name"))
    stand = str(connection.settings_dict["NAME"]), queries.edition(), int(settings.REAL_CLOCK().timestamp() // RENEW)
    return tuple(
        _view(
            one, versions.get((one.base_item_id, one.level)), names[one.division],
            _words(stand, one.base_item.key, one.division),
        )
        for one in rows
    )  # fmt: skip


@lru_cache(maxsize=2 * MOST)
def _words(_stand: tuple[str, str, int], key: str, division: str) -> Mapping[str, Element]:
    """What the elements of the guide say now; nothing where the item is offered no more.

    It is read once for each edition of the catalogue and every few minutes, since halls lie outside of the edition.
    """
    try:
        return elements(queries.item(key, division))
    except Hidden:
        return {}


def _view(row: Remark, version: int | None, division: str, now: Mapping[str, Element]) -> RemarkView:
    section = SECTIONS.get(row.element.partition(".")[0], "整份指南")
    words = now[row.element].words if row.element in now else ""
    return RemarkView(
        str(row.public_id), row.base_item.key, row.base_item.name, row.level, row.division, division, row.version,
        version != row.version, row.element, section, words, row.said, row.at, row.answer, row.answered_at,
    )  # fmt: skip
