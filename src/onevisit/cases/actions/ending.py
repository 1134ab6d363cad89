"""How a case ends (办结, 撤回, 失效): nothing is left to do, its applicant takes it back, or what was asked for never came."""

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import SYSTEM, Actor, Duty
from onevisit.cases import queries
from onevisit.cases.actions import reminding
from onevisit.cases.actions.beats import agreed, append, apply, lock, state_of
from onevisit.catalogue import queries as catalogue
from onevisit.core import stages
from onevisit.core.state import Act


@transaction.atomic
def conclude(actor: Actor, case_id: str) -> queries.CaseView:
    """The case is concluded (办结): no step is left."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_CONCLUDE, queries.target(row, actor))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    now = settings.CLOCK()
    events = agreed(stages.decide(standard, state_of(row), Act("conclude"), now))
    row.concluded_at = now
    apply(row, standard, events)
    append(row, actor, events)
    return queries.view(row)


@transaction.atomic
def withdraw(actor: Actor, case_id: str) -> queries.CaseView:
    """The case is withdrawn (撤回) by its applicant or another party, before the decision; the event says by whom."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_WITHDRAW, queries.target(row, actor))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    act = Act("withdraw", data={"by": queries.standing(row, actor)})
    events = agreed(stages.decide(standard, state_of(row), act, settings.CLOCK()))
    holders = list(
        row.tasks.filter(closed_at=None).exclude(hands__in=["system", "applicant"]).values_list("claimed_by", flat=True)
    )
    apply(row, standard, events)
    append(row, actor, events)
    reminding.of_withdrawal(row, holders)
    return queries.view(row)


@transaction.atomic
def lapse(case_id: str) -> bool:
    """Whether the case lapsed (失效): a correction, a paper that was owed or a party's part did not come by its day."""
    row = lock(queries.row(case_id))
    access.require(SYSTEM, Duty.CASE_LAPSE, queries.target(row))
    today = settings.CLOCK().astimezone(settings.ZONE).date()
    corrections = row.defects.filter(mended_at=None, until__lt=today).exists()
    owed = row.owed.filter(supplied_at=None, until__lt=today).exists()
    waited = any(task.opened_at + queries.PATIENCE <= settings.CLOCK() for task in queries.waiting(row))
    reasons = {"noticed": corrections and "correction", "accepted": owed and "owed", "received": waited and "party"}
    if not reasons.get(row.stage):
        return False
    standard = catalogue.standard(row.standard_id)
    data = {"reason": reasons[row.stage]}
    events = agreed(stages.decide(standard, state_of(row), Act("lapse", data=data), settings.CLOCK()))
    apply(row, standard, events)
    append(row, SYSTEM, events)
    return True
