"""Why somebody came more often than was promised: asked of the office before the visit goes on, kept with it."""

from django.http import HttpResponse
from django.shortcuts import render

from onevisit.access import Refused
from onevisit.channels.ui.sessions import TOKEN
from onevisit.channels.workbench.intake.here import Here
from onevisit.halls import queries
from onevisit.identity.login import ActorRequest

ASKED = ("over-promise", "no-such-reason")
"""The refusals that a reason mends."""


def ask(request: ActorRequest, stand: Here, refused: Refused) -> HttpResponse:
    """The page that asks for the reason and then sends the same form again."""
    kept = [(name, value) for name, value in request.POST.items() if name not in ("reason", TOKEN)]
    shown = {"stand": stand, "refused": refused, "reasons": queries.REASONS, "kept": kept, "action": request.path}
    return render(request, "workbench/intake/reason.html", shown, status=422 if refused.code == "no-such-reason" else 200)
