"""The province's item library (省级事项库): what it says of base items, and in what it differs from the city (主数据).

Each field has one owner. What the province owns may be taken over, by a person; what the city owns is never overwritten.
Calls go out signed (docs/partners.md), never inside a transaction.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from onevisit.access import Refused
from onevisit.catalogue.models import BaseItem, MasterChange
from onevisit.identity import peers
from onevisit.identity.peers import PeerAnswer, PeerDown

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
WHOLE = 20.0
"""Seconds for all pages together."""
TITLE = "省级事项库"
OK = 200
LONGEST = 3650
"""Days that a law may give."""
WAY_OUT = "这次什么也没有记下，请联系省级事项库改正。"
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
RIGHT: Mapping[str, tuple[re.Pattern[str], str]] = {
    "name": (re.compile(r"[^\0\ud800-\udfff]{1,300}"), "要有1到300个字"),
    "code": (re.compile(r"[0-9A-Z]{12}"), "要有12位数字或者大写字母"),
    "type": (re.compile(r"[^\0\ud800-\udfff]{1,40}"), "要有1到40个字"),
    "basis": (re.compile(r"[^\0\ud800-\udfff]{1,500}"), "要有1到500个字"),
    "legal_days": (re.compile(r"[0-9]{1,4}"), f"要写0到{LONGEST}的整数"),
    "department": (re.compile(r"[^\0\ud800-\udfff]{1,40}"), "要有1到40个字"),
    "handling": (re.compile(r"instant|promised"), "要写instant或者promised"),
}
"""What each field of an item can say, and how that is told."""


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
    """Every item of the library. Raises `PeerTrouble`; `Refused` where the answer can't be."""
    found: list[Mapping[str, str]] = []
    after, until = "", monotonic() + WHOLE
    for _ in range(PAGES):
        left = until - monotonic()
        if left <= 0:
            raise PeerDown(TITLE, "timeout")
        rows, following = _page(peers.call(PEER, "GET", f"/library/items?{urlencode({'after': after})}", timeout=left))
        found += [_sound(row) for row in rows]
        if not following:
            return tuple(found)
        if following == after:
            break
        after = following
    raise Refused("library", "省级事项库的回答不对：清单没有尽头。", WAY_OUT)


def _page(answer: PeerAnswer) -> tuple[list[Mapping[str, Any]], str]:
    """The items of one answer, and where the next begins."""
    if answer.status != OK:
        raise Refused("library", f"省级事项库没有给出清单（{answer.status}）。", WAY_OUT)
    document = answer.json if isinstance(answer.json, dict) else {}
    rows, following = document.get("items"), document.get("next")
    if not isinstance(rows, list) or not isinstance(following, str) or not all(isinstance(row, dict) for row in rows):
        raise Refused("library", "省级事项库的回答不对：不是事项清单。", WAY_OUT)
    return rows, following


def _sound(row: Mapping[str, Any]) -> Mapping[str, str]:
    """What the item says of fields that we know, every word of it a text that can be kept."""
    known = {name: row[name] for name in ("key", *RIGHT) if row.get(name) not in (None, "")}
    key = known.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise Refused("library", f"省级事项库的回答不对：事项的代号写成“{str(key)[:40]!a}”。", WAY_OUT)
    for name, said in known.items():
        if name != "key":
            right(key, name, said)
    return known


def right(key: str, name: str, said: object) -> None:
    """Raises `Refused` unless this is something that the field of an item can say; ? says nothing."""
    pattern, wanted = RIGHT.get(name, RIGHT["name"])
    if not isinstance(said, str):
        raise Refused("library", f"省级事项库的回答不对：事项“{key}”的{NAMES[name]}不是文字。", WAY_OUT)
    text = said.strip()
    if text not in ("", "?") and (not pattern.fullmatch(text) or (name == "legal_days" and int(text) > LONGEST)):
        raise Refused("library", f"省级事项库的回答不对：事项“{key}”的{NAMES.get(name, name)}{wanted}。", WAY_OUT)


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
            if name in ours and theirs.strip() not in ("", "?") and _plain(theirs) != _plain(ours[name]):
                yield Differs(row["key"], name, OWNERS[name], ours[name], theirs.strip())


def _plain(text: str) -> str:
    """A text as it is compared: a law by its short name, without brackets and blanks."""
    return re.sub(r"中华人民共和国|[《》\s]", "", text)


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
