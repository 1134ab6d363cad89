"""Every write of halls: windows are set up, opened, closed; a visitor is received, matters are worked on, he leaves.

Order of locks: window, stay, visit, case, stream.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from onevisit.access import SYSTEM, Actor, Duty, Hidden, Refused, Target, may, require
from onevisit.cases import actions as cases
from onevisit.cases import queries as matters
from onevisit.cases.actions.visits import NewVisit, record_visit
from onevisit.cases.queries import CaseView
from onevisit.city.models import Department, Hall
from onevisit.core import values
from onevisit.core.definition import Field
from onevisit.core.identifiers import identify
from onevisit.halls import queries
from onevisit.halls.models import Presence, Stay, Visit, Window
from onevisit.halls.queries import VisitView, WindowView
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.identity.actions import people as people_actions
from onevisit.identity.actions.people import NewPerson
from onevisit.identity.models import Holding
from onevisit.ledger import actions as ledger

DEMO_WINDOWS = ("1", "2", "3")
PHONE = Field("phone", "手机号码", type="phone")
LONGEST_NAME = 50


@dataclass(frozen=True, slots=True)
class NewWindow:
    """A window to set up: general if it names no department."""

    hall: str
    number: str
    departments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came: `number` of `kind` as in `onevisit identify`, proved to be his own by `proof` (card, face or code), and why.

    `forced`: why he must come a second time on this day (closed, failure); empty otherwise. `name` and `phone`: of somebody who
    comes for the first time, to be registered.
    """

    number: str
    why: str
    kind: str = "citizen"
    proof: str = "card"
    forced: str = ""
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor begins: the item, what is known of his situation, as whom, and why he came more often than promised."""

    item: str
    answers: Mapping[str, str] = field(default_factory=dict)
    firm: str = ""
    reason: str = ""


@transaction.atomic
def found_window(actor: Actor, new: NewWindow) -> WindowView:
    """The window of this number, set up now if there was none; other departments change it."""
    hall = Hall.objects.filter(public_id=new.hall).select_related("division").first()
    require(actor, Duty.HALL_MANAGE, Target("hall", id=new.hall, hall=new.hall))
    if hall is None or not new.number.strip():
        raise Refused("no-hall", "没有这个大厅，或者没有窗口号。", "请选择大厅，填写窗口号。")
    unknown = set(new.departments) - set(Department.objects.filter(pk__in=new.departments).values_list("pk", flat=True))
    if unknown:
        raise Refused("no-department", f"没有部门{'、'.join(sorted(unknown))}。", "请从部门列表里选。")
    row = Window.objects.select_for_update(of=("self",)).filter(hall=hall, number=new.number).first()
    departments = sorted(set(new.departments))
    if row is not None and row.departments == departments:
        return queries.window_view(row)
    row = row or Window(hall=hall, number=new.number.strip(), stream=ledger.open_stream("window"))
    row.departments = departments
    row.save()
    _tell_window(row, actor, "window.set_up", {"departments": departments})
    return queries.window_view(row)


@transaction.atomic
def furnish_demo(code: str) -> int:
    """General windows in every hall of a city, whichever are missing; the number of windows. For the demo."""
    for hall in Hall.objects.filter(division__code__startswith=code[:4]).order_by("pk"):
        for number in DEMO_WINDOWS:
            found_window(SYSTEM, NewWindow(str(hall.public_id), number))
    return Window.objects.filter(hall__division__code__startswith=code[:4]).count()


@transaction.atomic
def open_window(actor: Actor, window_id: str) -> WindowView:
    """The clerk sits at the window, which is open from now on; a clerk sits at one window only."""
    row = queries.window_row(window_id)
    require(actor, Duty.WINDOW_OPEN, queries.target(row, actor))
    row = _locked_window(window_id)
    if str(row.clerk) == actor.id:
        return queries.window_view(row)
    if row.clerk is not None:
        raise Refused("window-taken", f"{row.number}号窗口已经有同事在办公。", "请换一个窗口，或者请同事先关窗。")
    other = queries.seat_of(actor)
    if other is not None:
        raise Refused("sits-elsewhere", f"您还开着{other.number}号窗口。", "请先关上那个窗口。")
    row.clerk, row.opened_at = actor.id, settings.CLOCK()
    row.save()
    _tell_window(row, actor, "window.opened", {"clerk": actor.id})
    return queries.window_view(Window.objects.select_related("hall__division").get(pk=row.pk))


@transaction.atomic
def close_window(actor: Actor, window_id: str) -> WindowView:
    """Nobody sits at the window any more: its clerk left, or the hall's manager shut it. Refused while somebody is there."""
    row = queries.window_row(window_id)
    mine = str(row.clerk) == actor.id
    require(actor, Duty.WINDOW_OPEN if mine else Duty.HALL_MANAGE, queries.target(row, actor))
    row = _locked_window(window_id)
    if row.visits.filter(until=None).exists():
        raise Refused("still-serving", f"{row.number}号窗口还有人在办事。", "请先结束这次接待。")
    if row.clerk is not None:
        _shut(row, actor)
    return queries.window_view(row)


