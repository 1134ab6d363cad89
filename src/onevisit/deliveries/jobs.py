"""The worker's side of deliveries: the courier is asked about every parcel under way; owners of what lies there are reminded."""

from django.conf import settings

from onevisit.deliveries import actions, queries
from onevisit.ledger import jobs


@jobs.task("onevisit.deliveries.jobs.settle")
def settle(delivery_id: str, parcel_id: str = "") -> None:
    """The delivery is as the courier says; what is still under way is asked again later."""
    actions.settle(delivery_id, parcel_id)


@jobs.periodic("onevisit.deliveries.jobs.chase", "* * * * *")
def chase(timestamp: int = 0) -> None:
    """Whoever left a result at the counter too long, by the legal clock, is reminded, then sent a courier."""
    for delivery_id in queries.uncollected(settings.CLOCK()):
        actions.chase(delivery_id)
