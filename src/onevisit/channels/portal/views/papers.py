"""The papers that only the applicant has (上传材料), and what he says is wrong of what we fetched (异议)."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from onevisit.access import Hidden
from onevisit.cases import actions
from onevisit.channels.portal import drafts
from onevisit.channels.portal.login import needs_login
from onevisit.channels.ui import forms, uploads
from onevisit.identity.login import ActorRequest


@needs_login
def papers(request: ActorRequest, case: UUID) -> HttpResponse:
    """The papers to be handed in, with those that are there; everything else is fetched. A file stays on any error."""
    draft = drafts.opened(request, case)
    if not draft.owed or not draft.is_open:
        return redirect("check" if draft.is_open else "case", case=case)
    problems: tuple[forms.Problem, ...] = ()
    if request.method == "POST":
        problems = uploads.take(request.actor, str(case), draft.owed, request.FILES)
        if not problems:
            return redirect("papers" if "stay" in request.POST else "check", case=case)
        draft = drafts.opened(request, case)
    rows = uploads.rows(draft.owed, draft.contents.attachments, problems)
    shown = {"case": draft.case, "rows": rows, "tasks": drafts.tasks(draft, "papers"), "problems": problems}
    return render(request, "portal/papers.html", shown, status=422 if problems else 200)


@require_POST
@needs_login
def remove(request: ActorRequest, case: UUID, attachment: UUID) -> HttpResponse:
    """The file is taken back."""
    actions.detach(request.actor, str(case), str(attachment))
    return redirect("papers", case=case)


@needs_login
def dispute(request: ActorRequest, case: UUID, field: str) -> HttpResponse:
    """What is wrong of a fetched value (不对？): asked on GET, kept on POST; without a word the objection is taken back."""
    draft = drafts.opened(request, case)
    control = next((c for page in draft.pages for c in drafts.shown(draft, page) if c.name == field and c.fetched), None)
    if control is None or not draft.is_open:
        raise Hidden(field)
    page = next(p for p in draft.pages if any(f.id == field for f in p.fields))
    reason = request.POST.get("reason", "").strip()
    empty = request.method == "POST" and not reason and "withdraw" not in request.POST
    if request.method != "POST" or empty:
        problems = (forms.Problem("f-reason", "请写明哪里不对，例如“这套房2023年已经卖了”。"),) if empty else ()
        shown = {"case": draft.case, "c": control, "problems": problems, "back": request.GET.get("back", "")}
        return render(request, "portal/dispute.html", shown, status=422 if empty else 200)
    actions.dispute(request.actor, str(case), field, "" if "withdraw" in request.POST else reason)
    return redirect("check", case=case) if request.GET.get("back") == "check" else redirect("fill", case=case, page=page.number)
