"""Saying things, once each, serving their papers (送达), and handing these out.

What is told in somebody's account has reached him when it lies there, as with electronic service by the courts (民事诉讼法
art. 90: the day on which it arrives in his system); who has no account is served at the window against his signature, or by
post (行政许可法 art. 38 asks for a written decision, art. 44 for its delivery). The first way that reached him counts.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from onevisit import access
from onevisit.access import SYSTEM, Actor, Duty, Refused, Target
from onevisit.identity import queries as identity
from onevisit.identity.personal import purpose
from onevisit.ledger import actions as ledger
from onevisit.ledger import numbers
from onevisit.ledger.actions import Entry
from onevisit.ledger.faults import fault
from onevisit.notices import queries, sheets
from onevisit.notices.models import Notice, Writ
from onevisit.notices.sheets import KINDS, Sheet
from onevisit.papers import actions as papers
from onevisit.papers import queries as files
from onevisit.papers import render, signing
from onevisit.papers.inspection import PDF
from onevisit.papers.models import StoredFile

TEMPLATE = "notices/sheet.html"
DEMO = "（演示）"


@dataclass(frozen=True, slots=True)
class NewNotice:
    """Something to say: `key` tells two notices of one kind in one case apart; `link` is where in the house it leads.

    `writ` tells two papers of one kind in a case apart: those whom one paper is served on have it in common.
    """

    case: str
    to: str
    kind: str
    title: str
    link: str
    body: str = ""
    key: str = ""
    sheet: Sheet | None = None
    writ: str = ""


def tell(actor: Actor, new: NewNotice) -> queries.NoticeView:
    """The notice is in the recipient's inbox, its paper numbered; said twice (same case, kind and key), it is said once."""
    access.require(actor, Duty.NOTICE_SEND, Target("notice", owner=new.to))
    if new.sheet is not None and KINDS.get(new.kind) is not type(new.sheet):
        raise Refused("wrong-sheet", f"“{new.kind}”不能用{type(new.sheet).NAME}的格式。", "请换成对应的格式。")
    try:
        with transaction.atomic():
            return queries.view(_said(new) or _told(actor, new))
    except IntegrityError:
        said = _said(new)
        if said is None:
            raise
        return queries.view(said)


def _said(new: NewNotice) -> Notice | None:
    return Notice.objects.select_related("writ").filter(case=new.case, kind=new.kind, key=new.key).first()


def _told(actor: Actor, new: NewNotice) -> Notice:
    now = settings.CLOCK()
    made = Notice(
        stream=ledger.open_stream("notice"), case=UUID(new.case), to=UUID(new.to), owner_key=UUID(new.to),
        kind=Notice.Kind(new.kind), key=new.key, title=new.title, body=new.body, link=new.link, at=now,
    )  # fmt: skip
    made.sheet = sheets.to_json(new.sheet) if new.sheet else None
    if identity.has_account(new.to):
        made.how, made.served_at = Notice.How.ONLINE, now
    made.writ = _writ(new, new.sheet) if new.sheet else None
    made.save()
    fault("after_notice_before_event")
    data = {"notice": str(made.public_id), "case": new.case, "kind": new.kind}
    ledger.append(made.stream, actor, [Entry("notice.sent", {**data, "number": made.writ.number} if made.writ else data)])
    return made


def _writ(new: NewNotice, sheet: Sheet) -> Writ:
    """The paper's number, taken once however many it is served on."""
    known = {"case": UUID(new.case), "kind": new.kind, "key": new.writ or new.key}
    found = Writ.objects.filter(**known).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            series, serial, number = _number(new.kind, sheet)
            named = {"number": number, "name": sheet.title(), "at": settings.CLOCK()}
            return Writ.objects.create(**known, series=series, serial=serial, **named)
    except IntegrityError:
        return Writ.objects.get(**known)


def _number(kind: str, sheet: Sheet) -> tuple[str, int, str]:
    """The next number (文书编号) of the office, this kind and year, without gaps: 禹会区税务局受〔2026〕3号.

    Issuer's sign, year in 〔〕, serial without leading zeros: GB/T 9704-2012 clause 7.2.5. Signs of offices (机关代字) are given
    by each office and are not in our data: its name stands in their place, and the word for the kind is ours.
    """
    year = sheet.on.year
    series = f"paper/{sheet.department}/{sheet.division}/{kind}/{year}"
    serial = numbers.next_number(series)
    return series, serial, f"{sheet.office.removesuffix(DEMO)}{sheet.SIGN}〔{year}〕{serial}号"


