"""Reading rules and runs. What is frozen here is all that other rooms see."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Refused, Target
from onevisit.core import tables
from onevisit.core.tables import Fact
from onevisit.rules import engine
from onevisit.rules.engine import Compiled, Decision, Reason
from onevisit.rules.models import RuleSet, Run

IN_FORCE = (RuleSet.State.ACTIVE, RuleSet.State.STOPPED)


@dataclass(frozen=True, slots=True)
class RuleView:
    """One version of a rule."""

    public_id: str
    name: str
    version: str
    state: str
    content_hash: str
    author: str
    activator: str
    active_from: datetime | None


@dataclass(frozen=True, slots=True)
class RunView:
    """What a rule said of a case; nothing of what it was told."""

    public_id: str
    case: str
    rule: str
    version: str
    outcome: str
    result: Mapping[str, str]
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    facts_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Trace:
    """What a rule was told, each fact with its source, and which rows it looked at."""

    run: RunView
    facts: Mapping[str, Fact]
    trace: Mapping[str, Any]


def rule(name: str) -> RuleView:
    """The version of the rule that is in force; raises `Refused` if there is none."""
    return view(in_force(name))


def content(name: str) -> dict[str, Any]:
    """The rule file that is in force."""
    found: dict[str, Any] = json.loads(in_force(name).text)
    return found


def schema(name: str) -> Mapping[str, Any]:
    """The JSON Schema of the facts that the rule in force asks for."""
    nodes = content(name)["nodes"]
    return next((tables.schema_of(node) for node in nodes if node.get("type") == "inputNode"), {})


def run(public_id: str) -> RunView:
    """One run, for a room that has asked its own gate; raises `Hidden` if there is none."""
    return run_view(_run(public_id))


def trace(actor: Actor, public_id: str, on: Target) -> Trace:
    """One run with what it was told, for whoever may see it; `on` is the case as its room describes it.

    Inside a purpose for that case (`identity.personal.purpose`).
    """
    access.require(actor, Duty.RULE_TRACE, on)
    row = _run(public_id)
    return Trace(run_view(row), facts(row.facts.reveal()), row.trace.reveal())


def in_force(name: str) -> RuleSet:
    """The row in force, stopped or not. For this room's actions."""
    found = RuleSet.objects.filter(name=name, state__in=IN_FORCE).first()
    if found is None:
        raise Refused("no-rule", f"没有启用的规则“{name}”。", "请由规则启用人启用一个版本。")
    return found


def compiled(rule_set: int) -> Compiled:
    """A rule set made ready; each text is compiled once in each process."""
    return engine.compiled(RuleSet.objects.values_list("text", flat=True).get(pk=rule_set))


def replayed(row: Run, told: Mapping[str, Any]) -> Decision:
    """What the same version says today of what it was told then."""
    return engine.run(engine.compiled(row.rule_set.text), facts(told), row.on)


def difference(row: Run, told: Mapping[str, Any]) -> str:
    """In what a run differs from its replay; empty if in nothing."""
    now = replayed(row, told)
    pairs = {
        "facts": (row.facts_hash, now.facts_hash),
        "outcome": (row.outcome, now.outcome),
        "result": (row.result, dict(now.result)),
        "missing": (row.missing, list(now.missing)),
        "reasons": ([one["row"] for one in row.reasons], [one.row for one in now.reasons]),
    }
    return "、".join(name for name, (then, again) in pairs.items() if then != again)


def facts(told: Mapping[str, Any]) -> dict[str, Fact]:
    """Facts as they were kept."""
    return {name: Fact(**fact) for name, fact in told.items()}


def view(row: RuleSet) -> RuleView:
    """The row as other rooms see it."""
    return RuleView(
        str(row.public_id), row.name, row.version, row.state, row.content_hash, row.author, row.activator, row.active_from
    )


def run_view(row: Run) -> RunView:
    """The row as other rooms see it."""
    reasons = tuple(Reason(**one) for one in row.reasons)
    rule_set = row.rule_set
    return RunView(
        str(row.public_id), str(row.case), rule_set.name, rule_set.version, row.outcome, row.result, reasons,
        tuple(row.missing), row.facts_hash, row.at,
    )  # fmt: skip


def _run(public_id: str) -> Run:
    found = Run.objects.select_related("rule_set").filter(public_id=public_id).first()
    if found is None:
        raise Hidden(f"run {public_id}")
    return found