def _shut(row: Window, actor: Actor) -> None:
    row.clerk, row.opened_at = None, None
    row.save()
    _tell_window(row, actor, "window.closed", {})


@transaction.atomic
def receive_visitor(actor: Actor, hall_id: str, arrival: Arrival) -> VisitView:
    """A visit at the clerk's own window begins: he holds the visitor's matters until it ends. Refused for who is not known.

    Received again while still there, it is the same visit.
    """
    window = _own_window(actor, hall_id)
    require(actor, Duty.VISIT_RECORD, queries.target(window, actor))
    person = _person(arrival)
    require(actor, Duty.VISIT_RECORD, queries.target(window, actor, person))
    window = _locked_window(str(window.public_id))
    if str(window.clerk) != actor.id:
        raise Refused("no-window", "您的窗口已经关了。", "请先开窗。")
    here = window.visits.filter(until=None).select_related("stay").first()
    if here is not None:
        if str(here.stay.person) == person:
            return queries.view(queries.row_of(str(here.public_id)))
        raise Refused("window-busy", "窗口还在接待上一位。", "请先结束上一位的接待。")
    _only_here(person)
    now = settings.CLOCK()
    stay = _stay(window.hall, person, _day(now), arrival)
    row = Visit.objects.create(
        stream=ledger.open_stream("visit"), stay=stay, window=window, why=arrival.why, proof=arrival.proof,
        recorded_by=actor.id, via=actor.via, since=now,
    )  # fmt: skip
    _hold(row, actor, person)
    _tell(row, actor, "visit.opened", {"stay": str(stay.public_id), "window": str(window.public_id), "person": person})
    return queries.view(queries.row_of(str(row.public_id)))


def _own_window(actor: Actor, hall_id: str) -> Window:
    row = queries.seat_of(actor)
    if row is None or str(row.hall.public_id) != hall_id:
        raise Refused("no-window", "您在这个大厅没有开着的窗口。", "请先开窗，再接待群众。")
    return row


def _person(arrival: Arrival) -> str:
    """The person with this number; Refused if it is wrong, unknown, or nothing proves that it is he."""
    if arrival.proof not in Visit.Proof.values or arrival.why not in Visit.Why.values:
        raise Refused("not-proved", "要先核对是本人，并选一个来办什么。", "请读取证件、核对人脸，或者用本人手机的验证码。")
    found = identify(arrival.number, arrival.kind, settings.CLOCK().date())
    if not found.valid or found.normal is None:
        raise Refused("wrong-number", "；".join(problem.message for problem in found.problems), "请核对证件号码后再试。")
    person = people.person_with(found.normal, arrival.kind)
    return person or _registered(arrival)


def _registered(arrival: Arrival) -> str:
    """Somebody who comes for the first time, recorded with number, name and phone (首次登记); Refused without a name."""
    if not arrival.name.strip():
        raise Refused("no-person", "系统里还没有这位群众。", "请核对证件号码；第一次来办事的，请登记姓名和手机号码。")
    phone = values.clean(PHONE, arrival.phone, settings.CLOCK().date()) if arrival.phone.strip() else ""
    if isinstance(phone, values.Fault) or len(arrival.name.strip()) > LONGEST_NAME:
        raise Refused("wrong-person", "姓名或者手机号码不对。", "请核对后再登记。")
    new = NewPerson(arrival.name, arrival.number, arrival.kind, str(phone), demo=settings.DEMO)
    return people_actions.recorded_person(new)


