"""The papers at the end of a case: decision, end without one, the result handed over and served. 行政许可法 arts. 38, 44."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import SYSTEM, Actor, Duty
from onevisit.cases import queries, remedies, results
from onevisit.cases.documents import about
from onevisit.cases.models import Case
from onevisit.cases.models import Decision as Made
from onevisit.city import queries as city
from onevisit.deliveries import queries as deliveries
from onevisit.deliveries.queries import DeliveryView
from onevisit.identity.personal import purpose
from onevisit.notices import queries as notices
from onevisit.notices.parts import until
from onevisit.notices.sheets import Collect, Decision, Ended, Row, Served, ServedLine
from onevisit.payments import queries as bills

LAPSED: Mapping[str, str] = {
    "correction": "没有在告知的期限里补正，本件失效。",
    "owed": "没有在承诺的期限里补交容缺的材料，视为撤回申请，本件失效。",
}
"""Why a case lapsed, by the reason that its event gives."""
BRING = ("领取人的有效身份证件原件", "代领的，还要带委托书和代领人的身份证件原件")


def decision(row: Case) -> Decision:
    """What the decision says: outcome, reasons with their basis, figures, remedies. 行政许可法 art. 38."""
    made = row.decisions.get(superseded=False)
    head = about.head(row, about.day(made.decided_at))
    against = remedies.burdens(row.department, head["item_type"], made.outcome)
    return Decision(
        **head,
        granted=made.outcome == "grant",
        received_on=about.day(row.received_at),
        opinion=_opinion(row, made),
        reasons=tuple(Row(reason["basis"], reason["text"]) for reason in made.reasons),
        results=tuple(Row(label, value) for label, value in results.figures(made.result)),
        remedies=remedies.sentences("decision", row.department, head["item_type"], row.division) if against else (),
    )


def _opinion(row: Case, made: Made) -> str:
    """The words of whoever signed."""
    if made.opinion is None:
        return ""
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
        said: str = made.opinion.reveal()
    return said


def withdrawn(row: Case, at: datetime, *, own: bool) -> Ended:
    """That the case ended at its applicant's wish, or another party's, and what goes back (退件)."""
    return _ended(row, at, "已按您的要求撤回。" if own else "已由对方当事人撤回。")


def lapsed(row: Case, at: datetime, reason: str) -> Ended:
    """That the case ended since what was asked for never came (失效)."""
    return _ended(row, at, LAPSED[reason])


def _ended(row: Case, at: datetime, why: str) -> Ended:
    return Ended(
        **about.head(row, about.day(at)),
        received_on=about.day(row.received_at),
        why=why,
        returned=about.originals(row),
        paid=any(bill.state == "paid" for bill in bills.bills_of_case(str(row.public_id))),
    )


def collect(row: Case, delivery: DeliveryView, at: datetime) -> Collect:
    """With what the result is collected at the counter, where and when (领取凭证)."""
    head = about.head(row, about.day(at)) | {"applicant": about.named(row, delivery.to)}
    where = counter(row, delivery.office)
    return Collect(
        **head,
        what=delivery.what,
        places=_known(("地点", where.name), ("地址", where.address), ("时间", where.hours)),
        bring=(*BRING, *(f"旧证：{name}（交旧领新）" for name in delivery.owed.values())),
    )


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a result is collected (领取地点); `address` and `hours` are empty where they are not known."""

    name: str
    address: str = ""
    hours: str = ""


def counter_of(actor: Actor, delivery: DeliveryView) -> Counter:
    """Where this result is collected, for whoever may read the case."""
    row = queries.row(delivery.case)
    access.require(actor, Duty.CASE_READ, queries.target(row, actor))
    return counter(row, delivery.office)


def counter(row: Case, office: str) -> Counter:
    """The counter: as the division's offer names it, else the hall of the division."""
    item = about.offered(row)
    if item and item.places:
        one = item.places[0]
        return Counter(f"{one.hall}{one.site}{'、'.join(one.windows)}", one.address, one.hours)
    hall = next(iter(city.halls(row.division)), None)
    return Counter(hall.name, hall.address) if hall else Counter(office)


def _known(*rows: tuple[str, str]) -> tuple[Row, ...]:
    return tuple(Row(name, text) for name, text in rows if text)


def service(row: Case, delivery: DeliveryView, at: datetime) -> Served:
    """What was served on whom, how and when, with the result that reached him (送达回证)."""
    when = until(at.astimezone(settings.ZONE))
    served = [ServedLine(delivery.what, delivery.number and f"运单号{delivery.number}", delivery.kind_name, when)]
    for paper in notices.served(delivery.case, delivery.to, "decision"):
        reached = until(paper.served_at.astimezone(settings.ZONE)) if paper.served_at else when
        served.insert(0, ServedLine(paper.paper_name, paper.number, paper.how_name or "随结果送达", reached))
    signed = _signed(row, delivery)
    back = "、".join(name for paper, name in delivery.owed.items() if paper in delivery.handed_in)
    head = about.head(row, about.day(at)) | {"applicant": about.named(row, delivery.to)}
    return Served(
        **head,
        served=tuple(served),
        details=_known(("签收记录", signed), ("交回的旧证", back)),
        by_hand=delivery.state == "collected" or delivery.kind == "door",
    )


def _signed(row: Case, delivery: DeliveryView) -> str:
    """What was written of the signature when the result was handed over."""
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=delivery.to, case=str(row.public_id)):
        return deliveries.receipt_of(delivery.id)
