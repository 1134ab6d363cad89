"""What the catalogue does by itself: a decided change is public at its moment, guides are looked for, old trials are gone."""

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


@jobs.periodic("onevisit.catalogue.jobs.let_go", "29 * * * *")
def let_go(timestamp: int) -> None:
    """Every hour: tables that were read for trial and never imported are gone after a day."""
    actions.let_go()
