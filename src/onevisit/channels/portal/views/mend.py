"""A correction (补正) as the applicant makes it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from onevisit.cases import queries
from onevisit.channels.portal.login import needs_login
from onevisit.channels.ui import mending
from onevisit.identity.login import ActorRequest


@require_http_methods(["GET", "HEAD", "POST"])
@needs_login
def mend(request: ActorRequest, case: UUID) -> HttpResponse:
    """Only what the notice names, with the notice's words beside it; a file or a word that is there stays on any error."""
    problems = mending.mended(request, str(case)) if request.method == "POST" else ()
    left = mending.to_mend(request, str(case), {p.target.removeprefix("f-"): p.message for p in problems})
    if not left or (request.method == "POST" and not problems):
        return redirect("case", case=case)
    shown = {
        "case": queries.case(request.actor, str(case)),
        "mendings": left,
        "again": all(one.fetched for one in left),
        "problems": problems,
    }
    return render(request, "portal/mend.html", shown, status=422 if problems else 200)
