"""The desk's page for a case that went to a person: facts with sources, what to establish, what the rule says, the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from onevisit.access import Refused
from onevisit.cases import actions, facts, previews, queries, results
from onevisit.cases.previews import Proposal
from onevisit.catalogue import queries as catalogue
from onevisit.channels.ui import forms
from onevisit.channels.ui.forms import Control, Problem
from onevisit.channels.workbench import changes
from onevisit.channels.workbench import matter as workbench
from onevisit.channels.workbench.matter import Matter
from onevisit.city import queries as city
from onevisit.core import values
from onevisit.core.definition import Field, Question, Standard
from onevisit.core.tables import Fact
from onevisit.identity.login import ActorRequest

HOUSE = {"officer": "工作人员核定", "offer": "本地规定", "house": "本系统"}
OWN_WORD = "申请人填写"
OPINION = "f-opinion"
KEPT, STALE = 201, 409
"""What has become of what was sent, beside refusals."""


@dataclass(frozen=True)
class Row:
    """One fact of the case: where it comes from, whether that proves it, and what the applicant says against it."""

    label: str
    words: str
    source: str
    proved: bool
    objection: str
    at: str = ""

    @property
    def kind(self) -> str:
        """How much the value is worth, as a colour: proved, the applicant's own word, or in doubt."""
        return "wait" if self.objection else "ok" if self.proved else "plain-tag"


@dataclass(frozen=True)
class Ruled:
    """A case as the page of its decision needs it."""

    case: queries.CaseView
    standard: Standard
    contents: queries.Contents
    said: Proposal | None

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that the rule can't do without, by name."""
        return tuple(self.said.missing) if self.said else ()

    @property
    def is_free(self) -> bool:
        """Whether the rule leaves the result to a person: nothing is missing, and still it does not grant."""
        return self.said is not None and self.said.outcome == "human" and not self.missing


def opened(request: ActorRequest, case: str) -> Ruled:
    """The case, for whoever has it in his hands."""
    view = queries.at_desk(request.actor, case)
    contents = queries.contents(request.actor, case)
    return Ruled(view, catalogue.standard(view.standard_id), contents, previews.proposal(request.actor, case))


def page(request: ActorRequest, case: str, problems: Sequence[Problem] = (), status: int = 200) -> HttpResponse:
    """The page as it stands, with what is wrong on top; `status`: KEPT what was established, or STALE since others acted."""
    matter = opened(request, case)
    seat = workbench.opened(request.actor, case)
    kept, stale = status == KEPT, status == STALE
    shown = {
        "case": matter.case,
        "seen": changes.mark(seat),
        "changed": changes.since(request, seat) if stale else (),
        "authority": actions.who(seat.step.authority) if seat.step and seat.step.authority else "",
        "notes": _in_the_way(request, seat),
        "problems": problems,
        "kept": kept,
        "rows": _rows(matter),
        "missing": [_label(matter, name) for name in matter.missing],
        "controls": [_control(request, matter, field, problems) for field in _to_settle(matter)],
        "free": [_control(request, matter, field, problems) for field in _figures(matter)],
        "outcome": matter.said.outcome if matter.said else "none",
        "figures": results.figures(matter.said.result) if matter.said else (),
        "reasons": matter.said.reasons if matter.said else (),
        "attachments": matter.contents.attachments,
        "opinions": queries.opinions(request.actor, case),
        "opinion": request.POST.get("opinion", ""),
        "opinion_error": next((p.message for p in problems if p.target == OPINION), ""),
    }
    return render(request, "workbench/decide.html", shown, status=STALE if stale else 422 if problems else 200)


def _in_the_way(request: ActorRequest, seat: Matter) -> tuple[str, ...]:
    """What keeps this officer from signing now, so that nobody writes in vain."""
    owed = [one.name for one in queries.owed(request.actor, seat.case.id) if one.supplied_at is None]
    found = [f"容缺的{'、'.join(owed)}还没有补来，不能准予。"] if owed else []
    if seat.step and seat.step.authority == "meeting" and not queries.records(request.actor, seat.case.id):
        found.append("集体审议的决定要先登记会议纪要。")
    return tuple(found)


def settled(request: ActorRequest, case: str) -> tuple[Problem, ...]:
    """What the officer established is kept; what can't be read is told."""
    found, wrong = _read(request, _to_settle(opened(request, case)))
    if found and not wrong:
        actions.settle_facts(request.actor, case, found)
    return wrong


def signed(request: ActorRequest, case: str, act: str) -> tuple[Problem, ...]:
    """The case is granted or refused, with the officer's opinion; or what stands in the way."""
    matter = opened(request, case)
    opinion = request.POST.get("opinion", "").strip()
    figures, wrong = _read(request, _figures(matter))
    if not opinion:
        wrong = (*wrong, Problem(OPINION, "请写明核定说明：看了什么、依据什么。"))
    if act == "grant" and matter.missing:
        wrong = (*wrong, *(Problem(f"f-settle-{name}", f"请先核定“{_label(matter, name)}”。") for name in matter.missing))
    return wrong or _decided(request, matter, act, {name: str(value) for name, value in figures.items()})


