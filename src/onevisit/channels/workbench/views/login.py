"""The door of the staff: who is not logged in stands here."""

from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from onevisit.channels.workbench import login
from onevisit.identity.login import ActorRequest


@require_safe
def show(request: ActorRequest) -> HttpResponse:
    """The officers of the demo; whoever is chosen comes back to the wanted page."""
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return login.people(request, wanted if wanted and safe else "/workbench/", ())


@require_safe
def alive(request: ActorRequest) -> HttpResponse:
    """Whether the session is still there (204) or has ended (401), for a page on which somebody types."""
    return HttpResponse(status=204 if request.actor.id else 401)
