"""What is done in a visit: the visitor's matters are begun, taken up, found by number; each counts once a stay."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM, Actor, Duty, Hidden, Refused, require
from onevisit.cases import actions as cases
from onevisit.cases import queries as matters
from onevisit.cases.actions.visits import NewVisit, record_visit
from onevisit.cases.queries import CaseView
from onevisit.halls import queries
from onevisit.halls.actions.arriving import Arrival, receive_beside
from onevisit.halls.actions.rows import hold, locked, tell
from onevisit.halls.models import Presence
from onevisit.halls.queries import VisitView


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor begins: the item, what is known of his situation, as whom, and why he came more often than promised."""

    item: str
    answers: Mapping[str, str] = field(default_factory=dict)
    firm: str = ""
    reason: str = ""


@transaction.atomic
def touch(actor: Actor, visit_id: str, case_id: str, reason: str = "") -> VisitView:
    """The case is worked on in this visit, which counts for it once a stay. Above the promise Refused without a `reason`."""
    row = queries.row_of(visit_id)
    require(actor, Duty.VISIT_RECORD, queries.visit_target(row, actor))
    whose = queries.whose(case_id, str(row.stay.person))
    row = locked(visit_id)
    if row.until is not None:
        raise Refused("visit-over", "这次接待已经结束。", "请重新接待这位群众。")
    if reason and reason not in Presence.Reason.values:
        raise Refused("no-such-reason", "没有这个原因。", "请从列出的原因里选一个。")
    hold(row, actor, str(row.stay.person), case_id)
    stay, hall = row.stay, row.window.hall
    new = NewVisit(visit_id, str(stay.public_id), whose, str(hall.public_id), stay.day.isoformat(), reason)
    counted = record_visit(_holder(actor, case_id), case_id, new)
    _, made = Presence.objects.get_or_create(
        visit=row, case=case_id,
        defaults={"stay": stay, "whose": whose, "reason": reason if counted else "", "at": settings.CLOCK()},
    )  # fmt: skip
    if made:
        tell(row, actor, "visit.touched", {"case": case_id, "counted": counted})
    return queries.view(queries.row_of(visit_id))


def _holder(actor: Actor, case_id: str) -> Actor:
    """The clerk with the case in hand, as he has it from this moment on; a request's actor is read only once."""
    known = {one.name: getattr(actor, one.name) for one in fields(Actor)}
    return Actor(**{**known, "holds": actor.holds | {case_id}})


@transaction.atomic
def begin(actor: Actor, visit_id: str, wish: Wish) -> CaseView:
    """The visitor's application for an item of this hall: his open draft, or a new one; it is worked on in this visit.

    Raises Refused as `touch` does.
    """
    row = queries.row_of(visit_id)
    require(actor, Duty.VISIT_RECORD, queries.visit_target(row, actor))
    person = str(row.stay.person)
    if wish.firm and wish.firm not in queries.owners(person) - {person}:
        raise Hidden(f"organisation {wish.firm}")
    visitor = cases.Visitor(person, wish.firm)
    case = cases.start_here(actor, visitor, wish.item, row.window.hall.division.code, wish.answers)
    take_up(actor, visit_id, case.id, wish.reason)
    return case


@transaction.atomic
def take_up(actor: Actor, visit_id: str, case_id: str, reason: str = "") -> VisitView:
    """As `touch`; who brings a draft to the window though nobody need come for it, comes since he wishes to."""
    row = matters.row(case_id)
    account = matters.account(SYSTEM, case_id) if row.stage == "draft" else None
    wished = account is not None and not account.promised and not account.made
    return touch(actor, visit_id, case_id, reason or (Presence.Reason.CHOSEN.value if wished else ""))


def bring(actor: Actor, visit_id: str, digits: str, reason: str = "") -> str:
    """The case with this number, in which the visitor takes part, is worked on in this visit; its id. Raises Hidden."""
    row = queries.row_of(visit_id)
    require(actor, Duty.VISIT_RECORD, queries.visit_target(row, actor))
    case = queries.case_by_number(digits, str(row.stay.person))
    touch(actor, visit_id, case, reason)
    return case


@transaction.atomic
def join(actor: Actor, visit_id: str, case_id: str, arrival: Arrival, reason: str = "") -> VisitView:
    """Another party of the case stands beside the visitor, and it is worked on for both in one stay (双方一起到场).

    He came for the reason for which the visitor did, unless another is given. Raises Hidden for a stranger to the case, and
    Refused as `touch` does.
    """
    row = queries.row_of(visit_id)
    beside = receive_beside(actor, visit_id, arrival)
    said = Presence.objects.filter(stay=row.stay, case=case_id).exclude(reason="").order_by("pk").first()
    return touch(actor, beside.id, case_id, reason or (said.reason if said else ""))
