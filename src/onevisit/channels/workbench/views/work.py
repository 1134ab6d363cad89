"""My work by clock (待办): filters in the address, a page at a time; a step is taken and given back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onevisit.cases import actions, queries
from onevisit.channels.workbench import listing
from onevisit.channels.workbench.login import needs_login
from onevisit.identity.login import ActorRequest


@require_safe
@needs_login
def listed(request: ActorRequest) -> HttpResponse:
    """The steps that wait for this officer's offices, the earliest clock first."""
    wanted = listing.wanted(request.GET)
    found = queries.work(request.actor, wanted, request.GET.get("after", ""), listing.PAGE + 1)
    shown = listing.page(request.actor, request.GET, wanted, found)
    return render(request, "workbench/work.html", shown)


@require_POST
@needs_login
def take(request: ActorRequest, case: UUID) -> HttpResponse:
    """The step is in this officer's hands."""
    actions.take(request.actor, str(case), request.POST.get("step", ""))
    return redirect("work-case", case=case)


@require_POST
@needs_login
def give_back(request: ActorRequest, case: UUID) -> HttpResponse:
    """The step waits for a colleague again."""
    actions.give_back(request.actor, str(case))
    return redirect("work")


@require_POST
@needs_login
def seen(request: ActorRequest, reminder: UUID) -> HttpResponse:
    """What the officer was told is off his page."""
    actions.seen(request.actor, str(reminder))
    return redirect("work")
