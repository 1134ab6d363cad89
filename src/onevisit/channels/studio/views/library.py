"""Where the province's item library and the city differ (主数据): a person takes over, or keeps the city's own."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onevisit.access import Refused
from onevisit.catalogue import actions, library
from onevisit.channels.studio.login import needs_login
from onevisit.channels.ui.forms import Problem
from onevisit.identity.login import ActorRequest
from onevisit.identity.peers import PeerTrouble


@needs_login
@require_safe
def listed(request: ActorRequest) -> HttpResponse:
    """The differences that wait, and those that were decided."""
    return _page(request)


@needs_login
@require_POST
def pull(request: ActorRequest) -> HttpResponse:
    """The library is asked now."""
    try:
        actions.pull(request.actor)
    except PeerTrouble as trouble:
        return _page(request, Problem("pull", f"省级事项库现在连不上：{trouble}过一会儿再试。"))
    except Refused as refused:
        return _page(request, Problem("pull", f"{refused.message}{refused.way_out}"))
    return redirect("studio-library")


@needs_login
@require_POST
def settle(request: ActorRequest, change: int) -> HttpResponse:
    """One difference is decided."""
    try:
        actions.settle(request.actor, change, request.POST.get("outcome", ""))
    except Refused as refused:
        return _page(request, Problem(f"c-{change}", f"{refused.message}{refused.way_out}"))
    return redirect("studio-library")


def _page(request: ActorRequest, *problems: Problem) -> HttpResponse:
    shown = {"open": library.changes(), "settled": library.changes(settled=True)[:50], "problems": problems}
    return render(request, "studio/library.html", shown, status=422 if problems else 200)
