"""One page for each act on a case: what it asks, what is wrong, what changed meanwhile; nothing typed is lost."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from onevisit.access import Hidden, Refused
from onevisit.cases import queries
from onevisit.channels.workbench import acts, asking, changes
from onevisit.channels.workbench.acts import Doing
from onevisit.channels.workbench.login import needs_login
from onevisit.channels.workbench.matter import Matter, opened
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest

STALE = 409


@require_http_methods(["GET", "HEAD", "POST"])
@needs_login
def do(request: ActorRequest, case: UUID, name: str) -> HttpResponse:
    """The act is done, and the case shown; or its page, with what is wrong."""
    matter = opened(request.actor, str(case))
    doing = acts.act(matter, name)
    if request.method == "POST" and changes.stale(request, matter):
        return _page(request, matter, doing, {}, STALE)
    if doing is None or doing.run is None:
        raise Hidden(f"act {name}")
    if request.method != "POST":
        return _page(request, matter, doing, {})
    faults = acts.faults(doing, matter, request.POST)
    if not faults:
        try:
            doing.run(matter, request.POST)
        except Refused as refused:
            faults = {"": f"{refused}{refused.way_out}"}
    return _page(request, matter, doing, faults, 422) if faults else _after(request, case)


def _after(request: ActorRequest, case: UUID) -> HttpResponse:
    """The case, if it is this officer's to read now that the act is done; else the list."""
    try:
        queries.at_desk(identity.actor_of(request.actor.id, request.actor.via), str(case))
    except Hidden:
        return redirect("work")
    return redirect("work-case", case=case)


def _page(request: ActorRequest, matter: Matter, doing: Doing | None, faults: dict[str, str], status: int = 200) -> HttpResponse:
    shown = {
        "case": matter.case,
        "act": doing,
        "notes": doing.notes(matter) if doing else (),
        "entries": asking.entries(doing, matter, request.POST, faults),
        "changed": changes.since(request, matter) if status == STALE else (),
        "problems": asking.problems(faults),
        "seen": changes.mark(matter),
    }
    return render(request, "workbench/act.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_login
def tell(request: ActorRequest, case: UUID, kind: str) -> HttpResponse:
    """Everything that is wrong, at once: before acceptance as the one-time notice, after it as a correction."""
    matter = opened(request.actor, str(case))
    offered = asking.choices(matter, request.POST)
    stale = request.method == "POST" and changes.stale(request, matter)
    problems = asking.asked(matter, kind, offered) if request.method == "POST" and not stale else ()
    if request.method == "POST" and not problems and not stale:
        return _after(request, case)
    shown = {
        "case": matter.case, "choices": offered, "problems": problems, "kind": kind, "again": matter.state.notices > 0,
        "changed": changes.since(request, matter) if stale else (), "seen": changes.mark(matter),
    }  # fmt: skip
    return render(request, "workbench/ask.html", shown, status=STALE if stale else 422 if problems else 200)
