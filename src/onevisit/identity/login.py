"""From a request to its Actor (登录): the session of Django's own, one place that says who acts and through which channel.

Sessions: citizens 30 minutes idle, staff 8 hours; the id changes at log-in and at each second factor. All on the real clock.
"""

from collections.abc import Callable
from typing import cast
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from onevisit.access import Actor
from onevisit.identity import queries
from onevisit.identity.models import Account

STAFF_SECONDS = 8 * 3600
FRESH_SECONDS = 5 * 60
FRESH = "fresh_until"
CHANNELS = {
    "api": "api",
    "workbench": "workbench",
    "kiosk": "kiosk",
    "studio": "studio",
    "control": "control",
}
"""First part of the path -> channel; the portal is everything else."""


class ActorRequest(HttpRequest):
    """A request that passed the middleware."""

    actor: Actor
    request_id: str


class Sessions(BaseBackend):
    """Whose session it is; nobody logs in by this backend."""

    def get_user(self, user_id: int) -> Account | None:
        """The active account, with what its Actor needs, in one query."""
        return Account.objects.select_related("person", "organisation").filter(pk=user_id, is_active=True).first()


BACKEND = "onevisit.identity.login.Sessions"


def actor_middleware(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Sets `request.actor` (read when first asked for) and `request.request_id`; pages of a session are not kept by anybody."""

    def with_actor(request: HttpRequest) -> HttpResponse:
        acting = cast(ActorRequest, request)
        acting.request_id = getattr(request, "request_id", "") or uuid4().hex
        acting.actor = cast(Actor, SimpleLazyObject(lambda: actor_of(request)))
        response = respond(request)
        if request.session.accessed and not request.session.is_empty():
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return with_actor


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request, as of now."""
    fresh = float(request.session.get(FRESH, 0)) > settings.REAL_CLOCK().timestamp()
    return queries.actor(request.user, via(request.path), request=getattr(request, "request_id", ""), fresh=fresh)


def remember(request: HttpRequest, account: Account) -> Actor:
    """The session begins, or is confirmed: fresh for five minutes, and as long as its kind of account may be idle."""
    if account.kind == Account.Kind.OFFICER:
        request.session.set_expiry(STAFF_SECONDS)
    request.session[FRESH] = settings.REAL_CLOCK().timestamp() + FRESH_SECONDS
    actor = queries.actor(account, via(request.path), request=getattr(request, "request_id", ""), fresh=True)
    cast(ActorRequest, request).actor = actor
    return actor


def via(path: str) -> str:
    """The channel that a path belongs to."""
    return CHANNELS.get(path.removeprefix("/").partition("/")[0], "portal")
