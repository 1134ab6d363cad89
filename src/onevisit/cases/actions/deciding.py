"""Accepting and deciding (受理, 决定), by the house or by an officer. 行政许可法 arts. 32, 37, 38."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import clocks, queries
from onevisit.cases.actions.beats import NOBODY_ELSE, agreed, append, apply, lock, state_of
from onevisit.cases.models import Case, Decision
from onevisit.catalogue import queries as catalogue
from onevisit.city import queries as city
from onevisit.core import stages
from onevisit.core.definition import Standard
from onevisit.core.money import yuan
from onevisit.core.state import Act, Event
from onevisit.identity import actions as identity
from onevisit.identity.personal import purpose


@dataclass(frozen=True)
class Ruling:
    """What is decided and why: `reasons` are rows {row, text, basis}; `opinion` the words of a person."""

    outcome: str
    reasons: tuple[Mapping[str, str], ...] = ()
    result: Mapping[str, str] = field(default_factory=dict)
    run: str = ""
    opinion: str = ""


@transaction.atomic
def accept(actor: Actor, case_id: str, step: str = "") -> queries.CaseView:
    """The case is accepted (受理): its clocks run from today, or from when it counts as received. 行政许可法 art. 32."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_ACCEPT, queries.target(row))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    now = settings.CLOCK()
    at = max(row.received_at or now, now)
    data = {"accepted": at.astimezone(settings.ZONE).date().isoformat()}
    events = agreed(stages.decide(standard, state_of(row), Act("accept", step, data), now))
    row.accepted_at = at
    apply(row, standard, events)
    _set_clocks(row, actor, standard)
    append(row, actor, events)
    return queries.view(row)


def _set_clocks(row: Case, actor: Actor, standard: Standard) -> None:
    due = clocks.when_due(clocks.limits(standard, _answers(row, actor, standard)), state_of(row), city.calendar())
    row.due_at, row.legal_due_at = due.promised, due.legal
    row.save(update_fields=["due_at", "legal_due_at"])


def _answers(row: Case, actor: Actor, standard: Standard) -> Mapping[str, str]:
    """The answers on which the limits depend; nothing is opened where they depend on none."""
    if not any(limit.when for limit in standard.limits):
        return {}
    with purpose(actor, "handle", subject=str(row.applicant), case=str(row.public_id)):
        answers: Mapping[str, str] = row.data.reveal()["answers"]
    return answers


@transaction.atomic
def take(actor: Actor, case_id: str) -> queries.CaseView:
    """The case's open step for people is in this officer's hands (领取); nobody else's until given back."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_TAKE, queries.target(row))
    row = lock(row)
    own = {grant.department for grant in actor.grants}
    waiting = row.tasks.filter(closed_at=None, department__in=own).exclude(hands__in=NOBODY_ELSE).order_by("pk")
    task = waiting.filter(claimed_by=actor.id).first() or waiting.filter(claimed_by="").first() or waiting.first()
    if task is None:
        raise Refused("nothing-to-take", "这个办件现在没有要人办的环节。", "请刷新待办列表。")
    if task.claimed_by == actor.id:
        return queries.view(row)
    if task.claimed_by:
        raise Refused("taken", "同事已经领取了这个办件。", "要接手请找科长改派。")
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("start", task.step, {"by": actor.id}), settings.CLOCK()))
    apply(row, standard, events)
    row.tasks.filter(pk=task.pk).update(claimed_by=actor.id)
    identity.give_holding(actor.id, case_id, "task")
    append(row, actor, events)
    return queries.view(row)


@transaction.atomic
def give_back(actor: Actor, case_id: str) -> queries.CaseView:
    """The step that this officer had taken waits for his colleagues again (交回)."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_TAKE, queries.target(row))
    row = lock(row)
    task = row.tasks.filter(closed_at=None, claimed_by=actor.id).first()
    if task is None:
        raise Refused("not-yours", "这个办件不在您手里。", "请刷新待办列表。")
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("return", task.step), settings.CLOCK()))
    apply(row, standard, events)
    row.tasks.filter(pk=task.pk).update(claimed_by="")
    identity.end_holding(actor.id, case_id)
    append(row, actor, events)
    return queries.view(row)


@transaction.atomic
def settle_facts(actor: Actor, case_id: str, settled: Mapping[str, Any]) -> None:
    """The values that an officer has established from papers or registers, marked as such; the applicant sees them (核定).

    Raises `Refused` before acceptance and after the decision, and for a name that the item does not know.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.DECISION_SIGN, queries.target(row))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    if row.stage != "accepted":
        raise Refused("stage", f"办件{stages.STAGE_NAMES[row.stage]}，不能再核定。", "请刷新页面再看。")
    unknown = sorted(set(settled) - {f.id for f in standard.form} - {q.id for q in standard.questions})
    if unknown:
        raise Refused("unknown-fact", f"这个事项没有“{unknown[0]}”这一项。", "请从页面上列出的几项里核定。")
    now = settings.CLOCK()
    with purpose(actor, "handle", subject=str(row.applicant), case=case_id):
        data = row.data.reveal()
    mark = {"source": "officer", "at": now.isoformat(timespec="seconds"), "settled": True, "by": actor.id}
    row.data = {**data, "values": {**data["values"], **{name: {"value": value, **mark} for name, value in settled.items()}}}
    row.version += 1
    row.save(update_fields=["data", "version"])
    append(row, actor, [Event("facts.settled", now, {"facts": sorted(settled)})])


@transaction.atomic
def decide(actor: Actor, case_id: str, ruling: Ruling, step: str = "") -> queries.CaseView:
    """The case is decided (准予或者不予), with reasons; a refusal needs them and a person. 行政许可法 arts. 37, 38."""
    row = queries.row(case_id)
    access.require(actor, Duty.DECISION_SIGN, queries.target(row))
    if ruling.outcome == "refuse" and (actor.kind != "officer" or not ruling.opinion.strip()):
        raise Refused("refusal-needs-a-person", "不予的决定要由工作人员写明理由后签发。", "请填写理由和依据。")
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    now = settings.CLOCK()
    decision = Decision(case=row, owner_key=row.public_id, outcome=ruling.outcome, signed_by=actor.id, decided_at=now)
    decision.result = dict(ruling.result)
    decision.run = UUID(ruling.run) if ruling.run else None
    decision.reasons = [dict(reason) for reason in ruling.reasons]
    data = {"outcome": ruling.outcome, "decision": str(decision.public_id), "run": ruling.run, "by": actor.kind}
    events = agreed(stages.decide(standard, state_of(row), Act("decide", step, data), now))
    _amounts_named(row, standard, ruling)
    decision.opinion = ruling.opinion or None
    decision.save()
    row.decided_at = now
    apply(row, standard, events)
    append(row, actor, events)
    return queries.view(row)


def _amounts_named(row: Case, standard: Standard, ruling: Ruling) -> None:
    """A grant says what each payment of this case comes to: else nobody could ask for it, and nothing would be issued."""
    paying = [s for s in standard.process if s.does == "pay" and s.id in state_of(row).marks]
    amounts = [s.amount for s in paying] + [fee.amount for fee in standard.fees if paying and not fee.when]
    for name in (one.rpartition(".")[2] for one in amounts if one.startswith("rule:") and ruling.outcome == "grant"):
        try:
            known = yuan(ruling.result.get(name, "")) >= 0
        except ValueError:
            known = False
        if not known:
            raise Refused("no-amount", "准予的决定要写明应缴的金额。", "请先核定缺少的几项，让规则算出金额。")
