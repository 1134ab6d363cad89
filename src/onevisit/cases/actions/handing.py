"""How the result reaches the applicant (送达方式), chosen by him; old papers that he gives back for it (交旧领新).

The choice lies in the sealed data under `delivery`: {kind, address {name, phone, address}}. In a draft it is kept as typed and
checked when it is filed; later only a right one is taken, until the house begins to deliver.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import queries
from onevisit.cases.actions.accepting import opened
from onevisit.cases.actions.beats import append, lock
from onevisit.cases.actions.filing import Invalid
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import ways
from onevisit.core.state import Event
from onevisit.core.values import Fault
from onevisit.deliveries.queries import Address
from onevisit.ledger import queries as ledger

GIVEN_BACK = "paper.surrendered"


@transaction.atomic
def choose_delivery(actor: Actor, case_id: str, kind: str, address: Address | None = None) -> tuple[Fault, ...]:
    """What is still wrong with the choice, which is kept; after filing a wrong one is `Invalid`, once it is under way any one."""
    row = queries.row(case_id)
    access.require(actor, _duty(actor, row), queries.target(row, actor))
    row = lock(row)
    if queries.is_delivering(row):
        raise Refused("too-late", "结果已经送出，或者这件事已经结束。", "请在办件页面看送到哪里了。")
    standard = catalogue.standard(row.standard_id)
    data = opened(row, actor)
    stays = kind in ("licence", "pickup")
    typed = {"name": address.name, "phone": address.phone, "address": address.place} if address and not stays else {}
    chosen: dict[str, Any] = {"kind": kind, "address": typed}
    today = settings.CLOCK().date()
    wrong = ways.faults(standard, data["answers"], chosen, today)
    if wrong and row.stage != "draft":
        raise Invalid(wrong)
    if typed and not wrong:
        chosen["address"] = ways.address(chosen, today)
    row.data = {**data, "delivery": chosen}
    row.save(update_fields=["data"])
    return tuple(wrong)


def _duty(actor: Actor, row: Case) -> Duty:
    return Duty.CASE_DRAFT if row.stage == "draft" and actor.kind == "applicant" else Duty.DELIVERY_REDIRECT


@transaction.atomic
def give_back_papers(actor: Actor, case_id: str, materials: Collection[str]) -> queries.CaseView:
    """These old papers have come back, told once each; the house then looks whether its delivery is over (交回旧证)."""
    row = queries.row(case_id)
    access.require(actor, Duty.DELIVERY_SETTLE if actor.kind == "system" else Duty.LICENCE_HAND, queries.target(row, actor))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    if materials and set(materials) - {one.id for one in ways.surrendered(standard, opened(row, actor)["answers"])}:
        raise Refused("nothing-owed", "这份材料不用交回。", "请刷新页面再看。")
    new = [one for one in materials if one not in given_back(row)]
    if new:
        append(row, actor, [Event(GIVEN_BACK, settings.CLOCK(), {"material": one}) for one in new])
    row.tasks.filter(does="deliver", hands="system", closed_at=None).update(next_try_at=None)
    return queries.view(row)


def given_back(row: Case) -> frozenset[str]:
    """The old papers that have come back already, by material."""
    events = ledger.events(str(row.stream.public_id))
    return frozenset(str(event.data["material"]) for event in events if event.kind == GIVEN_BACK)


def chosen(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was chosen; empty where nobody was asked."""
    found: Mapping[str, Any] = data.get("delivery") or {}
    return found
