"""A page that needs a person sends whoever has not logged in to the log-in page; what he wanted, and what he sent, comes back."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render

from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest

View = Callable[..., HttpResponse]
KEPT = "kept."
"""What stands before the names of a form that waits behind the log-in."""
TOKEN = "csrfmiddlewaretoken"
HANDLING = ("window", "reviewer", "chief")
"""The roles that handle cases, and so have a page here."""


def needs_login(view: View) -> View:
    """The view, for whoever has logged in."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.actor.id:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            return people(request, request.get_full_path(), sent(request))
        return redirect(f"/login?{urlencode({'next': request.get_full_path()})}")

    return guarded


def sent(request: ActorRequest) -> list[tuple[str, str]]:
    """What the form held, without its token: nothing typed is lost to a session that ran out. Files can't be kept."""
    return [(KEPT + name, str(value)) for name in request.POST if name != TOKEN for value in request.POST.getlist(name)]


def kept(request: ActorRequest) -> list[tuple[str, str]]:
    """What came along through the log-in, under its own names."""
    names = [name for name in request.POST if name.startswith(KEPT)]
    return [(name.removeprefix(KEPT), str(value)) for name in names for value in request.POST.getlist(name)]


def people(request: ActorRequest, wanted: str, carried: list[tuple[str, str]]) -> HttpResponse:
    """The log-in page of the demo: its people by what they do here; `carried` waits behind it."""
    everybody = identity.demo_accounts()
    groups = [
        ("申请人", [p for p in everybody if p.kind == "applicant"]),
        ("工作人员", [p for p in everybody if p.role in HANDLING]),
    ]
    listed = {p.key for _, chosen in groups for p in chosen}
    others = [p for p in everybody if p.key not in listed]
    shown = {"groups": groups, "others": others, "next": wanted, "carried": carried}
    return render(request, "portal/login.html", shown)
