"""My account: own data, messages, and who looked at them (谁看过我)."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onevisit.channels.portal import readings as readings_shown
from onevisit.channels.portal.login import needs_login
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest
from onevisit.notices import actions, queries


@require_safe
@needs_login
def show(request: ActorRequest) -> HttpResponse:
    """Masked own data and the ways to everything that is mine."""
    person = identity.person(request.actor, request.actor.person) if request.actor.person else None
    return render(request, "portal/me.html", {"person": person})


@require_safe
@needs_login
def readings(request: ActorRequest) -> HttpResponse:
    """Each look at my data: when, which institution and role, for which purpose, which fields."""
    listed = identity.readings_of(request.actor) if request.actor.person else ()
    return render(request, "portal/readings.html", {"readings": readings_shown.shown(listed)})


@require_safe
@needs_login
def messages(request: ActorRequest) -> HttpResponse:
    """What the city told me, newest first."""
    return render(request, "portal/messages.html", {"messages": queries.inbox(request.actor)})


@require_POST
@needs_login
def read(request: ActorRequest, message: UUID) -> HttpResponse:
    """The message counts as read (送达), and the page that it speaks of is shown."""
    return redirect(actions.read(request.actor, str(message)).link)


@require_POST
@needs_login
def read_all(request: ActorRequest) -> HttpResponse:
    """Every message that is listed counts as read."""
    for one in queries.inbox(request.actor):
        if one.read_at is None:
            actions.read(request.actor, one.id)
    return redirect("messages")
