"""Off the clock and on again (中止, 恢复), and the one extension (延长). 行政许可法 arts. 42, 45; DEFINITION section 5.

The legal clock stops only for the procedures of art. 45, with a notice served; the promised clock also while the applicant
has to act.
"""

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import SYSTEM, Actor, Duty, Refused
from onevisit.cases import clocks, queries
from onevisit.cases.actions.beats import agreed, append, apply, lock, state_of
from onevisit.cases.actions.opinions import keep_opinion
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import stages
from onevisit.core.definition import SPECIAL, Limits, Standard
from onevisit.core.state import Act
from onevisit.identity.personal import purpose

BOTH = ("legal", "promised")
APPLICANT = ("correction", "payment", "visit")
"""Reasons that lie with the applicant: they stop the promise only."""


@transaction.atomic
def suspend(actor: Actor, case_id: str, reason: str, told: str) -> queries.CaseView:
    """The clocks that the reason stops stand still from today; `told` is what the applicant is told in writing, and how long."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_SUSPEND, queries.target(row, actor))
    if reason not in (*SPECIAL, *APPLICANT):
        raise Refused("no-ground", "只有法定的几种程序，或者要等申请人办的事，才能中止计时。", "请从列出的理由里选一个。")
    if not told.strip():
        raise Refused("not-told", "中止计时要书面告知申请人原因和所需时间。", "请填写告知的内容。")
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    if any(not pause.end for pause in state_of(row).pauses):
        raise Refused("suspended", "计时已经中止，不能再中止一次。", "请先恢复计时。")
    data = {"reason": reason, "clocks": list(BOTH if reason in SPECIAL else ("promised",))}
    events = agreed(stages.decide(standard, state_of(row), Act("suspend", data=data), settings.CLOCK()))
    apply(row, standard, events)
    keep_opinion(actor, row, "suspend", reason, told)
    append(row, actor, events)
    return queries.view(row)


@transaction.atomic
def resume(actor: Actor, case_id: str, reason: str) -> queries.CaseView:
    """The clocks run again, and the case's due moments are later by the working days that were lost."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_SUSPEND, queries.target(row, actor))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("resume", data={"reason": reason}), settings.CLOCK()))
    apply(row, standard, events)
    set_due(row, standard)
    append(row, actor, events)
    return queries.view(row)


@transaction.atomic
def extend(actor: Actor, case_id: str, reason: str) -> queries.CaseView:
    """The limit is longer, once, before it ends, with its reason told (延长). 行政许可法 art. 42."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_EXTEND, queries.target(row, actor))
    if not reason.strip():
        raise Refused("reason-needed", "延长期限要把理由告诉申请人。", "请填写理由。")
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    now = settings.CLOCK()
    if row.legal_due_at and now > row.legal_due_at:
        raise Refused("late-extension", "期限已经届满，期满后不能延长。", "请尽快作出决定。")
    days = limits_of(row, standard).extension
    events = agreed(stages.decide(standard, state_of(row), Act("extend", data={"days": days}), now))
    apply(row, standard, events)
    set_due(row, standard)
    keep_opinion(actor, row, "extend", "", reason)
    append(row, actor, events)
    return queries.view(row)


def set_due(row: Case, standard: Standard) -> None:
    """The due moments as the state and the calendar give them."""
    due = clocks.when_due(limits_of(row, standard), state_of(row), clocks.calendar_of(row))
    row.due_at, row.legal_due_at = due.promised, due.legal


def limits_of(row: Case, standard: Standard) -> Limits:
    """The limits of the situation; nothing is opened where they are the same in all."""
    if not any(limit.when for limit in standard.limits):
        return clocks.limits(standard, {}, row.offer)
    with purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
        answers = row.data.reveal()["answers"]
    return clocks.limits(standard, answers, row.offer)
