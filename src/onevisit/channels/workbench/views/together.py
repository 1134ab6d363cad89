"""Many cases accepted together (批量受理): looked through first, accepted half a minute later, called off until then."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from onevisit.access import Actor, Duty, Hidden, Refused
from onevisit.cases import actions, queries
from onevisit.channels.workbench import checklist
from onevisit.channels.workbench.login import needs_login
from onevisit.channels.workbench.matter import Matter, opened
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest

MOST = 50


@dataclass(frozen=True)
class Looked:
    """One case of the lot: whether it can be accepted, and what is to be known of it."""

    matter: Matter
    applicant: str
    fits: bool
    words: str


@require_POST
@needs_login
def preview(request: ActorRequest) -> HttpResponse:
    """Each case of the lot, taken by this officer, with what it lacks; those that fit can be accepted at once."""
    taken = _taken(request)
    actor = identity.actor_of(request.actor.id, request.actor.via)
    chosen = [_looked(actor, case) for case in taken]
    return render(request, "workbench/together.html", {"chosen": chosen, "fit": [one for one in chosen if one.fits]})


@require_POST
@needs_login
def accept(request: ActorRequest) -> HttpResponse:
    """The lot is accepted in half a minute."""
    actions.accept_soon(request.actor, request.POST.getlist("case"))
    return redirect("work")


@require_POST
@needs_login
def undo(request: ActorRequest) -> HttpResponse:
    """The lot is not accepted."""
    if not actions.call_off(request.actor):
        raise Refused("too-late", "这一批已经受理，不能撤销。", "受理错的，请逐件处理。")
    return redirect("work")


def _taken(request: ActorRequest) -> list[str]:
    """The chosen cases that are in this officer's hands now; what a colleague took meanwhile is left out."""
    found = []
    for case in dict.fromkeys(request.POST.getlist("case")[:MOST]):
        try:
            actions.take(request.actor, case, request.POST.get(f"step-{case}", ""))
        except (Refused, Hidden):
            continue
        found.append(case)
    return found


def _looked(actor: Actor, case: str) -> Looked:
    matter = opened(actor, case)
    may_follow, missing = checklist.lacking(matter.standard, queries.contents(actor, case))
    fits = matter.case.stage == "received" and not missing and matter.may(Duty.CASE_ACCEPT)
    words = f"没有交：{'、'.join(one.name for one in missing)}" if missing else "材料齐"
    if may_follow and not missing:
        words = f"容缺：{'、'.join(one.name for one in may_follow)}"
    return Looked(matter, identity.shown_name(matter.case.applicant), fits, words)
