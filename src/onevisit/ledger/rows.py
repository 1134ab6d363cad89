"""Rows of hot paths: every action reads and writes them, and the ORM would compile their statements anew each time.

The text of a statement is made once for each model; what a row becomes, and how a value is stored, is the model's own doing.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models


def fetch(of: Sequence[type[models.Model]], tail: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """For each row that the statement finds a row of each of these models; `tail` is the statement from its FROM on."""
    parts = [_parts(model) for model in of]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns for columns, _, _ in parts)} {tail}", params)
        found = cursor.fetchall()
    return [_made(of, parts, values) for values in found]


def _made(of: Sequence[type[models.Model]], parts: Sequence[tuple[str, list[str], list[Any]]], values: Any) -> tuple[Any, ...]:
    begin, made = 0, []
    for model, (_, names, converted) in zip(of, parts, strict=True):
        own = list(values[begin : begin + len(names)])
        for place, field in converted:
            own[place] = field.from_db_value(own[place], None, connection)
        made.append(model.from_db("default", names, own))
        begin += len(names)
    return tuple(made)


@cache
def _parts(model: type[models.Model]) -> tuple[str, list[str], list[Any]]:
    """The columns as SQL names them and as the model does; where a field makes values of what the database gives."""
    fields: Sequence[Any] = model._meta.concrete_fields
    table = model._meta.db_table
    converted = [(place, field) for place, field in enumerate(fields) if hasattr(field, "from_db_value")]
    return ", ".join(f'"{table}"."{one.column}"' for one in fields), [one.attname for one in fields], converted


def write(row: models.Model, names: Sequence[str]) -> None:
    """What the row has under these names is stored."""
    if not names:
        return
    fields: list[Any] = [row._meta.get_field(name) for name in names]
    sets = ", ".join(f'"{one.column}" = %s' for one in fields)
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{row._meta.db_table}" SET {sets} WHERE id = %s', [*_stored(row, fields, add=False), row.pk])


def insert(new: Sequence[models.Model]) -> None:
    """The rows, all of one model, are stored, and know their numbers."""
    if not new:
        return
    meta = new[0]._meta
    fields: list[Any] = [one for one in meta.concrete_fields if not one.primary_key]
    holes = f"({', '.join(['%s'] * len(fields))})"
    columns = ", ".join(f'"{one.column}"' for one in fields)
    statement = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES {", ".join([holes] * len(new))} RETURNING id'
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in new for value in _stored(row, fields, add=True)])
        numbers = cursor.fetchall()
    for row, (number,) in zip(new, numbers, strict=True):
        row.pk, row._state.adding, row._state.db = number, False, "default"


def _stored(row: models.Model, fields: Sequence[Any], *, add: bool) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, add), connection) for field in fields]
