"""Home, search, themes, place."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from onevisit.cases import queries as cases
from onevisit.catalogue import misses
from onevisit.catalogue import queries as catalogue
from onevisit.channels.portal.place import COOKIE, choices, chosen, known, named
from onevisit.city import queries as city
from onevisit.identity import limits
from onevisit.identity.login import ActorRequest


@require_safe
def index(request: ActorRequest) -> HttpResponse:
    """One search box, hot items, the themes, and what waits for the person who is logged in."""
    place = chosen(request)
    todo = [one for one in cases.mine(request.actor, 20) if one.yours] if request.actor.person else []
    shown = {"hot": catalogue.hot(place), "themes": catalogue.themes(), "place": named(place), "todo": todo[:4]}
    return render(request, "portal/home.html", shown)


@require_safe
def search(request: ActorRequest) -> HttpResponse:
    """The items that people's own words mean; an empty result offers hall and hotline."""
    words = request.GET.get("q", "")[:200]
    if words.strip():
        limits.spend(limits.Use("search", limits.address(request)))
    hits = catalogue.search(words, chosen(request), 20) if words.strip() else ()
    told = catalogue.replied(words, hits)
    if words.strip() and not hits and not told:
        misses.note(words, chosen(request))
    shown = {"words": words, "hits": hits, "told": told, "place": named(chosen(request))}
    return render(request, "portal/search.html", shown)


@require_safe
def theme(request: ActorRequest, theme: str) -> HttpResponse:
    """The items of a theme, those with a guide first."""
    listed = catalogue.listing(theme, chosen(request), limit=200)
    items = sorted(listed, key=lambda one: not one.guided)
    return render(request, "portal/theme.html", {"theme": theme, "items": items})


def place(request: ActorRequest) -> HttpResponse:
    """Where the person wants to handle things: a county, or further down to the village; kept in a cookie."""
    if request.method == "POST":
        return choose_place(request)
    here, asked = chosen(request), request.GET.get("within", "")
    within = here if asked == "here" else asked if known(asked) else ""
    shown = {"choices": choices(within), "place": here, "path": city.path(within)[1:] if within else (), "within": within}
    return render(request, "portal/place.html", shown)


@require_POST
def choose_place(request: ActorRequest) -> HttpResponse:
    """The home page, for the chosen division; or the choice of what lies inside it."""
    code = request.POST.get("division", "")
    if request.POST.get("deeper") and known(code):
        return HttpResponseRedirect(f"/place?within={code}")
    response = HttpResponseRedirect("/")
    if known(code):
        response.set_cookie(COOKIE, code, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return response
