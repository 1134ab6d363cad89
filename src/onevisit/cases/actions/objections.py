"""What the applicant says is wrong of a fetched value (异议): it proves nothing until a person has established it.

个人信息保护法 art. 46: who finds his data wrong may ask that it be corrected.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import queries
from onevisit.cases.actions.beats import lock, still_draft
from onevisit.catalogue import queries as catalogue
from onevisit.core import values
from onevisit.identity.personal import purpose

MARKS = ("disputed", "objection", "objected_at")
LONGEST = 500
"""Characters of a reason."""


@transaction.atomic
def dispute(actor: Actor, case_id: str, field: str, reason: str) -> queries.CaseView:
    """The fetched value is disputed for this reason; with an empty one, no longer. Only while the case is a draft."""
    row = queries.row(case_id)
    access.require(actor, Duty.SHARED_DISPUTE, queries.target(row, actor))
    row = lock(row)
    still_draft(row)
    known = {f.id: f for f in catalogue.standard(row.standard_id).form}
    with purpose(actor, "own", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    value = data["values"].get(field)
    if field not in known or values.is_typed(known[field]) or value is None:
        raise Refused("nothing-fetched", "这一项没有取到的数据，没有什么可提的。", "您自己填的内容，直接改就行。")
    plain = {name: part for name, part in value.items() if name not in MARKS}
    said = reason.strip()[:LONGEST]
    marks = {"disputed": True, "objection": said, "objected_at": settings.CLOCK().isoformat(timespec="seconds")} if said else {}
    row.data = {**data, "values": {**data["values"], field: {**plain, **marks}}}
    row.version += 1
    row.updated_at = settings.CLOCK()
    row.save(update_fields=["data", "version", "updated_at"])
    return queries.view(row)


def objected(known: Mapping[str, Mapping[str, Any]], fetched: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The fetched values with the objections that were raised against what was known: asking again does not settle them."""
    return {
        name: {**value, **{mark: known[name][mark] for mark in MARKS if mark in known.get(name, {})}}
        for name, value in fetched.items()
    }
