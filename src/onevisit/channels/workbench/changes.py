"""Stale work: a form that was opened before somebody else acted says what changed since, and loses nothing that was typed."""

from dataclasses import dataclass
from datetime import datetime

from onevisit.cases import queries
from onevisit.channels.ui import forms
from onevisit.channels.workbench import history
from onevisit.channels.workbench.matter import Matter
from onevisit.identity.login import ActorRequest


@dataclass(frozen=True)
class Change:
    """One thing that happened since the form was opened."""

    at: datetime
    text: str
    who: str


def mark(matter: Matter) -> str:
    """How far the case is: the version, and the number of its last event."""
    events = queries.events(matter.actor, matter.case.id)
    return f"{matter.case.version}~{events[-1].seq if events else 0}"


def stale(request: ActorRequest, matter: Matter) -> bool:
    """Whether the form was opened before the case became what it is."""
    seen = forms.whole(request.POST.get("seen", "").partition("~")[0])
    return seen is not None and seen != matter.case.version


def since(request: ActorRequest, matter: Matter) -> tuple[Change, ...]:
    """What happened after that."""
    seen = forms.whole(request.POST.get("seen", "").partition("~")[2]) or 0
    told = history.told(matter.actor, matter.case.id, matter.standard)
    return tuple(Change(one.at, one.text, one.who) for one in told if one.seq > seen)
