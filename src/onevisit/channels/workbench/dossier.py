"""Everything about one case, as the page of whoever handles it shows it."""

from onevisit.access import Actor, Refused
from onevisit.cases import queries, results
from onevisit.cases.queries import Contents
from onevisit.channels.workbench import acts, changes, history, listing, rulings
from onevisit.channels.workbench.matter import Matter, opened
from onevisit.core import values
from onevisit.identity import queries as identity
from onevisit.notices import queries as notices

HANDED = {"applicant": "申请人交", "commitment": "告知承诺", "shared": "共享数据", "licence": "电子证照"}


def dossier(actor: Actor, case_id: str, reason: str = "") -> dict[str, object]:
    """The parts of the page by name; without the contents where he neither has it in hand nor says why he looks."""
    matter = opened(actor, case_id)
    try:
        held: Contents | None = queries.contents(actor, case_id, reason)
    except Refused:
        held = None
    decision = queries.decision(actor, case_id, reason) if held and matter.case.decided_at else None
    return {
        "case": matter.case,
        "applicant": identity.shown_name(matter.case.applicant),
        "matter": matter,
        "acts": acts.possible(matter),
        "held": held,
        "rows": rulings.rows(matter, held) if held else (),
        "materials": _materials(matter, held) if held else (),
        "opinions": queries.opinions(actor, case_id, reason) if held else (),
        "records": queries.records(actor, case_id, reason) if held else (),
        "owed": queries.owed(actor, case_id),
        "parties": queries.parties(actor, case_id),
        "account": queries.account(actor, case_id),
        "rail": queries.rail(actor, case_id),
        "clock": listing.clock(matter.case.due_at, listing.today()),
        "legal": listing.clock(matter.case.legal_due_at, listing.today()),
        "papers": notices.of_case(actor, case_id),
        "decision": decision,
        "figures": results.figures(decision.result) if decision else (),
        "story": history.told(actor, case_id, matter.standard),
        "seen": changes.mark(matter),
        "reason": reason,
    }


def _materials(matter: Matter, held: Contents) -> list[dict[str, object]]:
    """Each material of the situation: where it comes from, and the files that were handed in for it."""
    found = []
    for one in values.materials(matter.standard, held.answers):
        files = [a for a in held.attachments if a.material == one.id]
        kind = one.source.partition(":")[0]
        there = bool(files) if kind == "applicant" else True
        source = HANDED.get(kind, one.source)
        found.append({"name": one.name, "source": source, "files": files, "there": there, "may_follow": one.tolerance})
    return found
