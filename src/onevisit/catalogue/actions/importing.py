"""What a city has in a spreadsheet becomes drafts (导入): one for each item and level, to be mended, reviewed and published.

Nothing is in force by an import. What somebody is writing is not touched; an item that the base catalogue lacks is added to it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from pypinyin import lazy_pinyin

from onevisit import access
from onevisit.access import Actor, Duty, Refused, Target
from onevisit.catalogue import packs, revisions
from onevisit.catalogue.actions.describing import index
from onevisit.catalogue.actions.offering import offer
from onevisit.catalogue.exchange import Import, Row
from onevisit.catalogue.models import BaseItem, Revision, Standard
from onevisit.city.models import Department, Division
from onevisit.core.definition import FORMAT
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft that an import made."""

    revision: str
    name: str
    level: str


@dataclass
class Imported:
    """What an import did, and what it left alone, each with the reason."""

    begun: list[Begun] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    left: list[tuple[Row, str]] = field(default_factory=list)


@transaction.atomic
def import_table(actor: Actor, found: Import) -> Imported:
    """Every item of the table that can be read as a draft; what its divisions say of themselves where a standard is in force."""
    access.require(actor, Duty.GUIDE_DRAFT, Target("catalogue"))
    done = Imported()
    seen: set[tuple[int, str]] = set()
    for row in found.items:
        try:
            with transaction.atomic():
                _taken(actor, row, found.name, done, seen)
        except Refused as why:
            done.left.append((row, why.message))
    return done


def _taken(actor: Actor, row: Row, source: str, done: Imported, seen: set[tuple[int, str]]) -> None:
    base = _known(row) or _added(row, source, done)
    if row.level not in Division.Level.values:
        raise Refused("no-level", "没有写行使层级。", "请补上。")
    if (base.pk, row.level) not in seen:
        seen.add((base.pk, row.level))
        _begin(actor, base, row, done)
    if row.offer and access.may(actor, Duty.GUIDE_PUBLISH, revisions.target(base)):
        _offer(actor, base, row, done)


def _known(row: Row) -> BaseItem | None:
    """The base item that the row speaks of: by its key, its official code, or its name."""
    wanted = Q(name=row.name) if row.name else Q(pk=None)
    wanted |= Q(key=row.key) if row.key else Q(pk=None)
    wanted |= Q(code=row.code) if row.code else Q(pk=None)
    rows = BaseItem.objects.select_related("department").filter(wanted)
    return next((one for one in sorted(rows, key=lambda one: (one.key != row.key, one.code != row.code))), None)


def _added(row: Row, source: str, done: Imported) -> BaseItem:
    head: Mapping[str, Any] = row.document.get("item", {})
    if not row.name or not head.get("type"):
        raise Refused("no-head", "没有写事项名称或者事项类型。", "请补上。")
    department = _department(str(head.get("department", "")))
    if department is None:
        raise Refused("no-department", f"不认识部门“{head.get('department', '')}”。", "请改成本市部门的名称。")
    base = BaseItem(key=_key(row), name=row.name, type=head["type"], department=department, source=f"导入：{source}"[:200])
    base.code = row.code if re.fullmatch(r"[0-9A-Z]{12}", row.code) else ""
    base.basis, base.levels = list(head.get("basis", [])), [row.level] if row.level else []
    base.audience, base.handling = list(row.document.get("audience", [])), str(row.document.get("handling", ""))
    index(base)
    done.added.append(row.name)
    return base


def _department(said: str) -> Department | None:
    """The department of this id or name; 蚌埠市市场监督管理局 is 市场监督管理局."""
    known = Department.objects.filter(Q(pk=said) | Q(name=said)).first()
    if known or not said:
        return known
    ending = [one for one in Department.objects.all() if said.endswith(one.name)]
    return max(ending, key=lambda one: len(one.name), default=None)


def _key(row: Row) -> str:
    """A word for a new item: its own, or the sounds of its name."""
    own = row.key if KEY.fullmatch(row.key) else "-".join(re.findall(r"[a-z0-9]+", " ".join(lazy_pinyin(row.name)).lower()))
    stem = own[: LONGEST_KEY - 4].strip("-") or "item"
    number, key = 1, stem
    while BaseItem.objects.filter(key=key).exists():
        number += 1
        key = f"{stem}-{number}"
    return key


def _begin(actor: Actor, base: BaseItem, row: Row, done: Imported) -> None:
    if Revision.objects.filter(base_item=base, level=row.level, state__in=Revision.OPEN).exists():
        raise Refused("open", "这个事项正在修订，没有覆盖。", "请先公布或者放弃那份修订稿。")
    origin = Standard.objects.filter(base_item=base, level=row.level, state=Standard.State.PUBLISHED).first()
    head = json.loads(origin.definition)["item"] if origin else revisions.skeleton(base, row.level)["item"]
    content = {"format": FORMAT, "item": head, "level": row.level, **_body(row.document)}
    if origin and content == json.loads(origin.definition):
        return
    made = Revision.objects.create(
        stream=ledger.open_stream("revision"), base_item=base, level=row.level, origin=origin, note="从表格导入。",
        content=json.dumps(content, ensure_ascii=False), changed_at=settings.CLOCK(), writers=[actor.id],
    )  # fmt: skip
    ledger.append(made.stream, actor, [Entry("revision.imported", {"item": base.key, "level": row.level})])
    done.begun.append(Begun(str(made.public_id), base.name, row.level))


def _body(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the row says of the item, without its head, and without a number of visits: that is computed, never typed."""
    return {key: value for key, value in document.items() if key not in ("format", "item", "level", "visits")}


def _offer(actor: Actor, base: BaseItem, row: Row, done: Imported) -> None:
    """The division's own phones, places and promises, where the standard that they belong to is in force."""
    if not Standard.objects.filter(base_item=base, level=row.level, state=Standard.State.PUBLISHED).exists():
        return
    try:
        local = packs.offer({**row.offer, "item": base.key})
    except packs.BadPack as why:
        raise Refused("offer", "；".join(why.faults), "请改正这一行的电话、地点和时限。") from why
    offer(actor, base.key, row.division_code, local)
    done.offered.append(f"{base.name}（{row.division_code}）")
