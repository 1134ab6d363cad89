"""The studio's list, and one item: what is in force, what is on its way, every version that was."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from onevisit.access import Duty, Hidden, may
from onevisit.cases import queries as cases
from onevisit.catalogue import actions, phrases, postings, quality, revisions
from onevisit.catalogue import queries as catalogue
from onevisit.catalogue.quality import Line
from onevisit.channels.studio.login import needs_login
from onevisit.channels.ui.forms import whole
from onevisit.core.diagnostics import CODES
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest

SHOWS: Mapping[str, str] = {
    "": "全部", "mine": "在改的", "review": "待审核", "wrong": "有错误", "late": "公布超时",
}  # fmt: skip
PAGE = 100


@needs_login
@require_safe
def listed(request: ActorRequest) -> HttpResponse:
    """Every item with its quality and what failed; filters stand in the address."""
    every = quality.lines()
    found = [one for one in every if _wanted(one, request.GET)]
    page = max(1, min(whole(request.GET.get("page", "")) or 1, -(-len(found) // PAGE)))
    kept = {name: request.GET[name] for name in ("q", "department", "show") if request.GET.get(name)}
    lines = found[(page - 1) * PAGE : page * PAGE]
    shown = {
        "lines": lines,
        "faults": {one.revision: revisions.faults(one.revision, one.saved) for one in lines if one.state == "draft"},
        "count": len(found),
        "late": sum(one.late for one in every),
        "waiting": sum(one.state == "review" for one in every),
        "departments": sorted({one.department for one in every}),
        "shows": [(name, label, f"?{urlencode({**kept, 'show': name})}") for name, label in SHOWS.items()],
        "asked": request.GET,
        "codes": {code: CODES[code].title for one in found for code, _ in one.failed},
        "next": f"?{urlencode({**kept, 'page': page + 1})}" if len(found) > page * PAGE else "",
    }
    return render(request, "studio/items.html", shown)


def _wanted(one: Line, asked: Mapping[str, str]) -> bool:
    show, words, department = asked.get("show", ""), asked.get("q", "").strip(), asked.get("department", "")
    fits = {
        "mine": bool(one.state),
        "review": one.state == "review",
        "wrong": one.score < 100 and any(CODES[code].severity == "error" for code, _ in one.failed),
        "late": one.late,
    }.get(show, True)
    return fits and words in f"{one.name}{one.key}" and department in ("", one.department)


@needs_login
@require_safe
def item(request: ActorRequest, key: str, level: str) -> HttpResponse:
    """One item at one level: its versions, each with what it changed, what is on its way, and what one may do."""
    if level not in phrases.LEVELS:
        raise Hidden(f"level {level}")
    base = _base(key)
    versions = revisions.versions(key, level)
    draft = revisions.open_revision(key, level)
    on = revisions.aim(key)
    current = next((one for one in versions if one.state == "published"), None)
    shown = {
        "base": base,
        "level": level,
        "level_name": phrases.LEVELS[level],
        "versions": versions,
        "names": identity.titles({who for one in versions for who in (*one.writers, one.decided_by)}),
        "in_force": current,
        "pinned": cases.pinned([one.id for one in versions]),
        "draft": draft,
        "evidence": postings.evidence(current.id) if current else (),
        "writes": may(request.actor, Duty.GUIDE_DRAFT, on),
        "places": catalogue.places(key, level),
        "publishes": may(request.actor, Duty.GUIDE_PUBLISH, on),
        "told": request.GET,
        "reverts": len(versions) > 1 and may(request.actor, Duty.GUIDE_REVERT, on),
        "levels": [(name, words) for name, words in phrases.LEVELS.items() if name != level],
    }
    return render(request, "studio/item.html", shown)


@needs_login
@require_POST
def begin(request: ActorRequest, key: str, level: str) -> HttpResponse:
    """The draft is open, at its first section."""
    draft = actions.begin(request.actor, key, level)
    return redirect("studio-edit", revision=draft.id, section="basics")


@needs_login
@require_POST
def spread(request: ActorRequest, key: str, level: str) -> HttpResponse:
    """Every division of the item's levels that has an office for it offers it (实施清单)."""
    done = actions.offer_everywhere(request.actor, key)
    query = urlencode({"offered": len(done.offered), "skipped": len(done.skipped)})
    return redirect(f"{reverse('studio-item', kwargs={'key': key, 'level': level})}?{query}")


@needs_login
@require_POST
def revert(request: ActorRequest, key: str, level: str) -> HttpResponse:
    """The version before is in force again."""
    actions.revert(request.actor, key, level)
    return redirect("studio-item", key=key, level=level)


def _base(key: str) -> Any:
    found: Sequence[Any] = catalogue.listed([key], "")
    if not found:
        raise Hidden(f"item {key}")
    return found[0]
