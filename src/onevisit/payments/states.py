"""The moves of a bill and of an order. Payment states are apart from case states; nothing that was paid goes back to unpaid.

>>> allowed(BILL, "open", "paid"), allowed(BILL, "paid", "open")
(True, False)
>>> allowed(ORDER, "failed", "captured")    # 迟到的成功 is a lawful move
True
"""

from collections.abc import Mapping

BILL: Mapping[str, frozenset[str]] = {
    "open": frozenset({"paid", "void"}),
    "paid": frozenset({"refunded"}),
    "void": frozenset(),
    "refunded": frozenset({"paid"}),
}
"""From state to states. A bill whose payment was given back is paid again if another capture of it comes to light."""

ORDER: Mapping[str, frozenset[str]] = {
    "open": frozenset({"unknown", "captured", "failed"}),
    "unknown": frozenset({"open", "captured", "failed"}),
    "failed": frozenset({"captured"}),
    "captured": frozenset(),
}

EVENTS: Mapping[str, str] = {"bill.opened": "open", "bill.paid": "paid", "bill.voided": "void", "bill.refunded": "refunded"}
"""What state each event of a bill's stream leaves it in; `bill.alarm` leaves it as it was."""


def allowed(table: Mapping[str, frozenset[str]], before: str, after: str) -> bool:
    """Whether the table has this move."""
    return after in table[before]


def fold(kinds: tuple[str, ...]) -> str:
    """The state of a bill after these events, empty if one of them was no lawful move.

    >>> fold(("bill.opened", "bill.alarm", "bill.paid")), fold(("bill.opened", "bill.voided", "bill.paid"))
    ('paid', '')
    """
    state = ""
    for kind in kinds:
        after = EVENTS.get(kind, state)
        if state and after != state and not allowed(BILL, state, after):
            return ""
        state = after
    return state
