"""My cases, one case with everything about it, receipt, withdrawal, documents."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from onevisit.access import Hidden
from onevisit.cases import actions, documents, queries
from onevisit.channels.portal import progress, turns
from onevisit.channels.portal.dossier import dossier
from onevisit.channels.portal.login import needs_login
from onevisit.channels.ui import trouble
from onevisit.core import stages
from onevisit.identity.login import ActorRequest
from onevisit.papers import queries as papers

COMING: Mapping[str, tuple[str, Callable[[queries.CaseView], bool]]] = {
    "receipt": ("收件凭证", lambda case: bool(case.number)),
    "accepted": ("受理通知书", lambda case: case.accepted_at is not None),
    "turned_away": ("不予受理决定书", lambda case: case.stage == "turned_away"),
    "decision": ("决定书", lambda case: case.decided_at is not None),
    "withdrawn": ("终止办理告知书", lambda case: bool(case.number) and case.stage == "withdrawn"),
}
"""The papers that are sure to come, what they are called and from when on."""


@require_safe
@needs_login
def mine(request: ActorRequest) -> HttpResponse:
    """The applicant's cases, what waits for him first."""
    listed = queries.mine(request.actor)
    waiting = [one for one in listed if one.yours]
    others = [one for one in listed if one not in waiting]
    return render(request, "portal/cases.html", {"waiting": waiting, "others": others})


@require_safe
@needs_login
def show(request: ActorRequest, case: UUID) -> HttpResponse:
    """The case: what to do now, rail, clock, account of visits, decision, messages, documents, story."""
    view = queries.case(request.actor, str(case))
    if not view.number:
        return redirect("tasks", case=case) if view.stage == "draft" else redirect("cases")
    return render(request, "portal/case.html", dossier(request.actor, view))


@require_safe
@needs_login
def receipt(request: ActorRequest, case: UUID) -> HttpResponse:
    """The promise's date as headline, what happens next, the number (收件凭证)."""
    view = queries.case(request.actor, str(case))
    if not view.number:
        return redirect("case", case=case)
    shown = {"case": view, "steps": progress.steps(request.actor, view), "asked": turns.asked(request.actor, view)}
    return render(request, "portal/receipt.html", shown)


@require_safe
@needs_login
def paper(request: ActorRequest, case: UUID, name: str) -> HttpResponse:
    """A paper of the case (文书) as A4; a moment after the event it may still be in the making, and the page says so."""
    view = queries.case(request.actor, str(case))
    try:
        return pdf(documents.paper(request.actor, view.id, name), f"{name}.pdf")
    except Hidden:
        title, due = COMING.get(name, ("", lambda _: False))
        if not due(view) or not documents.may_print(request.actor, view.id):
            raise
    return trouble.soon(request, title)


@needs_login
def withdraw(request: ActorRequest, case: UUID) -> HttpResponse:
    """Asked once more on GET; on POST the case is withdrawn, once."""
    view = queries.case(request.actor, str(case))
    if view.decided_at or view.stage in stages.ENDS:
        return redirect("case", case=case)
    if request.method != "POST":
        return render(request, "portal/withdraw.html", {"case": view})
    actions.withdraw(request.actor, view.id)
    return redirect("cases") if view.stage == "draft" else redirect("case", case=case)


@require_safe
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
    headers = {"Content-Disposition": content_disposition_header(False, name) or "inline"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
