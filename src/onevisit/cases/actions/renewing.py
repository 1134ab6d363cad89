"""A draft whose standard has changed meanwhile (规定改了): it goes over to the version in force with what still holds.

What changed is told in words until the draft is filed; only what is new has to be filled in. A filed case stays on its version.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty
from onevisit.cases import carrying, queries
from onevisit.cases.actions.accepting import opened
from onevisit.cases.actions.beats import lock, still_draft
from onevisit.cases.models import Case
from onevisit.catalogue import changes
from onevisit.catalogue import queries as catalogue
from onevisit.core import situations, values
from onevisit.core.definition import Standard
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry

CONCERNS = ("conditions", "questions", "materials", "form", "limits", "fees", "results")
"""The parts of a definition whose change an applicant is told of."""


def overtaken(case: queries.CaseView) -> bool:
    """Whether this draft stands on a version that is no longer in force."""
    return case.stage == "draft" and catalogue.successor(case.standard_id) != case.standard_id


@transaction.atomic
def renew(actor: Actor, case_id: str) -> queries.CaseView:
    """The draft stands on the version in force, with every answer and value that still holds, and says what changed."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_CREATE if actor.kind == "officer" else Duty.CASE_DRAFT, queries.target(row, actor))
    row = lock(row)
    still_draft(row)
    return queries.view(brought_over(actor, row))


def brought_over(actor: Actor, row: Case) -> Case:
    """The draft on the version in force, for whoever has been let in and holds its lock; as it was if nothing has changed."""
    was, now_id = row.standard_id, catalogue.successor(row.standard_id)
    if now_id == was:
        return row
    before, after = catalogue.standard(was), catalogue.standard(now_id)
    data = opened(row, actor)
    today = settings.CLOCK().astimezone(settings.ZONE).date()
    kept = {
        "answers": carrying.answers(before, after, data["answers"]),
        "values": carrying.carried(before, after, data["values"], today),
        "handed": {name: one for name, one in (data.get("handed") or {}).items() if _material(after, name)},
    }
    told = [one.text for one in changes.changes(before, after) if one.path.split(".")[0] in CONCERNS]
    told += [*_to_redo(after, data, kept), *_taken_off(row, before, after, data)]
    row.data = {**data, **kept, "renewed": [*data.get("renewed", ()), *told]}
    row.standard_id, row.offer = now_id, _offer(row, now_id)
    row.version, row.updated_at = row.version + 1, settings.CLOCK()
    row.save(update_fields=["data", "standard", "offer", "version", "updated_at"])
    ledger.append(row.stream, actor, [Entry("case.renewed", {"from": was, "to": now_id})])
    return row


def _offer(row: Case, standard_id: int) -> Mapping[str, Any]:
    """What the division adds to the version in force; what it added before, where the item is not on offer there any more."""
    before: Mapping[str, Any] = row.offer
    try:
        item = catalogue.item(row.item_key, row.division)
    except catalogue.NoItem:
        return before
    return item.pinned if item.standard_id == standard_id else before


def _to_redo(after: Standard, data: Mapping[str, Any], kept: Mapping[str, Any]) -> list[str]:
    """What was answered or typed, is still asked for, and does not fit any more, in words."""
    given, held = data["answers"].keys() - kept["answers"].keys(), data["values"].keys() - kept["values"].keys()
    asked = [one.ask for one in situations.asked(after, kept["answers"]) if one.id in given]
    typed = [one.label for one in values.fields(after, kept["answers"]) if one.id in held and values.is_typed(one)]
    return [f"“{words}”要重新选" for words in asked] + [f"“{words}”要重新填" for words in typed]


def _taken_off(row: Case, before: Standard, after: Standard, data: Mapping[str, Any]) -> list[str]:
    """The files of materials that are not asked for any more are taken off; in words, of which materials something was there."""
    gone = row.attachments.filter(removed_at=None).exclude(material__in=[one.id for one in after.materials])
    names = {*gone.values_list("material", flat=True), *(one for one in data.get("handed") or () if not _material(after, one))}
    gone.update(removed_at=settings.CLOCK())
    return [f"“{one.name}”不用交了，交过的已经取下" for one in before.materials if one.id in names]


def _material(standard: Standard, name: str) -> bool:
    return any(one.id == name for one in standard.materials)
