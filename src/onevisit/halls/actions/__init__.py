"""Every write of halls: windows are set up, opened, closed; a visitor is received, matters are worked on, he leaves.

Order of locks: window, stay, visit, case, stream.
"""

from onevisit.halls.actions.arriving import Arrival, receive_visitor
from onevisit.halls.actions.leaving import close_day, leave
from onevisit.halls.actions.rows import holding_of
from onevisit.halls.actions.windows import NewWindow, close_window, found_window, furnish_demo, open_window
from onevisit.halls.actions.working import Wish, begin, bring, join, take_up, touch

__all__ = [
    "Arrival",
    "NewWindow",
    "Wish",
    "begin",
    "bring",
    "close_day",
    "close_window",
    "found_window",
    "furnish_demo",
    "holding_of",
    "join",
    "leave",
    "open_window",
    "receive_visitor",
    "take_up",
    "touch",
]
