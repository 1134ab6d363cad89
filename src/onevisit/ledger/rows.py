"""Rows of hot paths: every action reads and writes them, and the ORM would compile their statements anew each time.

The text of a statement is made once for each model; what a row becomes, and how a value is stored, is the model's own doing.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection, models


def fetch(of: Sequence[type[models.Model]], tail: str, params: Sequence[Any], *also: str) -> list[tuple[Any, ...]]:
    """For each row that the statement finds a row of each of these models, and then what the columns `also` say.

    `tail` is the statement from its FROM on.
    """
    parts = [_parts(model) for model in of]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([*(columns for columns, _, _ in parts), *also])} {tail}", params)
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
    return (*made, *values[begin:])


@cache
def _parts(model: type[models.Model]) -> tuple[str, list[str], list[Any]]:
    """The columns as SQL names them and as the model does; where a field makes values of what the database gives."""
    fields: Sequence[Any] = model._meta.concrete_fields
    table = model._meta.db_table
    converted = [(place, field) for place, field in enumerate(fields) if hasattr(field, "from_db_value")]
    return ", ".join(f'"{table}"."{one.column}"' for one in fields), [one.attname for one in fields], converted


class Writes:
    """What an action stores, all of it in one statement: rows that are new, rows that changed, and what else it says."""

    def __init__(self) -> None:
        self._new: dict[type[models.Model], list[models.Model]] = {}
        self._changed: dict[tuple[type[models.Model], int], tuple[models.Model, set[str]]] = {}
        self._said: list[tuple[str, list[Any]]] = []

    def add(self, *new: models.Model) -> None:
        """The rows are to be stored; they know their numbers when they are."""
        for row in new:
            self._new.setdefault(type(row), []).append(row)

    def change(self, row: models.Model, names: Iterable[str]) -> None:
        """What the row has under these names, when it goes out, is to be stored."""
        self._changed.setdefault((type(row), row.pk), (row, set()))[1].update(names)

    def say(self, statement: str, params: list[Any]) -> None:
        """The statement, an INSERT or UPDATE of rows that nothing else here touches, is to be run."""
        self._said.append((statement, params))

    def whole(self, more: str, of_more: Sequence[Any], columns: Sequence[str]) -> list[Any]:
        """Everything is stored, with `more` parts of the statement (`name AS (…)`); what it selects as `columns`."""
        parts = [_insert(new) for new in self._new.values()]
        parts += [_update(row, names) for row, names in self._changed.values() if names]
        parts += self._said
        texts = [f"w{place} AS ({text})" for place, (text, _) in enumerate(parts)]
        numbers = [f"(SELECT array_agg(id ORDER BY id) FROM w{place})" for place in range(len(self._new))]
        statement = f"WITH {', '.join([*texts, more])} SELECT {', '.join([*numbers, *columns])}"
        with connection.cursor() as cursor:
            cursor.execute(statement, [*(value for _, params in parts for value in params), *of_more])
            found = list(cursor.fetchone())
        for new in self._new.values():
            for row, number in zip(new, found.pop(0), strict=True):
                row.pk, row._state.adding, row._state.db = number, False, "default"
        self._new, self._changed, self._said = {}, {}, []
        return found


def _update(row: models.Model, names: Iterable[str]) -> tuple[str, list[Any]]:
    fields: list[Any] = [row._meta.get_field(name) for name in sorted(names)]
    sets = ", ".join(f'"{one.column}" = %s' for one in fields)
    return f'UPDATE "{row._meta.db_table}" SET {sets} WHERE id = %s', [*_stored(row, fields, add=False), row.pk]


def _insert(new: Sequence[models.Model]) -> tuple[str, list[Any]]:
    table, columns, fields = _columns(type(new[0]))
    holes = f"({', '.join(['%s'] * len(fields))})"
    text = f'INSERT INTO "{table}" ({columns}) VALUES {", ".join([holes] * len(new))} RETURNING id'
    return text, [value for row in new for value in _stored(row, fields, add=True)]


@cache
def _columns(model: type[models.Model]) -> tuple[str, str, list[Any]]:
    fields: list[Any] = [one for one in model._meta.concrete_fields if not one.primary_key]
    return model._meta.db_table, ", ".join(f'"{one.column}"' for one in fields), fields


def _stored(row: models.Model, fields: Sequence[Any], *, add: bool) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, add), connection) for field in fields]
