"""A page that needs a person sends whoever has not logged in to the log-in page, and keeps the wanted page for two hours."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect

from onevisit.identity.login import ActorRequest

View = Callable[..., HttpResponse]


def needs_login(view: View) -> View:
    """The view, for whoever has logged in."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.actor.id:
            return view(request, *args, **kwargs)
        wanted = request.get_full_path() if request.method == "GET" else request.META.get("HTTP_REFERER", "/")
        return redirect(f"/login?{urlencode({'next': wanted})}")

    return guarded
