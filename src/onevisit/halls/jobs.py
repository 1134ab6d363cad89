"""The worker's side of halls: what a day leaves open is shut."""

from onevisit.halls import actions
from onevisit.ledger import jobs


@jobs.periodic("onevisit.halls.jobs.close_day", "*/10 * * * *")
def close_day(timestamp: int = 0) -> None:
    """No visit and no window of an earlier day, by the legal clock, is open."""
    actions.close_day()
