"""What a rule would say of a case now, deciding nothing: the estimate before filing, the proposal before a person signs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings

from onevisit import access
from onevisit.access import Actor, Duty
from onevisit.cases import facts, queries
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
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_READ, queries.target(row))
    standard = catalogue.standard(row.standard_id)
    step = deciding(standard)
    if step is None:
        return None
    contents = queries.contents(actor, case_id)
    settled = {name: {"value": value, "source": "officer", "settled": True} for name, value in (extra or {}).items()}
    told = facts.facts(contents.answers, {**contents.values, **settled}, rulebook.schema(step.rule))
    rule = rulebook.compiled(rulebook.in_force(step.rule).pk)
    said = engine.run(rule, {name: fact for name, fact in told.items() if name in rule.book.facts}, settings.CLOCK().date())
    reasons = tuple({"row": r.row, "text": r.text, "basis": r.basis} for r in said.reasons)
    return Proposal(said.outcome, said.result, reasons, said.missing, told)


def preview(actor: Actor, case_id: str) -> Estimate | None:
    """The amount that the applicant will be asked for, if the rule can say it already."""
    row = queries.row(case_id)
    standard = catalogue.standard(row.standard_id)
    said = proposal(actor, case_id)
    if said is None or said.outcome != "grant":
        return None
    answers = queries.contents(actor, case_id).answers
    for fee in standard.fees:
        if fee.amount.startswith("rule:") and situations.holds(fee.when, answers):
            return Estimate(
                Decimal(said.result[fee.amount.rpartition(".")[2]]),
                next((r["text"] for r in said.reasons if r["row"] == said.result.get("row")), ""),
            )
    return None
