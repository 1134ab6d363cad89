"""What the province's item library says otherwise is noted, then taken over or not by a person (主数据); never by itself."""

import json

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Refused, Target
from onevisit.catalogue import library, revisions
from onevisit.catalogue.actions.describing import index
from onevisit.catalogue.actions.publishing import propose
from onevisit.catalogue.models import BaseItem, MasterChange, Revision, Standard
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry


def pull(actor: Actor) -> int:
    """The differences as of now are noted, those that are gone are closed; how many are open. Raises `PeerTrouble`."""
    return note(actor, tuple(library.differences(library.pulled())))


@transaction.atomic
def note(actor: Actor, found: tuple[library.Differs, ...]) -> int:
    """Exactly these differences are open; whoever writes guides or publishes them may note them. `Refused` if one can't be."""
    if not access.may(actor, Duty.GUIDE_DRAFT, Target("catalogue")):
        access.require(actor, Duty.GUIDE_PUBLISH, Target("catalogue"))
    for one in found:
        library.right(one.key, one.field, one.theirs)
    now = settings.CLOCK()
    items = BaseItem.objects.in_bulk([one.key for one in found], field_name="key")
    decided = set(MasterChange.objects.exclude(outcome="open").values_list("code", "field", "theirs"))
    waiting = {(one.key, one.field): one for one in found if (one.key, one.field, one.theirs) not in decided}
    rows = {(row.code, row.field): row for row in MasterChange.objects.select_for_update().filter(outcome="open")}
    for place, row in rows.items():
        if place not in waiting:
            row.delete()
    for place, one in waiting.items():
        row = rows.get(place) or MasterChange(code=one.key, field=one.field, seen_at=now)
        row.base_item, row.owner, row.ours, row.theirs = items.get(one.key), one.owner, one.ours, one.theirs
        row.save()
    return len(waiting)


@transaction.atomic
def settle(actor: Actor, change_id: int, outcome: str) -> None:
    """The difference is decided: `taken` (the province owns the field), or `kept`. Standards in force get a draft to review."""
    row = MasterChange.objects.select_for_update().filter(pk=change_id).first()
    if row is None or outcome not in ("taken", "kept"):
        raise Hidden(f"difference {change_id}")
    access.require(actor, Duty.GUIDE_DRAFT, Target("catalogue"))
    if row.outcome != "open":
        raise Refused("settled", f"这一条已经处理过：{row.get_outcome_display()}。", "请刷新页面。")
    if outcome == "taken":
        _take(actor, row)
    row.outcome, row.settled_by, row.settled_at = outcome, actor.id, settings.CLOCK()
    row.save()
    facts = {"item": row.code, "field": row.field, "outcome": outcome}
    ledger.append(ledger.open_stream("item"), actor, [Entry("item.master-settled", facts)])


def _take(actor: Actor, row: MasterChange) -> None:
    """What stands in definitions waits in a draft of each standard in force until another person publishes it."""
    if row.owner != "province":
        raise Refused("not-theirs", "这一项由本市负责，不能用省库的覆盖。", "要改请在本市的目录里改。")
    if row.base_item is None:
        raise Refused("new-item", "这是本市还没有的事项。", "请先定办理部门，再用表格导入。")
    item = BaseItem.objects.select_for_update().get(pk=row.base_item.pk)
    standards = Standard.objects.filter(base_item=item, state=Standard.State.PUBLISHED).select_related("base_item")
    if row.field == "legal_days":
        item.legal_days = int(row.theirs)
        item.save(update_fields=["legal_days"])
    elif standards:
        row.outcome, row.settled_at = "taken", settings.CLOCK()
        row.save()
        for standard in standards:
            _propose(actor, standard, item, f"省库的{library.NAMES[row.field]}改了。")
    else:
        for name, value in {row.field: row.theirs, **revisions.wishes(item)}.items():
            setattr(item, name, value)
        index(item)


def _propose(actor: Actor, standard: Standard, item: BaseItem, note: str) -> None:
    """The new head stands in the open draft, or in one that is begun for it."""
    wished = revisions.wishes(item)
    draft = Revision.objects.filter(base_item=item, level=standard.level, state=Revision.State.DRAFT).first()
    if draft is None:
        content = revisions.headed(json.loads(standard.definition), item, wished)
        propose(actor, standard, json.dumps(content, ensure_ascii=False), note, {})
        return
    content = revisions.headed(json.loads(draft.content), item, wished)
    draft.content, draft.saved = json.dumps(content, ensure_ascii=False), draft.saved + 1
    draft.writers = list(dict.fromkeys([*draft.writers, actor.id]))
    draft.save(update_fields=["content", "saved", "writers"])
