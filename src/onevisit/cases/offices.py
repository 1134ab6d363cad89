"""At which office a step is done: the item's own, another department's, or one at another level (受理在村、审核在镇、核定在县).

A level above the item's is that of the division above; one below is found from the most local division that is known of the case.
"""

from collections.abc import Mapping
from typing import Any

from onevisit.cases.models import Case
from onevisit.city import queries as city
from onevisit.core.definition import Standard, Step

Hands = tuple[str, str, str]
"""Whose hands (applicant, window, department, system), of which department, in which division."""


def hands(row: Case, standard: Standard, step: Step, by: str = "") -> Hands:
    """Who does the step and where. What a department's own system decides (`pushed`), the house fetches."""
    kind, _, named = (by or step.by).partition(":")
    division = _division(row, step.level)
    department = named if kind == "department" and named else row.department
    if step.level in city.GRASSROOTS_LEVELS and kind in ("window", "department") and not named:
        department = city.body(row.department, step.level)
    if not by and is_pushed(standard, step):
        kind = "system"
    return kind, department, division


def is_pushed(standard: Standard, step: Step) -> bool:
    """Whether the department's own system does the step (推送办理): no clerk of ours has it, no rule of ours decides it."""
    return standard.handled_in == "pushed" and step.by == "department"


def party(step: Step) -> str:
    """Which party does an applicant's step; empty for the only one, or for all together."""
    kind, _, named = step.by.partition(":")
    return named if kind == "applicant" else ""


def _division(row: Case, level: str) -> str:
    if not level:
        return row.division
    return city.at_level(row.place or row.division, level) or city.at_level(row.division, level) or row.division


def place(row: Case, standard: Standard, values: Mapping[str, Mapping[str, Any]]) -> str:
    """The most local division that the form knows, below the item's own; else what was known before."""
    told = [str(values[f.id].get("value") or "") for f in standard.form if f.type == "division" and f.id in values]
    return next((code for code in told if city.within(code, row.division)), row.place)
