"""What tests of parties ask and do: whose seat it is, who signs, what was told."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from tests.cases import ground, two
from tests.cases.ground import NEAR

from onevisit import reactions
from onevisit.access import SYSTEM, Actor, Grant
from onevisit.cases import actions, follow
from onevisit.identity import queries as people
from onevisit.ledger import queries as ledger
from onevisit.ledger.models import Event
from onevisit.licences.models import Licence
from onevisit.notices import queries as notices


def party(case: str, role: str, nth: int = 0) -> Any:
    """A party's row."""
    return ground.row(case).parties.filter(role=role).order_by("id")[nth]


def moment(text: str) -> datetime:
    """A moment in hall time."""
    return datetime.fromisoformat(text).replace(tzinfo=settings.ZONE)


def taken(case: str) -> Actor:
    """An acceptor who has the case in hand."""
    clerk = Actor(str(uuid4()), "officer", person=str(uuid4()), grants=(Grant("window", "market", NEAR), Grant("acceptor")))
    actions.take(clerk, case)
    return clerk


def granted(case: str, *all_of_them: Actor) -> None:
    """The case is accepted, decided by a registrar, and followed."""
    two.agreed(case, *all_of_them)
    actions.accept(ground.holding(taken(case)), case)
    follow.follow(case)
    registrar = ground.officer("registrar")
    actions.take(registrar, case)
    actions.decide(ground.holding(registrar), case, actions.Ruling("grant", opinion="可以登记。"))
    follow.follow(case)


def holder_name(licence: Licence) -> str:
    """The holder's name as it is printed."""
    with people.purpose(SYSTEM, "handle", subject=str(licence.holder), case=str(licence.case)):
        return str(licence.holder_name.reveal())


def at_window(case: str, person: str = "") -> Actor:
    """A clerk at a general window, with the case of whoever stands there in hand."""
    clerk = ground.officer("window")
    return replace(clerk, person=person, grants=(Grant("window", hall="hall"),), holds=frozenset({case}))


def heard() -> None:
    """Everybody has been told of everything, twice."""
    for event in list(Event.objects.order_by("pk")) * 2:
        for react in reactions.REACTIONS.get(event.kind, ()):
            react(ledger.event(event.pk))


def inbox(who: Actor) -> list[str]:
    """What somebody was told, oldest first."""
    return [one.title for one in reversed(notices.inbox(who))]
