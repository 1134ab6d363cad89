"""What the writes of halls share: rows held until the transaction ends, their events, what a clerk holds for a visit."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Q

from onevisit.access import Actor
from onevisit.halls import queries
from onevisit.halls.models import Visit, Window
from onevisit.identity import actions as identity
from onevisit.identity.models import Holding
from onevisit.ledger import actions as ledger


def locked(visit_id: str) -> Visit:
    """The visit, newest, held until the transaction ends."""
    rows = Visit.objects.select_for_update(of=("self",)).select_related("stay", "stream", "window__hall")
    return rows.get(public_id=visit_id)


def locked_window(window_id: str) -> Window:
    rows = Window.objects.select_for_update(of=("self",)).select_related("hall__division", "stream")
    return rows.get(public_id=window_id)


def tell(row: Visit, actor: Actor, kind: str, data: dict[str, object]) -> None:
    ledger.append(row.stream, actor, [ledger.Entry(kind, {"visit": str(row.public_id), **data})])


def tell_window(row: Window, actor: Actor, kind: str, data: dict[str, object]) -> None:
    ledger.append(row.stream, actor, [ledger.Entry(kind, {"window": str(row.public_id), **data})])


def hold(row: Visit, actor: Actor, person: str, *more: str) -> None:
    """The clerk holds the visitor and his matters, what he has in hand anyway excepted, at most until midnight."""
    matters = [*more, *(str(found) for found in queries.cases_of(person).values_list("public_id", flat=True))]
    in_force = Q(until=None) | Q(until__gt=settings.CLOCK())
    held = {str(one.target) for one in Holding.objects.filter(in_force, holder=actor.id, ended_at=None)}
    for matter in dict.fromkeys([person, *matters]):
        if matter not in held:
            identity.give_holding(actor.id, matter, holding_of(row), midnight(row.stay.day + timedelta(days=1)))


def holding_of(row: Visit) -> str:
    """Why a clerk holds what he holds for a visit."""
    return f"visit/{row.public_id.hex}"


def day_of(moment: datetime) -> date:
    return moment.astimezone(settings.ZONE).date()


def midnight(day: date) -> datetime:
    """The moment at which the day begins."""
    return datetime.combine(day, time(), settings.ZONE)
