"""My cases, one case with everything about it, receipt, withdrawal, documents."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from onevisit.cases import actions, documents, queries
from onevisit.channels.portal import progress
from onevisit.channels.portal.login import needs_login
from onevisit.identity.login import ActorRequest
from onevisit.licences import queries as licences
from onevisit.notices import queries as notices
from onevisit.papers import queries as papers


@needs_login
def mine(request: ActorRequest) -> HttpResponse:
    """The applicant's cases, what waits for him first."""
    return render(request, "portal/cases.html", {"cases": queries.mine(request.actor)})


@needs_login
def show(request: ActorRequest, case: UUID) -> HttpResponse:
    """The case: what to do now, rail, clock, account of visits, decision, messages, documents."""
    view = queries.case(request.actor, str(case))
    if view.stage == "draft":
        return redirect("fill", case=case, page=1)
    shown = {
        "case": view,
        "steps": progress.steps(request.actor, view),
        "clock": progress.clock(view),
        "account": queries.account(request.actor, view.id),
        "decision": queries.decision(request.actor, view.id),
        "messages": notices.of_case(request.actor, view.id),
        "licences": licences.of_case(request.actor, view.id),
        "contents": queries.contents(request.actor, view.id),
    }
    return render(request, "portal/case.html", shown)


@needs_login
def receipt(request: ActorRequest, case: UUID) -> HttpResponse:
    """The promise's date as headline, what happens next, the number (收件凭证)."""
    view = queries.case(request.actor, str(case))
    return render(request, "portal/receipt.html", {"case": view, "steps": progress.steps(request.actor, view)})


@needs_login
def receipt_pdf(request: ActorRequest, case: UUID) -> HttpResponse:
    """The receipt as A4."""
    return pdf(documents.paper(request.actor, str(case), "receipt"), "receipt.pdf")


@needs_login
def decision_pdf(request: ActorRequest, case: UUID) -> HttpResponse:
    """The decision (决定书) as A4."""
    return pdf(documents.paper(request.actor, str(case), "decision"), "decision.pdf")


@needs_login
def withdraw(request: ActorRequest, case: UUID) -> HttpResponse:
    """Asked once more on GET; on POST the case is withdrawn."""
    view = queries.case(request.actor, str(case))
    if request.method != "POST":
        return render(request, "portal/withdraw.html", {"case": view})
    actions.withdraw(request.actor, view.id)
    return redirect("cases") if view.stage == "draft" else redirect("case", case=case)


@needs_login
def attachment(request: ActorRequest, case: UUID, attachment: UUID) -> HttpResponse:
    """A file that was handed in, as a download only."""
    one = queries.attachment(request.actor, str(case), str(attachment))
    return download(papers.content(one.file), one.name)


def download(kept: papers.Kept, name: str) -> HttpResponse:
    """A file that is never shown inside the site's own pages."""
    response = HttpResponse(kept.content, content_type=kept.kind)
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def pdf(content: bytes, name: str) -> HttpResponse:
    """A paper of ours, shown by the browser."""
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})
