"""From 开始办 to 提交: the draft begun or taken up again, its task list and pages, autosave, the check of all answers, filing."""

import time
from collections.abc import Sequence
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from onevisit.access import Refused
from onevisit.cases import actions, follow, prefill, previews, queries
from onevisit.catalogue import guide
from onevisit.catalogue import queries as catalogue
from onevisit.channels.portal import coming, drafts, pages
from onevisit.channels.portal.drafts import Draft
from onevisit.channels.portal.login import needs_login
from onevisit.channels.portal.place import chosen
from onevisit.channels.ui import forms
from onevisit.core import values
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest
from onevisit.ledger.once import InFlight

PATIENCE, PAUSE = 20, 0.25
"""How often, and after how many seconds, a second press looks whether the first one is done."""


@needs_login
def start(request: ActorRequest, key: str) -> HttpResponse:
    """The draft begun by a press; the open one is offered instead of a second (继续上次, 重新开始)."""
    division = request.GET.get("division") or chosen(request)
    answers = forms.answers({**request.GET.dict(), **request.POST.dict()})
    draft = queries.draft(request.actor, key, division)
    if (draft and not request.POST.get("again")) or request.method != "POST":
        item = catalogue.item(key, division)
        return render(request, "portal/start.html", {"draft": draft, "item": item, "answers": answers})
    if draft:
        actions.withdraw(request.actor, draft.id)
    case = actions.start(request.actor, key, division, answers)
    prefill.fetch(request.actor, case.id)
    return redirect("tasks", case=case.id)


@needs_login
def tasks(request: ActorRequest, case: UUID) -> HttpResponse:
    """The task list: every page with one of five statuses, and the one that comes next."""
    draft = drafts.opened(request, case)
    if not draft.is_open:
        return redirect("case", case=case)
    listed = drafts.tasks(draft)
    coming = next((task for task in listed if not task.over), None)
    return render(
        request, "portal/tasks.html", {"case": draft.case, "tasks": listed, "coming": coming, "renewed": draft.contents.renewed}
    )


@needs_login
def fill(request: ActorRequest, case: UUID, page: int) -> HttpResponse:
    """One topic of the form; each POST saves, whatever was typed, and goes on when this page has no fault."""
    draft = drafts.opened(request, case)
    if not draft.is_open or not 1 <= page <= len(draft.pages):
        return redirect("tasks" if draft.is_open else "case", case=case)
    here = draft.pages[page - 1]
    if request.method != "POST":
        return _page(request, draft, here, ())
    try:
        faults = _saved(request, str(case), here)
    except actions.Stale:
        return _conflict(request, draft, here)
    return (
        _page(request, drafts.opened(request, case), here, faults)
        if faults
        else _next(request, drafts.opened(request, case), page)
    )


def _saved(request: ActorRequest, case: str, here: pages.Page) -> tuple[values.Fault, ...]:
    """What the page typed is kept; its faults; what the new answers allow to be fetched is fetched."""
    typed = forms.typed(here.questions, here.fields, request.POST)
    actions.save(request.actor, case, typed, _version(request))
    missing = [values.Fault(f"?{q.id}", f"请回答“{q.ask}”") for q in here.questions if not typed.get(f"?{q.id}")]
    faults = (*missing, *values.faults(here.fields, typed, settings.CLOCK().date()))
    if not faults:
        prefill.fetch(request.actor, case)
    return faults


def _next(request: ActorRequest, draft: Draft, page: int) -> HttpResponse:
    """The page after this one; back to the answers where one came from them and nothing new is asked."""
    if "stay" in request.POST:
        return redirect("fill", case=draft.case.id, page=page)
    asked = [q for p in draft.pages for q in p.questions if q.id not in draft.contents.answers]
    if asked:
        return redirect("fill", case=draft.case.id, page=1)
    if request.GET.get("back") == "check":
        return redirect("check", case=draft.case.id)
    if page < len(draft.pages):
        return redirect("fill", case=draft.case.id, page=page + 1)
    return redirect("papers" if draft.owed else "check", case=draft.case.id)


