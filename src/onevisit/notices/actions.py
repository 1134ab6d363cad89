"""Saying things, once each, and handing out their papers."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from onevisit import access
from onevisit.access import SYSTEM, Actor, Duty, Refused, Target
from onevisit.identity.personal import purpose
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry
from onevisit.ledger.faults import fault
from onevisit.notices import queries, sheets
from onevisit.notices.models import Notice
from onevisit.notices.sheets import KINDS, Sheet
from onevisit.papers import actions as papers
from onevisit.papers import queries as files
from onevisit.papers import render, signing
from onevisit.papers.inspection import PDF
from onevisit.papers.models import StoredFile


@dataclass(frozen=True, slots=True)
class NewNotice:
    """Something to say: `key` tells two notices of one kind in one case apart; `link` is where in the house it leads."""

    case: str
    to: str
    kind: str
    title: str
    link: str
    body: str = ""
    key: str = ""
    sheet: Sheet | None = None


def tell(actor: Actor, new: NewNotice) -> queries.NoticeView:
    """The notice is in the recipient's inbox; said twice (same case, kind and key), it is said once."""
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
    return Notice.objects.filter(case=new.case, kind=new.kind, key=new.key).first()


def _told(actor: Actor, new: NewNotice) -> Notice:
    made = Notice(
        stream=ledger.open_stream("notice"), case=UUID(new.case), to=UUID(new.to), owner_key=UUID(new.to),
        kind=Notice.Kind(new.kind), key=new.key, title=new.title, body=new.body, link=new.link, at=settings.CLOCK(),
    )  # fmt: skip
    made.sheet = sheets.to_json(new.sheet) if new.sheet else None
    made.save()
    fault("after_notice_before_event")
    ledger.append(made.stream, actor, [Entry("notice.sent", {"notice": str(made.public_id), "case": new.case, "kind": new.kind})])
    return made


@transaction.atomic
def read(actor: Actor, public_id: str) -> queries.NoticeView:
    """The notice, opened; the first opening by its recipient is kept with its time (送达)."""
    found = queries.row(public_id)
    access.require(actor, Duty.NOTICE_READ, queries.target(found))
    found = Notice.objects.select_for_update().get(pk=found.pk)
    if found.read_at is None:
        found.read_at = settings.CLOCK()
        found.save(update_fields=["read_at"])
        ledger.append(found.stream, actor, [Entry("notice.read", {"notice": public_id})])
    return queries.view(found)


def file_of(actor: Actor, public_id: str, size: Literal["normal", "large"] = "normal") -> bytes:
    """The printed form of the notice, sealed: made at the first wish and kept; in large print it is made each time."""
    found = queries.row(public_id)
    access.require(actor, Duty.NOTICE_READ, queries.target(found))
    if found.sheet is None:
        raise Refused("no-paper", "这条消息没有打印件。", "请在办件页面查看。")
    if size == "large":
        return _sealed(found, large=True)
    if found.file_id is None:
        _keep(found, _sealed(found, large=False))
    file_id = Notice.objects.values_list("file__public_id", flat=True).get(pk=found.pk)
    return files.content(str(file_id)).content


def _sealed(of: Notice, *, large: bool) -> bytes:
    with transaction.atomic(), purpose(SYSTEM, "handle", subject=str(of.to), case=str(of.case)):
        kept = of.sheet.reveal()
    shown = sheets.page(of.kind, kept) | {"large": large, "sample": settings.DEMO, "qr": f"{settings.BASE_URL}{of.link}"}
    return signing.sign(render.pdf(KINDS[of.kind].TEMPLATE, shown), KINDS[of.kind].NAME)


@transaction.atomic
def _keep(of: Notice, content: bytes) -> None:
    """The file belongs to the notice, unless it has one by now."""
    locked = Notice.objects.select_for_update().get(pk=of.pk)
    if locked.file_id is not None:
        return
    kept = papers.store(content, PDF)
    locked.file = StoredFile.objects.only("pk").get(public_id=kept.public_id)
    locked.save(update_fields=["file"])
    ledger.append(locked.stream, SYSTEM, [Entry("notice.printed", {"file": kept.public_id, "digest": kept.digest})])
