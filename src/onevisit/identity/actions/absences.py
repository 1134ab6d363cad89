"""Leave and stand-ins (请假, A/B岗): entered by the officer himself or by his chief, ended early by either."""

from datetime import date

from django.conf import settings
from django.db import transaction

from onevisit.access import Actor, Duty, Hidden, Refused, Target, require
from onevisit.identity import absences
from onevisit.identity.actions.people import officer_of
from onevisit.identity.models import Absence, Officer
from onevisit.ledger.actions import Entry, append


@transaction.atomic
def enter_absence(actor: Actor, account: str, stand_in: str, since: date, until: date) -> str:
    """The public id of a leave; while it lasts, the colleague named takes the work, with his own grants.

    Raises `Refused` for days that are over or in the wrong order, for a stand-in of another office or away himself, and for
    days that another leave covers already.
    """
    officer = officer_of(account)
    require(actor, Duty.ABSENCE_ENTER, _target(actor, officer))
    colleague = officer_of(stand_in)
    if until < since or until < absences.today():
        raise Refused("wrong-days", "请假的日期不对：开始不能晚于结束，也不能都在今天以前。", "请核对日期。")
    if colleague.pk == officer.pk or colleague.office_id != officer.office_id:
        raise Refused("not-his-office", "顶岗的要是同一个单位的另一位同事。", "请从列出的同事里选。")
    open_ones = Absence.objects.filter(ended_at=None, since__lte=until, until__gte=since)
    if open_ones.filter(officer=officer).exists():
        raise Refused("away-already", "这几天已经登记过请假。", "要改的，请先取消原来的。")
    if open_ones.filter(officer=colleague).exists():
        raise Refused("stand-in-away", "这位同事这几天也请假。", "请选另一位顶岗。")
    row = Absence.objects.create(
        officer=officer, stand_in=colleague, since=since, until=until, entered_by=actor.id, entered_at=settings.CLOCK()
    )
    told = {"absence": str(row.public_id), "stand_in": stand_in, "since": since.isoformat(), "until": until.isoformat()}
    append(officer.account.stream, actor, [Entry("absence.entered", told)])
    return str(row.public_id)


@transaction.atomic
def end_absence(actor: Actor, public_id: str) -> None:
    """The leave is over from now on, or will not begin; nothing happens if it was ended before."""
    rows = Absence.objects.select_for_update(of=("self",)).select_related("officer__account__stream", "officer__office")
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise Hidden(f"absence {public_id}")
    require(actor, Duty.ABSENCE_ENTER, _target(actor, row.officer))
    if row.ended_at is None:
        row.ended_at = settings.CLOCK()
        row.save(update_fields=["ended_at"])
        append(row.officer.account.stream, actor, [Entry("absence.ended", {"absence": public_id})])


def _target(actor: Actor, officer: Officer) -> Target:
    account, office = str(officer.account.public_id), officer.office
    return absences.target(actor, account, office.department_id, office.division.code)
