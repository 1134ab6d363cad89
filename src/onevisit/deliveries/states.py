"""The moves of a delivery and of a parcel. What has arrived stays arrived; a lost parcel that comes after all is a lawful move.

>>> allowed(DELIVERY, "failed", "delivered"), allowed(DELIVERY, "delivered", "returned")
(True, False)
>>> allowed(PARCEL, "lost", "delivered")
True
"""

from collections.abc import Iterable, Mapping

Table = Mapping[str, frozenset[str]]

DELIVERY: Table = {
    "open": frozenset({"open", "sent", "failed", "returned", "delivered", "collected"}),
    "sent": frozenset({"failed", "returned", "delivered"}),
    "failed": frozenset({"open", "sent", "failed", "returned", "delivered"}),
    "returned": frozenset({"open", "delivered", "collected"}),
    "delivered": frozenset(),
    "collected": frozenset(),
}
"""From state to states. `open` again when it takes another way (redirected); `failed` again at each vain try."""

PARCEL: Table = {
    "open": frozenset({"moving", "missed", "delivered", "returned", "lost", "refused"}),
    "moving": frozenset({"missed", "delivered", "returned", "lost"}),
    "missed": frozenset({"moving", "delivered", "returned", "lost"}),
    "lost": frozenset({"delivered", "returned"}),
    "returned": frozenset(),
    "delivered": frozenset(),
    "refused": frozenset(),
}

OF_PARCEL: Mapping[str, str] = {
    "moving": "sent", "missed": "failed", "lost": "failed", "refused": "failed", "returned": "returned", "delivered": "delivered",
}  # fmt: skip
"""Where a parcel's state leaves its delivery."""

ENDS = frozenset({"delivered", "collected"})
"""Where a delivery ends."""
UNDER_WAY = ("open", "moving", "missed")
"""Where a parcel is still to be heard of."""

EVENTS: Mapping[str, str] = {
    "delivery.opened": "open", "delivery.redirected": "open", "delivery.sent": "sent", "delivery.failed": "failed",
    "delivery.returned": "returned", "delivery.delivered": "delivered", "delivery.collected": "collected",
}  # fmt: skip
"""What state each event leaves a delivery in; `delivery.reminded` and `delivery.alarm` leave it as it was."""
MOVED = ("redirected", "sent", "failed", "returned", "delivered", "collected")
"""The events by which a delivery that was opened goes on."""


def allowed(table: Table, before: str, after: str) -> bool:
    """Whether the table has this move."""
    return after in table[before]


def fold(kinds: Iterable[str]) -> str:
    """The state of a delivery after these events, empty if one of them was no lawful move.

    >>> fold(("delivery.opened", "delivery.reminded", "delivery.collected")), fold(("delivery.opened", "delivery.collected") * 2)
    ('collected', '')
    """
    state = ""
    for kind in kinds:
        after = EVENTS.get(kind, state)
        if kind in EVENTS and state and not allowed(DELIVERY, state, after):
            return ""
        state = after
    return state
