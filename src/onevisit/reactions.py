"""Who acts on which news: the only upward wiring, one table.

`ledger.append` defers one `news` job per event that is not quiet in the event's transaction; it fans out one `react` job per
(event, reaction), each known by that pair, so that a reaction that is told twice is idempotent by its own keys and never lost.
"""

from collections.abc import Callable, Mapping

from onevisit.cases import arrivals
from onevisit.cases import invitations as parties
from onevisit.cases import news as cases
from onevisit.deliveries import states
from onevisit.ledger import jobs
from onevisit.ledger import queries as ledger
from onevisit.ledger.queries import EventView
from onevisit.licences import jobs as licences

REACTIONS: Mapping[str, tuple[Callable[[EventView], None], ...]] = {
    "calendar.entered": (cases.recount,),
    "clock.moved": (cases.tell_moved,),
    "case.filed": (cases.tell_receipt, parties.ask_parties),
    "case.received": (cases.tell_receipt, parties.ask_parties),
    "party.joined": (parties.ask_parties,),
    "party.confirmed": (parties.ask_parties, parties.tell_part),
    "party.disagreed": (parties.tell_part,),
    "case.lapsed": (parties.tell_lapsed, cases.tell_ended, cases.end_bills),
    "case.turned_away": (cases.tell_turned_away, cases.end_bills),
    "bill.refunded": (cases.tell_refund,),
    "refund.declined": (cases.tell_refund,),
    "case.accepted": (cases.tell_accepted,),
    "case.decided": (cases.tell_decision, cases.go_on, cases.end_bills),
    "case.noticed": (cases.tell_correction,),
    "case.suspended": (cases.tell_correction, cases.tell_suspended),
    "case.extended": (cases.tell_extended,),
    "case.withdrawn": (cases.tell_withdrawn, cases.end_bills),
    "case.concluded": (cases.tell_result,),
    "step.returned": (cases.tell_person,),
    "bill.opened": (cases.tell_bill,),
    "bill.paid": (cases.paid,),
    "licence.issued": (licences.make_file_of,),
    "delivery.opened": (arrivals.tell_delivery,),
    **{f"delivery.{kind}": (arrivals.hear_delivery, arrivals.tell_delivery) for kind in states.MOVED},
    **{f"delivery.{kind}": (arrivals.hear_delivery, arrivals.tell_delivery, arrivals.serve_delivery) for kind in states.ENDS},
    "delivery.reminded": (arrivals.tell_delivery,),
}
BY_NAME: Mapping[str, Callable[[EventView], None]] = {f.__name__: f for chosen in REACTIONS.values() for f in chosen}


@jobs.task("onevisit.reactions.news")
def news(event_id: int) -> None:
    """One job for each reaction to the event."""
    event = ledger.event(event_id)
    for reaction in REACTIONS.get(event.kind, ()):
        jobs.defer(
            "onevisit.reactions.react", key=f"{event_id}/{reaction.__name__}", event_id=event_id, reaction=reaction.__name__
        )


@jobs.task("onevisit.reactions.react")
def react(event_id: int, reaction: str) -> None:
    """The reaction has happened."""
    BY_NAME[reaction](ledger.event(event_id))
