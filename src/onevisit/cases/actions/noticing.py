"""What is missing: told once and completely (一次告知), mended by the applicant (补正), or turned away (不予受理).

行政许可法 art. 32. After acceptance a correction stops the promise, not the law's clock (DEFINITION section 5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import SYSTEM, Actor, Duty, Refused
from onevisit.cases import clocks, queries, sources
from onevisit.cases.actions.accepting import opened, watch
from onevisit.cases.actions.beats import agreed, append, apply, lock, state_of
from onevisit.cases.actions.opinions import keep_opinion
from onevisit.cases.actions.pausing import set_due
from onevisit.cases.models import Case, Defect
from onevisit.catalogue import queries as catalogue
from onevisit.city import queries as city
from onevisit.core import stages, workdays
from onevisit.core.definition import Standard
from onevisit.core.state import Act
from onevisit.identity.personal import purpose
from onevisit.proofs.actions import Down

MEND_DAYS = 15
"""Working days to mend, where the item says nothing else (city data; shown on the notice)."""


@dataclass(frozen=True)
class Fault:
    """One thing to mend. `target` cites what it speaks of: `material:<id>`, `field:<id>` or `condition:<id>`."""

    target: str
    wrong: str
    mend: str


@transaction.atomic
def notify(actor: Actor, case_id: str, faults: Sequence[Fault]) -> queries.CaseView:
    """Everything that is missing is told at once, before acceptance; the case waits for the applicant.

    Raises `Refused` after the notice period (the case counts as accepted then), for a fault that cites nothing of the item, and
    for a material that its source can give; a second notice is the chief's duty.
    """
    row = queries.row(case_id)
    again = state_of(row).notices > 0
    access.require(actor, Duty.CASE_RENOTIFY if again else Duty.CASE_NOTIFY, queries.target(row, actor))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    _cited(standard, faults)
    _in_time(row, actor, standard)
    downs = _sourced(actor, row, standard, faults)
    until = _until()
    data = {"defects": [fault.target for fault in faults], "until": until.isoformat(), "again": again}
    events = agreed(stages.decide(standard, state_of(row), Act("notify", data=data), settings.CLOCK()))
    apply(row, standard, events)
    _keep(row, faults, until)
    append(row, actor, events)
    sources.record(actor, row, downs)
    return queries.view(row)


@transaction.atomic
def ask(actor: Actor, case_id: str, faults: Sequence[Fault]) -> queries.CaseView:
    """A correction is asked for after acceptance (补正): the promise stands still until he has mended, the law's clock runs."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_SUSPEND, queries.target(row, actor))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    _cited(standard, faults)
    if row.defects.filter(mended_at=None).exists():
        raise Refused("asked-already", "上次要求的补正还没有交来，不能再要一次。", "请等申请人补正，或者收到后再看。")
    downs = _sourced(actor, row, standard, faults)
    until = _until()
    targets = [fault.target for fault in faults]
    data = {"reason": "correction", "clocks": ["promised"], "defects": targets, "until": until.isoformat()}
    events = agreed(stages.decide(standard, state_of(row), Act("suspend", data=data), settings.CLOCK()))
    apply(row, standard, events)
    _keep(row, faults, until)
    append(row, actor, events)
    sources.record(actor, row, downs)
    return queries.view(row)


def _sourced(actor: Actor, row: Case, standard: Standard, faults: Sequence[Fault]) -> tuple[tuple[str, Down], ...]:
    """The materials that an officer asks for since their source is down. The house itself asks only for what no source knows."""
    if actor.kind != "officer":
        return ()
    named = {fault.target.removeprefix("material:") for fault in faults if fault.target.startswith("material:")}
    return sources.asked_instead(row, standard, named)


def _until() -> date:
    today = settings.CLOCK().astimezone(settings.ZONE).date()
    return workdays.due(city.calendar(), today, workdays.Limit(MEND_DAYS)).due.date()


