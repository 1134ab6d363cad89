"""Several who apply together (当事人), each doing his own part: joined, confirmed, or not agreed.

A party that has not confirmed holds the step, not the clock of the office.
"""

from uuid import UUID

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import clocks, queries
from onevisit.cases.actions.accepting import opened, watch
from onevisit.cases.actions.beats import agreed, append, apply, lock, state_of
from onevisit.cases.actions.opinions import keep_opinion
from onevisit.cases.actions.seating import parted, told
from onevisit.cases.models import Case, Party, Task
from onevisit.cases.queries import seats
from onevisit.catalogue import queries as catalogue
from onevisit.core import parties as apart
from onevisit.core import stages, workdays
from onevisit.core.definition import Standard
from onevisit.core.state import Act, Event


@transaction.atomic
def join(actor: Actor, party_id: str) -> str:
    """The case that the invited one may open from now on; raises `Hidden` for everybody but him."""
    case, _, known = queries.invitation(actor, party_id)
    if known:
        return case
    row = lock(queries.row(case))
    party = row.parties.get(public_id=party_id)
    if party.who is None:
        _bind(row, party, queries.meant(actor, party))
        append(row, actor, [Event("party.joined", settings.CLOCK(), told(party))])
    return case


def _bind(row: Case, party: Party, who: str) -> None:
    """The party is this person or firm from now on."""
    if who == str(row.applicant) or row.parties.filter(role=party.role, who=who).exists():
        raise Refused("already-there", "您已经是这个办件的一方。", "请在“我的办件”里查看。")
    party.who = UUID(who)
    party.save(update_fields=["who"])
    row.jointly = sorted({*row.jointly, who})


@transaction.atomic
def confirm(actor: Actor, case_id: str, step: str, who: str = "") -> queries.CaseView:
    """An applicant's step is done by himself, from his own account (确认, 身份核验); the last of several parties ends it.

    At a window the clerk confirms for `who` stands there. The case counts as received when the last party has done his part.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_RECEIVE if who else Duty.CASE_CONFIRM, queries.target(row, actor))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    task = _open(row, step)
    events = _come(row, standard, task, who) if who else []
    one = who or queries.standing(row, actor)
    if one not in queries.expected(row, standard, task):
        raise Refused("not-your-step", "这一步不是由您来办的。", "请等对方确认。")
    if task.does == "verify" and not who and not actor.fresh:
        raise Refused("second-factor", "核验身份要先验证是您本人。", "请完成身份验证后继续。")
    if one in task.confirmed:
        return queries.view(row)
    events.append(parted(row, task, one))
    if not queries.lacking(row, standard, task):
        events += _ended(row, standard, actor, task)
    append(row, actor, events)
    return queries.view(row)


def _open(row: Case, step: str) -> Task:
    """The step that waits for applicant or parties."""
    task = next((one for one in queries.waiting(row) if one.step == step), None)
    if task is None or row.stage in stages.ENDS:
        raise Refused("nothing-to-confirm", "现在没有要您确认的。", "请刷新页面再看。")
    return task


def _come(row: Case, standard: Standard, task: Task, who: str) -> list[Event]:
    """Whoever stands at the window is bound to the one place of this step that is still nobody's, if it is or may be his."""
    if who in queries.expected(row, standard, task):
        return []
    wanted = apart.roles(queries.step_of(standard, task.step))
    free = list(row.parties.filter(who=None, role__in=wanted).order_by("id"))
    his = [party for party in free if party.number is not None and seats.holder(party) == who]
    his += [party for party in free if party.number is None]
    if not his:
        return []
    _bind(row, his[0], who)
    return [Event("party.joined", settings.CLOCK(), told(his[0]))]


def _ended(row: Case, standard: Standard, actor: Actor, task: Task) -> list[Event]:
    """The step is over; before acceptance the case counts as received now."""
    now = settings.CLOCK()
    received = workdays.receipt(now, workdays.HOURS, clocks.calendar_of(row))
    data = {"received": received.isoformat()} if row.stage == "received" else {}
    events = agreed(stages.decide(standard, state_of(row), Act("finish", task.step, data), now))
    if data:
        row.received_at = received
    apply(row, standard, events)
    if data:
        watch(row, standard, opened(row, actor)["answers"])
    return events


@transaction.atomic
def disagree(actor: Actor, case_id: str, step: str, reason: str) -> queries.CaseView:
    """A party says that he does not agree, and why; the case stays, whoever filed is told, and he may still confirm.

    Raises `Refused` without a reason, and for the applicant, who withdraws.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_CONFIRM, queries.target(row, actor))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    task, one = _open(row, step), queries.standing(row, actor)
    if one == str(row.applicant) or one not in queries.lacking(row, standard, task):
        raise Refused("not-your-step", "这一步不是由您来办的。", "不想办了，可以撤回申报。")
    if not reason.strip():
        raise Refused("reason-needed", "请写明为什么不同意，申请的一方会看到。", "请填写原因。")
    keep_opinion(actor, row, one, seats.DISAGREES, reason)
    append(row, actor, [Event("party.disagreed", settings.CLOCK(), {"step": step, "who": one})])
    return queries.view(row)
