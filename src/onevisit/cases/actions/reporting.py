"""What a department's own system reports of a step that is pushed to it (推送办理): it happened there, and is entered here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import offices, queries
from onevisit.cases.actions.beats import agreed, append, apply, lock, state_of
from onevisit.catalogue import queries as catalogue
from onevisit.core import stages
from onevisit.core.definition import Standard
from onevisit.core.rework import unrolled
from onevisit.core.state import Act


@transaction.atomic
def report(actor: Actor, case_id: str, step: str, data: Mapping[str, Any], at: datetime) -> queries.CaseView:
    """The step is done, `at` the department's own time; what it made is its `ref`, what it found its `outcome`."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_ACT, queries.target(row, actor))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    must_be_theirs(standard, step)
    events = agreed(stages.decide(standard, state_of(row), Act("finish", step, data), at))
    apply(row, standard, events)
    append(row, actor, events)
    return queries.view(row)


def must_be_theirs(standard: Standard, step: str) -> None:
    """Nothing, if the department's own system does this step; else `Refused`."""
    found = next((one for one in unrolled(standard.process) if one.id == step), None)
    if found is None or not offices.is_pushed(standard, found):
        raise Refused("not-pushed", "这个环节不由部门自己的系统办理。", "请核对环节。")