def _cited(standard: Standard, faults: Sequence[Fault]) -> None:
    known = {f"material:{m.id}" for m in standard.materials} | {f"condition:{c.id}" for c in standard.conditions}
    known |= {f"field:{f.id}" for f in standard.form}
    if not faults:
        raise Refused("no-defect", "没有写要补正什么。", "请至少勾选一处，并写明怎么改。")
    wrong = [fault.target for fault in faults if fault.target not in known or not fault.wrong.strip() or not fault.mend.strip()]
    if wrong:
        raise Refused("uncited", "每一处都要对应一份材料、一个条件或者一个栏目，并写明哪里不对、怎么改。", "请补全后再告知。")


def _in_time(row: Case, actor: Actor, standard: Standard) -> None:
    with purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
        answers = row.data.reveal()["answers"]
    limits = clocks.limits(standard, answers, row.offer)
    received = row.received_at or settings.CLOCK()
    ends = row.notice_due_at or clocks.silence(limits, received, clocks.calendar_of(row))
    if ends and settings.CLOCK() > ends:
        raise Refused(
            "late-notice", "一次告知的期限已过，自收到之日起就是受理，不能再要求补正。", "请继续办理；确有错误的，请科长处理。"
        )


def _keep(row: Case, faults: Sequence[Fault], until: date) -> None:
    number = row.defects.values("notice").distinct().count() + 1
    for fault in faults:
        made = Defect(
            case=row, owner_key=row.public_id, notice=number, target=fault.target, until=until, told_at=settings.CLOCK()
        )
        made.wrong, made.mend = fault.wrong.strip(), fault.mend.strip()
        made.save()


@transaction.atomic
def mend(actor: Actor, case_id: str, typed: Mapping[str, Any]) -> int:
    """What the applicant typed for the fields that the notice names is kept; no other field can be changed now."""
    row = queries.row(case_id)
    access.require(actor, _correcting(actor), queries.target(row, actor))
    row = lock(row)
    open_fields = {d.target.removeprefix("field:") for d in row.defects.filter(mended_at=None, target__startswith="field:")}
    if not set(typed) <= open_fields:
        raise Refused("not-asked", "这些内容没有要求补正，不能改。", "只改告知书里列出的几处。")
    now = settings.CLOCK().isoformat(timespec="seconds")
    data = opened(row, actor)
    fresh = {name: {"value": value, "source": "applicant", "at": now} for name, value in typed.items()}
    row.data = {**data, "values": {**data["values"], **fresh}}
    row.version += 1
    row.save(update_fields=["data", "version"])
    return row.version


@transaction.atomic
def correct(actor: Actor, case_id: str) -> queries.CaseView:
    """The applicant has mended what was named (补正); the case is received anew, or its promise runs on."""
    row = queries.row(case_id)
    access.require(actor, _correcting(actor), queries.target(row, actor))
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    now = settings.CLOCK()
    received = workdays.receipt(now, workdays.HOURS, clocks.calendar_of(row))
    events = agreed(stages.decide(standard, state_of(row), Act("correct", data={"received": received.isoformat()}), now))
    if row.stage == "noticed":
        row.received_at = received
    row.defects.filter(mended_at=None).update(mended_at=now)
    apply(row, standard, events)
    if row.accepted_at:
        set_due(row, standard)
    else:
        watch(row, standard, opened(row, actor)["answers"])
    append(row, actor, events)
    return queries.view(row)


def _correcting(actor: Actor) -> Duty:
    """The applicant corrects; at a window whoever receives takes it in for him."""
    return Duty.CASE_RECEIVE if actor.kind == "officer" else Duty.CASE_CORRECT


@transaction.atomic
def turn_away(actor: Actor, case_id: str, reason: str, basis: str) -> queries.CaseView:
    """The application is not accepted (不予受理), with the reason, its basis and the remedies. 行政许可法 arts. 32(2), 38."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_REFUSE, queries.target(row, actor))
    if not reason.strip() or not basis.strip():
        raise Refused("reason-needed", "不予受理要写明理由和依据。", "请填写理由和依据。")
    row = lock(row)
    standard = catalogue.standard(row.standard_id)
    events = agreed(stages.decide(standard, state_of(row), Act("turn_away"), settings.CLOCK()))
    apply(row, standard, events)
    keep_opinion(actor, row, "turn_away", "", f"{reason.strip()}\n{basis.strip()}")
    append(row, actor, events)
    return queries.view(row)
