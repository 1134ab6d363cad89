"""My account: own data, messages, and who looked at them (谁看过我)."""

from django.http import HttpResponse
from django.shortcuts import render

from onevisit.channels.portal.login import needs_login
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest
from onevisit.notices import queries as notices


@needs_login
def show(request: ActorRequest) -> HttpResponse:
    """Masked own data and the ways to everything that is mine."""
    return render(request, "portal/me.html", {"person": identity.person(request.actor, request.actor.person)})


@needs_login
def readings(request: ActorRequest) -> HttpResponse:
    """Each look at my data: when, which institution and role, for which purpose, which fields."""
    return render(request, "portal/readings.html", {"readings": identity.readings_of(request.actor)})


@needs_login
def messages(request: ActorRequest) -> HttpResponse:
    """What the city told me, newest first."""
    return render(request, "portal/messages.html", {"messages": notices.inbox(request.actor)})
