"""How a page looks for this person: large type (大字版), dark or light, kept in a cookie set by a plain POST."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from onevisit.city import queries as city

SIZES = ("normal", "large")
THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600


def look(request: HttpRequest) -> dict[str, object]:
    """Template context: size, theme, the city's name, whether this is the demo, and who is acting."""
    return {
        "size": _chosen(request, "size", SIZES),
        "theme": _chosen(request, "theme", THEMES),
        "demo": settings.DEMO,
        "city_name": _city_name(),
        "actor": getattr(request, "actor", None),
        "here": request.get_full_path(),
    }


@lru_cache
def _city_name() -> str:
    return next((one.name for one in city.cities()), "")


def _chosen(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    value = request.COOKIES.get(name, known[0])
    return value if value in known else known[0]


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
