"""The same form as on the web, on one page for the clerk's keyboard: questions, what is typed, what was fetched (一表申请)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from onevisit.access import Actor
from onevisit.cases import actions, prefill, queries
from onevisit.cases.queries import Contents
from onevisit.channels.ui import forms
from onevisit.channels.ui.forms import Control
from onevisit.channels.workbench.intake.here import Matters, matter
from onevisit.channels.workbench.login import needs_login
from onevisit.core import situations, values
from onevisit.core.definition import Field, Question, Standard
from onevisit.core.values import Fault
from onevisit.identity.login import ActorRequest


@dataclass(frozen=True)
class Sheet:
    """What the form asks in this situation, and what stands in it."""

    standard: Standard
    contents: Contents

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions of the situation as far as it is known."""
        return situations.asked(self.standard, self.contents.answers)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the situation; what a rule computes is none."""
        return tuple(f for f in values.fields(self.standard, self.contents.answers) if not f.source.startswith("rule:"))

    @property
    def typed(self) -> tuple[Field, ...]:
        """The fields that are typed."""
        return tuple(f for f in self.fields if values.is_typed(f))

    def faults(self) -> tuple[Fault, ...]:
        """Every question without an answer, every field that is missing or wrong."""
        told = {name: value.get("value") for name, value in self.contents.values.items()}
        open_now = [Fault(f"?{q.id}", f"请问清“{q.ask}”。") for q in self.questions if q.id not in self.contents.answers]
        return (*open_now, *values.faults(self.typed, told, settings.CLOCK().date()))

    def controls(self, known: Mapping[str, Mapping[str, Any]], faults: Sequence[Fault]) -> tuple[Control, ...]:
        """The controls in order; `known` what stands in the fields."""
        wrong = forms.by_field(faults)
        asked = forms.questions(self.questions, self.contents.answers, wrong)
        return (*asked, *map(_for_clerk, forms.controls(self.fields, known, wrong)))


def _for_clerk(one: Control) -> Control:
    """What the applicant's own account gave, in words for whoever types for him."""
    return replace(one, source_name="", help=f"{one.help}已从申请人的账户带来。") if one.source_name and not one.fetched else one


def sheet(actor: Actor, case: str, standard: Standard) -> Sheet:
    """The case's form, opened for whoever holds it."""
    return Sheet(standard, queries.contents(actor, case))


@require_http_methods(["GET", "HEAD", "POST"])
@needs_login
def fill(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """The form; each POST saves whatever was typed, fetches what is known then, and goes on where nothing is left to ask."""
    now = matter(request.actor, visit, case)
    if now.case.stage != "draft":
        return redirect("counter", visit=visit, case=case)
    before = sheet(request.actor, now.case.id, now.matter.standard)
    if request.method != "POST":
        return _page(request, now, before, ())
    try:
        actions.save(request.actor, now.case.id, forms.typed(before.questions, before.fields, request.POST), _version(request))
    except actions.Stale:
        return _conflict(request, now, before)
    prefill.fetch(request.actor, now.case.id)
    after = sheet(request.actor, now.case.id, now.matter.standard)
    faults = after.faults()
    if not faults or "later" in request.POST:
        return redirect("counter", visit=visit, case=case)
    wrong = _told(request, before, faults)
    return _page(request, matter(request.actor, visit, case), after, wrong) if wrong else redirect(request.path)


def _told(request: ActorRequest, before: Sheet, faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """What is wrong with what the page showed; while it asks something new, what is still empty is left for the next press."""
    shown = {f"?{q.id}" for q in before.questions} | {f.id for f in before.typed}
    seen = tuple(fault for fault in faults if fault.field.partition(".")[0] in shown)
    return seen if len(seen) == len(faults) else tuple(fault for fault in seen if request.POST.get(fault.field, "").strip())


def _page(request: ActorRequest, now: Matters, of: Sheet, faults: Sequence[Fault]) -> HttpResponse:
    controls = of.controls(of.contents.values, faults)
    shown = {
        "now": now,
        "case": now.case,
        "typed": [c for c in controls if not c.fetched],
        "fetched": [c for c in controls if c.fetched],
        "problems": forms.summary(faults),
        "renewed": of.contents.renewed,
    }
    return render(request, "workbench/intake/fill.html", shown, status=422 if faults else 200)


def _conflict(request: ActorRequest, now: Matters, of: Sheet) -> HttpResponse:
    """Both texts side by side: what stands in the draft by now, what this page wanted to save (409)."""
    mine = forms.typed(of.questions, of.fields, request.POST)
    wanted = forms.questions(of.questions, {name[1:]: value for name, value in mine.items() if name.startswith("?")}, {})
    wanted += forms.controls(of.typed, {name: {"value": value} for name, value in mine.items()}, {})
    kept = {c.name: forms.words(c) for c in of.controls(of.contents.values, ())}
    rows = [(c.label, kept.get(c.name, ""), forms.words(c)) for c in wanted]
    shown = {"now": now, "case": now.case, "rows": [row for row in rows if row[1] != row[2]], "controls": wanted}
    shown["renewed"] = of.contents.renewed
    return render(request, "workbench/intake/conflict.html", shown, status=409)


@require_POST
def autosave(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """What stands on the page is kept; the new version and when (JSON, for the script that sent it)."""
    if not request.actor.id:
        return JsonResponse({"error": "login"}, status=401)
    now = matter(request.actor, visit, case)
    of = sheet(request.actor, now.case.id, now.matter.standard)
    try:
        version = actions.save(request.actor, now.case.id, forms.typed(of.questions, of.fields, request.POST), _version(request))
    except actions.Stale as stale:
        return JsonResponse({"version": stale.current}, status=409)
    return JsonResponse({"version": version, "at": f"{settings.CLOCK():%H:%M}"})


def _version(request: ActorRequest) -> int | None:
    text = request.POST.get("version", "")
    return forms.whole(text)
