"""Filing (申报): from a draft to a received case with a number and a fixed process. 行政许可法 art. 29."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import facts, queries
from onevisit.cases.actions import seating
from onevisit.cases.actions.accepting import entered, watch
from onevisit.cases.actions.beats import agreed, append, apply, lock, not_overtaken, state_of
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import parties, situations, stages, values, ways
from onevisit.core.definition import Standard
from onevisit.core.state import Act
from onevisit.identity.personal import purpose


class Invalid(Refused):
    """A form that can't be filed yet: every fault, by field or material."""

    def __init__(self, faults: Sequence[values.Fault]) -> None:
        super().__init__("invalid", f"有{len(faults)}处要改，改好后再提交。", "请按每处的提示修改。")
        self.faults = tuple(faults)


@transaction.atomic
def file(actor: Actor, case_id: str) -> queries.CaseView:
    """The draft is filed (申报): received, numbered, its process fixed. 行政许可法 art. 29.

    Raises `Invalid` with every fault, or `Refused` where the stage does not allow it.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_FILE, queries.target(row, actor))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    now = settings.CLOCK()
    with purpose(actor, "own", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    if row.stage == "draft":
        not_overtaken(row)
        _complete(row, standard, data, now)
        row.data = {**data, "values": facts.current(standard, data["answers"], data["values"], now.date())}
    begin = entered(row, standard, data, now)
    if parties.several(standard, data["answers"], data["values"]):
        begin["jointly"] = True
    events = agreed(stages.decide(standard, state_of(row), Act("file", data=begin), now))
    invited = seating.seat(actor, row, standard, data)
    apply(row, standard, events)
    watch(row, standard, data["answers"])
    append(row, actor, [*events, *invited, *seating.begun(row, standard)])
    return queries.view(row, queries.standing(row, actor))


def _complete(row: Case, standard: Standard, data: Mapping[str, Any], now: datetime) -> None:
    """Raises `Invalid` unless every question, field and paper of this situation is there and right."""
    answers, typed = data["answers"], {name: value.get("value") for name, value in data["values"].items()}
    found = [values.Fault(f"?{q.id}", f"请回答“{q.ask}”") for q in situations.asked(standard, answers) if q.id not in answers]
    found += values.faults(values.fields(standard, answers), typed, now.date())
    asked = values.materials(standard, answers)
    handed = set(row.attachments.filter(removed_at=None).values_list("material", flat=True)) if asked else set()
    found += missing_papers(asked, handed)
    found += seating.faults(row, standard, data)
    found += ways.faults(standard, answers, data.get("delivery") or {}, now.date())
    if found:
        raise Invalid(found)


def missing_papers(materials: Sequence[Any], handed: set[str]) -> list[values.Fault]:
    """A fault for each paper that the applicant owes and has not handed in; one of a `one_of` group is enough."""
    groups = {m.one_of for m in materials if m.one_of and (m.id in handed or not values.is_handed_in(m))}
    owed = [m for m in materials if values.is_handed_in(m) and not m.tolerance and m.id not in handed and m.one_of not in groups]
    return [values.Fault(f"material-{m.id}", f"请上传“{m.name}”。") for m in owed]
