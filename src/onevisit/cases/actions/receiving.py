"""At a window, for whoever stands there (综合窗口): an application is begun, and what is laid on the counter is written down.

The clerk types nothing that is known, and nothing in his own name: the application is the visitor's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import queries, sources
from onevisit.cases.actions import drafts, renewing
from onevisit.cases.actions.accepting import opened
from onevisit.cases.actions.beats import lock
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.city import queries as city
from onevisit.core import stages, values
from onevisit.ledger import actions as ledger
from onevisit.proofs.actions import Down

SHOWN: Mapping[str, str] = {
    "original": "看过原件",
    "copy": "留下复印件",
    "both": "看过原件，留下复印件",
    "promise": "签了告知承诺书",
}
"""How a material was shown at the counter."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """For whom the application is: a `person` who stands at the window, or the `firm` that he acts for."""

    person: str
    firm: str = ""

    @property
    def owner(self) -> str:
        """Whose matter it is."""
        return self.firm or self.person


def start_here(actor: Actor, visitor: Visitor, item_key: str, division: str, answers: Mapping[str, str]) -> queries.CaseView:
    """The open draft of the visitor for this item, made if there is none, by the clerk who receives him.

    `division`: where the window is. The clerk holds the visitor; Raises `Refused` for whom the item is not.
    """
    item = catalogue.item(item_key, division)
    kind = "organisation" if visitor.firm else "person"
    access.require(actor, Duty.CASE_CREATE, queries.beginning(actor, item, visitor.person, visitor.owner))
    drafts.suited(item, kind)
    try:
        with transaction.atomic():
            known = drafts.open_draft(visitor.owner, item)
            return queries.view(_taken_up(actor, known) if known else _begun(actor, visitor, item, division, answers))
    except IntegrityError:
        begun = drafts.open_draft(visitor.owner, item)
        if begun is None:
            raise
        return queries.view(begun)


def _taken_up(actor: Actor, draft: Case) -> Case:
    """The draft goes on under the rules of today."""
    return renewing.brought_over(actor, lock(queries.row(str(draft.public_id))))


def _begun(actor: Actor, visitor: Visitor, item: catalogue.ItemView, division: str, answers: Mapping[str, str]) -> Case:
    draft = drafts.made(actor, item, visitor.owner, "organisation" if visitor.firm else "person", answers)
    if city.within(division, item.division_code):
        draft.place = division
        draft.save(update_fields=["place"])
    return draft


@transaction.atomic
def hand_in(actor: Actor, case_id: str, shown: Mapping[str, str]) -> None:
    """What was shown or handed over at the counter is written down, material by material; an empty word takes it back.

    Raises `Refused` for a material that this situation does not ask of the applicant, and names the source of one that has a
    source; while that is down the paper may stand in for it, which is recorded.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_RECEIVE, queries.target(row, actor))
    row = lock(row)
    if row.stage in stages.ENDS or row.stage == "decided":
        raise Refused("too-late", "这个办件已经决定，不能再收材料。", "请刷新页面再看。")
    data = opened(row, actor)
    asked, downs = _askable(row, data, shown)
    if not set(shown) <= asked or not {how for how in shown.values() if how} <= set(SHOWN):
        raise Refused("not-asked", "这些材料不用交，或者不能这样交。", "请按材料清单勾选。")
    before = data.get("handed", {})
    at = settings.CLOCK().isoformat(timespec="seconds")
    fresh = {name: {"how": how, "by": actor.id, "at": at} for name, how in shown.items() if how}
    same = {name: before[name] for name in fresh if name in before and before[name]["how"] == fresh[name]["how"]}
    kept = {name: one for name, one in before.items() if name not in shown}
    now = {**kept, **fresh, **same}
    if {name: one["how"] for name, one in now.items()} == {name: one["how"] for name, one in before.items()}:
        return
    row.data, row.updated_at = {**data, "handed": now}, settings.CLOCK()
    row.save(update_fields=["data", "updated_at"])
    told = {name: one["how"] for name, one in now.items()}
    ledger.append(row.stream, actor, [ledger.Entry("paper.shown", {"materials": told})])
    sources.record(actor, row, downs)


def _askable(row: Case, data: Mapping[str, Any], shown: Mapping[str, str]) -> tuple[set[str], tuple[tuple[str, Down], ...]]:
    """The materials that may be handed in now, and those of them whose source is down and was not stood in for yet."""
    standard = catalogue.standard(row.standard_id)
    of_this, before = values.materials(standard, data["answers"]), data.get("handed", {})
    sourced = [one.id for one in of_this if sources.is_sourced(one)]
    downs = sources.asked_instead(row, standard, [name for name in sourced if shown.get(name) and name not in before])
    by_hand = {one.id for one in of_this if one.source in ("applicant", "commitment")}
    return by_hand | {name for name in sourced if name in before} | {name for name, _ in downs}, downs
