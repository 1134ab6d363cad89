"""Results that wait to be handed over at the officer's offices (出证), the longest first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onevisit.channels.workbench.login import needs_login
from onevisit.deliveries import queries
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest


@require_safe
@needs_login
def listed(request: ActorRequest) -> HttpResponse:
    """What lies at the counter, goes to a door or came back; what lies there for more than seven days says so."""
    waiting = queries.at_counter(request.actor)
    names = identity.shown_names({one.to for one in waiting})
    return render(request, "workbench/results.html", {"waiting": [(one, names.get(one.to, "")) for one in waiting]})
