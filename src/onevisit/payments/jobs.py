"""The worker's side of payments: the gateway is asked again about every order whose end is not known."""

from onevisit.ledger import jobs
from onevisit.payments import actions


@jobs.task("onevisit.payments.jobs.settle")
def settle(bill_id: str, order_id: str = "") -> None:
    """The bill is as the gateway says; what is still open is asked again later."""
    actions.settle(bill_id, order_id)
