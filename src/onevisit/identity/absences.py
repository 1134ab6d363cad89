"""Who is away and who stands in (A/B岗), as of today: with his own grants, under his own name."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from onevisit import access
from onevisit.access import Actor, Duty, Target
from onevisit.identity import queries
from onevisit.identity.models import Absence, Officer
from onevisit.identity.queries import OfficerView


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """One leave: who is away and who stands in, by account and by what colleagues call them."""

    id: str
    account: str
    who: str
    stand_in: str
    stand_in_name: str
    since: date
    until: date


def today() -> date:
    """The day in hall time."""
    return settings.CLOCK().astimezone(settings.ZONE).date()


def stood_in_for(actor: Actor) -> tuple[str, ...]:
    """The accounts of the colleagues who are away today and for whom this officer stands in."""
    if actor.kind != "officer":
        return ()
    rows = _now().filter(stand_in__account__public_id=actor.id)
    return tuple(str(one) for one in rows.order_by("pk").values_list("officer__account__public_id", flat=True))


def stands_in(actor: Actor, account: str) -> bool:
    """Whether this officer stands in today for whoever has this account."""
    return bool(account) and account in stood_in_for(actor)


def target(actor: Actor, account: str, department: str, division: str) -> Target:
    """The leave of an account as the gate sees it: one's own wherever one works, a colleague's at his office."""
    if account == actor.id and actor.grants:
        return Target("absence", department=actor.grants[0].department, division=actor.grants[0].division, holder=account)
    return Target("absence", department=department, division=division, holder=account)


def colleagues(actor: Actor) -> tuple[OfficerView, ...]:
    """Everybody of the office at which this officer works, he himself first. Raises Denied for whoever enters no leave."""
    access.require(actor, Duty.ABSENCE_ENTER, target(actor, actor.id, "", ""))
    row = Officer.objects.filter(account__public_id=actor.id).select_related("office__division").first()
    found = queries.officers(row.office.department_id, row.office.division.code) if row else ()
    return tuple(sorted(found, key=lambda one: one.account != actor.id))


def absences(actor: Actor) -> tuple[AbsenceView, ...]:
    """The leaves, now and to come, of this officer and his colleagues; his own first."""
    accounts = {one.account for one in colleagues(actor)}
    rows = list(_open().filter(officer__account__public_id__in=accounts).order_by("since", "pk"))
    names = queries.titles({str(one.account.public_id) for row in rows for one in (row.officer, row.stand_in)})
    views = [_view(row, names) for row in rows]
    return tuple(sorted(views, key=lambda one: one.account != actor.id))


def may_enter(actor: Actor, of: OfficerView) -> bool:
    """Whether he may enter the leave of this colleague."""
    return access.may(actor, Duty.ABSENCE_ENTER, target(actor, of.account, of.department, of.division))


def away(accounts: set[str]) -> dict[str, AbsenceView]:
    """Those of the accounts that are away today, each with who stands in."""
    rows = list(_now().filter(officer__account__public_id__in=accounts))
    names = queries.titles({str(one.account.public_id) for row in rows for one in (row.officer, row.stand_in)})
    return {view.account: view for view in (_view(row, names) for row in rows)}


def _open() -> QuerySet[Absence]:
    rows = Absence.objects.filter(ended_at=None, until__gte=today())
    return rows.select_related("officer__account", "stand_in__account")


def _now() -> QuerySet[Absence]:
    return _open().filter(since__lte=today())


def _view(row: Absence, names: dict[str, str]) -> AbsenceView:
    who, other = str(row.officer.account.public_id), str(row.stand_in.account.public_id)
    return AbsenceView(str(row.public_id), who, names.get(who, ""), other, names.get(other, ""), row.since, row.until)
