"""Work in hand (在办): who holds which task, ticket or case, written by whoever assigns it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

GIVE = """
INSERT INTO identity_holding (holder, target, why, since, until) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (holder, target) WHERE ended_at IS NULL DO UPDATE SET why = excluded.why, until = excluded.until
"""
END = "UPDATE identity_holding SET ended_at = %s WHERE holder = %s AND target = %s AND ended_at IS NULL"


def give_holding(actor_id: str, target_id: str, why: str, until: datetime | None = None) -> None:
    """The account holds the task, ticket or case from now on, for the newest reason; whoever assigns it has asked the gate."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE, [actor_id, target_id, why, settings.CLOCK(), until])


def end_holding(actor_id: str, target_id: str) -> None:
    """The account holds it no more; nothing happens if it did not."""
    with connection.cursor() as cursor:
        cursor.execute(*ending(actor_id, target_id))


def ending(actor_id: str, target_id: str) -> tuple[str, list[Any]]:
    """What ends the holding, as a statement with its parameters, for whoever stores it along with its cause."""
    return END, [settings.CLOCK(), actor_id, target_id]
