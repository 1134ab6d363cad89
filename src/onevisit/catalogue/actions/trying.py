"""A table is read for trial (试读) and waits; its editor has it made into drafts, or it is let go after a day."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Refused, Target
from onevisit.catalogue import exchange
from onevisit.catalogue.actions.importing import MOST_ITEMS, Imported, import_table
from onevisit.catalogue.exchange import Import
from onevisit.catalogue.models import Trial

WAITS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Tried:
    """A table that waits: the word by which its editor has it imported, and what was read."""

    ticket: str
    found: Import


def try_table(actor: Actor, name: str, content: bytes) -> Tried:
    """The table, read, waits to be imported. Raises `Refused` where it can't be read or is too long; then nothing is kept."""
    access.require(actor, Duty.GUIDE_DRAFT, Target("catalogue"))
    found = exchange.read(name, content)
    if len(found.items) > MOST_ITEMS:
        raise Refused("too-many", f"文件里有{len(found.items)}项，一次最多导入{MOST_ITEMS}项。", "请分成几个文件再试。")
    kept = Trial.objects.create(account=actor.id, name=name, content=content, at=settings.CLOCK())
    return Tried(str(kept.public_id), found)


@transaction.atomic
def import_trial(actor: Actor, ticket: str) -> tuple[str, Imported]:
    """The name of the table that waited, and what its import did; it waits no more."""
    access.require(actor, Duty.GUIDE_DRAFT, Target("catalogue"))
    waiting = Trial.objects.select_for_update().filter(at__gte=settings.CLOCK() - WAITS)
    row = waiting.filter(public_id=ticket).first() if _is_ticket(ticket) else None
    if row is None:
        raise Refused("no-trial", "这次试读已经导入过，或者已经过期。", "请重新选文件。")
    if row.account != actor.id:
        raise Refused("not-yours", "这次试读是别人做的。", "请您自己选文件再试。")
    done = import_table(actor, exchange.read(row.name, bytes(row.content)))
    row.delete()
    return row.name, done


def _is_ticket(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def let_go() -> int:
    """How many tables that waited for longer than a day are gone."""
    gone, _ = Trial.objects.filter(at__lt=settings.CLOCK() - WAITS).delete()
    return gone
