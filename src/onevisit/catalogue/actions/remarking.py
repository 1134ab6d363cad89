"""A reader says what is wrong with one element of a guide (报错), and an editor answers."""

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused, Target
from onevisit.catalogue import masking, queries, remarks
from onevisit.catalogue.models import BaseItem, Remark
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry

SHORTEST, LONGEST = 4, 500


@transaction.atomic
def remark(actor: Actor, key: str, division: str, element: str, said: str) -> str:
    """The remark waits for an editor; its id. Everybody may, nobody's name is kept, what looks like a person's number is masked.

    Raises `NoItem`, and `Refused` for an element that the guide does not have and for words that are too few or too many.
    """
    item = queries.item(key, division)
    access.require(actor, Duty.GUIDE_READ, Target("item", id=item.key, item=item.key))
    if element != remarks.WHOLE and element not in remarks.elements(item):
        raise Refused("no-element", "指南里没有这一处。", "请回到指南，从要说的那一处点进来。")
    words = _checked(said)
    row = Remark.objects.create(
        base_item=BaseItem.objects.get(key=item.key), level=item.level, division=item.division_code, version=item.version,
        element=element, said=words, at=settings.CLOCK(),
    )  # fmt: skip
    facts = {
        "remark": str(row.public_id), "item": item.key, "division": item.division_code, "version": item.version,
        "element": element,
    }  # fmt: skip
    ledger.append(ledger.open_stream("remark"), actor, [Entry("guide.remarked", facts)])
    return str(row.public_id)


@transaction.atomic
def answer_remark(actor: Actor, remark_id: str, text: str) -> None:
    """The remark is answered; whoever wrote it reads it at the address that he was given. Raises `Hidden` and `Refused`."""
    access.require(actor, Duty.GUIDE_DRAFT, Target("remark", id=remark_id))
    known = remarks.remark(remark_id)
    row = Remark.objects.select_for_update().get(public_id=known.id)
    if row.answered_at is not None:
        raise Refused("answered", "这条已经有人答复了。", "请刷新页面，看别的。")
    row.answer, row.answered_by, row.answered_at = _checked(text), actor.id, settings.CLOCK()
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    facts = {"remark": known.id, "item": known.key}
    ledger.append(ledger.open_stream("remark"), actor, [Entry("guide.remark-answered", facts)])


def _checked(text: str) -> str:
    """The words as they are kept; raises `Refused` where they are too few or too many."""
    if len(text) > LONGEST * 4:
        raise Refused("remark-length", f"最多写{LONGEST}个字。", "请写短一些，只说这一处。")
    words = masking.masked(text)
    if not SHORTEST <= len(words) <= LONGEST:
        raise Refused("remark-length", f"要写{SHORTEST}到{LONGEST}个字。", "请写明哪里不对、应该是什么。")
    return words
