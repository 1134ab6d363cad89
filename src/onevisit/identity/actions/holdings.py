"""Work in hand (在办): who holds which task, ticket or case, written by whoever assigns it."""

from datetime import datetime

from django.conf import settings

from onevisit.identity.models import Holding


def give_holding(actor_id: str, target_id: str, why: str, until: datetime | None = None) -> None:
    """The account holds the task, ticket or case from now on, for the newest reason; whoever assigns it has asked the gate."""
    row, made = Holding.objects.get_or_create(
        holder=actor_id, target=target_id, ended_at=None, defaults={"why": why, "since": settings.CLOCK(), "until": until}
    )
    if not made and (row.why, row.until) != (why, until):
        Holding.objects.filter(pk=row.pk).update(why=why, until=until)


def end_holding(actor_id: str, target_id: str) -> None:
    """The account holds it no more; nothing happens if it did not."""
    Holding.objects.filter(holder=actor_id, target=target_id, ended_at=None).update(ended_at=settings.CLOCK())
