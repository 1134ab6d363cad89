"""The worker's side of cases."""

from onevisit.cases import follow as following
from onevisit.ledger import jobs


@jobs.task("onevisit.cases.jobs.follow")
def follow(case_id: str) -> None:
    """Every step that the house can do now is done."""
    following.follow(case_id)
