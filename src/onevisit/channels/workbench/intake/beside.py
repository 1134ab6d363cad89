"""Another party comes to the window too (一起到场): his card is read beside the visitor's, and the case goes on with both."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from onevisit.access import Hidden, Refused
from onevisit.channels.ui.forms import Problem
from onevisit.channels.workbench.intake import reason
from onevisit.channels.workbench.intake.here import Matters, matter
from onevisit.channels.workbench.intake.seat import AT, NEW, PAPERS, looking_up
from onevisit.channels.workbench.login import needs_login
from onevisit.core.identifiers import KINDS
from onevisit.halls import actions, queries
from onevisit.halls.actions import Arrival
from onevisit.identity.login import ActorRequest

STRANGER = "这位群众不是这个办件的当事人。请核对证件，或者改申请表里另一方的证件号码。"


@require_http_methods(["GET", "HEAD", "POST"])
@needs_login
def beside(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """He stands there too from now on; a second press finds him there. What was typed stays on any error."""
    now = matter(request.actor, visit, case)
    if request.method != "POST":
        return _page(request, now, {"kind": PAPERS[0], "proof": "card"}, (), "")
    sent = {name: request.POST.get(name, "").strip() for name in ("number", "kind", "proof", "forced", "name", "phone")}
    sent = {**sent, "kind": sent["kind"] or PAPERS[0], "proof": sent["proof"] or "card"}
    try:
        with looking_up(request):
            why = request.POST.get("reason", "")
            actions.join(request.actor, now.here.visit.id, now.case.id, Arrival(**sent, why="present"), why)
    except Hidden:
        return _page(request, now, sent, (Problem("f-number", STRANGER),), "")
    except Refused as refused:
        if refused.code in reason.ASKED:
            return reason.ask(request, now.here, refused)
        is_first = refused.code == "no-person" and "name" not in request.POST
        wrong = (Problem(AT.get(refused.code, "f-number"), f"{refused}{refused.way_out}"),)
        return _page(request, now, sent, () if is_first else wrong, refused.code)
    return redirect("counter", visit=now.here.visit.id, case=now.case.id)


def _page(request: ActorRequest, now: Matters, typed: Mapping[str, str], problems: Sequence[Problem], code: str) -> HttpResponse:
    shown = {
        "now": now,
        "case": now.case,
        "kinds": {kind: KINDS[kind].name for kind in PAPERS},
        "proof": queries.PROOF,
        "forced": queries.FORCED,
        "typed": typed,
        "is_new": code in NEW or "name" in request.POST,
        "problems": problems,
    }
    return render(request, "workbench/intake/beside.html", shown, status=422 if problems else 200)
