"""One case as whoever handles it needs it: facts, papers, opinions, clocks, visits, and the acts that are possible now."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from onevisit.cases import documents, queries
from onevisit.channels.workbench import changes, dossier, rulings
from onevisit.channels.workbench.login import needs_login
from onevisit.channels.workbench.matter import opened
from onevisit.identity.login import ActorRequest
from onevisit.papers import queries as papers

PICTURE = "default-src 'none'; sandbox"
SHOWN: Mapping[str, str] = {
    "image/jpeg": PICTURE, "image/png": PICTURE, "application/pdf": "default-src 'none'; object-src 'self'",
}  # fmt: skip
"""What is shown in a tab, and what its page may do: nothing. A sandbox would keep the browser's own viewer of PDF away."""


@require_safe
@needs_login
def show(request: ActorRequest, case: UUID) -> HttpResponse:
    """Everything about the case; its contents for whoever has it in hand or says why he looks (`reason`)."""
    shown = dossier.dossier(request.actor, str(case), request.GET.get("reason", ""))
    return render(request, "workbench/case.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_login
def decide(request: ActorRequest, case: UUID) -> HttpResponse:
    """The facts that the officer established are kept; granted or refused, with reasons; or shown again with what is wrong."""
    if request.method != "POST":
        return rulings.page(request, str(case))
    if changes.stale(request, opened(request.actor, str(case))):
        return rulings.page(request, str(case), status=rulings.STALE)
    act = request.POST.get("act", "")
    problems = rulings.settled(request, str(case))
    if not problems and act in ("grant", "refuse"):
        problems = rulings.signed(request, str(case), act)
    if problems or act not in ("grant", "refuse"):
        return rulings.page(request, str(case), problems, 200 if problems else rulings.KEPT)
    return redirect("work")


@require_safe
@needs_login
def attachment(request: ActorRequest, case: UUID, attachment: UUID) -> HttpResponse:
    """A file that the applicant handed in: as a download, or with `view` in a tab of its own, where nothing in it can run."""
    one = queries.attachment(request.actor, str(case), str(attachment))
    kept = papers.content(one.file)
    shown = bool(request.GET.get("view")) and kept.kind in SHOWN
    response = HttpResponse(kept.content, content_type=kept.kind)
    response.headers["Content-Security-Policy"] = SHOWN[kept.kind] if shown else "sandbox"
    response.headers["Content-Disposition"] = content_disposition_header(not shown, one.name) or "attachment"
    return response


@require_safe
@needs_login
def paper(request: ActorRequest, case: UUID, name: str) -> HttpResponse:
    """A paper that the case has served, as it was sealed."""
    response = HttpResponse(documents.paper(request.actor, str(case), name), content_type="application/pdf")
    response.headers["Content-Security-Policy"] = SHOWN["application/pdf"]
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or "inline"
    return response
