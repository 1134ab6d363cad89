"""From 开始办 to 提交: the draft's pages, autosave, papers, the check of all answers, filing."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from onevisit.cases import actions, follow, prefill, previews, queries
from onevisit.catalogue import guide
from onevisit.catalogue import queries as catalogue
from onevisit.channels.portal import pages, uploads
from onevisit.channels.portal.login import needs_login
from onevisit.channels.portal.place import chosen
from onevisit.channels.ui import forms
from onevisit.core import values
from onevisit.core.definition import Standard
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest


@needs_login
def start(request: ActorRequest, key: str) -> HttpResponse:
    """The draft's first page; the open draft is offered instead of a second one (继续上次, 重新开始)."""
    division = request.GET.get("division") or chosen(request)
    answers = {
        k.removeprefix(forms.QUESTION): v
        for k, v in {**request.GET.dict(), **request.POST.dict()}.items()
        if k.startswith(forms.QUESTION)
    }
    draft = queries.draft(request.actor, key, division)
    if draft and request.method != "POST":
        return render(request, "portal/resume.html", {"draft": draft, "answers": answers, "key": key, "division": division})
    if draft and request.POST.get("again"):
        actions.withdraw(request.actor, draft.id)
    case = actions.start(request.actor, key, division, answers)
    prefill.fetch(request.actor, case.id)
    return redirect("fill", case=case.id, page=2 if answers and not request.POST.get("again") else 1)


@needs_login
def fill(request: ActorRequest, case: UUID, page: int) -> HttpResponse:
    """One topic of the form; each POST saves, whatever was typed, and goes on when this page has no fault."""
    draft = opened(request, case)
    if draft.case.stage != "draft" or page > len(draft.pages):
        return redirect("case" if draft.case.stage != "draft" else "papers", case=case)
    here = draft.pages[page - 1]
    if request.method != "POST":
        return _page(request, draft, here, ())
    try:
        faults = _saved(request, str(case), here)
    except actions.Stale:
        return _conflict(request, draft, here)
    if faults:
        return _page(request, opened(request, case), here, faults)
    return redirect("check", case=case) if "back" in request.GET else redirect("fill", case=case, page=page + 1)


def _saved(request: ActorRequest, case: str, here: pages.Page) -> tuple[values.Fault, ...]:
    """What the page typed is kept; its faults; what the new answers allow to be fetched is fetched."""
    typed = forms.typed(here.questions, here.fields, request.POST)
    actions.save(request.actor, case, typed, _version(request))
    missing = [values.Fault(f"?{q.id}", f"请回答“{q.ask}”") for q in here.questions if not typed.get(f"?{q.id}")]
    faults = (*missing, *values.faults(here.fields, typed, settings.CLOCK().date()))
    if not faults:
        prefill.fetch(request.actor, case)
    return faults


def _page(request: ActorRequest, draft: "Draft", here: pages.Page, faults: Sequence[values.Fault]) -> HttpResponse:
    wrong = forms.by_field(faults)
    contents = draft.contents
    shown = {
        "case": draft.case,
        "page": here,
        "pages": draft.pages,
        "problems": forms.summary(faults),
        "controls": forms.questions(here.questions, contents.answers, wrong)
        + forms.controls(here.fields, contents.values, wrong),
    }
    return render(request, "portal/fill.html", shown, status=422 if faults else 200)


def _conflict(request: ActorRequest, draft: "Draft", here: pages.Page) -> HttpResponse:
    """Both texts side by side: what stands in the draft, what this page wanted to save (409)."""
    mine = forms.typed(here.questions, here.fields, request.POST)
    kept = {
        **{f"?{k}": v for k, v in draft.contents.answers.items()},
        **{k: v.get("value") for k, v in draft.contents.values.items()},
    }
    labels = {**{f"?{q.id}": q.ask for q in here.questions}, **{f.id: f.label for f in here.fields}}
    rows = [
        (labels[name], kept.get(name, ""), value) for name, value in mine.items() if str(kept.get(name) or "") != str(value or "")
    ]
    again = forms.controls(here.fields, {name: {"value": value} for name, value in mine.items()}, {})
    asked = forms.questions(here.questions, {k[1:]: v for k, v in mine.items() if k.startswith("?")}, {})
    return render(
        request,
        "portal/conflict.html",
        {"case": draft.case, "page": here, "rows": rows, "controls": (*asked, *again)},
        status=409,
    )


