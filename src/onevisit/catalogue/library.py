"""The province's item library (省级事项库): what it says of base items, and in what it differs from the city (主数据).

Each field has one owner. What the province owns may be taken over, by a person; what the city owns is never overwritten.
Calls go out signed (docs/partners.md), never inside a transaction.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from onevisit.catalogue.models import BaseItem, MasterChange
from onevisit.identity import peers

PEER = "province"
OWNERS: Mapping[str, str] = {
    "code": "province", "name": "province", "type": "province", "basis": "province", "legal_days": "province",
    "department": "city", "theme": "city", "words": "city", "levels": "city", "handling": "city", "audience": "city",
    "phones": "division", "places": "division", "limits": "division", "also_at": "division", "parameters": "division",
}  # fmt: skip
"""Whose word counts for each field of the catalogue: the province's, the city's, the division's (its offer)."""
NAMES: Mapping[str, str] = {
    "code": "基本编码", "name": "事项名称", "type": "事项类型", "basis": "设定依据", "legal_days": "法定时限",
    "department": "部门", "handling": "办件类型", "item": "整个事项",
}  # fmt: skip
OWNER_NAMES: Mapping[str, str] = {"province": "省", "city": "市", "division": "各地"}
PAGES = 1_000


@dataclass(frozen=True, slots=True)
class Differs:
    """One field in which the library says another thing; `field` is `item` for one that the city lacks."""

    key: str
    field: str
    owner: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A difference as editors see it."""

    id: int
    key: str
    name: str
    field: str
    field_name: str
    owner: str
    owner_name: str
    ours: str
    theirs: str
    outcome: str
    outcome_name: str

    @property
    def may_be_taken(self) -> bool:
        """Whether the library's word counts for this field."""
        return self.owner == "province"


def pulled() -> tuple[Mapping[str, str], ...]:
    """Every item of the library. Raises `PeerTrouble`."""
    found: list[Mapping[str, str]] = []
    after = ""
    for _ in range(PAGES):
        answer = peers.call(PEER, "GET", f"/library/items?{urlencode({'after': after})}")
        found += [one for one in answer.json["items"] if isinstance(one, dict) and one.get("key")]
        after = answer.json["next"]
        if not after:
            break
    return tuple(found)


def differences(rows: tuple[Mapping[str, str], ...]) -> Iterator[Differs]:
    """Where the library says something, and another thing than the city."""
    known = BaseItem.objects.in_bulk([row["key"] for row in rows], field_name="key")
    for row in rows:
        item = known.get(row["key"])
        if item is None:
            yield Differs(row["key"], "item", "province", "", row.get("name", row["key"]))
            continue
        ours = said(item)
        for name, theirs in row.items():
            if name in ours and theirs.strip() not in ("", "?", ours[name]):
                yield Differs(row["key"], name, OWNERS[name], ours[name], theirs.strip())


def said(item: BaseItem) -> dict[str, str]:
    """What the city says of an item, field by field, as texts to be compared."""
    laws = [f"{one['law']} {one.get('article', '')}".strip() for one in item.basis]
    return {
        "code": "" if item.code_provisional else item.code,
        "name": item.name,
        "type": item.type,
        "basis": laws[0] if laws else "",
        "legal_days": "" if item.legal_days is None else str(item.legal_days),
        "department": item.department_id,
        "handling": item.handling,
    }


def changes(*, settled: bool = False) -> tuple[ChangeView, ...]:
    """The differences that wait for a decision, or those that had one."""
    rows = MasterChange.objects.select_related("base_item")
    rows = rows.exclude(outcome="open").order_by("-settled_at") if settled else rows.filter(outcome="open")
    return tuple(_view(row) for row in rows)


def _view(row: MasterChange) -> ChangeView:
    item: Any = row.base_item
    return ChangeView(
        row.pk, row.code, item.name if item else row.theirs, row.field, NAMES.get(row.field, row.field), row.owner,
        OWNER_NAMES[row.owner], row.ours, row.theirs, row.outcome, row.get_outcome_display(),
    )  # fmt: skip
