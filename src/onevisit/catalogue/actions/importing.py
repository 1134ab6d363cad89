"""What a city has in a spreadsheet becomes drafts (导入): one for each item and level, to be mended, reviewed and published.

Nothing is in force or public by an import, nothing that divisions say of themselves is taken (they do when they offer the item).
What somebody is writing is not touched; an item that the base catalogue lacks is added to it, unseen until it has a guide.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from pypinyin import lazy_pinyin

from onevisit import access
from onevisit.access import Actor, Duty, Refused, Target
from onevisit.catalogue import exchange, phrases, queries, revisions
from onevisit.catalogue.actions.revising import LARGEST
from onevisit.catalogue.exchange import Import, Row
from onevisit.catalogue.models import BaseItem, Revision, Standard
from onevisit.city.models import Department, Division
from onevisit.core.definition import FORMAT
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_KEY = 64
MOST_ITEMS = 3_000
"""Items that become drafts at once."""
OPEN = "这个事项正在修订，没有覆盖。"


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
    left: list[tuple[Row, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What became of one row: the item, new or known, and its draft, if there was anything to write."""

    base: BaseItem
    new: bool
    begun: Begun | None


@transaction.atomic
def import_table(actor: Actor, found: Import) -> Imported:
    """Every item of the table that can be read as a draft; a row that can't be taken is left, and costs no other anything."""
    access.require(actor, Duty.GUIDE_DRAFT, Target("catalogue"))
    if len(found.items) > MOST_ITEMS:
        raise Refused("too-many", f"一次最多导入{MOST_ITEMS}项。", "请分成几个文件。")
    done = Imported()
    seen: set[tuple[int, str]] = set()
    for row in exchange.matched(found, queries.base_names()).items:
        try:
            with transaction.atomic():
                taken = _taken(actor, row, found.name, seen)
        except Refused as why:
            done.left.append((row, why.message))
        except IntegrityError:
            done.left.append((row, OPEN))
        else:
            seen.add((taken.base.pk, row.level))
            done.begun += [taken.begun] if taken.begun else []
            done.added += [taken.base.name] if taken.new else []
    return done


def _taken(actor: Actor, row: Row, source: str, seen: Collection[tuple[int, str]]) -> _Taken:
    _fits(row)
    if row.level not in Division.Level.values:
        raise Refused("no-level", "没有写行使层级。", "请补上。")
    known = _known(row)
    base = known or _added(row, source)
    begun = _begin(actor, base, row) if (base.pk, row.level) not in seen else None
    return _Taken(base, known is None, begun)


def _fits(row: Row) -> None:
    """Raises `Refused` for what no page could show and no table could keep."""
    head: Mapping[str, Any] = row.document.get("item", {})
    text = json.dumps([row.key, row.code, row.name, row.level, row.document], ensure_ascii=False)
    if "\\u0000" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise Refused("no-text", "有不能显示的字符。", "请删去。")
    if len(text) > LARGEST:
        raise Refused("too-long", "内容太长。", "请删去重复的内容。")
    for name, said, most in (("事项名称", row.name, 300), ("事项类型", head.get("type", ""), 40)):
        if len(str(said)) > most:
            raise Refused("too-long", f"{name}超过{most}个字。", "请写短。")


def _known(row: Row) -> BaseItem | None:
    """The base item that the row speaks of, locked: by its key, its official code, or its name."""
    wanted = Q(name=row.name) if row.name else Q(pk=None)
    wanted |= Q(key=row.key) if row.key else Q(pk=None)
    wanted |= Q(code=row.code) if row.code else Q(pk=None)
    rows = BaseItem.objects.select_for_update().filter(wanted).order_by("pk")
    return min(rows, key=lambda one: (one.key != row.key, one.code != row.code), default=None)


def _added(row: Row, source: str) -> BaseItem:
    """A new base item, in no index: nobody finds it before its first standard is public."""
    head: Mapping[str, Any] = row.document.get("item", {})
    if not row.name or not head.get("type"):
        raise Refused("no-head", "没有写事项名称或者事项类型。", "请补上。")
    department = _department(str(head.get("department", "")))
    if department is None:
        raise Refused("no-department", f"不认识部门“{head.get('department', '')}”。", "请改成本市部门的名称。")
    base = BaseItem(key=_key(row), name=row.name, type=head["type"], department=department, source=f"导入：{source}"[:200])
    base.code = row.code if re.fullmatch(r"[0-9A-Z]{12}", row.code) else ""
    base.basis, base.levels = list(head.get("basis", [])), [row.level] if row.level else []
    base.audience, base.handling = list(row.document.get("audience", [])), row.document.get("handling", "")
    if base.handling not in phrases.HANDLING:
        base.handling = ""
    base.save()
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


def _begin(actor: Actor, base: BaseItem, row: Row) -> Begun | None:
    if Revision.objects.filter(base_item=base, level=row.level, state__in=Revision.OPEN).exists():
        raise Refused("open", OPEN, "请先公布或者放弃那份修订稿。")
    origin = Standard.objects.filter(base_item=base, level=row.level, state=Standard.State.PUBLISHED).first()
    stands = json.loads(origin.definition) if origin else revisions.skeleton(base, row.level)
    head = revisions.headed(stands, base, revisions.wishes(base))["item"]
    content = {"format": FORMAT, "item": head, "level": row.level, **_body(row, stands if origin else {})}
    if origin and content == json.loads(origin.definition):
        return None
    made = Revision.objects.create(
        stream=ledger.open_stream("revision"), base_item=base, level=row.level, origin=origin, note="从表格导入。",
        content=json.dumps(content, ensure_ascii=False), changed_at=settings.CLOCK(), writers=[actor.id],
    )  # fmt: skip
    ledger.append(made.stream, actor, [Entry("revision.imported", {"item": base.key, "level": row.level})])
    return Begun(str(made.public_id), base.name, row.level)


def _body(row: Row, stands: Mapping[str, Any]) -> dict[str, Any]:
    """What is in force with what the row says of it: a part that the table has no column for stays as it is.

    A number of visits is computed, never typed; a process that was only concluded from other columns replaces none.
    """
    said = {key: value for key, value in row.document.items() if key not in ("format", "item", "level", "visits")}
    kept = {key: value for key, value in stands.items() if key not in ("format", "item", "level")}
    return {**kept, **{key: value for key, value in said.items() if key not in row.derived or key not in kept}}
