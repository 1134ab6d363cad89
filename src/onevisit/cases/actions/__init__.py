"""Every write to a case, one file a part of its life. Each action has the five beats: require, lock, decide, apply, append.

No network, no rendering, no mail in here: `follow` does the steps, `reactions` says who acts on the news.
"""

from onevisit.cases.actions.beats import lock, state_of
from onevisit.cases.actions.deciding import Ruling, accept, decide, give_back, settle_facts, take
from onevisit.cases.actions.drafts import Stale, attach, detach, put_fetched, save, start
from onevisit.cases.actions.filing import Invalid, file, missing_papers
from onevisit.cases.actions.noticing import Fault, ask, correct, mend, notify, turn_away
from onevisit.cases.actions.objections import dispute
from onevisit.cases.actions.pausing import extend, resume, suspend
from onevisit.cases.actions.steps import conclude, finish, hand_over, withdraw
from onevisit.cases.actions.visits import NewVisit, record_visit

__all__ = [
    "Fault",
    "Invalid",
    "NewVisit",
    "Ruling",
    "Stale",
    "accept",
    "ask",
    "attach",
    "conclude",
    "correct",
    "decide",
    "detach",
    "dispute",
    "extend",
    "file",
    "finish",
    "give_back",
    "hand_over",
    "lock",
    "mend",
    "missing_papers",
    "notify",
    "put_fetched",
    "record_visit",
    "resume",
    "save",
    "settle_facts",
    "start",
    "state_of",
    "suspend",
    "take",
    "turn_away",
    "withdraw",
]
