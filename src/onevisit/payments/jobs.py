"""The worker's side of payments: the gateway is asked again about orders in doubt, and told what to give back."""

from onevisit.ledger import jobs
from onevisit.payments import actions, refunds


@jobs.task("onevisit.payments.jobs.settle")
def settle(bill_id: str, order_id: str = "") -> None:
    """The bill is as the gateway says; what is still open is asked again later."""
    actions.settle(bill_id, order_id)


@jobs.task("onevisit.payments.jobs.repay")
def repay(transaction_id: str) -> None:
    """The capture is given back at the gateway, and in the books."""
    refunds.repay(transaction_id)
