"""The register of proofs, one proof with its eight rules, and what is proposed and decided of it."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onevisit.access import Duty, Refused, Target, may
from onevisit.catalogue import phrases
from onevisit.channels.studio.login import needs_login
from onevisit.channels.studio.proofs import ring
from onevisit.channels.ui.forms import Problem
from onevisit.identity.login import ActorRequest
from onevisit.proofs import actions, queries
from onevisit.proofs.actions import Decision, Proposal
from onevisit.proofs.eight import EIGHT, VERDICTS
from onevisit.proofs.queries import ProofView, Sifted

PLACES: Mapping[str, str] = {
    "no-rule": "f-rule", "no-evidence": "f-why", "no-replacement": "f-instead", "no-basis": "f-rule", "reason-needed": "f-reason",
}  # fmt: skip
"""Where on the page a refusal is mended."""


@require_safe
@needs_login
def listed(request: ActorRequest) -> HttpResponse:
    """Every proof that is asked for; the filters stand in the address."""
    every = queries.register()
    sifted = _sifted(request)
    shown = {
        "tab": "list",
        "rows": [one for one in every if sifted.fits(one)],
        "count": len(every),
        "waiting": sum(one.state == "review" for one in every),
        "to_mend": [one for one in every if one.still_asked],
        **_filters(sifted, every),
    }
    return render(request, "studio/proofs/listed.html", shown)


@require_safe
@needs_login
def matrix(request: ActorRequest) -> HttpResponse:
    """Proofs by the eight rules, those for which most speaks first."""
    sifted = _sifted(request)
    shown = {"tab": "matrix", "matrix": queries.matrix(sifted), "verdicts": VERDICTS, **_filters(sifted, queries.register())}
    return render(request, "studio/proofs/matrix.html", shown)


@require_safe
@needs_login
def circles(request: ActorRequest) -> HttpResponse:
    """Every circle as a ring, and in words."""
    shown = {"tab": "circles", "rings": [ring.drawn(one) for one in queries.circles()]}
    return render(request, "studio/proofs/circles.html", shown)


@require_safe
@needs_login
def outages(request: ActorRequest) -> HttpResponse:
    """The sources that are or were down, with what was asked of applicants meanwhile."""
    return render(request, "studio/proofs/outages.html", {"tab": "outages", "outages": queries.outages(request.actor)})


@require_safe
@needs_login
def show(request: ActorRequest, key: str) -> HttpResponse:
    """One proof: who asks, who issues, the eight rules, every review."""
    return _page(request, queries.proof(request.actor, key))


@require_POST
@needs_login
def propose(request: ActorRequest, key: str) -> HttpResponse:
    """The proposal waits for another person's decision; or the page again, with what is wrong and all that was typed."""
    typed = Proposal(*(request.POST.get(name, "") for name in ("rule", "why", "instead")))
    try:
        actions.propose(request.actor, key, typed)
    except Refused as refused:
        return _page(request, queries.proof(request.actor, key), refused)
    return redirect("studio-proof", key=key)


@require_POST
@needs_login
def decide(request: ActorRequest, key: str, review: UUID) -> HttpResponse:
    """The review is decided; or the page again, with what stands in its way."""
    outcome: Decision = "accepted" if request.POST.get("outcome") == "accepted" else "rejected"
    try:
        actions.decide(request.actor, str(review), outcome, request.POST.get("reason", ""))
    except Refused as refused:
        return _page(request, queries.proof(request.actor, key), refused)
    return redirect("studio-proof", key=key)


def _page(request: ActorRequest, one: ProofView, refused: Refused | None = None) -> HttpResponse:
    parties = frozenset({one.open.proposed_by}) if one.open else frozenset()
    on = Target("proof", id=one.entry.key, parties=parties)
    problems = (Problem(PLACES.get(refused.code, "main"), f"{refused.message}{refused.way_out}"),) if refused else ()
    shown = {
        "one": one,
        "rules": EIGHT,
        "typed": request.POST,
        "problems": problems,
        "wrong": {problem.target: problem.message for problem in problems},
        "proposes": not one.open and one.entry.askers and may(request.actor, Duty.GUIDE_DRAFT, on),
        "decides": one.open and may(request.actor, Duty.GUIDE_PUBLISH, on),
        "own": one.open and one.open.proposed_by == request.actor.id,
    }
    return render(request, "studio/proofs/proof.html", shown, status=422 if problems else 200)


def _sifted(request: ActorRequest) -> Sifted:
    names = ("level", "department", "state", "words", "rule")
    return Sifted(**{name: request.GET.get(name, "").strip() for name in names})


def _filters(sifted: Sifted, every: tuple[ProofView, ...]) -> dict[str, object]:
    askers = [asker for one in every for asker in one.entry.askers]
    return {
        "sifted": sifted,
        "levels": phrases.LEVELS,
        "departments": dict(sorted({(one.department, one.department_name) for one in askers}, key=lambda pair: pair[1])),
        "states": queries.STATES,
        "rules": EIGHT,
    }
