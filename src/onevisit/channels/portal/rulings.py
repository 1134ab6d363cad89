"""The desk's page for a case that went to a person: facts with sources, what to establish, what the rule says."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from onevisit.access import Refused
from onevisit.cases import actions, previews, queries, results
from onevisit.catalogue import queries as catalogue
from onevisit.channels.ui import forms
from onevisit.core import values
from onevisit.core.definition import Field, Standard
from onevisit.identity.login import ActorRequest

SOURCES = {"applicant": "申请人填写", "officer": "工作人员核定"}
FIGURES = {"base": "计税依据", "rate": "税率（%）", "payable": "应缴（元）", "row": "适用条款"}


def page(request: ActorRequest, case: str, problems: Sequence[forms.Problem] = ()) -> HttpResponse:
    """The page as it stands, with what is wrong on top."""
    view = queries.case(request.actor, case)
    standard = catalogue.standard(view.standard_id)
    contents = queries.contents(request.actor, case)
    said = previews.proposal(request.actor, case)
    missing = tuple(said.missing) if said else ()
    open_fields = _to_settle(standard, contents, missing)
    known = {
        f.id: {"value": request.POST.get(f"settle-{f.id}", contents.values.get(f.id, {}).get("value", ""))} for f in open_fields
    }
    shown = {
        "case": view,
        "problems": problems,
        "facts": _facts(standard, contents, said),
        "missing": [_label(standard, name) for name in missing],
        "controls": _controls(open_fields, known),
        "proposal": _proposal(standard, said),
        "attachments": contents.attachments,
        "opinion": request.POST.get("opinion", ""),
        "opinion_error": next((p.message for p in problems if p.target == "f-opinion"), ""),
    }
    return render(request, "portal/desk_case.html", shown, status=422 if problems else 200)


def signed(request: ActorRequest, case: str) -> tuple[forms.Problem, ...]:
    """The act that was pressed, done; or what stands in its way."""
    view = queries.case(request.actor, case)
    standard = catalogue.standard(view.standard_id)
    contents = queries.contents(request.actor, case)
    said = previews.proposal(request.actor, case)
    settled, wrong = _settled(request, _to_settle(standard, contents, tuple(said.missing) if said else ()))
    if wrong:
        return wrong
    if settled:
        actions.settle_facts(request.actor, case, settled)
    act, opinion = request.POST.get("act", "try"), request.POST.get("opinion", "").strip()
    if act == "try":
        return (forms.Problem("f-opinion", "核定的内容已保存。请看规则的结果，再签发。"),)
    if not opinion:
        return (forms.Problem("f-opinion", "请写明核定说明：看了什么、依据什么。"),)
    return _ruled(request, case, act, opinion)


def _ruled(request: ActorRequest, case: str, act: str, opinion: str) -> tuple[forms.Problem, ...]:
    said = previews.proposal(request.actor, case)
    if act == "grant" and (said is None or said.outcome != "grant"):
        return (forms.Problem("f-opinion", "按现在的事实，规则还算不出结果，不能准予。请先核定缺少的几项。"),)
    ruling = actions.Ruling(
        act, said.reasons if said and act == "grant" else (), said.result if said and act == "grant" else {}, "", opinion
    )
    try:
        actions.decide(request.actor, case, ruling)
    except Refused as refused:
        return (forms.Problem("f-opinion", f"{refused}{refused.way_out}"),)
    return ()


def _to_settle(standard: Standard, contents: queries.Contents, missing: Sequence[str]) -> tuple[Field, ...]:
    """The fields that an officer may establish: what is missing for the rule, and what an officer established before."""
    chosen = {*missing, *(name for name, value in contents.values.items() if value.get("source") == "officer")}
    fields = [f for f in standard.form if f.id in chosen]
    known = {f.id for f in fields}
    questions = [q for q in standard.questions if q.id in chosen - known]
    return (*fields, *(Field(q.id, q.ask, type="choice", options=q.options) for q in questions))


def _settled(request: ActorRequest, fields: Sequence[Field]) -> tuple[dict[str, Any], tuple[forms.Problem, ...]]:
    settled: dict[str, Any] = {}
    wrong: list[forms.Problem] = []
    for field in fields:
        value = values.clean(field, request.POST.get(f"settle-{field.id}"), settings.CLOCK().date())
        if isinstance(value, values.Fault):
            wrong.append(forms.Problem(f"f-settle-{field.id}", value.message))
        elif value is not None:
            settled[field.id] = value
    return settled, tuple(wrong)


def _controls(fields: Sequence[Field], known: Any) -> tuple[forms.Control, ...]:
    return tuple(forms.settling(field, known[field.id]["value"]) for field in fields)


def _facts(standard: Standard, contents: queries.Contents, said: previews.Proposal | None) -> list[dict[str, object]]:
    told = said.facts if said else {}
    fields = {f.id: f for f in standard.form}
    rows: list[dict[str, object]] = []
    for name, fact in told.items():
        source = contents.values.get(name, {}).get("source_name") or SOURCES.get(fact.source, fact.source)
        words = results.shown(fields.get(name), fact.value) or str(fact.value)
        question = next((q for q in standard.questions if q.id == name), None)
        if question and name not in fields:
            words = question.options.get(str(fact.value), words)
        rows.append({"label": _label(standard, name), "words": words, "source": source, "proved": fact.proved})
    return rows


def _proposal(standard: Standard, said: previews.Proposal | None) -> dict[str, object]:
    if said is None:
        return {"outcome": "none", "sentence": "这个事项没有规则，请直接决定。"}
    lacking = "、".join(_label(standard, name) for name in said.missing)
    figures = [(FIGURES.get(name, name), value) for name, value in said.result.items()]
    sentence = f"还要核定：{lacking}。" if lacking else "规则要求由人来决定。"
    return {"outcome": said.outcome, "figures": figures, "reasons": said.reasons, "sentence": sentence}


def _label(standard: Standard, name: str) -> str:
    found = [f.label for f in standard.form if f.id == name] + [q.ask for q in standard.questions if q.id == name]
    return found[0] if found else name
