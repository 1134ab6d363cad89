"""The office guide (办事指南): page, print, forms, and the check of one's own situation before log-in (情形引导)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onevisit.cases import queries as cases
from onevisit.catalogue import documents, guide
from onevisit.catalogue import queries as catalogue
from onevisit.channels.portal.place import chosen
from onevisit.channels.portal.situation import asking
from onevisit.channels.portal.views.cases import pdf
from onevisit.channels.ui import forms
from onevisit.core import situations
from onevisit.identity.login import ActorRequest


@require_safe
def show(request: ActorRequest, key: str) -> HttpResponse:
    """The whole guide; with answers in the address, the guide of that situation."""
    item = _item(request, key)
    draft = cases.draft(request.actor, item.key, item.division_code)
    shown = {
        "item": item,
        "g": guide.guide(item, _answers(request, item)),
        "draft": draft,
        "query": request.GET.urlencode(),
        "papers": _papers(item),
    }
    return render(request, "portal/guide.html", shown)


@require_safe
def check(request: ActorRequest, key: str) -> HttpResponse:
    """The definition's questions one by one, then what this situation takes: 您交几份，跑几次. The answers go into the form."""
    item = _item(request, key)
    answers = _answers(request, item)
    told = asking(item, answers, request.GET.get("asked", ""))
    shown = {"item": item, "g": guide.guide(item, answers), "papers": _papers(item), "answers": answers, "asking": told}
    return render(request, "portal/check_first.html", {**shown, "problems": told.problems})


@require_safe
def printed(request: ActorRequest, key: str) -> HttpResponse:
    """The guide on at most two A4 pages, the same revision as the page."""
    item = _item(request, key)
    return pdf(documents.guide_pdf(item, _answers(request, item)), f"{item.key}-guide.pdf")


@require_safe
def blank_form(request: ActorRequest, key: str) -> HttpResponse:
    """The blank form (空白表)."""
    item = _item(request, key)
    return pdf(documents.blank_form(item, _answers(request, item)), f"{item.key}-form.pdf")


@require_safe
def filled_sample(request: ActorRequest, key: str) -> HttpResponse:
    """The form filled in as an example (样表)."""
    item = _item(request, key)
    return pdf(documents.sample_form(item, _answers(request, item)), f"{item.key}-sample.pdf")


@require_safe
def attached(request: ActorRequest, key: str, name: str) -> HttpResponse:
    """A blank form, or the sample of a paper or a result, that the definition names."""
    return pdf(documents.attached(_item(request, key), name), f"{key}-{name}.pdf")


def _item(request: ActorRequest, key: str) -> catalogue.ItemView:
    return catalogue.item(key, request.GET.get("division") or chosen(request))


def _papers(item: catalogue.ItemView) -> str:
    """Under which address the forms and samples of the item are to be had."""
    return f"/items/{item.key}/papers/"


def _answers(request: ActorRequest, item: catalogue.ItemView) -> dict[str, str]:
    return dict(situations.narrow(item.definition, forms.answers(request.GET)))