def _only_here(person: str) -> None:
    """Nobody is served at two windows; two that receive him at once do it one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"visitor/{person}"])
    elsewhere = Visit.objects.filter(stay__person=person, until=None).select_related("window__hall").first()
    if elsewhere is not None:
        where = f"{elsewhere.window.hall.name}{elsewhere.window.number}号窗口"
        raise Refused("served-elsewhere", f"这位群众正在{where}办事。", "请那个窗口先结束接待。")


def _stay(hall: Hall, person: str, day: date, arrival: Arrival) -> Stay:
    """The stay that this visit belongs to: that of the day, or a further one if the return was forced."""
    Stay.objects.get_or_create(hall=hall, person=person, day=day, turn=1)
    newest = Stay.objects.select_for_update().filter(hall=hall, person=person, day=day).order_by("-turn")[0]
    if not arrival.forced or not newest.visits.exists():
        return newest
    if arrival.forced not in Stay.Forced.values:
        raise Refused("not-forced", "再次到场的原因只有两种。", "请选下班没办完，或者系统故障。")
    return Stay.objects.create(hall=hall, person=newest.person, day=day, turn=newest.turn + 1, forced=arrival.forced)


def _hold(row: Visit, actor: Actor, person: str, *more: str) -> None:
    """The clerk holds the visitor and his matters, what he has in hand anyway excepted, at most until midnight."""
    matters = [*more, *(str(found) for found in queries.cases_of(person).values_list("public_id", flat=True))]
    in_force = Q(until=None) | Q(until__gt=settings.CLOCK())
    held = {str(one.target) for one in Holding.objects.filter(in_force, holder=actor.id, ended_at=None)}
    for matter in dict.fromkeys([person, *matters]):
        if matter not in held:
            identity.give_holding(actor.id, matter, holding_of(row), _midnight(row.stay.day + timedelta(days=1)))


def holding_of(row: Visit) -> str:
    """Why a clerk holds what he holds for a visit."""
    return f"visit/{row.public_id.hex}"


@transaction.atomic
def touch(actor: Actor, visit_id: str, case_id: str, reason: str = "") -> VisitView:
    """The case is worked on in this visit, which counts for it once a stay. Above the promise Refused without a `reason`."""
    row = queries.row_of(visit_id)
    require(actor, Duty.VISIT_RECORD, queries.visit_target(row, actor))
    whose = queries.whose(case_id, str(row.stay.person))
    row = _locked(visit_id)
    if row.until is not None:
        raise Refused("visit-over", "这次接待已经结束。", "请重新接待这位群众。")
    if reason and reason not in Presence.Reason.values:
        raise Refused("no-such-reason", "没有这个原因。", "请从列出的原因里选一个。")
    _hold(row, actor, str(row.stay.person), case_id)
    stay, hall = row.stay, row.window.hall
    new = NewVisit(visit_id, str(stay.public_id), whose, str(hall.public_id), stay.day.isoformat(), reason)
    counted = record_visit(_holder(actor, case_id), case_id, new)
    _, made = Presence.objects.get_or_create(
        visit=row, case=case_id,
        defaults={"stay": stay, "whose": whose, "reason": reason if counted else "", "at": settings.CLOCK()},
    )  # fmt: skip
    if made:
        _tell(row, actor, "visit.touched", {"case": case_id, "counted": counted})
    return queries.view(queries.row_of(visit_id))


def _holder(actor: Actor, case_id: str) -> Actor:
    """The clerk with the case in hand, as he has it from this moment on; a request's actor is read only once."""
    known = {one.name: getattr(actor, one.name) for one in fields(Actor)}
    return Actor(**{**known, "holds": actor.holds | {case_id}})


