"""What an applicant or another party does for himself: confirm, have his identity verified, not agree, come when invited."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from onevisit.access import Refused
from onevisit.cases import actions, follow, queries
from onevisit.cases.queries import CaseView, Turn
from onevisit.channels.portal import turns
from onevisit.channels.portal.login import needs_login
from onevisit.channels.ui.forms import Problem
from onevisit.identity import limits
from onevisit.identity.login import ActorRequest


@needs_login
def part(request: ActorRequest, case: UUID, step: str) -> HttpResponse:
    """What is asked of the viewer in this step, with what concerns all parties; on POST he confirms, or says why not.

    Verifying leads through the second factor first, where the session is not fresh.
    """
    view = queries.case(request.actor, str(case))
    turn = next((one for one in queries.turns(request.actor, view.id) if one.step == step and one.mine), None)
    if turn is None:
        return redirect("case", case=case)
    if request.method != "POST":
        return _page(request, view, turn, ())
    if request.POST.get("act") == "disagree":
        return _disagreed(request, view, turn)
    if turn.does == "verify" and not request.actor.fresh:
        return redirect(f"/confirm?{urlencode({'next': request.path})}")
    follow.confirm(request.actor, view.id, step)
    return redirect("case", case=case)


def _disagreed(request: ActorRequest, view: CaseView, turn: Turn) -> HttpResponse:
    try:
        actions.disagree(request.actor, view.id, turn.step, request.POST.get("reason", ""))
    except Refused as refused:
        return _page(request, view, turn, (Problem("f-reason", f"{refused}"),))
    return redirect("case", case=view.id)


def _page(request: ActorRequest, view: CaseView, turn: Turn, problems: tuple[Problem, ...]) -> HttpResponse:
    shown = {
        "case": view,
        "turn": turn,
        "parties": turns.parties(request.actor, view),
        "common": turns.common(request.actor, view),
        "problems": problems,
    }
    return render(request, "portal/part.html", shown, status=422 if problems else 200)


@needs_login
def invitation(request: ActorRequest, party: UUID) -> HttpResponse:
    """The invited one, known by his own number, opens the case; for everybody else there is no such page."""
    uses = limits.Use("invitation", request.actor.id), limits.Use("invitation-at", limits.address(request))
    with limits.guess(*uses):
        case, item, known = queries.invitation(request.actor, str(party))
    if known:
        return redirect("case", case=case)
    if request.method != "POST":
        return render(request, "portal/invitation.html", {"item": item})
    return redirect("case", case=actions.join(request.actor, str(party)))
