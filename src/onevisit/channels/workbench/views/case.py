"""One case as whoever handles it needs it: facts, papers, opinions, clocks, visits, and the acts that are possible now."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from onevisit.cases import queries
from onevisit.channels.workbench import dossier, rulings
from onevisit.channels.workbench.login import needs_login
from onevisit.identity.login import ActorRequest
from onevisit.papers import queries as papers


@require_safe
@needs_login
def show(request: ActorRequest, case: UUID) -> HttpResponse:
    """Everything about the case; its contents for whoever has it in hand or says why he looks (`reason`)."""
    shown = dossier.dossier(request.actor, str(case), request.GET.get("reason", ""))
    return render(request, "workbench/case.html", shown)


@needs_login
def decide(request: ActorRequest, case: UUID) -> HttpResponse:
    """The facts that the officer established are kept; granted or refused, with reasons; or shown again with what is wrong."""
    if request.method != "POST":
        return rulings.page(request, str(case))
    act = request.POST.get("act", "")
    problems = rulings.settled(request, str(case))
    if not problems and act in ("grant", "refuse"):
        problems = rulings.signed(request, str(case), act)
    if problems or act not in ("grant", "refuse"):
        return rulings.page(request, str(case), problems, kept=not problems)
    return redirect("work")


@require_safe
@needs_login
def attachment(request: ActorRequest, case: UUID, attachment: UUID) -> HttpResponse:
    """A file that the applicant handed in, as a download only."""
    one = queries.attachment(request.actor, str(case), str(attachment))
    kept = papers.content(one.file)
    response = HttpResponse(kept.content, content_type=kept.kind)
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Content-Disposition"] = content_disposition_header(True, one.name) or "attachment"
    return response
