"""What entrusts an officer with acceptance (授权受理): document, items, seal and time; and who is entrusted with what now."""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from onevisit.access import RIGHTS, SYSTEM, Actor, Duty, Target
from onevisit.identity.models import OfficerGrant

ACCEPTOR = "acceptor"


@dataclass(frozen=True, slots=True)
class MandateView:
    """One mandate in force: by which document, with which seal, until when; `until` None is without an end."""

    id: str
    document: str
    seal: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DemoMandate:
    """One row of `data/demo_mandates.csv`: what a demo officer's role is narrowed to."""

    key: str
    role: str
    items: tuple[str, ...]
    document: str
    seal: str


def mandate(actor: Actor, on: Target) -> MandateView | None:
    """The mandate by which this officer accepts the case, if he has one that covers it now."""
    now = settings.CLOCK()
    rows = OfficerGrant.objects.filter(Q(until=None) | Q(until__gt=now), officer__account__public_id=actor.id, since__lte=now)
    rows = rows.filter(Q(given_by=SYSTEM.id) | ~Q(approved_by=""), role=ACCEPTOR).order_by("pk")
    fitting = (row for row in rows if _covers(row, on))
    return next((MandateView(str(row.public_id), row.document, row.seal, row.since, row.until) for row in fitting), None)


def who_may(duties: Collection[Duty], on: Target) -> tuple[str, ...]:
    """The accounts of those whose roles give any of these duties at the office of the object, as of now."""
    now = settings.CLOCK()
    roles = [role for role, rights in RIGHTS.items() if {right.duty for right in rights} & set(duties)]
    rows = OfficerGrant.objects.filter(Q(until=None) | Q(until__gt=now), since__lte=now, role__in=roles)
    rows = rows.filter(Q(officer__until=None) | Q(officer__until__gt=now), Q(given_by=SYSTEM.id) | ~Q(approved_by=""))
    rows = rows.filter(department=on.department, division=on.division).select_related("officer__account").order_by("pk")
    return tuple(dict.fromkeys(str(row.officer.account.public_id) for row in rows if _covers(row, on)))


def _covers(row: OfficerGrant, on: Target) -> bool:
    named = ((row.department, on.department), (row.division, on.division))
    return all(not mine or mine == theirs for mine, theirs in named) and (not row.items or on.item in row.items)


def demo_mandates() -> tuple[DemoMandate, ...]:
    """The mandates of the demo's officers, as their data file names them."""
    with (settings.DATA / "demo_mandates.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return tuple(DemoMandate(r["key"], r["role"], tuple(r["items"].split()), r["document"], r["seal"]) for r in rows)
