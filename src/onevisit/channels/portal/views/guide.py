"""The office guide (办事指南): page, print, forms, and the check of one's own situation before log-in (情形引导)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onevisit.cases import queries as cases
from onevisit.catalogue import documents, guide
from onevisit.catalogue import queries as catalogue
from onevisit.channels.portal.place import chosen
from onevisit.channels.ui import forms
from onevisit.core import situations
from onevisit.identity.login import ActorRequest


@require_GET
def show(request: ActorRequest, key: str) -> HttpResponse:
    """The whole guide; with answers in the address, the guide of that situation."""
    item = catalogue.item(key, request.GET.get("division") or chosen(request))
    told = guide.guide(item, _answers(request, item))
    return render(
        request, "portal/guide.html", {"item": item, "g": told, "draft": cases.draft(request.actor, item.key, item.division_code)}
    )


@require_GET
def check(request: ActorRequest, key: str) -> HttpResponse:
    """The definition's questions, then what this situation takes: 您交几份，跑几次. The answers go into the form."""
    item = catalogue.item(key, request.GET.get("division") or chosen(request))
    answers = _answers(request, item)
    asked = tuple(situations.asked(item.definition, answers))
    done = all(q.id in answers for q in asked)
    shown = {
        "item": item,
        "g": guide.guide(item, answers),
        "answers": answers,
        "done": done,
        "controls": forms.questions(asked, answers, {}),
    }
    return render(request, "portal/check_first.html", shown)


@require_GET
def printed(request: ActorRequest, key: str) -> HttpResponse:
    """The guide on at most two A4 pages, the same revision as the page."""
    item = catalogue.item(key, request.GET.get("division") or chosen(request))
    return _pdf(documents.guide_pdf(item, _answers(request, item)), f"{item.key}-guide.pdf")


@require_GET
def blank_form(request: ActorRequest, key: str) -> HttpResponse:
    """The blank form (空白表)."""
    item = catalogue.item(key, chosen(request))
    return _pdf(documents.blank_form(item, _answers(request, item)), f"{item.key}-form.pdf")


@require_GET
def filled_sample(request: ActorRequest, key: str) -> HttpResponse:
    """The form filled in as an example (样表)."""
    item = catalogue.item(key, chosen(request))
    return _pdf(documents.sample_form(item, _answers(request, item)), f"{item.key}-sample.pdf")


def _answers(request: ActorRequest, item: catalogue.ItemView) -> dict[str, str]:
    given = {key.removeprefix(forms.QUESTION): str(value) for key, value in request.GET.items() if key.startswith(forms.QUESTION)}
    return dict(situations.narrow(item.definition, given))


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})
