"""The open remarks, the oldest first, and a box for the answer; those answered last stand below."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onevisit.access import Refused
from onevisit.catalogue import actions, remarks
from onevisit.channels.studio.login import needs_login
from onevisit.channels.ui.forms import Problem
from onevisit.identity.login import ActorRequest


@require_safe
@needs_login
def index(request: ActorRequest) -> HttpResponse:
    """Every remark that waits, with item, element, words and since when."""
    return _listed(request)


@require_POST
@needs_login
def answer(request: ActorRequest, remark: UUID) -> HttpResponse:
    """The remark is answered; an answer that is refused stays in its box."""
    try:
        actions.answer_remark(request.actor, str(remark), request.POST.get("text", ""))
    except Refused as refused:
        return _listed(request, str(remark), (Problem(f"f-{remark}", f"{refused.message}{refused.way_out}"),))
    return redirect("studio-remarks")


def _listed(request: ActorRequest, wrong: str = "", problems: tuple[Problem, ...] = ()) -> HttpResponse:
    shown = {
        "waiting": remarks.open_remarks(), "answered": remarks.answered(), "wrong": wrong, "problems": problems,
        "text": request.POST.get("text", ""),
    }  # fmt: skip
    return render(request, "studio/remarks/list.html", shown, status=422 if problems else 200)
