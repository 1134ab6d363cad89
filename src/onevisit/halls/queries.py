"""Every read of halls: windows, who is served now, visits of a case, stays of an affair. All results are frozen."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet

from onevisit.access import SYSTEM, Actor, Duty, Hidden, Target, may, require
from onevisit.cases import queries as cases
from onevisit.cases.models import Case, Party
from onevisit.cases.queries import CaseView
from onevisit.core import stages
from onevisit.halls.models import Presence, Stay, Visit, Window
from onevisit.identity import queries as identity
from onevisit.identity.models import Account

WHY: Mapping[str, str] = dict(Visit.Why.choices)
PROOF: Mapping[str, str] = dict(Visit.Proof.choices)
FORCED: Mapping[str, str] = dict(Stay.Forced.choices)
REASONS: Mapping[str, str] = dict(Presence.Reason.choices)
"""Why somebody comes, how he proves who he is, why he had to come back, why a case took more visits than promised: in words."""
RECENT = timedelta(days=30)
"""Matters that ended within the time of an affair are still opened for their visitor."""
SHORT = 12
"""How many digits people quote of a number."""
SAME_ENDING = 20
"""Of how many cases with the same ending the right one is looked for."""


@dataclass(frozen=True, slots=True)
class WindowView:
    """A window: general if it names no department; `clerk` the account of who sits there, empty while it is shut."""

    id: str
    hall: str
    hall_name: str
    division: str
    number: str
    departments: tuple[str, ...]
    clerk: str
    opened_at: datetime | None

    @property
    def is_general(self) -> bool:
        """Whether it takes every department's matters (综合窗口)."""
        return not self.departments

    @property
    def is_open(self) -> bool:
        """Whether a clerk sits there."""
        return bool(self.clerk)


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit; the person's name is masked. `cases` are those worked on, oldest first; open while `until` is None.

    `beside`: the visit of whoever was received first, for who stands there with him.
    """

    id: str
    stay: str
    turn: int
    hall: str
    hall_name: str
    window: str
    window_number: str
    person: str
    person_name: str
    day: date
    why: str
    why_name: str
    proof: str
    proof_name: str
    recorded_by: str
    via: str
    since: datetime
    until: datetime | None
    cases: tuple[str, ...]
    beside: str = ""


@dataclass(frozen=True, slots=True)
class StayView:
    """One person at one site on one day, with its visits; what a figure of visits counts."""

    id: str
    person: str
    hall: str
    hall_name: str
    day: date
    turn: int
    forced: str
    visits: int
    cases: tuple[str, ...]


def windows(hall_id: str) -> tuple[WindowView, ...]:
    """The windows of a hall, by number."""
    rows = Window.objects.filter(hall__public_id=_uuid(hall_id)).select_related("hall__division")
    return tuple(sorted((window_view(row) for row in rows), key=lambda one: (len(one.number), one.number)))


def windows_for(actor: Actor) -> tuple[WindowView, ...]:
    """The windows that this clerk may open, by hall and number; raises Denied for whoever sits at none."""
    halls = [UUID(grant.hall) for grant in actor.grants if grant.hall]
    places = [grant.division for grant in actor.grants if grant.division]
    rows = Window.objects.filter(Q(hall__public_id__in=halls) | Q(hall__division__code__in=places)).select_related(
        "hall__division"
    )
    found = [window_view(row) for row in rows if may(actor, Duty.WINDOW_OPEN, target(row, actor))]
    if not found:
        require(actor, Duty.WINDOW_OPEN, Target("window"))
    return tuple(sorted(found, key=lambda one: (one.hall_name, len(one.number), one.number)))


def seat(actor: Actor) -> WindowView | None:
    """The window at which the actor sits now."""
    row = seat_of(actor)
    return window_view(row) if row else None


def now_serving(actor: Actor) -> VisitView | None:
    """The visit that is open at the actor's own window."""
    row = _rows().filter(until=None, beside=None, recorded_by=_uuid(actor.id)).first() if actor.kind == "officer" else None
    return view(row) if row else None


