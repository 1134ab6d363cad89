"""How a page looks for this person: large type (大字版), dark or light, kept in a cookie set by a plain POST."""

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from onevisit.access import RIGHTS, Actor, Duty
from onevisit.city import queries as city
from onevisit.identity import queries as identity
from onevisit.notices import queries as notices

SIZES = ("normal", "large")
THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600


def look(request: HttpRequest) -> dict[str, object]:
    """Template context: size, theme, the city's name, whether this is the demo; who acts, for whom, what is unread; where."""
    actor = getattr(request, "actor", None)
    return {
        **chosen(request),
        "demo": settings.DEMO,
        "city_name": _city_name(),
        "actor": actor,
        "workplace": SimpleLazyObject(lambda: _workplace(actor)),
        "acting_for": SimpleLazyObject(lambda: _acting_for(actor)),
        "unread": SimpleLazyObject(lambda: _unread(actor)),
        "here": _here(request),
        "section": request.path.split("/")[1],
    }


WRITING = frozenset({Duty.GUIDE_DRAFT, Duty.GUIDE_PUBLISH})
EDITING = frozenset(role for role, rights in RIGHTS.items() if role != "system" and WRITING & {right.duty for right in rights})
"""The roles that write or publish guides: their pages are the studio's, other officers' the workbench's."""
WORKPLACES = {True: ("/studio/", "编辑室"), False: ("/workbench/", "工作台")}


def _workplace(actor: Actor | None) -> tuple[str, str]:
    """The address and name of the pages on which an officer works; nothing for anybody else."""
    if actor is None or actor.kind != "officer":
        return ("", "")
    return WORKPLACES[bool(EDITING & {grant.role for grant in actor.grants})]


def _here(request: HttpRequest) -> str:
    """The address to come back to: of a form that was sent, the page it stood on."""
    referer = urlsplit(str(request.META.get("HTTP_REFERER", "")))
    if request.method == "POST" and referer.netloc == request.get_host():
        return f"{referer.path}?{referer.query}".rstrip("?")
    return request.get_full_path()


def chosen(request: HttpRequest) -> dict[str, str]:
    """Size and theme as the cookies say; whatever else they say is the usual look."""
    return {"size": _one_of(request, "size", SIZES), "theme": _one_of(request, "theme", THEMES)}


def _one_of(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    value = request.COOKIES.get(name, known[0])
    return value if value in known else known[0]


@lru_cache
def _city_name() -> str:
    return next((one.name for one in city.cities()), "")


def _acting_for(actor: Actor | None) -> str:
    """The name of the organisation that the person acts for, if any."""
    return identity.organisation(actor.organisation).name if actor is not None and actor.organisation else ""


def _unread(actor: Actor | None) -> int:
    """How many messages the person has not opened; none for an officer or a stranger."""
    return notices.unread(actor) if actor is not None and actor.kind == "applicant" else 0


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """The same page again, in the look that was asked for."""
    back = request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    for name, known in (("size", SIZES), ("theme", THEMES)):
        if request.POST.get(name) in known:
            response.set_cookie(
                name, request.POST[name], max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
            )
    return response
