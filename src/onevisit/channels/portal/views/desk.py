"""A small desk for the officer who takes the cases that went to a person; the workbench replaces it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onevisit.cases import actions, queries
from onevisit.channels.portal import rulings
from onevisit.channels.portal.login import needs_login
from onevisit.channels.portal.views.cases import download
from onevisit.identity.login import ActorRequest
from onevisit.papers import queries as papers


@require_safe
@needs_login
def work(request: ActorRequest) -> HttpResponse:
    """The steps that wait for this officer's department, the earliest promise first."""
    listed = [(one, rulings.step_name(one)) for one in queries.work(request.actor)]
    return render(request, "portal/desk.html", {"work": listed})


@require_POST
@needs_login
def take(request: ActorRequest, case: UUID) -> HttpResponse:
    """The case is in this officer's hands."""
    actions.take(request.actor, str(case))
    return redirect("desk-case", case=case)


@require_safe
@needs_login
def show(request: ActorRequest, case: UUID) -> HttpResponse:
    """Facts with their sources, what is missing, the papers, and what the rule says with the facts that were established."""
    return rulings.page(request, str(case))


@require_POST
@needs_login
def decide(request: ActorRequest, case: UUID) -> HttpResponse:
    """The facts that the officer established are kept; granted or refused, with reasons; or shown again with what is wrong."""
    act = request.POST.get("act", "")
    problems = rulings.settled(request, str(case))
    if not problems and act in ("grant", "refuse"):
        problems = rulings.signed(request, str(case), act)
    if problems or act not in ("grant", "refuse"):
        return rulings.page(request, str(case), problems, kept=not problems)
    return redirect("desk")


@require_safe
@needs_login
def attachment(request: ActorRequest, case: UUID, attachment: UUID) -> HttpResponse:
    """A file that the applicant handed in."""
    one = queries.attachment(request.actor, str(case), str(attachment))
    return download(papers.content(one.file), one.name)