def serving(actor: Actor, hall_id: str) -> tuple[VisitView, ...]:
    """Who is served now in a hall, by window; for its manager."""
    require(actor, Duty.HALL_MANAGE, Target("hall", id=hall_id, hall=hall_id))
    return _views(_rows().filter(until=None, window__hall__public_id=_uuid(hall_id)).order_by("window__number"))


def visit(actor: Actor, visit_id: str) -> VisitView:
    """The visit, for who recorded it and the hall's manager; raises Hidden."""
    row = row_of(visit_id)
    of = visit_target(row, actor)
    if not may(actor, Duty.HALL_MANAGE, of):
        require(actor, Duty.VISIT_RECORD, of)
    return view(row)


def companions(actor: Actor, visit_id: str) -> tuple[VisitView, ...]:
    """Who stands at the window too, beside this visitor, in the order in which they were received."""
    row = row_of(visit_id)
    require(actor, Duty.VISIT_RECORD, visit_target(row, actor))
    return _views(_rows().filter(until=None, beside=row).order_by("since", "pk"))


def visitor_cases(actor: Actor, visit_id: str) -> tuple[CaseView, ...]:
    """The visitor's drafts and cases that the clerk holds for the time of the visit, the newest first."""
    row = row_of(visit_id)
    require(actor, Duty.VISIT_RECORD, visit_target(row, actor))
    rows = cases_of(str(row.stay.person)).prefetch_related("tasks").order_by("-updated_at", "-pk")
    return tuple(cases.view(one) for one in rows if may(actor, Duty.CASE_READ, cases.target(one, actor)))


def visits_of_case(actor: Actor, case_id: str) -> tuple[VisitView, ...]:
    """The visits in which a case was worked on, the first first, for whoever may read the case."""
    cases.case(actor, case_id)
    return _views(_rows().filter(presences__case=_uuid(case_id)).order_by("since", "pk"))


def stays_of_affair(actor: Actor, affair: str) -> tuple[StayView, ...]:
    """The stays of an affair, from first contact to pick-up, each once whatever it served (FIGURES 3b)."""
    known = list(Case.objects.filter(affair=_uuid(affair)))
    for one in known:
        require(actor, Duty.CASE_READ, cases.target(one, actor))
    ids = [one.public_id for one in known]
    rows = Stay.objects.filter(presences__case__in=ids).distinct().select_related("hall").order_by("day", "turn", "pk")
    return tuple(_stay(row, ids) for row in rows.prefetch_related("presences"))


def cases_of(person: str) -> QuerySet[Case]:
    """The open or lately ended drafts and cases of a person and of the firms that he acts for, also as another party."""
    current = ~Q(stage__in=stages.ENDS) | Q(updated_at__gte=settings.CLOCK() - RECENT)
    known = owners(person)
    return Case.objects.filter(current, Q(applicant__in=known) | Q(pk__in=Party.objects.filter(who__in=known).values("case")))


def owners(person: str) -> set[str]:
    """The person, and the organisations for which his account acts."""
    accounts = Account.objects.filter(person__public_id=person, kind=Account.Kind.APPLICANT, is_active=True)
    firms = accounts.exclude(organisation=None).values_list("organisation__public_id", flat=True)
    return {person, *(str(firm) for firm in firms)}


def whose(case_id: str, person: str) -> str:
    """As whom the person comes for the case: its applicant or a party, himself or his firm; raises Hidden for a stranger.

    A party whom the form names by number is no stranger, though he has not joined yet.
    """
    known = owners(person)
    row = cases.row(case_id)
    found = next((one for one in cases.everybody(row) if one in known), "")
    if not found and row.stage not in stages.ENDS:
        found = next((one for one in map(cases.holder, row.parties.filter(who=None)) if one in known), "")
    if not found:
        raise Hidden(f"case {case_id}")
    return found


def case_by_number(digits: str, person: str) -> str:
    """The case whose number ends with these twelve digits or more, if the person has to do with it; raises Hidden."""
    wanted = "".join(one for one in digits if one.isalnum())
    found = Case.objects.filter(number__endswith=wanted) if len(wanted) >= SHORT else Case.objects.none()
    for row in found.order_by("pk")[:SAME_ENDING]:
        with suppress(Hidden):
            whose(str(row.public_id), person)
            return str(row.public_id)
    raise Hidden(f"number {digits}")