def _decided(request: ActorRequest, matter: Ruled, act: str, figures: Mapping[str, str]) -> tuple[Problem, ...]:
    opinion = request.POST.get("opinion", "").strip()
    granted = matter.said if matter.said and act == "grant" else None
    result = {**granted.result, **figures} if granted else {}
    ruling = actions.Ruling(act, granted.reasons if granted else (), result, "", opinion)
    try:
        actions.decide(request.actor, matter.case.id, ruling)
    except Refused as refused:
        return (Problem(OPINION, f"{refused}{refused.way_out}"),)
    return ()


def _to_settle(matter: Ruled) -> tuple[Field, ...]:
    """The fields that an officer may establish: what the rule misses, what is disputed, what an officer established before."""
    told = matter.contents.values
    chosen = {
        *matter.missing,
        *(name for name, value in told.items() if value.get("source") == "officer" or value.get("disputed")),
    }
    asked = {q.id: q for q in matter.standard.questions if q.id in chosen}
    fields = [_wide(f, asked.get(f.id)) for f in matter.standard.form if f.id in chosen]
    alone = [q for q in asked.values() if q.id not in {f.id for f in fields}]
    return (*fields, *(Field(q.id, q.ask, type="choice", options=q.options) for q in alone))


def _wide(field: Field, question: Question | None) -> Field:
    """A choice that is a question as well takes the options of both: people may find what no register knows."""
    return replace(field, options={**question.options, **field.options}) if question and field.type == "choice" else field


def _figures(matter: Ruled) -> tuple[Field, ...]:
    """The amounts that a person has to name where the rule leaves the result to him."""
    names = [fee.amount.rpartition(".")[2] for fee in matter.standard.fees if fee.amount.startswith("rule:")]
    return tuple(Field(name, "应缴金额", type="money", unit="元") for name in dict.fromkeys(names)) if matter.is_free else ()


def _control(request: ActorRequest, matter: Ruled, field: Field, problems: Sequence[Problem]) -> Control:
    name = f"settle-{field.id}"
    value = request.POST.get(name, matter.contents.values.get(field.id, {}).get("value", ""))
    return forms.settling(field, value, next((p.message for p in problems if p.target == f"f-{name}"), ""))


def _read(request: ActorRequest, fields: Sequence[Field]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    found: dict[str, Any] = {}
    wrong: list[Problem] = []
    for field in fields:
        value = values.clean(field, request.POST.get(f"settle-{field.id}"), settings.CLOCK().date())
        if isinstance(value, values.Fault):
            wrong.append(Problem(f"f-settle-{field.id}", value.message))
        elif value is not None:
            found[field.id] = value
    return found, tuple(wrong)


def rows(matter: Matter, held: queries.Contents) -> list[Row]:
    """Every fact of a case that no rule has been asked about."""
    return _rows(Ruled(matter.case, matter.standard, held, None))


def _rows(matter: Ruled) -> list[Row]:
    """Every fact, whether a rule asks for it or no rule decides here, in the order in which the form asks for them."""
    told = matter.said.facts if matter.said else facts.facts(matter.contents.answers, matter.contents.values, {})
    order = [*(q.id for q in matter.standard.questions), *(f.id for f in matter.standard.form)]
    names = [*(name for name in dict.fromkeys(order) if name in told), *(name for name in told if name not in order)]
    return [_row(matter, name, told[name]) for name in names]


def _row(matter: Ruled, name: str, fact: Fact) -> Row:
    """The fact in words: an answer by its question, a value by its field."""
    value = matter.contents.values.get(name, {})
    question = next((q for q in matter.standard.questions if q.id == name), None)
    field = next((f for f in matter.standard.form if f.id == name), None)
    options = {**(question.options if question else {}), **(field.options if field else {})}
    shown = options.get(str(fact.value)) or (_words(field, fact.value) if field else str(fact.value))
    label = question.ask if question and fact.source == "applicant" else _label(matter, name)
    objection = str(value.get("objection", "")) if value.get("disputed") else ""
    return Row(label, shown, _source(fact, value), fact.proved, objection, str(value.get("at", "")))


def _words(field: Field, value: Any) -> str:
    """The value of a field as people read it; a place by its name."""
    if field.type == "division" and value:
        return "".join(one.name for one in city.path(str(value))[1:]) or str(value)
    return forms.words(forms.settling(field, value))


def _source(fact: Fact, value: Mapping[str, Any]) -> str:
    if fact.source in HOUSE:
        return fact.basis or HOUSE[fact.source]
    return OWN_WORD if fact.source.partition(".")[0] == "applicant" else str(value.get("source_name") or fact.source)


def _label(matter: Ruled, name: str) -> str:
    found = [f.label for f in matter.standard.form if f.id == name] + [q.ask for q in matter.standard.questions if q.id == name]
    return found[0] if found else facts.called(matter.standard, name)
