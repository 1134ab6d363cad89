"""Refunds that wait for a chief (退费): approved or declined with a reason, by another than who proposed them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onevisit.access import Refused
from onevisit.channels.ui.forms import Problem
from onevisit.channels.workbench.login import needs_login
from onevisit.identity.login import ActorRequest
from onevisit.payments import queries, refunds


@require_safe
@needs_login
def listed(request: ActorRequest) -> HttpResponse:
    """What is proposed, the oldest first."""
    return render(request, "workbench/refunds.html", {"claims": queries.claims(request.actor)})


@require_POST
@needs_login
def answer(request: ActorRequest, claim: UUID) -> HttpResponse:
    """The claim is answered; or the list again with what is wrong."""
    try:
        if request.POST.get("act") == "approve":
            refunds.approve(request.actor, str(claim))
        else:
            refunds.decline(request.actor, str(claim), request.POST.get("why", ""))
    except Refused as refused:
        problems = (Problem(f"why-{claim}", f"{refused}{refused.way_out}"),)
        return render(
            request, "workbench/refunds.html", {"claims": queries.claims(request.actor), "problems": problems}, status=422
        )
    return redirect("refunds")
