"""A correction as two pages: what an officer may ask for (要求补正), and what the applicant mends (补正)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from onevisit.access import Refused
from onevisit.cases import actions, documents, queries
from onevisit.cases.actions import Fault
from onevisit.cases.queries import ToMend
from onevisit.catalogue import queries as catalogue
from onevisit.channels.portal import uploads
from onevisit.channels.ui import forms
from onevisit.channels.ui.forms import Control, Problem
from onevisit.core import values
from onevisit.core.definition import Field, Material, Standard
from onevisit.identity.login import ActorRequest


@dataclass(frozen=True)
class Choice:
    """Something that can be asked for: what it is called, and what the officer wrote of it."""

    target: str
    label: str
    asked: bool
    wrong: str
    mend: str
    error: str

    @property
    def id(self) -> str:
        """The id of the element that the error summary links to."""
        return "f-" + self.target.replace(":", "-")


@dataclass(frozen=True)
class Mending:
    """One thing to mend as its page shows it: the notice's words, and where it is mended."""

    asked: ToMend
    label: str
    control: Control | None
    material: Material | None


def choices(request: ActorRequest, case: str) -> tuple[Choice, ...]:
    """What the applicant himself gave in this situation: papers and typed fields."""
    view = queries.at_desk(request.actor, case)
    standard, answers = catalogue.standard(view.standard_id), queries.contents(request.actor, case).answers
    offered = [(f"material:{m.id}", m.name) for m in values.materials(standard, answers) if m.source == "applicant"]
    offered += [(f"field:{f.id}", f.label) for f in values.fields(standard, answers) if values.is_typed(f)]
    return tuple(_choice(request.POST, target, label) for target, label in offered)


def _choice(post: Mapping[str, str], target: str, label: str) -> Choice:
    asked = f"ask-{target}" in post
    wrong, mend = post.get(f"wrong-{target}", "").strip(), post.get(f"mend-{target}", "").strip()
    error = f"“{label}”：请写明哪里不对、怎么改。" if asked and not (wrong and mend) else ""
    return Choice(target, label, asked, wrong, mend, error)


def asked(request: ActorRequest, case: str, offered: tuple[Choice, ...]) -> tuple[Problem, ...]:
    """The correction is asked for; or what stands in its way."""
    chosen = [one for one in offered if one.asked]
    wrong = tuple(Problem(one.id, one.error) for one in chosen if one.error)
    if wrong or not chosen:
        return wrong or (Problem(offered[0].id if offered else "main", "请至少勾选一处要补正的。"),)
    try:
        actions.ask(request.actor, case, [Fault(one.target, one.wrong, one.mend) for one in chosen])
    except Refused as refused:
        return (Problem(chosen[0].id, f"{refused}{refused.way_out}"),)
    return ()


def to_mend(request: ActorRequest, case: str, faults: Mapping[str, str]) -> tuple[Mending, ...]:
    """What the notice asks for, each with the place where it is mended."""
    view = queries.case(request.actor, case)
    standard = catalogue.standard(view.standard_id)
    known = {name: dict(value) for name, value in queries.contents(request.actor, case).values.items()}
    known |= {f.id: {"value": request.POST[f.id]} for f in standard.form if f.id in request.POST}
    return tuple(_mending(standard, one, known, faults) for one in queries.to_mend(request.actor, case))


def _mending(standard: Standard, one: ToMend, known: Mapping[str, Mapping[str, Any]], faults: Mapping[str, str]) -> Mending:
    kind, _, name = one.target.partition(":")
    field = next((f for f in standard.form if kind == "field" and f.id == name), None)
    material = next((m for m in standard.materials if kind == "material" and m.id == name), None)
    control = forms.controls([field], known, faults)[0] if field else None
    return Mending(one, documents.cited(standard, one.target)[0], control, material)


def mended(request: ActorRequest, case: str) -> tuple[Problem, ...]:
    """What was typed and sent is kept and the case goes on; or what is still missing or wrong."""
    view = queries.case(request.actor, case)
    standard = catalogue.standard(view.standard_id)
    targets = {one.target for one in queries.to_mend(request.actor, case)}
    fields = [f for f in standard.form if f"field:{f.id}" in targets]
    papers = [m for m in standard.materials if f"material:{m.id}" in targets]
    problems = forms.summary(_kept(request, case, fields)) + uploads.take(request.actor, case, papers, request.FILES)
    problems += _not_sent(request, case, papers)
    if not problems:
        actions.correct(request.actor, case)
    return problems


def _kept(request: ActorRequest, case: str, fields: list[Field]) -> tuple[values.Fault, ...]:
    typed = forms.typed((), fields, request.POST)
    faults = values.faults(fields, typed, settings.CLOCK().date())
    if typed and not faults:
        actions.mend(request.actor, case, typed)
    return faults


def _not_sent(request: ActorRequest, case: str, papers: list[Material]) -> tuple[Problem, ...]:
    """A paper of which nothing new came since the notice."""
    since = {one.target: one.told_at for one in queries.to_mend(request.actor, case)}
    there = queries.contents(request.actor, case).attachments
    missing = [m for m in papers if not any(a.material == m.id and a.added_at >= since[f"material:{m.id}"] for a in there)]
    return tuple(Problem(uploads.target(m), f"请上传新的“{m.name}”。") for m in missing)
