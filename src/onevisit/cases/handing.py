"""The house brings a result to the applicant (送达): at once by the licence library, else by courier, at the door or the counter.

What travels keeps its step open and in nobody's hands: whatever its delivery says next is heard (`arrivals`), and a day later at
the latest the step looks by itself. It ends when the applicant has the result and no old paper is owed for it (交旧领新).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings

from onevisit.access import SYSTEM
from onevisit.cases import actions, claims, queries
from onevisit.cases.actions import handing
from onevisit.cases.actions.accepting import opened
from onevisit.cases.claims import Claim, ours
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import situations, ways
from onevisit.core.definition import Standard
from onevisit.deliveries import actions as deliveries
from onevisit.deliveries import queries as known
from onevisit.deliveries.queries import Address, DeliveryView

LOOK = timedelta(days=1)
"""How long a step that nothing was heard of rests."""


def deliver(held: Claim, _patience: float) -> None:
    """The step is done if the result is with the applicant, or waits for whom the page then names; sent is it once."""
    with ours(held):
        row = queries.row(held.case)
        delivery = known.of_step(held.case, held.step) or _sent(row, held.step)
        kept = _kept(row, delivery) if delivery else []
        if delivery is None or (delivery.is_over and not kept):
            actions.finish(SYSTEM, held.case, held.step, {"outcome": delivery.kind if delivery else "licence"})
        else:
            claims.wait(held, waits_for(delivery, kept), LOOK)


def _kept(row: Case, delivery: DeliveryView) -> list[str]:
    """The old papers that a delivery, once over, still lacks, by name."""
    if not (delivery.owed and delivery.is_over):
        return []
    back = handing.given_back(row)
    return [name for paper, name in delivery.owed.items() if paper not in back]


def waits_for(delivery: DeliveryView, kept: list[str]) -> str:
    """Whom a delivery under way waits for, as in 等您领取."""
    if delivery.is_over:
        return f"您交回{'、'.join(kept)}"
    if delivery.state == "returned" or (delivery.kind in ("pickup", "window")):
        return "您领取"
    if delivery.kind == "door":
        return "工作人员送上门"
    return "快递送达" if delivery.moving else "您改送达方式"


def _way(standard: Standard, data: Mapping[str, Any]) -> str:
    """The way that was chosen; to an address that is not whole nothing is sent: it waits at the counter."""
    chosen = handing.chosen(data)
    if ways.faults(standard, data["answers"], chosen, settings.CLOCK().date()):
        return "pickup"
    return ways.way(standard, data["answers"], chosen)


def _sent(row: Case, step: str) -> DeliveryView | None:
    """The result on its way; None if it lies in the library and nothing else is to be brought."""
    standard, data = catalogue.standard(row.standard_id), opened(row, SYSTEM)
    kind, answers = _way(standard, data), data["answers"]
    if kind == "licence":
        return None
    typed = handing.chosen(data).get("address") or {}
    new = deliveries.NewDelivery(
        case=str(row.public_id), step=step, kind=kind, to=str(row.applicant), item=row.item_key,
        what="、".join(one.name for one in standard.results if situations.holds(one.when, answers)) or row.item_name,
        office=row.office_name, division=row.division, department=row.department,
        address=Address(typed["name"], typed["phone"], typed["address"]) if kind in ways.TO_AN_ADDRESS else None,
        owed={one.id: one.name for one in ways.surrendered(standard, answers)},
    )  # fmt: skip
    return deliveries.send(SYSTEM, new)
