"""A correction as its page: what the applicant mends (补正), himself or at a window, each with the notice's words."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from onevisit.cases import actions, documents, follow, queries
from onevisit.cases.queries import ToMend
from onevisit.catalogue import queries as catalogue
from onevisit.channels.ui import forms, uploads
from onevisit.channels.ui.forms import Control, Problem
from onevisit.core import values
from onevisit.core.definition import Field, Material, Standard
from onevisit.identity.login import ActorRequest
from onevisit.proofs import queries as proofs


@dataclass(frozen=True)
class Mending:
    """One thing to mend as its page shows it: the notice's words, and where it is mended."""

    asked: ToMend
    label: str
    control: Control | None
    material: Material | None
    stands_in: bool = False
    """Whether it is a paper in the stead of a source that is down: it may be sent, or waited for."""

    @property
    def fetched(self) -> bool:
        """Whether it is data that are asked for again: nothing to type, nothing to send."""
        return self.control is None and self.material is None and self.asked.target.startswith("material:")


def to_mend(request: ActorRequest, case: str, faults: Mapping[str, str]) -> tuple[Mending, ...]:
    """What the notice asks for, each with the place where it is mended."""
    view = queries.case(request.actor, case)
    standard = catalogue.standard(view.standard_id)
    known = {name: dict(value) for name, value in queries.contents(request.actor, case).values.items()}
    known |= {f.id: {"value": request.POST[f.id]} for f in standard.form if f.id in request.POST}
    instead = proofs.stood_in(case)
    return tuple(_mending(standard, one, known, faults, instead) for one in queries.to_mend(request.actor, case))


def _mending(
    standard: Standard, one: ToMend, known: Mapping[str, Mapping[str, Any]], faults: Mapping[str, str], instead: Collection[str]
) -> Mending:
    kind, _, name = one.target.partition(":")
    field = next((f for f in standard.form if kind == "field" and f.id == name), None)
    named = (m for m in standard.materials if kind == "material" and m.id == name)
    material = next((m for m in named if m.source == "applicant" or m.id in instead), None)
    control = forms.controls([field], known, faults)[0] if field else None
    return Mending(one, documents.cited(standard, one.target)[0], control, material, kind == "material" and name in instead)


def mended(request: ActorRequest, case: str) -> tuple[Problem, ...]:
    """What was typed and sent is kept and the case goes on; or what is still missing or wrong."""
    view = queries.case(request.actor, case)
    standard = catalogue.standard(view.standard_id)
    targets = {one.target for one in queries.to_mend(request.actor, case)}
    fields = [f for f in standard.form if f"field:{f.id}" in targets]
    asked = [m for m in standard.materials if f"material:{m.id}" in targets]
    instead = proofs.stood_in(case)
    papers = [m for m in asked if m.source == "applicant" or m.id in instead]
    problems = forms.summary(_kept(request, case, fields)) + uploads.take(request.actor, case, papers, request.FILES)
    problems += _not_sent(
        request, case, [m for m in papers if m.id not in instead and not comes_by_itself(standard.materials, m)]
    )
    if not problems:
        follow.correct(request.actor, case)
    return problems


def comes_by_itself(materials: Iterable[Material], material: Material) -> bool:
    """Whether another one of its group is fetched: then nobody has to send it."""
    return any(m.one_of == material.one_of and m.source != "applicant" for m in materials if m.one_of)


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
