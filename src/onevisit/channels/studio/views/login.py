"""The door of the studio."""

from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from onevisit.channels.studio import login
from onevisit.identity.login import ActorRequest


@require_safe
def show(request: ActorRequest) -> HttpResponse:
    """The editors of the demo; whoever is chosen comes back to the wanted page."""
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return login.people(request, wanted if wanted and safe else "/studio/", ())
