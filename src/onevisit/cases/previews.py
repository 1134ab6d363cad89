"""What a rule would say of a case now, deciding nothing: the estimate before filing, the proposal before a person signs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings

from onevisit import access
from onevisit.access import Actor, Duty
from onevisit.cases import facts, queries
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import situations
from onevisit.core.definition import Standard, Step
from onevisit.core.tables import Fact
from onevisit.rules import engine
from onevisit.rules import queries as rulebook


@dataclass(frozen=True)
class Estimate:
    """What there will be to pay, as far as the facts are known."""

    amount: Decimal
    text: str


@dataclass(frozen=True)
class Proposal:
    """What the rule says of the facts as they stand."""

    outcome: str
    result: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[Mapping[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)


def deciding(standard: Standard) -> Step | None:
    """The step that a rule decides, if the item has one."""
    return next((step for step in standard.process if step.does == "decide" and step.rule), None)


def proposal(actor: Actor, case_id: str, extra: Mapping[str, Any] | None = None) -> Proposal | None:
    """The rule's word on the case's facts, with `extra` values taken as established; None where no rule decides."""
    row = _readable(actor, case_id)
    standard = catalogue.standard(row.standard_id)
    return _said(row, standard, queries.contents(actor, case_id), extra) if deciding(standard) else None


def preview(actor: Actor, case_id: str) -> Estimate | None:
    """The amount that the applicant will be asked for, if the rule can say it already."""
    row = _readable(actor, case_id)
    standard = catalogue.standard(row.standard_id)
    if deciding(standard) is None:
        return None
    contents = queries.contents(actor, case_id)
    said = _said(row, standard, contents, None)
    if said.outcome != "grant":
        return None
    for fee in standard.fees:
        if fee.amount.startswith("rule:") and situations.holds(fee.when, contents.answers):
            return Estimate(Decimal(said.result[fee.amount.rpartition(".")[2]]), "；".join(r["text"] for r in said.reasons))
    return None


def _readable(actor: Actor, case_id: str) -> Case:
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_READ, queries.target(row, actor))
    return row


def _said(row: Case, standard: Standard, contents: queries.Contents, extra: Mapping[str, Any] | None) -> Proposal:
    step = deciding(standard)
    assert step is not None
    today = settings.CLOCK().date()
    settled = {name: {"value": value, "source": "officer", "settled": True} for name, value in (extra or {}).items()}
    known = facts.current(standard, contents.answers, {**contents.values, **settled}, today)
    rule = rulebook.compiled(rulebook.in_force(step.rule).pk)
    own = {name: fact for name, fact in facts.house(row, standard).items() if name in rule.book.facts}
    told = {**facts.facts(contents.answers, known, rulebook.schema(step.rule)), **own}
    said = engine.run(rule, {name: fact for name, fact in told.items() if name in rule.book.facts}, today)
    reasons = tuple({"row": r.row, "text": r.text, "basis": r.basis} for r in said.reasons)
    return Proposal(said.outcome, said.result, reasons, said.missing, told)
