"""What people searched for and did not find (零结果): with one press a word becomes an item's own."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onevisit.access import Refused
from onevisit.catalogue import actions
from onevisit.catalogue import queries as catalogue
from onevisit.channels.studio.login import needs_login
from onevisit.channels.ui.forms import Problem
from onevisit.identity.login import ActorRequest

MOST = 8


@needs_login
@require_safe
def listed(request: ActorRequest) -> HttpResponse:
    """The words, the most wanted first, each with the items that come nearest."""
    return _page(request)


def _page(request: ActorRequest, problems: tuple[Problem, ...] = ()) -> HttpResponse:
    word, wanted = (request.POST.get(name) or request.GET.get(name, "") for name in ("word", "q"))
    found = catalogue.search(wanted, "", MOST) if wanted else ()
    shown = {"lines": catalogue.open_lines(), "word": word, "q": wanted, "found": found, "problems": problems}
    return render(request, "studio/words.html", shown, status=422 if problems else 200)


@needs_login
@require_POST
def give(request: ActorRequest) -> HttpResponse:
    """The word is the item's from now on."""
    try:
        actions.add_word(request.actor, request.POST.get("item", ""), request.POST.get("word", ""))
    except Refused as refused:
        return _page(request, (Problem("word", f"{refused.message}{refused.way_out}"),))
    return redirect("studio-words")
