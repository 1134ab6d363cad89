"""Everything about one case, as its page shows it: what to do now, how far it is, what was decided, said and handed in."""

from onevisit.access import Actor
from onevisit.cases import documents, queries, remedies, results
from onevisit.cases.queries import CaseView
from onevisit.catalogue import queries as catalogue
from onevisit.channels.portal import coming, progress, story, turns
from onevisit.licences import queries as licences
from onevisit.notices import queries as notices


def dossier(actor: Actor, case: CaseView) -> dict[str, object]:
    """The parts of the page by name."""
    events = queries.events(actor, case.id)
    decision = queries.decision(actor, case.id)
    seats = turns.parties(actor, case)
    messages = notices.of_case(actor, case.id)
    held = None if case.other else queries.contents(actor, case.id)
    return {
        "case": case,
        "steps": progress.steps(actor, case),
        "clock": progress.clock(case, story.pauses(events)),
        "account": queries.account(actor, case.id),
        "decision": decision,
        "remedies": remedies.of_case(actor, case.id) if decision else (),
        "figures": results.figures(decision.result) if decision else (),
        "messages": messages,
        "papers": documents.listed(messages),
        "licences": licences.of_case(actor, case.id),
        **coming.shown(actor, case, held),
        "attachments": held.attachments if held else (),
        "story": story.told(events, catalogue.standard(case.standard_id), turns.sides(case, seats), case.applicant),
        "asked": turns.asked(actor, case),
        "parties": seats,
    }
