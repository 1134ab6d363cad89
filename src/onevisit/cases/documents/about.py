"""What every paper of a case says at its head, and how it is addressed, dated, opened."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM
from onevisit.cases.actions.receiving import SHOWN
from onevisit.cases.models import Case
from onevisit.catalogue import phrases
from onevisit.catalogue import queries as catalogue
from onevisit.catalogue.queries import ItemView, NoItem
from onevisit.identity import queries as identity
from onevisit.identity.personal import purpose
from onevisit.ledger import queries as ledger
from onevisit.notices.sheets import Row


def head(row: Case, on: date) -> dict[str, Any]:
    """Item, number, applicant, office and phones, as every sheet bears them."""
    return {
        "item": row.item_name, "number": row.number or "", "applicant": named(row, str(row.applicant)), "office": row.office_name,
        "on": on, "item_type": catalogue.standard(row.standard_id).item.type, "department": row.department,
        "division": row.division, "phones": phones(row),
    }  # fmt: skip


def offered(row: Case) -> ItemView | None:
    """The item as its division offers it now, if it still does."""
    try:
        return catalogue.item(row.item_code)
    except NoItem:
        return None


def phones(row: Case) -> tuple[Row, ...]:
    """Whom to call; a complaint goes to the hotline where the office names no phone of its own."""
    item = offered(row)
    consult, complaint = (item.phones.consult, item.phones.complaint) if item else ("", "")
    complain = Row("投诉电话", complaint or phrases.HOTLINE)
    return (Row("咨询电话", consult), complain) if consult else (complain,)


def named(row: Case, who: str) -> str:
    """The name in full of somebody on whom a paper of the case is served; it is sealed for him."""
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=who, case=str(row.public_id)):
        return identity.applicant_for_sharing(who).name


def answers(row: Case) -> dict[str, str]:
    """The answers that tell which situation it is."""
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
        found: dict[str, str] = row.data.reveal()["answers"]
    return found


def opinion(row: Case, on: str, outcome: str = "") -> tuple[str, str]:
    """The newest words that an officer wrote on this act, and by whom; empty if there are none."""
    one = row.opinions.filter(on=on, outcome=outcome, text__isnull=False).order_by("-id").first()
    if one is None:
        return "", ""
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
        return one.text.reveal(), one.by


def at_window(row: Case) -> bool:
    """Whether it was received over the counter."""
    return any(event.kind == "case.received" for event in ledger.events(str(row.stream.public_id)))


def handed_in(row: Case) -> dict[str, int]:
    """How many files lie there for each material."""
    found: dict[str, int] = {}
    for material in row.attachments.filter(removed_at=None).values_list("material", flat=True):
        found[material] = found.get(material, 0) + 1
    return found


def shown(row: Case) -> dict[str, str]:
    """How each material was shown or handed over at the counter, where it was."""
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(row.applicant), case=str(row.public_id)):
        handed: dict[str, dict[str, str]] = row.data.reveal().get("handed") or {}
    return {name: SHOWN[one["how"]] for name, one in handed.items()}


def originals(row: Case) -> tuple[str, ...]:
    """The materials whose originals were handed in over the counter and go back when the case ends without a result (退件)."""
    if not at_window(row):
        return ()
    kinds = ("original", "original_and_copy")
    handed = handed_in(row)
    materials = catalogue.standard(row.standard_id).materials
    return tuple(one.name for one in materials if one.id in handed and one.form and one.form.kind in kinds)


def day(moment: datetime | None) -> date:
    """The legal day of a moment, in hall time."""
    return (moment or settings.CLOCK()).astimezone(settings.ZONE).date()


def day_or_none(moment: datetime | None) -> date | None:
    """The legal day of a moment, if there is one."""
    return day(moment) if moment else None
