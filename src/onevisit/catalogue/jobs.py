"""What the catalogue does by itself: a decided change is public at its moment."""

from onevisit.access import SYSTEM
from onevisit.catalogue import actions
from onevisit.ledger import jobs


@jobs.task(actions.TAKE_EFFECT)
def take_effect(revision: str) -> None:
    """The decided change is in force, or goes back with the reason."""
    actions.take_effect(SYSTEM, revision)


@jobs.periodic("onevisit.catalogue.jobs.look_around", "17 * * * *")
def look_around(timestamp: int) -> None:
    """Every hour: whether what is in force stands on the city's and the province's sites."""
    actions.look_around(SYSTEM)
