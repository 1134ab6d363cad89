"""Everything about one case, as the page of whoever handles it shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from onevisit.access import Actor, Duty, Refused
from onevisit.cases import documents, queries, results
from onevisit.cases.queries import Contents, RailStep
from onevisit.channels.ui import parts
from onevisit.channels.workbench import acts, changes, checklist, clocks, history, listing, rulings
from onevisit.channels.workbench.matter import Matter, opened
from onevisit.city import queries as city
from onevisit.core import stages
from onevisit.deliveries import queries as deliveries
from onevisit.identity import queries as identity

WHO = {
    "applicant": "申请人",
    "system": "系统",
    "window": "窗口",
    "department": "部门",
    "regulator": "监管部门",
    "pushed": "部门系统",
}


@dataclass(frozen=True)
class OnRail:
    """A step of the rail as colleagues speak of it: who does it, who has it now."""

    name: str
    status: str
    group: int
    presence: bool
    who: str
    now: str
    at: datetime | None
    note: str


def dossier(actor: Actor, case_id: str, reason: str = "") -> dict[str, object]:
    """The parts of the page by name; without the contents where he neither has it in hand nor says why he looks."""
    matter = opened(actor, case_id)
    held = _contents(actor, case_id, reason)
    owed = queries.owed(actor, case_id)
    when, state = _by_when(matter)
    return {
        "case": matter.case,
        "stage": matter.case.stage_name.replace("等您", "等申请人"),
        "when": when,
        "state": state,
        "applicant": identity.shown_name(matter.case.applicant),
        "matter": matter,
        "acts": acts.possible(matter),
        "held": held,
        **(_opened(actor, matter, held, reason) if held else {}),
        "materials": checklist.lines(matter.standard, held, owed) if held else (),
        "owed": owed,
        "parties": queries.parties(actor, case_id),
        "account": queries.account(actor, case_id),
        "steps": tuple(_on_rail(step, matter) for step in queries.rail(actor, case_id)),
        "bar": clocks.bar(matter.case, matter.state),
        "legal": listing.clock(matter.case.legal_due_at, matter.case.decided_at or settings.CLOCK(), city.calendar()),
        "pauses": [clocks.told(pause) for pause in matter.state.pauses],
        "papers": documents.papers(actor, case_id) if matter.may(Duty.NOTICE_READ) else (),
        "deliveries": deliveries.of_case(actor, case_id),
        "story": history.told(actor, case_id, matter.standard),
        "seen": changes.mark(matter),
        "reason": reason,
    }


def _by_when(matter: Matter) -> tuple[str, str]:
    """By when the case must get on, in words and as a state: the promise, before acceptance the end of the notice period."""
    case = matter.case
    if case.decided_at or case.stage in stages.ENDS:
        return parts.moment_text(case.decided_at or case.concluded_at or case.updated_at) + "结束办理", "done"
    if case.to_mend:
        return "等申请人补正", "pause"
    if any(not pause.end for pause in matter.state.pauses):
        return "计时暂停", "pause"
    return listing.clock(matter.open[0].by_at if matter.open else case.due_at, settings.CLOCK(), city.calendar())


def _contents(actor: Actor, case_id: str, reason: str) -> Contents | None:
    try:
        return queries.contents(actor, case_id, reason)
    except Refused:
        return None


def _opened(actor: Actor, matter: Matter, held: Contents, reason: str) -> dict[str, object]:
    """What is read with the contents."""
    case = matter.case
    decision = queries.decision(actor, case.id, reason) if case.decided_at and matter.may(Duty.DECISION_READ) else None
    return {
        "rows": rulings.rows(matter, held),
        "opinions": queries.opinions(actor, case.id, reason),
        "records": queries.records(actor, case.id, reason),
        "to_mend": queries.to_mend(actor, case.id, reason),
        "decision": decision,
        "figures": results.figures(decision.result) if decision else (),
    }


def _on_rail(step: RailStep, matter: Matter) -> OnRail:
    by, held = step.by.partition(":")[0], next((one for one in matter.open if one.step == step.id), None)
    now = (f"{held.holder}在办" if held.holder else "待领取") if held else f"等{step.turn or step.note or WHO.get(by, by)}"
    return OnRail(
        step.name, step.status, step.group, step.presence, step.whose or WHO.get(by, by), now, step.at,
        f"等{step.note}" if step.note and held else "",
    )  # fmt: skip
