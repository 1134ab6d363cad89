"""What cases do when something has happened: tell the applicant, go on after a payment. Told twice, each does once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from onevisit.access import SYSTEM
from onevisit.cases import documents, follow, queries
from onevisit.cases.actions import recounting
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.ledger import queries as ledger
from onevisit.ledger.queries import EventView
from onevisit.notices import actions as notices
from onevisit.notices.sheets import Sheet
from onevisit.payments import actions as payments
from onevisit.payments import queries as bills
from onevisit.payments import refunds

OVER = {"decided": "不予办理", "concluded": "不予办理", "withdrawn": "已撤回", "turned_away": "不予受理", "lapsed": "已失效"}
"""How a case ends that gives no result."""
COMMON = frozenset({
    "case.accepted", "case.turned_away", "case.extended", "case.suspended", "case.decided", "case.withdrawn", "case.lapsed",
    "case.concluded", "step.returned", "clock.moved",
})  # fmt: skip
"""The events that concern every party of a case; of the others only whoever filed hears, who alone can answer them."""


def recipients(row: Case, event: EventView) -> tuple[str, ...]:
    """Whom this event of the case is told, and served with its paper, the applicant first."""
    asked = bool(event.data.get("defects"))
    return queries.everybody(row) if event.kind in COMMON and not asked else (str(row.applicant),)


def tell_receipt(event: EventView) -> None:
    """The applicant has the receipt (收件凭证), online or at the window."""
    row = _case(event)
    text = "我们已收到您的申报。编号在收件凭证里，随时可以查看进度。"
    _tell(row, event, ("receipt", f"您的{row.item_name}已收到", text), documents.receipt(row))


def tell_accepted(event: EventView) -> None:
    """Everybody knows by when the case will be decided (受理通知书), also if silence accepted it; and what is still owed."""
    row = _case(event)
    due = documents.day(row.due_at) if row.due_at else None
    how = "没有在期限里告知补正，自收到之日起视为受理。" if event.data.get("deemed") else ""
    text = how + (f"最晚{due.month}月{due.day}日作出决定。" if due else "会尽快作出决定。")
    _tell(row, event, ("accepted", f"您的{row.item_name}已受理", text), documents.accepted(row))
    owed = documents.tolerance(row)
    if owed:
        said = ("tolerance", f"您的{row.item_name}还有材料要补交", "已经先行受理。要补交什么、最晚哪天，见容缺受理告知书。")
        _tell(row, event, said, owed, to=(str(row.applicant),))


def tell_turned_away(event: EventView) -> None:
    """Everybody knows that it was not accepted, why, and what can be done (不予受理决定书)."""
    row = _case(event)
    text = "理由、依据和救济办法见不予受理决定书。"
    _tell(row, event, ("turned_away", f"您的{row.item_name}不予受理", text), documents.turned_away(row))


def tell_extended(event: EventView) -> None:
    """Everybody knows the new end of the limit, and why (延长期限告知书)."""
    row = _case(event)
    due = documents.day(row.due_at or row.legal_due_at)
    text = f"最晚{due.month}月{due.day}日作出决定。理由见延长期限告知书。"
    _tell(row, event, ("extended", f"您的{row.item_name}延长了期限", text), documents.extended(row, event.happened))


def tell_suspended(event: EventView) -> None:
    """Everybody knows that the clock stands still, for what and how long (中止计时告知书); a correction has its own paper."""
    if event.data.get("defects"):
        return
    row = _case(event)
    sheet = documents.suspended(row, event.happened, event.data)
    if sheet:
        said = ("suspended", f"您的{row.item_name}暂停计时", "原因和所需的时间见中止计时告知书。")
        _tell(row, event, said, sheet)


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
    notice = sum(1 for one in ledger.events(event.stream) if one.seq <= event.seq and one.data.get("defects"))
    _tell(row, event, ("one_time", f"您的{row.item_name}要补正", text), documents.one_time(row, notice))


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
    """Everybody knows that the case has ended, and at whose wish; a draft that was thrown away needs no word."""
    row = _case(event)
    for one in recipients(row, event) if row.number else ():
        own = event.data.get("by", one) == one
        text = "这件事已按您的要求撤回。需要时可以重新申报。" if own else "对方撤回了申报，这件事结束了。需要时可以重新申报。"
        sheet = documents.withdrawn(row, event.happened, own=own)
        _tell(row, event, ("withdrawn", f"您的{row.item_name}已撤回", text), sheet, to=(one,))


def tell_ended(event: EventView) -> None:
    """Everybody knows that the case has ended since what was asked for never came; of parties `invitations` tells."""
    row = _case(event)
    reason = str(event.data["reason"])
    if row.number and reason != "party":
        said = ("lapsed", f"您的{row.item_name}已失效", "没有按期交来要补的材料，这件事结束了。需要时可以重新申报。")
        _tell(row, event, said, documents.lapsed(row, event.happened, reason))


def tell_bill(event: EventView) -> None:
    """The applicant knows what to pay, and where."""
    bill = bills.of_stream(event.stream)
    row = queries.row(bill.case)
    then = "缴清后证明马上生成。" if row.stage == "decided" else "审查同时在办，缴清了才出证。"
    said = ("payment", f"请缴纳{bill.name}{bill.amount:,.2f}元", f"{then}在办件页面点“去缴费”。")
    _tell(row, event, said, to=(bill.payer,))


def tell_result(event: EventView) -> None:
    """The applicant knows that the result is there and how to get it; another party that the matter is over."""
    row = _case(event)
    results = catalogue.standard(row.standard_id).results
    holders = {queries.of_party(row, result.holder)[0] for result in results} if row.outcome == "grant" else set()
    for one in queries.everybody(row):
        text = "结果已存入“我的证照”，可以下载，也可以出示二维码。" if one in holders else "这件事已办结。"
        _tell(row, event, ("result", f"您的{row.item_name}已办结", text), to=(one,))


def go_on(event: EventView) -> None:
    """What follows a decision is done, where the request that signed it did not do it."""
    follow.follow(str(_case(event).public_id))


def paid(event: EventView) -> None:
    """The payment step is done, and what follows it (缴费后出证); money that came after the end is proposed for a refund."""
    bill = bills.of_stream(event.stream)
    follow.pay(bill)
    _end_bills(queries.row(bill.case))


def end_bills(event: EventView) -> None:
    """Of a case that ended without its result no bill stays open, and what was paid is proposed for a refund (退费)."""
    _end_bills(_case(event))


def _end_bills(row: Case) -> None:
    if row.outcome == "grant" or row.stage not in OVER:
        return
    for bill in bills.bills_of_case(str(row.public_id)):
        if bill.state == "open":
            payments.void(SYSTEM, bill.id)
        elif bill.state == "paid":
            refunds.propose(SYSTEM, bill.id, f"办件{OVER[row.stage]}，没有出证，已缴的{bill.name}应当退还。")


def tell_refund(event: EventView) -> None:
    """The payer knows that the money comes back, or why not."""
    bill = bills.of_stream(event.stream)
    claim = bills.claim_of_case(SYSTEM, bill.case)
    row = queries.row(bill.case)
    if event.kind == "bill.refunded":
        said = ("payment", f"{bill.name}{bill.amount:,.2f}元已退", "已经退回您缴费的账户，到账时间以银行为准。")
    else:
        said = ("payment", f"{bill.name}{bill.amount:,.2f}元不退", f"理由：{claim.answer if claim else ''}")
    _tell(row, event, said, to=(bill.payer,))


def _case(event: EventView) -> Case:
    return Case.objects.select_related("standard").get(stream__public_id=event.stream)


def _tell(row: Case, event: EventView, said: tuple[str, str, str], sheet: Sheet | None = None, to: Sequence[str] = ()) -> None:
    """The notice of this event, said once to each whom it concerns: its key is the event. They share the paper's number."""
    kind, title, body = said
    case, applicant = str(row.public_id), str(row.applicant)
    for one in to or recipients(row, event):
        key = str(event.id) if one == applicant else f"{event.id}/{one}"
        own = replace(sheet, applicant=documents.named(row, one)) if sheet and one != applicant else sheet
        new = notices.NewNotice(case, one, kind, title, f"/cases/{case}", body, key, own, str(event.id))
        notices.tell(SYSTEM, new)


SERVING: Mapping[str, tuple[frozenset[str], Callable[[EventView], None]]] = {
    "receipt": (frozenset({"case.filed", "case.received"}), tell_receipt),
    "accepted": (frozenset({"case.accepted"}), tell_accepted),
    "tolerance": (frozenset({"case.accepted"}), tell_accepted),
    "turned_away": (frozenset({"case.turned_away"}), tell_turned_away),
    "one_time": (frozenset({"case.noticed", "case.suspended"}), tell_correction),
    "extended": (frozenset({"case.extended"}), tell_extended),
    "suspended": (frozenset({"case.suspended"}), tell_suspended),
    "decision": (frozenset({"case.decided"}), tell_decision),
    "withdrawn": (frozenset({"case.withdrawn"}), tell_withdrawn),
    "lapsed": (frozenset({"case.lapsed"}), tell_ended),
}
"""Which paper comes of which events, and who serves it."""


def serve_now(case_id: str, kind: str) -> None:
    """The newest paper of this kind is served at once, not a moment later: for a window that prints it now. Once is enough."""
    kinds, tell = SERVING[kind]
    found = [event for event in ledger.events(str(queries.row(case_id).stream.public_id)) if event.kind in kinds]
    if found:
        tell(found[-1])
