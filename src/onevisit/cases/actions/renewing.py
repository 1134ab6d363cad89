"""A draft whose standard has changed meanwhile (规定改了): it goes over to the version in force with what still holds.

What changed is told in words until the draft is filed; only what is new has to be filled in. A filed case stays on its version.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import queries
from onevisit.cases.actions.beats import lock, still_draft
from onevisit.cases.models import Case
from onevisit.catalogue import changes
from onevisit.catalogue import queries as catalogue
from onevisit.core import situations
from onevisit.core.definition import Standard
from onevisit.identity.personal import purpose
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry

CONCERNS = ("conditions", "questions", "materials", "form", "limits", "fees", "results")
"""The parts of a definition whose change an applicant is told of."""


def overtaken(case: queries.CaseView) -> bool:
    """Whether this draft stands on a version that is no longer in force."""
    return case.stage == "draft" and catalogue.successor(case.standard_id) != case.standard_id


def not_overtaken(row: Case) -> None:
    """Raises `Refused` where the standard has changed since: nobody files under rules that are gone."""
    if catalogue.successor(row.standard_id) != row.standard_id:
        raise Refused("renewed", "这个事项的规定刚刚改了，您填过的都还在。", "请看看改了什么，核对以后再提交。")


@transaction.atomic
def renew(actor: Actor, case_id: str) -> queries.CaseView:
    """The draft stands on the version in force, with every answer and value that still holds, and says what changed."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_CREATE if actor.kind == "officer" else Duty.CASE_DRAFT, queries.target(row, actor))
    row = lock(row)
    still_draft(row)
    was, now_id = row.standard_id, catalogue.successor(row.standard_id)
    if now_id == was:
        return queries.view(row)
    before, after = catalogue.standard(was), catalogue.standard(now_id)
    with purpose(actor, "own", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    told = [one.text for one in changes.changes(before, after) if one.path.split(".")[0] in CONCERNS]
    row.data = {**data, **_carried(before, after, data), "renewed": [*data.get("renewed", ()), *told]}
    row.standard_id, row.offer = now_id, catalogue.item(row.item_key, row.division).pinned
    row.version, row.updated_at = row.version + 1, settings.CLOCK()
    row.save(update_fields=["data", "standard", "offer", "version", "updated_at"])
    ledger.append(row.stream, actor, [Entry("case.renewed", {"from": was, "to": now_id})])
    return queries.view(row)


def _carried(before: Standard, after: Standard, data: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to questions that still have that option; values of fields that still ask for the same kind of thing."""
    answers = situations.narrow(after, data["answers"])
    was = {one.id: (one.type, one.source) for one in before.form}
    same = {one.id for one in after.form if was.get(one.id) == (one.type, one.source)}
    known = {one.id for one in before.form}
    kept = {name: value for name, value in data["values"].items() if name in same or name not in known}
    return {"answers": answers, "values": kept}
