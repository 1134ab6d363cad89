"""A change on its way: compared in words, sent for review, sent back, published by another person, given up; and its preview."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onevisit.access import Duty, Hidden, Refused, may
from onevisit.cases import queries as cases
from onevisit.catalogue import actions, changes, documents, guide, revisions
from onevisit.catalogue import queries as catalogue
from onevisit.catalogue.queries import ItemView
from onevisit.catalogue.revisions import Checked, RevisionView
from onevisit.channels.studio import desk
from onevisit.channels.studio.login import needs_login
from onevisit.channels.ui import forms
from onevisit.channels.ui.forms import Problem
from onevisit.core import situations
from onevisit.core.definition import Standard
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest


@needs_login
@require_safe
def show(request: ActorRequest, revision: str) -> HttpResponse:
    """What changes, in words; whom it touches; when it can be public; what one may do."""
    return _page(request, _opened(request, revision))


def _opened(request: ActorRequest, revision: str) -> RevisionView:
    return desk.opened(request.actor, str(revision))


def _page(request: ActorRequest, draft: RevisionView, problems: tuple[Problem, ...] = ()) -> HttpResponse:
    found = desk.checked(draft)
    on = revisions.target_of(draft)
    now = settings.CLOCK()
    shown = {
        **desk.side(draft, found),
        "problems": problems,
        "changes": _changes(draft, found.standard) if found.standard else (),
        "files": sorted(draft.files),
        "errors": found.errors,
        "touched": cases.pinned([draft.origin_id]).get(draft.origin_id) if draft.origin_id else None,
        "latest": revisions.latest(now),
        "now": now,
        "writers": list(identity.titles(set(draft.writers)).values()),
        "overtaken": draft.state != "published" and revisions.is_overtaken(draft),
        "writes": may(request.actor, Duty.GUIDE_DRAFT, on),
        "publishes": may(request.actor, Duty.GUIDE_PUBLISH, on),
        "wrote": request.actor.id in draft.writers,
        "typed": request.POST,
    }
    return render(request, "studio/review.html", shown, status=422 if problems else 200)


def _changes(draft: RevisionView, written: Standard) -> tuple[changes.Change, ...]:
    """What differs from the version that it changes, forms and samples too."""
    if draft.origin_id is None:
        return changes.changes(None, written, files_after=draft.files)
    before, kept = catalogue.standard(draft.origin_id), catalogue.files(draft.origin_id)
    return changes.changes(before, written, kept, draft.files)


@needs_login
@require_POST
def submit(request: ActorRequest, revision: str) -> HttpResponse:
    """The change goes to a reviewer."""
    return _done(
        request, revision, "note", lambda one: actions.submit(request.actor, one, request.POST.get("note", ""), _read(request))
    )


@needs_login
@require_POST
def send_back(request: ActorRequest, revision: str) -> HttpResponse:
    """The change goes back to be written on."""
    return _done(request, revision, "remark", lambda one: actions.send_back(request.actor, one, request.POST.get("remark", "")))


@needs_login
@require_POST
def publish(request: ActorRequest, revision: str) -> HttpResponse:
    """The change is decided; public now, or at the moment that was given."""
    try:
        at = _moment(request.POST.get("effective", ""))
    except ValueError:
        return _page(
            request,
            _opened(request, revision),
            (Problem("f-effective", "时间写得不对，请选日期和时间，或者空着马上公布。"),),
        )
    return _done(request, revision, "effective", lambda one: actions.publish(request.actor, one, at, _read(request)))


@needs_login
@require_POST
def drop(request: ActorRequest, revision: str) -> HttpResponse:
    """The change is given up."""
    return _done(request, revision, "drop", lambda one: actions.drop(request.actor, one))


def _done(request: ActorRequest, revision: str, field: str, act: Any) -> HttpResponse:
    try:
        done: RevisionView = act(str(revision))
    except Refused as refused:
        return _page(request, _opened(request, revision), (Problem(f"f-{field}", f"{refused.message}{refused.way_out}"),))
    if done.state in ("published", "dropped"):
        return redirect("studio-item", key=done.key, level=done.level)
    return redirect("studio-review", revision=done.id)


def _read(request: ActorRequest) -> int | None:
    """The count of the text that the page showed: what was written since has not been read."""
    sent = request.POST.get("saved", "")
    return int(sent[:9]) if sent.isascii() and sent.isdigit() else None


@needs_login
@require_POST
def catch_up(request: ActorRequest, revision: str) -> HttpResponse:
    """The change is compared with the version that overtook it."""
    return _done(request, revision, "catch-up", lambda one: actions.catch_up(request.actor, one))


def _moment(typed: str) -> datetime | None:
    return datetime.fromisoformat(typed).replace(tzinfo=settings.ZONE) if typed else None


@needs_login
@require_safe
def preview(request: ActorRequest, revision: str) -> HttpResponse:
    """The guide as the public would read it, for the answers in the address; nobody else sees it before it is public."""
    draft = _opened(request, revision)
    found = desk.checked(draft)
    item = _as_public(draft, found)
    answers = dict(situations.narrow(item.definition, forms.answers(request.GET))) if item else {}
    shown = {"draft": draft, "item": item, "g": guide.guide(item, answers) if item else None, "errors": found.errors}
    return render(request, "studio/preview.html", shown)


def _as_public(draft: RevisionView, found: Checked) -> ItemView | None:
    """The item as it would be offered; None while the draft can't be read, or where nobody could offer it."""
    readable = found.standard if found.counted is not None else None
    return catalogue.preview(draft.key, draft.level, readable, draft.files) if readable else None


@needs_login
@require_safe
def file(request: ActorRequest, revision: str, name: str) -> HttpResponse:
    """A blank form or sample of the draft, as the public would be shown it."""
    draft = _opened(request, revision)
    content = draft.files.get(name)
    if content is None:
        raise Hidden(name)
    item = _as_public(draft, desk.checked(draft))
    if item is None:
        raise Refused("no-preview", "修订稿还有错误，或者还没有单位能办，看不到公众看到的样子。", "请先改好右边列出的错误。")
    made = documents.pdf(documents.drafted(item, name, content))
    headers = {"Content-Disposition": f'inline; filename="{draft.key}-draft.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
