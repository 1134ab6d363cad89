"""What the parties of a case are told (当事人): what is asked of each and until when, what the others did. Said once each."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from onevisit.access import SYSTEM
from onevisit.cases import queries
from onevisit.cases.models import Case, Task
from onevisit.catalogue import queries as catalogue
from onevisit.core import parties as apart
from onevisit.core import stages
from onevisit.core.definition import Standard
from onevisit.ledger.queries import EventView
from onevisit.notices import actions as notices

REMINDERS = (timedelta(days=7), timedelta(days=27))
"""How long after a step opened whoever has not done his part is reminded."""
ASKED = {"submit": "请您核对并确认", "verify": "请您核验身份"}


def ask_parties(event: EventView) -> None:
    """Everybody whose turn it is knows what is asked of him, and until when."""
    _ask(_case(event))


def tell_part(event: EventView) -> None:
    """Whoever filed knows that another party has confirmed or does not agree; the reason stands on the case's page only."""
    row = _case(event)
    who, standard = str(event.data["who"]), catalogue.standard(row.standard_id)
    if who == str(row.applicant) or queries.step_of(standard, str(event.data["step"])).does != "submit":
        return
    called = _called(row, standard, who)
    if event.kind == "party.disagreed":
        said = (f"{called}不同意{row.item_name}", "原因在办件页面。您可以和对方商量，请对方再确认，也可以撤回。")
    else:
        said = (f"{called}已确认{row.item_name}", "在办件页面可以看到还差什么。")
    _tell(row, str(row.applicant), said, str(event.id))


def tell_lapsed(event: EventView) -> None:
    """Everybody knows that the case has ended since somebody's part did not come in time."""
    row = _case(event)
    if event.data["reason"] == "party":
        for one in queries.everybody(row):
            said = (f"{row.item_name}已失效", f"{queries.PATIENCE.days}天以内没有全部确认，这件事结束了。需要时可以重新申报。")
            _tell(row, one, said, f"{event.id}/{one}")


def remind() -> None:
    """Whoever has not done his part is reminded, at most once for each of `REMINDERS`."""
    for row, task in _late(min(REMINDERS)):
        for number, after in enumerate(REMINDERS, 1):
            if task.opened_at + after <= settings.CLOCK():
                _ask(row, f"/{number}", "还没有收到您的确认，")


def _late(after: timedelta) -> Iterator[tuple[Case, Task]]:
    """The cases and steps that have waited for a party as long as that."""
    open_now = Task.objects.filter(hands="applicant", does__in=list(queries.PARTS), closed_at=None)
    late = open_now.filter(opened_at__lte=settings.CLOCK() - after).exclude(case__stage__in=["draft", *stages.ENDS])
    yield from ((task.case, task) for task in late.select_related("case").order_by("opened_at")[:500])


def _ask(row: Case, again: str = "", before: str = "") -> None:
    """Each who is known and lacks is told once for a step, and once for each reminder."""
    if row.stage in stages.ENDS:
        return
    standard = catalogue.standard(row.standard_id)
    known = set(queries.everybody(row))
    for task in queries.waiting(row):
        until = (task.opened_at + queries.PATIENCE).astimezone(settings.ZONE)
        text = f"{before}请在{until.month}月{until.day}日前办。过期没有办的，这件事失效。"
        for one in sorted(queries.lacking(row, standard, task) & known):
            _tell(row, one, (f"{ASKED[task.does]}：{row.item_name}", text), f"{task.step}{again}/{one}")


def _called(row: Case, standard: Standard, who: str) -> str:
    """What the party of this person is called."""
    return next((apart.words(standard, [one.role]) for one in row.parties.all() if str(one.who) == who), "对方")


def _tell(row: Case, to: str, said: tuple[str, str], key: str) -> None:
    case = str(row.public_id)
    notices.tell(SYSTEM, notices.NewNotice(case, to, "waiting", said[0], f"/cases/{case}", said[1], key))


def _case(event: EventView) -> Case:
    return Case.objects.get(stream__public_id=event.stream)