@require_POST
def autosave(request: ActorRequest, case: UUID, page: int) -> HttpResponse:
    """What stands on the page is kept; the new version and when (JSON, for the script that sent it)."""
    if not request.actor.id:
        return JsonResponse({"error": "login"}, status=401)
    draft = opened(request, case)
    here = draft.pages[min(page, len(draft.pages)) - 1]
    try:
        version = actions.save(
            request.actor, str(case), forms.typed(here.questions, here.fields, request.POST), _version(request)
        )
    except actions.Stale as stale:
        return JsonResponse({"version": stale.current}, status=409)
    return JsonResponse({"version": version, "at": f"{settings.CLOCK():%H:%M}"})


@needs_login
def papers(request: ActorRequest, case: UUID) -> HttpResponse:
    """The papers that only the applicant has; everything else is fetched. A file stays on any error."""
    draft = opened(request, case)
    owed = pages.papers(draft.standard, draft.contents.answers)
    problems: tuple[forms.Problem, ...] = ()
    if request.method == "POST":
        problems = uploads.take(request.actor, str(case), owed, request.FILES)
        if not problems:
            return redirect("papers" if "stay" in request.POST else "check", case=case)
        draft = opened(request, case)
    if not owed:
        return redirect("check", case=case)
    rows = [(m, [a for a in draft.contents.attachments if a.material == m.id]) for m in owed]
    return render(request, "portal/papers.html", {"case": draft.case, "rows": rows, "pages": draft.pages, "problems": problems})


@require_POST
@needs_login
def remove(request: ActorRequest, case: UUID, attachment: UUID) -> HttpResponse:
    """The file is taken back."""
    actions.detach(request.actor, str(case), str(attachment))
    return redirect("papers", case=case)


@needs_login
def check(request: ActorRequest, case: UUID) -> HttpResponse:
    """All answers with links to change them, the visits, who gets which message, and how the result comes."""
    return _check(request, opened(request, case), ())


def _check(request: ActorRequest, draft: "Draft", faults: Sequence[values.Fault]) -> HttpResponse:
    if draft.case.stage != "draft":
        return redirect("case", case=draft.case.id)
    item = catalogue.item(draft.case.item_key, draft.case.division)
    shown = {
        "case": draft.case,
        "g": guide.guide(item, draft.contents.answers),
        "sections": answer_list(draft),
        "problems": forms.summary(faults),
        "attachments": draft.contents.attachments,
        "key": uuid4(),
        "preview": previews.preview(request.actor, draft.case.id),
        "phone": identity.person(request.actor, request.actor.person),
    }
    return render(request, "portal/check.html", shown, status=422 if faults else 200)


@require_POST
@needs_login
def file(request: ActorRequest, case: UUID) -> HttpResponse:
    """The case, filed once however often the button was pressed."""
    try:
        follow.file(request.actor, str(case))
    except actions.Invalid as invalid:
        return _check(request, opened(request, case), invalid.faults)
    return redirect("receipt", case=case)


@dataclass(frozen=True)
class Draft:
    """A draft as its pages need it."""

    case: queries.CaseView
    contents: queries.Contents
    standard: Standard
    pages: tuple[pages.Page, ...]


def opened(request: ActorRequest, case: UUID) -> Draft:
    """The draft with its pages; somebody else's is hidden."""
    view = queries.case(request.actor, str(case))
    contents = queries.contents(request.actor, view.id)
    standard = catalogue.standard(view.standard_id)
    return Draft(view, contents, standard, pages.pages(standard, contents.answers))


def answer_list(draft: Draft) -> list[tuple[pages.Page, list[tuple[str, str, forms.Control]]]]:
    """Each page with its rows (label, words, control), for the answers list."""
    found = []
    for page in draft.pages:
        shown = forms.questions(page.questions, draft.contents.answers, {}) + forms.controls(
            page.fields, draft.contents.values, {}
        )
        found.append((page, [(c.label, forms.words(c), c) for c in shown]))
    return found


def _version(request: ActorRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None
