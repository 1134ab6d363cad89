"""My window: opened and closed; whoever comes is received by the number of his document, or registered once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onevisit.access import Refused
from onevisit.channels.ui.forms import Problem
from onevisit.channels.workbench.login import needs_login
from onevisit.core.identifiers import KINDS
from onevisit.halls import actions, queries
from onevisit.halls.actions import Arrival
from onevisit.identity import limits
from onevisit.identity.login import ActorRequest

PAPERS = ("citizen", "hmt-residence", "foreign-permanent", "foreign-permanent-old", "hm-travel", "tw-travel", "passport")
"""With which documents people come, the usual one first."""
NEW = frozenset({"no-person", "wrong-person"})
"""Refusals after which name and phone are asked for."""
AT: Mapping[str, str] = {"no-person": "f-name", "wrong-person": "f-name", "not-proved": "f-proof", "not-forced": "f-forced"}
"""Where a refusal is mended; all others at the number."""


@require_safe
@needs_login
def show(request: ActorRequest) -> HttpResponse:
    """The visit that is open at the own window; else who comes next; else the windows to choose from."""
    serving = queries.now_serving(request.actor)
    if serving is not None:
        return redirect("visit", visit=serving.id)
    return _page(request, ())


def _page(request: ActorRequest, problems: Sequence[Problem], code: str = "") -> HttpResponse:
    seat = queries.seat(request.actor)
    if seat is None:
        choose = {"windows": queries.windows_for(request.actor), "problems": problems}
        return render(request, "workbench/intake/windows.html", choose, status=422 if problems else 200)
    shown = {
        "seat": seat,
        "kinds": {kind: KINDS[kind].name for kind in PAPERS},
        "why": queries.WHY,
        "proof": queries.PROOF,
        "forced": queries.FORCED,
        "typed": {"kind": PAPERS[0], "why": "file", "proof": "card", **request.POST.dict()},
        "is_new": code in NEW or "name" in request.POST,
        "problems": problems,
    }
    return render(request, "workbench/intake/seat.html", shown, status=422 if problems else 200)


@require_POST
@needs_login
def open_one(request: ActorRequest, window: UUID) -> HttpResponse:
    """The clerk sits at this window from now on."""
    try:
        actions.open_window(request.actor, str(window))
    except Refused as refused:
        return _page(request, (Problem("windows", f"{refused}{refused.way_out}"),))
    return redirect("window")


@require_POST
@needs_login
def close(request: ActorRequest) -> HttpResponse:
    """The own window is shut, unless somebody is still there."""
    seat = queries.seat(request.actor)
    if seat is not None:
        actions.close_window(request.actor, seat.id)
    return redirect("window")


def _is_first(request: ActorRequest, refused: Refused) -> bool:
    """Whether nothing is wrong but that nobody knows him yet, which was not to be known."""
    return refused.code == "no-person" and "name" not in request.POST


@require_POST
@needs_login
def receive(request: ActorRequest) -> HttpResponse:
    """The visit of whoever came; a second press finds the same one. What was typed stays on any error."""
    seat = queries.seat(request.actor)
    if seat is None:
        return redirect("window")
    sent = {name: request.POST.get(name, "").strip() for name in ("number", "why", "kind", "proof", "forced", "name", "phone")}
    try:
        with looking_up(request):
            visit = actions.receive_visitor(request.actor, seat.hall, Arrival(**{**sent, "kind": sent["kind"] or PAPERS[0]}))
    except Refused as refused:
        wrong = (Problem(AT.get(refused.code, "f-number"), f"{refused}{refused.way_out}"),)
        return _page(request, () if _is_first(request, refused) else wrong, refused.code)
    return redirect("visit", visit=visit.id)


@contextmanager
def looking_up(request: ActorRequest) -> Iterator[None]:
    """Somebody is looked up by his number inside, which whoever asks pays for if nobody has it, or not whom he expected.

    Whoever had to be registered was not known; a refusal for anything else tells nothing of a number. Raises TooOften.
    """
    use, named, missed = limits.Use("person", request.actor.id), bool(request.POST.get("name", "").strip()), True
    limits.spend(use)
    try:
        yield
        missed = named
    except Refused as refused:
        missed = named or refused.code in NEW
        raise
    finally:
        if not missed:
            limits.give_back(use)
