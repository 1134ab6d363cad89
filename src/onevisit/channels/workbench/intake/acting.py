"""What is done with a case at the counter: received, confirmed, accepted, told, mended, handed out. Pressed twice, done once."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from onevisit.access import Refused
from onevisit.cases import actions, counter, documents, queries
from onevisit.channels.ui import mending, uploads
from onevisit.channels.ui.forms import Problem
from onevisit.channels.workbench import acts, asking, changes
from onevisit.channels.workbench.intake.counter import confirming, page
from onevisit.channels.workbench.intake.here import Matters, matter
from onevisit.channels.workbench.login import needs_login
from onevisit.core.definition import Material
from onevisit.core.values import materials
from onevisit.deliveries.queries import Address
from onevisit.identity.login import ActorRequest

STALE = 409


def _done(now: Matters) -> HttpResponse:
    return redirect("counter", visit=now.here.visit.id, case=now.case.id)


def _act(request: ActorRequest, now: Matters, act: Callable[[], object], target: str = "act", over: bool = False) -> HttpResponse:
    """The act, then the page; a refusal on top of it. `over`: an earlier press has done it. Stale: what changed since is said."""
    if over:
        return _done(now)
    if changes.stale(request, now.matter):
        return page(request, now, (), STALE)
    try:
        act()
    except Refused as refused:
        return page(request, matter(request.actor, UUID(now.here.visit.id), UUID(now.case.id)), (_said(target, refused),))
    return _done(now)


def _said(target: str, refused: Refused) -> Problem:
    return Problem(target, f"{refused}{refused.way_out}")


@require_POST
@needs_login
def handed(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """What was ticked on the checklist is written down, what was scanned is kept."""
    now = matter(request.actor, visit, case)
    problems = _scanned(request, now)
    if problems:
        return page(request, matter(request.actor, visit, case), problems)
    return _act(request, now, lambda: _ticked(request, now), "materials")


def _asked(request: ActorRequest, now: Matters) -> tuple[Material, ...]:
    return materials(now.matter.standard, queries.contents(request.actor, now.case.id).answers)


def _scanned(request: ActorRequest, now: Matters) -> tuple[Problem, ...]:
    """What is wrong with the scans that were sent; the others are kept."""
    return uploads.take(request.actor, now.case.id, _asked(request, now), request.FILES) if request.FILES else ()


def _ticked(request: ActorRequest, now: Matters) -> None:
    """How each material was shown, as far as the form says it."""
    shown = {one.id: request.POST[f"shown-{one.id}"] for one in _asked(request, now) if f"shown-{one.id}" in request.POST}
    if shown:
        actions.hand_in(request.actor, now.case.id, shown)


@require_POST
@needs_login
def way(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """How the result shall reach the applicant."""
    now = matter(request.actor, visit, case)
    return _act(request, now, lambda: _chosen(request, now), "way")


def _chosen(request: ActorRequest, now: Matters) -> None:
    sent = request.POST
    address = Address(*(sent.get(f"delivery.{name}", "") for name in ("name", "phone", "address")))
    wrong = actions.choose_delivery(request.actor, now.case.id, sent.get("delivery", ""), address)
    if wrong:
        raise Refused("half-address", "；".join(one.message for one in wrong), "")


@require_POST
@needs_login
def receive(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """The application is received (收件), with what was ticked, scanned and chosen on the page; its receipt is there to print."""
    now = matter(request.actor, visit, case)
    if now.case.stage != "draft":
        return _done(now)
    if changes.stale(request, now.matter):
        return page(request, now, (), STALE)
    problems = _laid(request, now)
    if problems:
        return page(request, matter(request.actor, visit, case), problems)
    return _act(request, now, lambda: counter.receive(request.actor, now.case.id))


def _laid(request: ActorRequest, now: Matters) -> tuple[Problem, ...]:
    """What is wrong with what stands on the page beside the act itself; all that is right is kept."""
    problems = list(_scanned(request, now))
    for target, act, is_sent in (("materials", _ticked, True), ("way", _chosen, "delivery" in request.POST)):
        try:
            if is_sent:
                act(request, now)
        except Refused as refused:
            problems.append(_said(target, refused))
    return tuple(problems)


@require_POST
@needs_login
def confirm(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """Those who stand there have done their part in person: applied, or shown that it is they."""
    now, step = matter(request.actor, visit, case), request.POST.get("step", "")
    who = set(request.POST.getlist("who", [now.here.visit.id]))
    turn = next((one for one in confirming(request.actor, now) if one.turn.step == step), None)
    parts = [one for one in turn.here if one.visit in who] if turn else []

    def done() -> None:
        for one in parts:
            counter.confirm(request.actor, now.case.id, step, one.whose)

    return _act(request, now, done, "confirming", over=not parts)


@require_POST
@needs_login
def accept(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """The case is accepted at the window whose mandate entrusts it (受理)."""
    now = matter(request.actor, visit, case)
    step = next((one.step for one in now.matter.open if one.does == "accept"), "")
    return _act(request, now, lambda: counter.accept(request.actor, now.case.id, step), over=now.case.accepted_at is not None)


@require_POST
@needs_login
def supply(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """What was owed has come (容缺补交): its file is kept, its day struck off."""
    now, material = matter(request.actor, visit, case), request.POST.get("material", "")
    owed = {one.material for one in queries.owed(request.actor, now.case.id) if one.supplied_at is None}
    if material not in owed:
        return _done(now)
    wanted = [one for one in now.matter.standard.materials if one.id == material]
    problems = uploads.take(request.actor, now.case.id, wanted, request.FILES)
    if problems:
        return page(request, now, tuple(Problem("owed", one.message) for one in problems))
    return _act(request, now, lambda: actions.supply(request.actor, now.case.id, material), "owed")


@require_http_methods(["GET", "HEAD", "POST"])
@needs_login
def mend(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """What the one-time notice named is mended at the window (补正)."""
    now = matter(request.actor, visit, case)
    problems = mending.mended(request, now.case.id) if request.method == "POST" else ()
    left = mending.to_mend(request, now.case.id, {p.target.removeprefix("f-"): p.message for p in problems})
    if not left or (request.method == "POST" and not problems):
        return _done(now)
    shown = {"now": now, "case": now.case, "mendings": left, "problems": problems}
    return render(request, "workbench/intake/mend.html", shown, status=422 if problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_login
def notify(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """Everything that is wrong, told at once (一次性告知书)."""
    now = matter(request.actor, visit, case)
    if now.case.stage != "received":
        return _done(now)
    offered = asking.choices(now.matter, request.POST)
    stale = request.method == "POST" and changes.stale(request, now.matter)
    problems = asking.asked(now.matter, "notify", offered) if request.method == "POST" and not stale else ()
    if request.method == "POST" and not problems and not stale:
        return _done(now)
    shown = {
        "case": now.case, "choices": offered, "problems": problems, "kind": "notify", "again": now.matter.state.notices > 0,
        "changed": changes.since(request, now.matter) if stale else (), "seen": changes.mark(now.matter), "back": now.address,
    }  # fmt: skip
    return render(request, "workbench/ask.html", shown, status=STALE if stale else 422 if problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_login
def turn_away(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """Not accepted (不予受理), with reason, basis and remedies."""
    now = matter(request.actor, visit, case)
    doing = acts.act(now.matter, "turn-away")
    if doing is None or doing.run is None:
        return _done(now)
    stale = request.method == "POST" and changes.stale(request, now.matter)
    faults = acts.faults(doing, now.matter, request.POST) if request.method == "POST" and not stale else {}
    if request.method == "POST" and not faults and not stale:
        try:
            doing.run(now.matter, request.POST)
            return _done(now)
        except Refused as refused:
            faults = {"": f"{refused}{refused.way_out}"}
    shown = {
        "case": now.case, "act": doing, "entries": asking.entries(doing, now.matter, request.POST, faults),
        "changed": changes.since(request, now.matter) if stale else (), "problems": asking.problems(faults),
        "seen": changes.mark(now.matter), "back": now.address,
    }  # fmt: skip
    return render(request, "workbench/act.html", shown, status=STALE if stale else 422 if faults else 200)


@require_POST
@needs_login
def collect(request: ActorRequest, visit: UUID, case: UUID, delivery: UUID) -> HttpResponse:
    """The result is in the visitor's hands, against his signature (签收); the old papers have come back."""
    now, note = matter(request.actor, visit, case), request.POST.get("note", "")
    back = request.POST.getlist("back")
    return _act(request, now, lambda: counter.hand_over(request.actor, now.case.id, str(delivery), note, back), f"d-{delivery}")


@require_POST
@needs_login
def serve(request: ActorRequest, visit: UUID, case: UUID, name: str) -> HttpResponse:
    """The paper was given to one who stands there, who signed for it (送达)."""
    now, copy = matter(request.actor, visit, case), request.POST.get("copy", "")
    whom = next((one for one in now.present if one.visit == copy), now.present[0])
    one = next((p for p in documents.papers(request.actor, now.case.id, whom.whose) if p.name == name), None)
    if one is None or one.served_at is not None:
        return _done(now)
    signed = f"{whom.person.name}当面签收"
    return _act(request, now, lambda: documents.serve(request.actor, one, "window", signed), "papers")
