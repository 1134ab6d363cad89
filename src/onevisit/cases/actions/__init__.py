"""Every write to a case, one file a part of its life. Each action has the five beats: require, lock, decide, apply, append.

No network, no rendering, no mail in here: `follow` does the steps, `reactions` says who acts on the news.
"""

from onevisit.cases.actions.beats import lock, state_of
from onevisit.cases.actions.deciding import Ruling, accept, decide, settle_facts, take
from onevisit.cases.actions.drafts import Stale, attach, detach, put_fetched, save, start
from onevisit.cases.actions.filing import Invalid, file, missing_papers
from onevisit.cases.actions.objections import dispute
from onevisit.cases.actions.steps import conclude, finish, hand_over, withdraw

__all__ = [
    "Invalid",
    "Ruling",
    "Stale",
    "accept",
    "attach",
    "conclude",
    "decide",
    "detach",
    "dispute",
    "file",
    "finish",
    "hand_over",
    "lock",
    "missing_papers",
    "put_fetched",
    "save",
    "settle_facts",
    "start",
    "state_of",
    "take",
    "withdraw",
]