@transaction.atomic
def begin(actor: Actor, visit_id: str, wish: Wish) -> CaseView:
    """The visitor's application for an item of this hall: his open draft, or a new one; it is worked on in this visit.

    Raises Refused as `touch` does.
    """
    row = queries.row_of(visit_id)
    require(actor, Duty.VISIT_RECORD, queries.visit_target(row, actor))
    person = str(row.stay.person)
    if wish.firm and wish.firm not in queries.owners(person) - {person}:
        raise Hidden(f"organisation {wish.firm}")
    visitor = cases.Visitor(person, wish.firm)
    case = cases.start_here(actor, visitor, wish.item, row.window.hall.division.code, wish.answers)
    take_up(actor, visit_id, case.id, wish.reason)
    return case


@transaction.atomic
def take_up(actor: Actor, visit_id: str, case_id: str, reason: str = "") -> VisitView:
    """As `touch`; who brings a draft to the window though nobody need come for it, comes since he wishes to."""
    row = matters.row(case_id)
    account = matters.account(SYSTEM, case_id) if row.stage == "draft" else None
    wished = account is not None and not account.promised and not account.made
    return touch(actor, visit_id, case_id, reason or (Presence.Reason.CHOSEN.value if wished else ""))


def bring(actor: Actor, visit_id: str, digits: str, reason: str = "") -> str:
    """The case with this number, in which the visitor takes part, is worked on in this visit; its id. Raises Hidden."""
    row = queries.row_of(visit_id)
    require(actor, Duty.VISIT_RECORD, queries.visit_target(row, actor))
    case = queries.case_by_number(digits, str(row.stay.person))
    touch(actor, visit_id, case, reason)
    return case


@transaction.atomic
def leave(actor: Actor, visit_id: str) -> VisitView:
    """The visit is over, and with it what the clerk held for it; done by him, or by the hall's manager."""
    row = queries.row_of(visit_id)
    of = queries.visit_target(row, actor)
    if not may(actor, Duty.HALL_MANAGE, of):
        require(actor, Duty.VISIT_RECORD, of)
    row = _locked(visit_id)
    if row.until is None:
        _end(row, actor, max(row.since, settings.CLOCK()))
    return queries.view(queries.row_of(visit_id))


@transaction.atomic
def close_day() -> None:
    """Whatever an earlier day left open is shut: visits at their midnight, and the windows."""
    today = _day(settings.CLOCK())
    visits = Visit.objects.select_for_update(of=("self",)).select_related("stay", "stream")
    for row in visits.filter(until=None, stay__day__lt=today):
        _end(row, SYSTEM, max(row.since, _midnight(row.stay.day + timedelta(days=1))))
    windows = Window.objects.select_for_update(of=("self",)).select_related("stream")
    for window in windows.filter(opened_at__lt=_midnight(today)):
        _shut(window, SYSTEM)


def _day(moment: datetime) -> date:
    return moment.astimezone(settings.ZONE).date()


def _midnight(day: date) -> datetime:
    """The moment at which the day begins."""
    return datetime.combine(day, time(), settings.ZONE)


def _end(row: Visit, actor: Actor, until: datetime) -> None:
    row.until = until
    row.save(update_fields=["until"])
    held = Holding.objects.filter(holder=row.recorded_by, why=holding_of(row), ended_at=None).values_list("target", flat=True)
    for matter in list(held):
        identity.end_holding(str(row.recorded_by), str(matter))
    _tell(row, actor, "visit.ended", {})


def _locked(visit_id: str) -> Visit:
    """The visit, newest, held until the transaction ends."""
    rows = Visit.objects.select_for_update(of=("self",)).select_related("stay", "stream", "window__hall")
    return rows.get(public_id=visit_id)


def _locked_window(window_id: str) -> Window:
    rows = Window.objects.select_for_update(of=("self",)).select_related("hall__division", "stream")
    return rows.get(public_id=window_id)


def _tell(row: Visit, actor: Actor, kind: str, data: dict[str, object]) -> None:
    ledger.append(row.stream, actor, [ledger.Entry(kind, {"visit": str(row.public_id), **data})])


def _tell_window(row: Window, actor: Actor, kind: str, data: dict[str, object]) -> None:
    ledger.append(row.stream, actor, [ledger.Entry(kind, {"window": str(row.public_id), **data})])
