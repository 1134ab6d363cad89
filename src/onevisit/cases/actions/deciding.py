"""Establishing facts and deciding (核定, 决定), by the house or by an officer. 行政许可法 arts. 37, 38."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import lacking, queries
from onevisit.cases.actions.beats import agreed, append, apply, lock, state_of
from onevisit.cases.actions.reporting import must_be_theirs
from onevisit.cases.models import Case, Decision
from onevisit.catalogue import queries as catalogue
from onevisit.core import stages
from onevisit.core.definition import Standard
from onevisit.core.money import yuan
from onevisit.core.state import Act, Event
from onevisit.identity.personal import purpose
from onevisit.ledger import queries as ledger

AUTHORITY: Mapping[str, frozenset[str]] = {
    "window": frozenset({"acceptor"}),
    "chief": frozenset({"chief"}),
    "head": frozenset({"head"}),
    "meeting": frozenset({"head", "chief"}),
    "registrar": frozenset({"registrar"}),
}
"""Which role signs where a step names an authority (审批权限)."""


@dataclass(frozen=True)
class Ruling:
    """What is decided and why: `reasons` are rows {row, text, basis}; `opinion` the words of a person."""

    outcome: str
    reasons: tuple[Mapping[str, str], ...] = ()
    result: Mapping[str, str] = field(default_factory=dict)
    run: str = ""
    opinion: str = ""


@transaction.atomic
def settle_facts(actor: Actor, case_id: str, settled: Mapping[str, Any]) -> None:
    """The values that an officer has established from papers or registers, marked as such; the applicant sees them (核定).

    Raises `Refused` before acceptance and after the decision, and for a name that the item does not know.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.DECISION_SIGN, queries.target(row, actor))
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
    append(row, actor, [Event("facts.settled", now, {"facts": sorted(settled)})])


@transaction.atomic
def decide(actor: Actor, case_id: str, ruling: Ruling, step: str = "", at: datetime | None = None) -> queries.CaseView:
    """The case is decided (准予或者不予), with reasons; a refusal needs them and a person. 行政许可法 arts. 37, 38.

    A department's own system decides what is pushed to it, also against the applicant, `at` its own time.
    """
    row = queries.row(case_id)
    access.require(actor, Duty.DECISION_POST if actor.kind == "client" else Duty.DECISION_SIGN, queries.target(row, actor))
    if ruling.outcome == "refuse" and not _is_founded(actor, ruling):
        raise Refused("refusal-needs-a-person", "不予的决定要由工作人员写明理由后签发。", "请填写理由和依据。")
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    now = at or settings.CLOCK()
    if actor.kind == "officer":
        _may_sign(row, actor, standard)
    if actor.kind == "client":
        must_be_theirs(standard, step)
    tolerant = any(material.tolerance for material in standard.materials)
    if ruling.outcome == "grant" and tolerant and row.owed.filter(supplied_at=None).exists():
        raise Refused("owed", "容缺受理的材料还没有补齐，不能作出准予的决定。", "请等申请人补交；到期没有补交的，办件失效。")
    if ruling.outcome == "grant" and actor.kind == "officer":
        _licences_in_force(row, standard)
    decision = Decision(case=row, owner_key=row.public_id, outcome=ruling.outcome, signed_by=actor.id, decided_at=now)
    decision.result = dict(ruling.result)
    decision.run = UUID(ruling.run) if ruling.run else None
    decision.reasons = [dict(reason) for reason in ruling.reasons]
    data = {"outcome": ruling.outcome, "decision": str(decision.public_id), "run": ruling.run, "by": actor.kind}
    events = agreed(stages.decide(standard, state_of(row), Act("decide", step, data), now))
    _amounts_named(row, standard, ruling)
    decision.opinion = ruling.opinion or None
    row.writes.add(decision)
    row.decided_at = now
    apply(row, standard, events)
    append(row, actor, events)
    return queries.view(row)


def _licences_in_force(row: Case, standard: Standard) -> None:
    """Raises `Refused` if a licence that the case rests on has lapsed since it was looked at."""
    ended = lacking.lapsed(row, standard)
    if ended:
        raise Refused("licence-ended", f"“{ended[0]}”现在已经无效，不能凭它准予。", "请核实以后，要求补正或者作出别的决定。")


def _is_founded(actor: Actor, ruling: Ruling) -> bool:
    """Whether a refusal is somebody's: an officer's with his words, or a department's own with reasons and their basis."""
    if actor.kind == "client":
        return bool(ruling.reasons) and all(one.get("text") and one.get("basis") for one in ruling.reasons)
    return actor.kind == "officer" and bool(ruling.opinion.strip())


def _may_sign(row: Case, actor: Actor, standard: Standard) -> None:
    """An officer signs with the authority that the step names; and where it names one, he has accepted and examined nothing."""
    marks = state_of(row).marks
    step = next((s for s in standard.process if s.does == "decide" and s.id in marks and marks[s.id].status == "ready"), None)
    if step is None or not step.authority:
        return
    held = {grant.role for grant in actor.grants}
    if not held & AUTHORITY[step.authority]:
        raise Refused("no-authority", f"这个决定由{who(step.authority)}签发。", "请把办件交给有权签发的人。")
    if step.authority == "meeting" and not row.records.filter(kind="meeting", step=step.id).exists():
        raise Refused("no-minutes", "集体审议的决定要有会议纪要。", "请先登记会议纪要。")
    earlier = {one.actor for one in ledger.events(str(row.stream.public_id)) if one.kind in ("case.accepted", "step.finished")}
    if actor.id in earlier:
        raise Refused("same-hands", "受理、审核和决定要由不同的人办。", "请由另一位有权的同事签发。")


def who(authority: str) -> str:
    """The roles that sign with this authority, in words."""
    return "、".join(access.ROLES[role] for role in sorted(AUTHORITY[authority]))


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
