"""What cases do when their delivery moves (送达): the step goes on or waits for somebody else, and the applicant is told."""

from collections.abc import Callable, Mapping

from onevisit.access import SYSTEM
from onevisit.cases import actions, documents, follow, queries
from onevisit.deliveries import queries as deliveries
from onevisit.deliveries.queries import DeliveryView
from onevisit.ledger.queries import EventView
from onevisit.notices import actions as notices
from onevisit.notices.sheets import Sheet


def hear_delivery(event: EventView) -> None:
    """The old papers that came back are told, and the step that waits looks at its delivery at once."""
    found = deliveries.of_stream(event.stream)
    actions.give_back_papers(SYSTEM, found.case, found.handed_in)
    follow.follow(found.case)


def tell_delivery(event: EventView) -> None:
    """The applicant knows where the result is, and what he can do; told once for each event."""
    found = deliveries.of_stream(event.stream)
    said = SENTENCES[event.kind](found, event)
    if said:
        at_counter = event.kind in ("delivery.opened", "delivery.redirected") and event.data["kind"] == "pickup"
        sheet = documents.collect(queries.row(found.case), found, event.happened) if at_counter else None
        _tell(found, event, ("collect" if at_counter else "result", *said), sheet)


def serve_delivery(event: EventView) -> None:
    """That the result has reached its owner, how and when, is kept as a paper (送达回证)."""
    found = deliveries.of_stream(event.stream)
    said = ("service", f"{found.what}{found.state_name}", "怎样送达、什么时候送达，见送达回证。")
    _tell(found, event, said, documents.service(queries.row(found.case), found, event.happened))


def _tell(found: DeliveryView, event: EventView, said: tuple[str, str, str], sheet: Sheet | None) -> None:
    kind, title, body = said
    link = f"/cases/{found.case}/delivery"
    notices.tell(SYSTEM, notices.NewNotice(found.case, found.to, kind, title, link, body, str(event.id), sheet))


Said = tuple[str, str] | None
PLACE = "带本人有效身份证件，到{counter}领取。不方便来的，可以改成快递。"


def _opened(found: DeliveryView, event: EventView) -> Said:
    if event.data["kind"] == "pickup":
        return f"{found.what}做好了，等您来领", _at_counter(found) + _back(found)
    if event.data["kind"] == "door":
        return f"{found.what}做好了，工作人员会送上门", f"上门以前会打电话跟您约时间。{_back(found)}"
    return None


def _sent(found: DeliveryView, _event: EventView) -> Said:
    return f"{found.what}已寄出", f"运单号{found.number}。{_back(found)}"


def _failed(found: DeliveryView, event: EventView) -> Said:
    if event.data.get("reason") == "missed":
        return f"{found.what}没有投到", "快递员上门时没有见到您，会再投一次。请留意电话。"
    why = {"lost": "快递把它弄丢了，原因正在查"}.get(str(event.data.get("reason")), "快递送不到这个地址")
    return f"{found.what}没有送到", f"{why}。请换一个地址重新寄送，或者到{found.office}领取。"


def _returned(found: DeliveryView, _event: EventView) -> Said:
    return f"{found.what}退回来了", f"现在在{found.office}。可以来领取，也可以重新寄送。"


def _reminded(found: DeliveryView, _event: EventView) -> Said:
    return f"{found.what}还没有领取", f"已经等了7天。{_at_counter(found)}"


def _redirected(found: DeliveryView, event: EventView) -> Said:
    if event.data["kind"] == "pickup":
        return f"{found.what}改为领取", _at_counter(found) + _back(found)
    return f"{found.what}改为寄送", f"交给快递后会告诉您运单号。{_back(found)}"


def _over(found: DeliveryView, event: EventView) -> Said:
    kept = [name for paper, name in found.owed.items() if paper not in found.handed_in]
    if not kept:
        return None  # the end of the case is told by its own event
    return f"请交回{'、'.join(kept)}", f"新证已经送到，旧证还没有收回。请交到{found.office}。"


def _at_counter(found: DeliveryView) -> str:
    """Where it is collected, with the address, and what is brought along."""
    at = documents.counter(queries.row(found.case), found.office)
    return PLACE.format(counter=f"{at.name}（{at.address}）" if at.address else at.name)


def _back(found: DeliveryView) -> str:
    """What is to be kept ready for the courier or taken along."""
    return f"请备好{'、'.join(found.owed.values())}，交旧领新。" if found.owed else ""


SENTENCES: Mapping[str, Callable[[DeliveryView, EventView], Said]] = {
    "delivery.opened": _opened,
    "delivery.sent": _sent,
    "delivery.failed": _failed,
    "delivery.returned": _returned,
    "delivery.reminded": _reminded,
    "delivery.redirected": _redirected,
    "delivery.delivered": _over,
    "delivery.collected": _over,
}
