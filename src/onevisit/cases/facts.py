"""What a rule is told of a case: answers and values by their ids, each with where it comes from and whether it is proved.

A fetched value proves itself; an applicant's own word is enough only where the rule's schema says `x-declared`; a word that
contradicts the data proves nothing. Three values: true, false, unknown (DOMAIN section 7, SECURITY H18).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from onevisit.cases.models import Case
from onevisit.core import rework
from onevisit.core import values as fields
from onevisit.core.definition import Standard
from onevisit.core.state import from_json
from onevisit.core.tables import Fact

DECLARED = "x-declared"
Values = Mapping[str, Mapping[str, Any]]
"""Values by field id: {value, source, source_name, at, settled}."""


def current(standard: Standard, answers: Mapping[str, str], values: Values, today: date) -> dict[str, dict[str, Any]]:
    """The values that count in this situation: its fields', typed ones in their normal form, and what an officer settled.

    What another situation asked for, and what was typed wrongly, is left out.
    """
    kept = {name: dict(value) for name, value in values.items() if value.get("settled")}
    for field in fields.fields(standard, answers):
        value = values.get(field.id)
        if value is None or field.id in kept:
            continue
        told = fields.clean(field, value.get("value"), today) if fields.is_typed(field) else value.get("value")
        if told is not None and not isinstance(told, fields.Fault):
            kept[field.id] = {**value, "value": told}
    return kept


def facts(answers: Mapping[str, str], values: Values, schema: Mapping[str, Any]) -> dict[str, Fact]:
    """The facts by name; what has no value is left out."""
    declared = {name for name, spec in schema.get("properties", {}).items() if spec.get(DECLARED)}
    found = {name: Fact(answer, proved=name in declared, source="applicant") for name, answer in answers.items()}
    for name, value in values.items():
        if value.get("value") in (None, "", []):
            continue
        fact = _of(name, value, declared)
        word = answers.get(name)
        if word is not None and fact.proved and fact.value != word and not value.get("settled"):
            fact = Fact(fact.value, proved=False, source=fact.source, at=fact.at)
        found[name] = fact
    return found


def house(row: Case, standard: Standard) -> dict[str, Fact]:
    """What the house knows of the case by itself: the division's parameters with their basis, the division, what steps found.

    Nobody can say otherwise by typing: these facts stand before all others of the same name.
    """
    given = row.offer.get("parameters", {})
    found = {one.id: _parameter(given[one.id]) for one in standard.parameters if one.id in given}
    return {**found, "division": Fact(row.division, source="house"), **outcomes(row)}


def called(standard: Standard, name: str) -> str:
    """What a fact of the house is called to people."""
    named = {"division": "办理的地方", **{step.id: step.name for step in standard.process}}
    return ({**named, **{one.id: one.label for one in standard.parameters}}).get(name) or name


def _parameter(given: Mapping[str, Any]) -> Fact:
    basis = "；".join(f"《{one['law']}》{one['article']}" for one in given["basis"])
    return Fact(given["value"], source="offer", basis=basis)


def outcomes(row: Case) -> dict[str, Fact]:
    """What each step found, by its id; of several attempts the last one, none while it is being done again."""
    found: dict[str, Fact] = {}
    for step, mark in from_json(row.state).marks.items():
        if mark.status == "done" and mark.outcome:
            found[rework.base(step)] = Fact(mark.outcome, source="officer", at=mark.at)
        elif mark.status == "ready":
            found.pop(rework.base(step), None)
    return found


def _of(name: str, value: Mapping[str, Any], declared: set[str]) -> Fact:
    source = str(value.get("source", "applicant"))
    own_word = source == "applicant" or source.startswith("applicant.")
    proved = not value.get("disputed") and (not own_word or name in declared)
    return Fact(value["value"], proved=proved, source=source, at=str(value.get("at", "")))