def usual(hall_id: str, limit: int = 6) -> tuple[str, ...]:
    """The items most worked on in a hall within a month, by key, the most frequent first (常办)."""
    since = settings.CLOCK() - RECENT
    at = Presence.objects.filter(visit__window__hall__public_id=_uuid(hall_id), at__gte=since).values("case")
    counted = Case.objects.filter(public_id__in=at).values("item_key").annotate(times=Count("pk"))
    return tuple(counted.order_by("-times", "item_key").values_list("item_key", flat=True)[:limit])


def target(row: Window, actor: Actor, owner: str = "") -> Target:
    """The window as the gate sees it: it belongs to the actor's department as far as it serves that one."""
    mine = [grant.department for grant in actor.grants if not row.departments or grant.department in row.departments]
    department = next(iter(mine), next(iter(row.departments), ""))
    return Target(
        "window", id=str(row.public_id), division=row.hall.division.code, department=department,
        hall=str(row.hall.public_id), owner=owner, holder=str(row.clerk or ""),
    )  # fmt: skip


def visit_target(row: Visit, actor: Actor) -> Target:
    """The visit as the gate sees it: in the hands of who recorded it."""
    at = target(row.window, actor, str(row.stay.person))
    return Target("visit", str(row.public_id), at.division, at.department, at.hall, at.owner, str(row.recorded_by))


def seat_of(actor: Actor) -> Window | None:
    """The row of the actor's window. For this room's actions."""
    return Window.objects.select_related("hall__division").filter(clerk=_uuid(actor.id)).first() if actor.id else None


def window_row(window_id: str) -> Window:
    """The row; raises Hidden."""
    row = Window.objects.select_related("hall__division", "stream").filter(public_id=_uuid(window_id)).first()
    if row is None:
        raise Hidden(f"window {window_id}")
    return row


def row_of(visit_id: str) -> Visit:
    """The row; raises Hidden."""
    row = _rows().filter(public_id=_uuid(visit_id)).first()
    if row is None:
        raise Hidden(f"visit {visit_id}")
    return row


def window_view(row: Window) -> WindowView:
    """The row as a frozen record."""
    return WindowView(
        str(row.public_id), str(row.hall.public_id), row.hall.name, row.hall.division.code, row.number, tuple(row.departments),
        str(row.clerk or ""), row.opened_at,
    )  # fmt: skip


def view(row: Visit) -> VisitView:
    """The row as a frozen record."""
    return _views([row])[0]


def _views(rows: Iterable[Visit]) -> tuple[VisitView, ...]:
    """The rows, with the masked names of all visitors fetched at once."""
    found = list(rows)
    names = identity.people(SYSTEM, (str(row.stay.person) for row in found))
    return tuple(_view(row, names[str(row.stay.person)].name) for row in found)


def _view(row: Visit, name: str) -> VisitView:
    stay, hall = row.stay, row.window.hall
    return VisitView(
        id=str(row.public_id), stay=str(stay.public_id), turn=stay.turn, hall=str(hall.public_id), hall_name=hall.name,
        window=str(row.window.public_id), window_number=row.window.number, person=str(stay.person), person_name=name,
        day=stay.day, why=row.why, why_name=row.get_why_display(), proof=row.proof, proof_name=row.get_proof_display(),
        recorded_by=str(row.recorded_by), via=row.via, since=row.since, until=row.until,
        cases=tuple(str(one.case) for one in row.presences.all()), beside=str(row.beside.public_id) if row.beside else "",
    )  # fmt: skip


def _rows() -> QuerySet[Visit]:
    oldest_first = Prefetch("presences", Presence.objects.order_by("at", "pk"))
    return Visit.objects.select_related("stay", "stream", "window__hall__division", "beside").prefetch_related(oldest_first)


def _stay(row: Stay, ids: list[UUID]) -> StayView:
    touched = [one for one in row.presences.all() if one.case in ids]
    return StayView(
        str(row.public_id), str(row.person), str(row.hall.public_id), row.hall.name, row.day, row.turn, row.forced,
        len({one.visit_id for one in touched}), tuple(sorted({str(one.case) for one in touched})),
    )  # fmt: skip


def _uuid(text: str) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise Hidden(text) from None
