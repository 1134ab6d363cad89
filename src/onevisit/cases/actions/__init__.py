"""Every write to a case, one file a part of its life. Each action has the five beats: require, lock, decide, apply, append.

No network, no rendering, no mail in here: `follow` does the steps, `reactions` says who acts on the news.
"""

from onevisit.cases.actions.accepting import FOLLOW_DAYS, accept, accept_by_silence, object_to_silence, receive, supply
from onevisit.cases.actions.beats import lock, state_of
from onevisit.cases.actions.deciding import Ruling, decide, settle_facts, who
from onevisit.cases.actions.drafts import Stale, attach, detach, put_fetched, save, start
from onevisit.cases.actions.ending import conclude, lapse, withdraw
from onevisit.cases.actions.filing import Invalid, file, missing_papers
from onevisit.cases.actions.handing import choose_delivery, give_back_papers
from onevisit.cases.actions.hands import give_back, reassign, take
from onevisit.cases.actions.noticing import Fault, ask, correct, mend, notify, turn_away
from onevisit.cases.actions.objections import dispute
from onevisit.cases.actions.parties import confirm, disagree, join
from onevisit.cases.actions.pausing import extend, resume, suspend
from onevisit.cases.actions.receiving import SHOWN, Visitor, hand_in, start_here
from onevisit.cases.actions.reminding import seen
from onevisit.cases.actions.renewing import overtaken, renew
from onevisit.cases.actions.reporting import report
from onevisit.cases.actions.steps import NewRecord, Said, finish, hand_over, keep_minutes
from onevisit.cases.actions.together import Pending, accept_soon, accept_together, call_off, pending
from onevisit.cases.actions.visits import NewVisit, record_visit

__all__ = [
    "FOLLOW_DAYS",
    "SHOWN",
    "Fault",
    "Invalid",
    "NewRecord",
    "NewVisit",
    "Pending",
    "Ruling",
    "Said",
    "Stale",
    "Visitor",
    "accept",
    "accept_by_silence",
    "accept_soon",
    "accept_together",
    "ask",
    "attach",
    "call_off",
    "choose_delivery",
    "conclude",
    "confirm",
    "correct",
    "decide",
    "detach",
    "disagree",
    "dispute",
    "extend",
    "file",
    "finish",
    "give_back",
    "give_back_papers",
    "hand_in",
    "hand_over",
    "join",
    "keep_minutes",
    "lapse",
    "lock",
    "mend",
    "missing_papers",
    "notify",
    "object_to_silence",
    "overtaken",
    "pending",
    "put_fetched",
    "reassign",
    "receive",
    "record_visit",
    "renew",
    "report",
    "resume",
    "save",
    "seen",
    "settle_facts",
    "start",
    "start_here",
    "state_of",
    "supply",
    "suspend",
    "take",
    "turn_away",
    "who",
    "withdraw",
]
