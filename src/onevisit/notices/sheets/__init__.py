"""The printed forms of a case (文书): each says what its law asks for, in parts that one template prints.

A sheet is filled by whoever knows the case; what it says is kept sealed with the notice, printed when somebody asks.
"""

from collections.abc import Mapping

from onevisit.notices.parts import Row, day
from onevisit.notices.sheets.base import LICENSING, Sheet, to_json
from onevisit.notices.sheets.course import Extended, Suspended
from onevisit.notices.sheets.ending import Collect, Decision, Ended, Served, ServedLine
from onevisit.notices.sheets.entry import Accepted, Defect, Handed, OneTimeNotice, Receipt, Tolerance, TurnedAway

KINDS: Mapping[str, type[Sheet]] = {
    "receipt": Receipt, "accepted": Accepted, "tolerance": Tolerance, "one_time": OneTimeNotice, "turned_away": TurnedAway,
    "extended": Extended, "suspended": Suspended, "decision": Decision, "withdrawn": Ended, "lapsed": Ended, "collect": Collect,
    "service": Served,
}  # fmt: skip
"""Which kind of notice has which sheet; the others have no paper."""

__all__ = [
    "KINDS",
    "LICENSING",
    "Accepted",
    "Collect",
    "Decision",
    "Defect",
    "Ended",
    "Extended",
    "Handed",
    "OneTimeNotice",
    "Receipt",
    "Row",
    "Served",
    "ServedLine",
    "Sheet",
    "Suspended",
    "Tolerance",
    "TurnedAway",
    "day",
    "to_json",
]
