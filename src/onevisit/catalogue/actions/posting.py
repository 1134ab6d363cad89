"""What was seen of a guide on other sites is kept (公布凭证)."""

from django.conf import settings

from onevisit import access
from onevisit.access import Actor, Duty, Target
from onevisit.catalogue import postings
from onevisit.catalogue.models import Posting


def look_around(actor: Actor) -> tuple[int, int]:
    """How many guides were found in order at the sites that owe them, and how many were not; each look is kept."""
    access.require(actor, Duty.GUIDE_PUBLISH, Target("catalogue"))
    agrees = wrong = 0
    for standard_id, seen in postings.look(settings.CLOCK()):
        Posting.objects.create(
            standard_id=standard_id, place=seen.place, address=seen.address, at=settings.CLOCK(),
            content_hash=seen.content_hash, agrees=seen.agrees, note=seen.note,
        )  # fmt: skip
        agrees, wrong = agrees + seen.agrees, wrong + (not seen.agrees)
    return agrees, wrong
