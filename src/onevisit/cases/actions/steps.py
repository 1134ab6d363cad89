"""Steps done or handed to people, the end of a case, and its withdrawal by the applicant."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty
from onevisit.cases import queries
from onevisit.cases.actions.beats import agreed, append, apply, lock, state_of
from onevisit.catalogue import queries as catalogue
from onevisit.core import stages
from onevisit.core.state import Act


@transaction.atomic
def finish(actor: Actor, case_id: str, step: str, data: Mapping[str, Any]) -> queries.CaseView:
    """The step is done, or left out where that is allowed; what it made is its `ref`."""
    row = queries.row(case_id)
    access.require(actor, Duty.STEP_FINISH, queries.target(row))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("finish", step, data), settings.CLOCK()))
    apply(row, standard, events)
    append(row, actor, events)
    return queries.view(row)


@transaction.atomic
def hand_over(actor: Actor, case_id: str, step: str, to: str, data: Mapping[str, Any]) -> queries.CaseView:
    """The step goes to people (转人工): `to` says whose hands, `data` why."""
    row = queries.row(case_id)
    access.require(actor, Duty.STEP_FINISH, queries.target(row))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("return", step, {"to": to, **data}), settings.CLOCK()))
    apply(row, standard, events)
    append(row, actor, events)
    return queries.view(row)


@transaction.atomic
def conclude(actor: Actor, case_id: str) -> queries.CaseView:
    """The case is concluded (办结): no step is left."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_CONCLUDE, queries.target(row))
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
    """The case is withdrawn (撤回) by its applicant, before the decision."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_WITHDRAW, queries.target(row))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("withdraw"), settings.CLOCK()))
    apply(row, standard, events)
    append(row, actor, events)
    return queries.view(row)
