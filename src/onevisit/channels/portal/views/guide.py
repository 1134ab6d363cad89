"""The office guide (办事指南): page, print, speech, forms, and the check of one's own situation before log-in (情形引导)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from onevisit.cases import queries as cases
from onevisit.catalogue import documents, guide
from onevisit.catalogue import queries as catalogue
from onevisit.catalogue import speech as spoken
from onevisit.channels.portal import own
from onevisit.channels.portal.login import needs_login
from onevisit.channels.portal.place import chosen
from onevisit.channels.portal.situation import asking
from onevisit.channels.portal.views.cases import pdf
from onevisit.channels.ui import forms
from onevisit.core import situations
from onevisit.identity.login import ActorRequest
from onevisit.papers.inspection import DOCX


@require_safe
def show(request: ActorRequest, key: str) -> HttpResponse:
    """The whole guide; with answers in the address, the guide of that situation."""
    item = _item(request, key)
    draft = cases.draft(request.actor, item.key, item.division_code)
    shown = {
        "item": item,
        "g": guide.guide(item, _answers(request, item)),
        "draft": draft,
        "query": request.GET.urlencode() or f"division={item.division_code}",
        "papers": _papers(item),
        "own": own.may(request.actor),
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
def blank_form(request: ActorRequest, key: str, kind: str) -> HttpResponse:
    """The blank form (空白表)."""
    item = _item(request, key)
    return _form(documents.blank(item, _answers(request, item)), kind, f"{item.key}-form")


@require_safe
def filled_sample(request: ActorRequest, key: str, kind: str) -> HttpResponse:
    """The form filled in as an example (样表)."""
    item = _item(request, key)
    return _form(documents.sample(item, _answers(request, item)), kind, f"{item.key}-sample")


@require_safe
@needs_login
def own_form(request: ActorRequest, key: str, kind: str) -> HttpResponse:
    """The form with what we know of the applicant and what his draft holds (带上我的信息); nobody keeps a copy on the way."""
    item = _item(request, key)
    mine = own.known(request.actor, item, _answers(request, item))
    response = _form(documents.blank(item, mine.answers, mine.words), kind, f"{item.key}-my-form")
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def attached(request: ActorRequest, key: str, name: str, kind: str = "pdf") -> HttpResponse:
    """A blank form, or the sample of a paper or a result, that the definition names."""
    return _form(documents.brought(_item(request, key), name), kind, f"{key}-{name.partition('.')[0]}")


@require_safe
def speech(request: ActorRequest, key: str) -> HttpResponse:
    """The guide in sentences to be read aloud (朗读文本), as plain text."""
    item = _item(request, key)
    text = spoken.spoken(guide.guide(item, _answers(request, item)))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _form(form: documents.Sheet | documents.Brought, kind: str, name: str) -> HttpResponse:
    """The form as PDF for the browser, or as a Word document to be kept."""
    if kind == "pdf":
        return pdf(documents.pdf(form), f"{name}.pdf")
    headers = {"Content-Disposition": content_disposition_header(True, f"{name}.docx") or "attachment"}
    return HttpResponse(documents.docx(form), content_type=DOCX, headers=headers)


def _item(request: ActorRequest, key: str) -> catalogue.ItemView:
    return catalogue.item(key, request.GET.get("division") or chosen(request))


def _papers(item: catalogue.ItemView) -> str:
    """Under which address the forms and samples of the item are to be had."""
    return f"/items/{item.key}/papers/"


def _answers(request: ActorRequest, item: catalogue.ItemView) -> dict[str, str]:
    return dict(situations.narrow(item.definition, forms.answers(request.GET)))