@transaction.atomic
def read(actor: Actor, public_id: str) -> queries.NoticeView:
    """The notice, opened; the first opening by its recipient is kept with its time, and shows that it has reached him."""
    found = queries.row(public_id)
    access.require(actor, Duty.NOTICE_READ, queries.target(found))
    found = _locked(found)
    if found.read_at is None and actor.kind == "applicant":
        found.read_at = settings.CLOCK()
        if not found.how:
            found.how, found.served_at = Notice.How.ONLINE, found.read_at
        found.save(update_fields=["read_at", "how", "served_at"])
        ledger.append(found.stream, actor, [Entry("notice.read", {"notice": public_id})])
    return queries.view(found)


@transaction.atomic
def serve(actor: Actor, public_id: str, how: str, signed: str, at: Target | None = None) -> queries.NoticeView:
    """The paper has reached its recipient at the window or by post (送达), against the signature that `signed` tells of.

    What has reached him before stays as it was. `at` is the case as the officer meets it.
    """
    found = queries.row(public_id)
    access.require(actor, Duty.NOTICE_SERVE, queries.target(found, at))
    if found.sheet is None:
        raise Refused("no-paper", "这条消息没有打印件。", "请在办件页面查看。")
    if how not in (Notice.How.WINDOW, Notice.How.POST) or not signed.strip():
        raise Refused("no-signature", "送达要有受送达人的签收。", "请写明怎样送达、由谁签收。")
    found = _locked(found)
    if not found.how:
        found.how, found.served_at, found.signed = how, settings.CLOCK(), signed.strip()
        found.save(update_fields=["how", "served_at", "signed"])
        ledger.append(found.stream, actor, [Entry("notice.served", {"notice": public_id, "how": how})])
    return queries.view(found)


def file_of(
    actor: Actor, public_id: str, size: Literal["normal", "large"] = "normal", at: Target | None = None
) -> bytes:  # fmt: skip
    """The printed form of the notice, sealed: made at the first wish and kept; in large print it is made each time.

    For an officer who prints it, `at` is the case as he meets it; that he did is a reading, which the recipient can see.
    """
    found = queries.row(public_id)
    access.require(actor, Duty.NOTICE_READ, queries.target(found, at))
    if found.sheet is None:
        raise Refused("no-paper", "这条消息没有打印件。", "请在办件页面查看。")
    if actor.kind == "officer":
        with transaction.atomic(), purpose(actor, "handle", subject=str(found.to), case=str(found.case)):
            found.sheet.reveal()
    if size == "large":
        return _sealed(found, large=True)
    if found.file_id is None:
        _keep(found, _sealed(found, large=False))
    file_id = Notice.objects.values_list("file__public_id", flat=True).get(pk=found.pk)
    return files.content(str(file_id)).content


def _sealed(of: Notice, *, large: bool) -> bytes:
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(of.to), case=str(of.case)):
        kept = of.sheet.reveal()
    numbered = {"writ": of.writ.number if of.writ else ""}
    shown = kept | numbered | {"large": large, "sample": settings.DEMO, "qr": f"{settings.BASE_URL}{of.link}"}
    return signing.sign(render.pdf(TEMPLATE, shown), kept["title"])


def _locked(of: Notice) -> Notice:
    return Notice.objects.select_for_update(of=("self",)).select_related("writ").get(pk=of.pk)


@transaction.atomic
def _keep(of: Notice, content: bytes) -> None:
    """The file belongs to the notice, unless it has one by now."""
    locked = _locked(of)
    if locked.file_id is not None:
        return
    kept = papers.store(content, PDF)
    locked.file = StoredFile.objects.only("pk").get(public_id=kept.public_id)
    locked.save(update_fields=["file"])
    ledger.append(locked.stream, SYSTEM, [Entry("notice.printed", {"file": kept.public_id, "digest": kept.digest})])
