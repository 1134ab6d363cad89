"""Visits (到场) that windows record in a case: one event for each stay, however often the person was served in it.

A stay is one person, one site, one day. Above the promise the office gives the reason; the event keeps it.
"""

from dataclasses import asdict, dataclass

from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import queries
from onevisit.cases.actions.beats import lock
from onevisit.catalogue import queries as catalogue
from onevisit.ledger import actions as ledger
from onevisit.ledger import queries as told


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit in which the case was worked on. `whose`: the applicant or party who came, or whose firm sent somebody."""

    visit: str
    stay: str
    whose: str
    hall: str
    day: str
    reason: str = ""


@transaction.atomic
def record_visit(actor: Actor, case_id: str, new: NewVisit) -> bool:
    """Whether the visit counts anew; one of the same stay does not. Refused above the promise, unless there is a reason."""
    row = queries.row(case_id)
    access.require(actor, Duty.VISIT_RECORD, queries.target(row, actor))
    row = lock(row)
    known = [event.data for event in told.events(row.stream.public_id) if event.kind == "visit.recorded"]
    if any(one["stay"] == new.stay for one in known):
        return False
    made = sum(one["whose"] == new.whose for one in known) + 1
    promised = queries.promised_visits(catalogue.standard(row.standard_id))
    if made > promised and not new.reason:
        raise Refused(
            "over-promise", f"这件事承诺最多到场{promised}次，这是第{made}次。", "请选一个原因再继续，这次到场照样记下。"
        )
    ledger.append(row.stream, actor, [ledger.Entry("visit.recorded", asdict(new))])
    return True
