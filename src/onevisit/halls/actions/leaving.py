"""Visits end: the visitor leaves and whoever came with him, or the day is over."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM, Actor, Duty, may, require
from onevisit.halls import queries
from onevisit.halls.actions.rows import day_of, holding_of, locked, midnight, tell
from onevisit.halls.actions.windows import shut
from onevisit.halls.models import Visit, Window
from onevisit.halls.queries import VisitView
from onevisit.identity import actions as identity
from onevisit.identity.models import Holding


@transaction.atomic
def leave(actor: Actor, visit_id: str) -> VisitView:
    """The visit is over, with what the clerk held for it, and for all who stood beside; done by him, or by the hall's manager."""
    row = queries.row_of(visit_id)
    of = queries.visit_target(row, actor)
    if not may(actor, Duty.HALL_MANAGE, of):
        require(actor, Duty.VISIT_RECORD, of)
    row = locked(visit_id)
    if row.until is None:
        for one in row.companions.select_for_update(of=("self",)).filter(until=None).select_related("stream").order_by("pk"):
            _end(one, actor, max(one.since, settings.CLOCK()))
        _end(row, actor, max(row.since, settings.CLOCK()))
    return queries.view(queries.row_of(visit_id))


@transaction.atomic
def close_day() -> None:
    """Whatever an earlier day left open is shut: visits at their midnight, and the windows."""
    today = day_of(settings.CLOCK())
    visits = Visit.objects.select_for_update(of=("self",)).select_related("stay", "stream")
    for row in visits.filter(until=None, stay__day__lt=today):
        _end(row, SYSTEM, max(row.since, midnight(row.stay.day + timedelta(days=1))))
    windows = Window.objects.select_for_update(of=("self",)).select_related("stream")
    for window in windows.filter(opened_at__lt=midnight(today)):
        shut(window, SYSTEM)


def _end(row: Visit, actor: Actor, until: datetime) -> None:
    row.until = until
    row.save(update_fields=["until"])
    held = Holding.objects.filter(holder=row.recorded_by, why=holding_of(row), ended_at=None).values_list("target", flat=True)
    for matter in list(held):
        identity.end_holding(str(row.recorded_by), str(matter))
    tell(row, actor, "visit.ended", {})
