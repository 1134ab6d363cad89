"""Every read of cases. What is returned is frozen; whoever asks sees only what access allows."""

from onevisit.cases.queries.contents import (
    Attached,
    Contents,
    DecisionView,
    ToMend,
    attachment,
    contents,
    decision,
    may_ask,
    to_mend,
)
from onevisit.cases.queries.gate import at, owner, row, target
from onevisit.cases.queries.progress import AFFAIR, Account, RailStep, account, affair, events, handed_over, promised_visits, rail
from onevisit.cases.queries.views import CaseView, at_desk, case, draft, mine, view
from onevisit.cases.queries.work import Work, work

__all__ = [
    "AFFAIR",
    "Account",
    "Attached",
    "CaseView",
    "Contents",
    "DecisionView",
    "RailStep",
    "ToMend",
    "Work",
    "account",
    "affair",
    "at",
    "at_desk",
    "attachment",
    "case",
    "contents",
    "decision",
    "draft",
    "events",
    "handed_over",
    "may_ask",
    "mine",
    "owner",
    "promised_visits",
    "rail",
    "row",
    "target",
    "to_mend",
    "view",
    "work",
]
