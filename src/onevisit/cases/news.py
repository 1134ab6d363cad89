"""What cases do when something has happened: tell the applicant, go on after a payment. Told twice, each does once."""

from datetime import date

from onevisit.access import SYSTEM
from onevisit.cases import documents, follow, queries
from onevisit.cases.actions import recounting
from onevisit.cases.models import Case
from onevisit.ledger.queries import EventView
from onevisit.notices import actions as notices
from onevisit.notices.sheets import Sheet
from onevisit.payments import actions as payments
from onevisit.payments import queries as bills


def tell_receipt(event: EventView) -> None:
    """The applicant has the receipt (收件凭证)."""
    row = _case(event)
    text = "我们已收到您的申报。编号在回执里，随时可以查看进度。"
    _tell(row, event, ("receipt", f"您的{row.item_name}已收到", text), documents.receipt(row))


def tell_accepted(event: EventView) -> None:
    """The applicant knows by when the case will be decided."""
    row = _case(event)
    due = documents.day(row.due_at) if row.due_at else None
    text = f"最晚{due.month}月{due.day}日作出决定。" if due else "会尽快作出决定。"
    _tell(row, event, ("accepted", f"您的{row.item_name}已受理", text))


def tell_person(event: EventView) -> None:
    """The applicant knows that a person looks at the case, and that nothing is asked of him; not each time it changes hands."""
    if not event.data.get("to"):
        return
    row = _case(event)
    text = "有的情况要由工作人员核定。现在不用您做什么，有结果会马上告诉您。"
    _tell(row, event, ("waiting", f"您的{row.item_name}转由工作人员办理", text))


def tell_decision(event: EventView) -> None:
    """The decision is served (送达): its outcome, reasons and remedies."""
    row = _case(event)
    granted = event.data["outcome"] == "grant"
    text = "已作出准予的决定。" if granted else "已作出不予的决定。理由、依据和救济办法见决定书。"
    _tell(row, event, ("decision", f"您的{row.item_name}已有决定", text), documents.decision(row))


def tell_correction(event: EventView) -> None:
    """The applicant has the whole list of what to mend, how and until when (一次性告知书)."""
    if not event.data.get("defects"):
        return
    row = _case(event)
    until = date.fromisoformat(event.data["until"])
    text = f"请在{until.month}月{until.day}日前补正{len(event.data['defects'])}处。补正以前，承诺时限停下来等您。"
    _tell(row, event, ("one_time", f"您的{row.item_name}要补正", text), documents.one_time(row))


def recount(_event: EventView) -> None:
    """Every running clock is counted by the calendar that was entered just now."""
    for case_id in recounting.affected():
        recounting.recount(case_id)


def tell_moved(event: EventView) -> None:
    """The applicant knows the new day, and that it was the holidays."""
    row = _case(event)
    due = documents.day(row.due_at) if row.due_at else None
    if due:
        text = f"放假安排公布以后重新计算，最晚{due.month}月{due.day}日作出决定。"
        _tell(row, event, ("accepted", f"您的{row.item_name}办结的日子变了", text))


def tell_withdrawn(event: EventView) -> None:
    """The applicant knows that the case has ended at his wish; a draft that was thrown away needs no word."""
    row = _case(event)
    if row.number:
        _tell(row, event, ("withdrawn", f"您的{row.item_name}已撤回", "这件事已按您的要求撤回。需要时可以重新申报。"))


def tell_bill(event: EventView) -> None:
    """The applicant knows what to pay, and where."""
    bill = bills.of_stream(event.stream)
    row = queries.row(bill.case)
    _tell(row, event, ("payment", f"请缴纳{bill.name}{bill.amount:,.2f}元", "缴清后证明马上生成。在办件页面点“去缴费”。"))


def tell_result(event: EventView) -> None:
    """The applicant knows that the result is there and how to get it."""
    row = _case(event)
    text = "结果已存入“我的证照”，可以下载，也可以出示二维码。" if row.outcome == "grant" else "这件事已办结。"
    _tell(row, event, ("result", f"您的{row.item_name}已办结", text))


def go_on(event: EventView) -> None:
    """What follows a decision is done, where the request that signed it did not do it."""
    follow.follow(str(_case(event).public_id))


def paid(event: EventView) -> None:
    """The payment step is done, and what follows it (缴费后出证)."""
    follow.pay(bills.of_stream(event.stream))


def void_bills(event: EventView) -> None:
    """No bill of a withdrawn case stays open."""
    for bill in bills.bills_of_case(str(_case(event).public_id)):
        if bill.state == "open":
            payments.void(SYSTEM, bill.id)


def _case(event: EventView) -> Case:
    return Case.objects.select_related("standard").get(stream__public_id=event.stream)


def _tell(row: Case, event: EventView, said: tuple[str, str, str], sheet: Sheet | None = None) -> None:
    """The notice of this event, said once: its key is the event."""
    kind, title, body = said
    case = str(row.public_id)
    notices.tell(SYSTEM, notices.NewNotice(case, str(row.applicant), kind, title, f"/cases/{case}", body, str(event.id), sheet))
