"""Windows are set up, opened by the clerk who sits down there, and shut again."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM, Actor, Duty, Refused, Target, require
from onevisit.city.models import Department, Hall
from onevisit.halls import queries
from onevisit.halls.actions.rows import locked_window, tell_window
from onevisit.halls.models import Window
from onevisit.halls.queries import WindowView
from onevisit.ledger import actions as ledger

DEMO_WINDOWS = ("1", "2", "3")


@dataclass(frozen=True, slots=True)
class NewWindow:
    """A window to set up: general if it names no department."""

    hall: str
    number: str
    departments: tuple[str, ...] = ()


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
    tell_window(row, actor, "window.set_up", {"departments": departments})
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
    row = locked_window(window_id)
    if str(row.clerk) == actor.id:
        return queries.window_view(row)
    if row.clerk is not None:
        raise Refused("window-taken", f"{row.number}号窗口已经有同事在办公。", "请换一个窗口，或者请同事先关窗。")
    other = queries.seat_of(actor)
    if other is not None:
        raise Refused("sits-elsewhere", f"您还开着{other.number}号窗口。", "请先关上那个窗口。")
    row.clerk, row.opened_at = actor.id, settings.CLOCK()
    row.save()
    tell_window(row, actor, "window.opened", {"clerk": actor.id})
    return queries.window_view(Window.objects.select_related("hall__division").get(pk=row.pk))


@transaction.atomic
def close_window(actor: Actor, window_id: str) -> WindowView:
    """Nobody sits at the window any more: its clerk left, or the hall's manager shut it. Refused while somebody is there."""
    row = queries.window_row(window_id)
    mine = str(row.clerk) == actor.id
    require(actor, Duty.WINDOW_OPEN if mine else Duty.HALL_MANAGE, queries.target(row, actor))
    row = locked_window(window_id)
    if row.visits.filter(until=None).exists():
        raise Refused("still-serving", f"{row.number}号窗口还有人在办事。", "请先结束这次接待。")
    if row.clerk is not None:
        shut(row, actor)
    return queries.window_view(row)


def shut(row: Window, actor: Actor) -> None:
    row.clerk, row.opened_at = None, None
    row.save()
    tell_window(row, actor, "window.closed", {})