def _page(request: ActorRequest, draft: Draft, here: pages.Page, faults: Sequence[values.Fault]) -> HttpResponse:
    controls = drafts.shown(draft, here, faults)
    shown = {
        "case": draft.case,
        "page": here,
        "tasks": drafts.tasks(draft, str(here.number)),
        "problems": forms.summary(faults),
        "typed": [c for c in controls if not c.fetched],
        "fetched": [c for c in controls if c.fetched],
        "lacking": drafts.lacking(controls),
    }
    return render(request, "portal/fill.html", shown, status=422 if faults else 200)


def _conflict(request: ActorRequest, draft: Draft, here: pages.Page) -> HttpResponse:
    """Both texts side by side: what stands in the draft, what this page wanted to save (409)."""
    mine = forms.typed(here.questions, here.fields, request.POST)
    wanted = forms.questions(here.questions, {k[1:]: v for k, v in mine.items() if k.startswith("?")}, {})
    wanted += forms.controls(here.fields, {name: {"value": value} for name, value in mine.items()}, {})
    kept = {c.name: forms.words(c) for c in drafts.shown(draft, here)}
    rows = [(c.label, kept.get(c.name, ""), forms.words(c)) for c in wanted if not c.fetched]
    shown = {
        "case": draft.case,
        "page": here,
        "rows": [row for row in rows if row[1] != row[2]],
        "controls": [c for c in wanted if not c.fetched],
    }
    return render(request, "portal/conflict.html", shown, status=409)


@require_POST
def autosave(request: ActorRequest, case: UUID, page: int) -> HttpResponse:
    """What stands on the page is kept; the new version and when (JSON, for the script that sent it)."""
    if not request.actor.id:
        return JsonResponse({"error": "login"}, status=401)
    draft = drafts.opened(request, case)
    here = draft.pages[min(page, len(draft.pages)) - 1]
    typed = forms.typed(here.questions, here.fields, request.POST)
    try:
        version = actions.save(request.actor, str(case), typed, _version(request))
    except actions.Stale as stale:
        return JsonResponse({"version": stale.current}, status=409)
    return JsonResponse({"version": version, "at": f"{settings.CLOCK():%H:%M}"})


@needs_login
def check(request: ActorRequest, case: UUID) -> HttpResponse:
    """All answers with links to change them, the visits, who gets which message, and how the result comes."""
    return _check(request, drafts.opened(request, case), ())


def _check(request: ActorRequest, draft: Draft, faults: Sequence[values.Fault]) -> HttpResponse:
    if not draft.is_open:
        return redirect("case", case=draft.case.id)
    item = catalogue.item(draft.case.item_key, draft.case.division)
    shown = {
        "renewed": draft.contents.renewed,
        "case": draft.case,
        "g": guide.guide(item, draft.contents.answers),
        "sections": drafts.answers(draft),
        "problems": forms.summary(faults),
        "attachments": draft.contents.attachments,
        "uploads": bool(draft.owed),
        "asked": coming.asked(request.actor, queries.choice(draft.case.standard_id, draft.contents, True), faults),
        "key": request.POST.get("key") or uuid4(),
        "preview": previews.preview(request.actor, draft.case.id),
        "phone": identity.person(request.actor, request.actor.person),
    }
    return render(request, "portal/check.html", shown, status=422 if faults else 200)


@require_POST
@needs_login
def file(request: ActorRequest, case: UUID) -> HttpResponse:
    """The case, filed once however often the button was pressed; not under rules that its applicant has not seen."""
    if actions.overtaken(queries.case(request.actor, str(case))):
        return redirect("check", case=case)
    draft = drafts.opened(request, case)
    try:
        if draft.is_open:
            coming.keep(request.actor, draft.case.id, request.POST)
            _filed(request, draft.case.id)
    except actions.Invalid as invalid:
        return _check(request, drafts.opened(request, case), invalid.faults)
    return redirect("receipt", case=case)


def _filed(request: ActorRequest, case: str) -> None:
    """A press while an earlier one is at work waits for it; one that comes after it finds the case filed."""
    for _ in range(PATIENCE):
        try:
            follow.file(request.actor, case, request.POST.get("key", ""))
            return
        except InFlight:
            time.sleep(PAUSE)
        except Refused:
            if queries.case(request.actor, case).stage == "draft":
                raise
            return


def _version(request: ActorRequest) -> int | None:
    text = request.POST.get("version", "")
    return forms.whole(text)
