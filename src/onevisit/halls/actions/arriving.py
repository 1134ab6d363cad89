"""Somebody comes to a window, alone or with another party: known by his number, or registered once; his stay of the day."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection, transaction

from onevisit.access import Actor, Duty, Refused, require
from onevisit.city.models import Hall
from onevisit.core import values
from onevisit.core.definition import Field
from onevisit.core.identifiers import identify
from onevisit.halls import queries
from onevisit.halls.actions.rows import day_of, hold, locked, locked_window, tell
from onevisit.halls.models import Stay, Visit, Window
from onevisit.halls.queries import VisitView
from onevisit.identity import queries as people
from onevisit.identity.actions import people as people_actions
from onevisit.identity.actions.people import NewPerson
from onevisit.ledger import actions as ledger

PHONE = Field("phone", "手机号码", type="phone")
LONGEST_NAME = 50


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


@transaction.atomic
def receive_visitor(actor: Actor, hall_id: str, arrival: Arrival) -> VisitView:
    """A visit at the clerk's own window begins: he holds the visitor's matters until it ends. Refused for who is not known.

    Received again while still there, it is the same visit.
    """
    window = _own_window(actor, hall_id)
    require(actor, Duty.VISIT_RECORD, queries.target(window, actor))
    person = _person(arrival)
    require(actor, Duty.VISIT_RECORD, queries.target(window, actor, person))
    window = locked_window(str(window.public_id))
    if str(window.clerk) != actor.id:
        raise Refused("no-window", "您的窗口已经关了。", "请先开窗。")
    here = window.visits.filter(until=None, beside=None).select_related("stay").first()
    if here is not None:
        if str(here.stay.person) == person:
            return queries.view(queries.row_of(str(here.public_id)))
        raise Refused("window-busy", "窗口还在接待上一位。", "请先结束上一位的接待。")
    return _opened(actor, window, person, arrival)


def receive_beside(actor: Actor, visit_id: str, arrival: Arrival) -> VisitView:
    """Somebody stands at the window too, beside the visitor (一起到场): a visit of his own, which ends with that one.

    Received again while still there, it is the same visit. Refused once the visitor has left, and for the visitor himself.
    """
    row = queries.row_of(visit_id)
    require(actor, Duty.VISIT_RECORD, queries.visit_target(row, actor))
    person = _person(arrival)
    require(actor, Duty.VISIT_RECORD, queries.target(row.window, actor, person))
    window = locked_window(str(row.window.public_id))
    first = locked(visit_id)
    if first.until is not None or first.beside is not None:
        raise Refused("visit-over", "这次接待已经结束。", "请重新接待这位群众。")
    if str(first.stay.person) == person:
        raise Refused("same-person", "这是正在接待的这位群众的证件。", "请读取另一方当事人的证件。")
    here = first.companions.filter(until=None, stay__person=person).first()
    if here is not None:
        return queries.view(queries.row_of(str(here.public_id)))
    return _opened(actor, window, person, arrival, first)


def _opened(actor: Actor, window: Window, person: str, arrival: Arrival, beside: Visit | None = None) -> VisitView:
    """The visit of whoever is not served anywhere yet."""
    _only_here(person)
    now = settings.CLOCK()
    stay = _stay(window.hall, person, day_of(now), arrival)
    row = Visit.objects.create(
        stream=ledger.open_stream("visit"), stay=stay, window=window, why=arrival.why, proof=arrival.proof,
        recorded_by=actor.id, via=actor.via, since=now, beside=beside,
    )  # fmt: skip
    hold(row, actor, person)
    told = {"beside": str(beside.public_id)} if beside is not None else {}
    tell(row, actor, "visit.opened", {"stay": str(stay.public_id), "window": str(window.public_id), "person": person, **told})
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
