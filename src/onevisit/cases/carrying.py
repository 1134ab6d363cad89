"""What of a draft still fits a later version of its item (沿用): answers whose option says the same, values that still hold.

Nothing is carried into a field that asks for another thing: type, source, unit, words of its option, bounds.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from onevisit.core import situations, values
from onevisit.core.definition import Field, Standard
from onevisit.core.values import Fault

Held = Mapping[str, Mapping[str, Any]]


def answers(before: Standard, after: Standard, given: Mapping[str, str]) -> dict[str, str]:
    """The answers to questions that still have that option, in the same words."""
    said = {one.id: one.options for one in before.questions}
    asks = {one.id: one.options for one in after.questions}
    same = {name: key for name, key in given.items() if said.get(name, {}).get(key) == asks.get(name, {}).get(key)}
    return situations.narrow(after, same)


def carried(before: Standard, after: Standard, held: Held, today: date) -> dict[str, dict[str, Any]]:
    """The values that the later form still asks for and would still take; those that no form asked for stay as they are."""
    asked, asks = ({one.id: one for one in of.form} for of in (before, after))
    kept: dict[str, dict[str, Any]] = {}
    for name, one in held.items():
        if name in asked and name in asks:
            value = _fitting(asked[name], asks[name], one.get("value"), today)
            if value is not None or one.get("value") is None:
                kept[name] = {**one, "value": value}
        elif name not in asked and name not in asks:
            kept[name] = dict(one)
    return kept


def _fitting(before: Field, after: Field, value: Any, today: date) -> Any:
    """The value, as far as it fits; None if it does not. What was wrong before and is asked for as before stays to be mended."""
    if (before.type, before.source, before.unit) != (after.type, after.source, after.unit):
        return None
    if before.type == "group":
        return _rows(before, after, value, today)
    chosen = value if isinstance(value, list) else [value]
    if before.options != after.options and any(before.options.get(key) != after.options.get(key) for key in chosen):
        return None
    if (before.options, before.min, before.max, before.pattern) == (after.options, after.min, after.max, after.pattern):
        return value
    return None if isinstance(values.clean(after, value, today), Fault) else value


def _rows(before: Field, after: Field, rows: Any, today: date) -> list[dict[str, Any]] | None:
    """The records of a group with the data that still fit; None if nothing of any does."""
    was = {one.id: one for one in before.fields}
    kept = []
    for row in rows if isinstance(rows, list) else ():
        pairs = ((one.id, _fitting(was[one.id], one, row.get(one.id), today)) for one in after.fields if one.id in was)
        if fits := {name: value for name, value in pairs if value is not None}:
            kept.append(fits)
    return kept or None
