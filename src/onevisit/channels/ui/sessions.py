"""A page that needs a person sends whoever has not logged in to a log-in page; what he wanted, and what he sent, comes back."""

from collections.abc import Callable, Sequence
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from onevisit.identity.login import ActorRequest

View = Callable[..., HttpResponse]
Page = Callable[[ActorRequest, str, Sequence[tuple[str, str]]], HttpResponse]
"""The log-in page: whom it leads back to, and the form that waits behind it."""
KEPT = "kept."
"""What stands before the names of a form that waits behind the log-in."""
TOKEN = "csrfmiddlewaretoken"


def guard(address: str, page: Page) -> Callable[[View], View]:
    """The decorator of views that need a person; `page` is shown in place of a form that came without one."""

    def needs_login(view: View) -> View:
        @wraps(view)
        def guarded(request: ActorRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.actor.id:
                return view(request, *args, **kwargs)
            if request.method == "POST":
                return page(request, request.get_full_path(), sent(request))
            return redirect(f"{address}?{urlencode({'next': request.get_full_path()})}")

        return guarded

    return needs_login


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form held, without its token. Files can't be kept."""
    return [(name, str(value)) for name in request.POST if name != TOKEN for value in request.POST.getlist(name)]


def sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What the form held, under names of its own: nothing typed is lost to a session that ran out."""
    return [(KEPT + name, value) for name, value in typed(request)]


def kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What came along through the log-in, under its own names."""
    names = [name for name in request.POST if name.startswith(KEPT)]
    return [(name.removeprefix(KEPT), str(value)) for name in names for value in request.POST.getlist(name)]
