"""In whose hands a step is (领取, 交回, 改派). Nobody else's until given back; the chief gives it to somebody else.

Who stands in for a colleague on leave (A/B岗) takes over what that colleague has in hand, by his own grants and in his own name.
"""

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import queries
from onevisit.cases.actions.beats import NOBODY_ELSE, agreed, append, apply, lock, state_of
from onevisit.cases.models import Case, Task
from onevisit.catalogue import queries as catalogue
from onevisit.core import stages
from onevisit.core.state import Act
from onevisit.identity import absences
from onevisit.identity import actions as identity
from onevisit.identity import queries as people


@transaction.atomic
def take(actor: Actor, case_id: str, step: str = "") -> queries.CaseView:
    """An open step of the case is in this officer's hands (领取): the named one, or the first that waits at his office.

    A colleague's is his only if he stands in for him.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_TAKE, queries.target(row, actor))
    row = lock(row)
    waiting = [task for task in _waiting(row) if step in ("", task.step) and _at_his_office(actor, row, task)]
    free = [task for task in waiting if not task.claimed_by]
    task = next((one for one in waiting if one.claimed_by == actor.id), None) or next(iter(free or waiting), None)
    if task is None:
        raise Refused("nothing-to-take", "这个办件现在没有要人办的环节。", "请刷新待办列表。")
    if task.claimed_by == actor.id:
        return queries.view(row)
    if task.claimed_by and not absences.stands_in(actor, task.claimed_by):
        raise Refused("taken", "同事已经领取了这个办件。", "要接手请找科长改派。")
    _given(row, actor, task, actor.id)
    return queries.view(row)


@transaction.atomic
def give_back(actor: Actor, case_id: str) -> queries.CaseView:
    """The step that this officer had taken waits for his colleagues again (交回)."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_TAKE, queries.target(row, actor))
    row = lock(row)
    task = next((one for one in row.tasks.all() if one.closed_at is None and one.claimed_by == actor.id), None)
    if task is None:
        raise Refused("not-yours", "这个办件不在您手里。", "请刷新待办列表。")
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("return", task.step), settings.CLOCK()))
    apply(row, standard, events)
    task.claimed_by = ""
    row.writes.change(task, ["claimed_by"])
    row.writes.say(*identity.ending(actor.id, case_id))
    append(row, actor, events)
    return queries.view(row)


@transaction.atomic
def reassign(actor: Actor, case_id: str, step: str, to: str) -> queries.CaseView:
    """The chief puts the step into another officer's hands (改派), who must be one who may take it."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_REASSIGN, queries.target(row, actor))
    row = lock(row)
    task = next((one for one in _waiting(row) if one.step == step), None)
    colleague = people.actor_of(to)
    if task is None:
        raise Refused("nothing-to-take", "这个环节现在没有人要办。", "请刷新页面再看。")
    if colleague.kind != "officer" or not _at_his_office(colleague, row, task):
        raise Refused("not-his-office", "这位同事不能办这个环节。", "请选本部门能办这个环节的同事。")
    _given(row, actor, task, to)
    return queries.view(row)


def _waiting(row: Case) -> list[Task]:
    """The open steps that people do, in order."""
    return [task for task in row.tasks.all() if task.closed_at is None and task.hands not in NOBODY_ELSE]


def _at_his_office(actor: Actor, row: Case, task: Task) -> bool:
    """Whether the officer may take steps where this one is done."""
    return access.may(actor, Duty.CASE_TAKE, queries.at(row, task))


def _given(row: Case, actor: Actor, task: Task, to: str) -> None:
    """The step leaves the hands that had it; the event says for whom a stand-in took it."""
    standard, data = catalogue.standard(row.standard_id), {"by": to}
    if task.claimed_by and task.claimed_by != to:
        identity.end_holding(task.claimed_by, str(row.public_id))
        data["stead"] = task.claimed_by
    events = agreed(stages.decide(standard, state_of(row), Act("start", task.step, data), settings.CLOCK()))
    apply(row, standard, events)
    task.claimed_by = to
    row.writes.change(task, ["claimed_by"])
    identity.give_holding(to, str(row.public_id), "task")
    append(row, actor, events)
