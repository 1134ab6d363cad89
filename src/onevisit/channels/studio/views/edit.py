"""The editor: a section of a definition at a time, kept while one types, with what is wrong beside each field."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from onevisit.access import Refused
from onevisit.catalogue import actions, packs
from onevisit.catalogue.documents import forms
from onevisit.catalogue.revisions import RevisionView
from onevisit.channels.studio import desk
from onevisit.channels.studio.editing import taking, tree
from onevisit.channels.studio.editing.words import HINTS, SECTIONS
from onevisit.channels.studio.login import needs_login
from onevisit.channels.ui.forms import Problem, whole
from onevisit.channels.ui.sessions import typed
from onevisit.identity.login import ActorRequest

LISTS = frozenset({"add", "remove", "up", "down"})


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: ActorRequest, revision: str, section: str) -> HttpResponse:
    """One section to be edited; what is sent is kept, then the page shows it again."""
    draft, here = desk.opened(request.actor, str(revision)), desk.known(section)
    if request.method != "POST":
        return _page(request, draft, here, draft.document)
    document = _typed(request, draft, here)
    act = request.POST.get("do", "")
    verb = act.partition(":")[0]
    wanted = taking.done(document, act) if verb in LISTS else document
    try:
        actions.write(request.actor, draft.id, wanted, _version(request))
    except Refused as refused:
        return _page(request, draft, here, document, refused)
    return redirect(_back(draft, act, here, wanted))


@require_POST
def autosave(request: ActorRequest, revision: str, section: str) -> HttpResponse:
    """What stands on the page is kept; the new count, what is wrong now and the visits (JSON, for the script that sent it)."""
    if not request.actor.id:
        return JsonResponse({"error": "login"}, status=401)
    draft, here = desk.opened(request.actor, str(revision)), desk.known(section)
    try:
        draft = actions.write(request.actor, draft.id, _typed(request, draft, here), _version(request))
    except actions.Overtaken as late:
        return JsonResponse({"version": late.saved}, status=409)
    except Refused as refused:
        return JsonResponse({"message": f"没有保存：{refused.message}{refused.way_out}"}, status=422)
    found = desk.checked(draft)
    faults = [{"path": one.path, "severity": one.severity, "message": f"{one.message}{one.mend}"} for one in found.diagnostics]
    beside = desk.side(draft, found)
    side, dag = (render_to_string(f"studio/{name}.html", beside, request) for name in ("side", "dag"))
    tabs = render_to_string("studio/tabs.html", {"draft": draft, "sections": desk.tabs(found, here)}, request)
    now = f"{settings.CLOCK():%H:%M}"
    return JsonResponse({"version": draft.saved, "at": now, "faults": faults, "side": side, "tabs": tabs, "dag": dag})


@needs_login
@require_POST
def upload(request: ActorRequest, revision: str) -> HttpResponse:
    """A blank form or a sample, kept under its own name."""
    draft = desk.opened(request.actor, str(revision))
    file = request.FILES.get("file")
    if file is None:
        raise Refused("no-file", "还没有选文件。", "请先选一个文件再上传。")
    if (file.size or 0) > packs.SIZE:
        raise Refused("too-large", forms.TOO_LARGE, "请缩小后再传。")
    actions.attach(request.actor, draft.id, str(file.name), file.read())
    return redirect("studio-edit", revision=draft.id, section=desk.known(request.POST.get("section", "materials")))


def _typed(request: ActorRequest, draft: RevisionView, here: str) -> dict[str, Any]:
    posted: dict[str, list[str]] = {}
    for name, value in typed(request):
        posted.setdefault(name, []).append(value)
    return taking.taken(here, taking.Typed(posted), draft.document)


def _version(request: ActorRequest) -> int:
    """Which save the page was made from; raises `Refused` where it doesn't say, so that nothing is overwritten unseen."""
    version = whole(request.POST.get("version", ""))
    if version is None:
        raise Refused("no-version", "没有收到页面的版本，这次没有保存。", "请再保存一次；还不行就刷新页面，把改动再写上去。")
    return version


def _back(draft: RevisionView, act: str, here: str, document: Mapping[str, Any]) -> str:
    """Where it goes on: at the entry that is new or was moved, beside one that went, or with what has changed so far."""
    verb, _, name = act.partition(":")
    if verb == "done":
        return reverse("studio-review", kwargs={"revision": draft.id})
    address = reverse("studio-edit", kwargs={"revision": draft.id, "section": here})
    place = taking.place(document, verb, name) if verb in LISTS else ""
    return f"{address}#{place}" if place else address


def _page(
    request: ActorRequest, draft: RevisionView, here: str, document: Mapping[str, Any], refused: Refused | None = None
) -> HttpResponse:
    found = desk.checked(draft, document)
    title, known = SECTIONS[here][0], desk.suggestions(draft, document)
    shown = {
        "section_title": title,
        "here_section": here,
        "hint": HINTS.get(here, ""),
        "nodes": tree.section(here, tree.Around(document, found.diagnostics, known)),
        "sections": desk.tabs(found, here),
        "suggestions": known,
        "others": desk.others(draft, document) if refused and refused.code == "stale" else (),
        "problems": (Problem("edit", f"{refused.message}{refused.way_out}"),) if refused else (),
        "files": sorted(draft.files),
        **desk.side(draft, found),
    }
    return render(request, "studio/edit.html", shown, status=(409 if refused.code == "stale" else 422) if refused else 200)
