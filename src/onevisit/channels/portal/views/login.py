"""Log-in of the demo city: one click for each demo person. A real city logs in by its identity provider."""

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from onevisit.channels.portal.login import people
from onevisit.channels.ui.look import EDITING
from onevisit.channels.ui.sessions import kept
from onevisit.identity import actions as sessions
from onevisit.identity import limits
from onevisit.identity.login import ActorRequest


def show(request: ActorRequest) -> HttpResponse:
    """The demo people to click; the wanted page survives, and so does a form that was sent when the session had run out."""
    if not settings.DEMO:
        raise Http404
    wanted = _safe(request, request.POST.get("next") or request.GET.get("next", "/"))
    if request.method != "POST":
        return people(request, wanted, [])
    name, near = request.POST.get("person", ""), limits.address(request)
    with limits.guess(limits.Use("log-in-as", f"{near} {name}"), limits.Use("log-in", near)):
        sessions.log_in_demo(request, name)
    carried = kept(request)
    if carried:
        return render(request, "portal/again.html", {"next": wanted, "carried": carried})
    return HttpResponseRedirect(wanted if wanted != "/" else _landing(request))


def back(request: ActorRequest) -> HttpResponse:
    """Logged in, in a tab of its own: the other page is still open and goes on by itself."""
    return render(request, "portal/back.html", {})


@require_POST
def leave(request: ActorRequest) -> HttpResponse:
    """The session ends, here and on the server."""
    sessions.log_out(request)
    return HttpResponseRedirect("/")


def confirm(request: ActorRequest) -> HttpResponse:
    """The second factor before money moves; in the demo one click."""
    wanted = _safe(request, request.POST.get("next") or request.GET.get("next", "/"))
    if request.method == "POST":
        sessions.confirm_demo(request)
        return HttpResponseRedirect(wanted)
    return render(request, "portal/confirm.html", {"next": wanted})


def _landing(request: ActorRequest) -> str:
    """Where somebody works: editors in the studio, other officers at the workbench; everybody else begins at home."""
    if request.actor.kind != "officer":
        return "/"
    return "/studio/" if EDITING & {grant.role for grant in request.actor.grants} else "/workbench/"


def _safe(request: ActorRequest, wanted: str) -> str:
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else "/"
