"""Several who apply together, as pages show it: what is asked of the viewer, of whom else it waits, what concerns all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from onevisit.access import Actor
from onevisit.cases import queries
from onevisit.cases.queries import CaseView, PartyView, Turn
from onevisit.catalogue import queries as catalogue
from onevisit.channels.ui import forms
from onevisit.channels.ui.forms import Control
from onevisit.core import situations, values


@dataclass(frozen=True)
class Sides:
    """What the people of a case are called by whoever looks at it: 您, or by what their party is called."""

    me: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def called(self, who: str) -> str:
        """您 for the viewer and for the one applicant; else the name of the party."""
        return "您" if who == self.me or not self.names else self.names.get(who, "对方")


ALONE = Sides()
"""There is one applicant, and it is the viewer."""


@dataclass(frozen=True)
class Asked:
    """What a case waits for now: the viewer's own part, or the others' with the addresses by which they join."""

    mine: Turn | None
    others: tuple[PartyView, ...]
    turn: Turn | None
    links: tuple[tuple[str, str], ...]


def asked(actor: Actor, case: CaseView) -> Asked:
    """The one next thing to do, and whom else the case waits for."""
    turns = queries.turns(actor, case.id) if case.in_parts else ()
    mine = next((one for one in turns if one.mine), None)
    turn = mine or next(iter(turns), None)
    others = turn.others if turn else ()
    links = tuple((one.role_name, f"{settings.BASE_URL}/parties/{one.id}") for one in others if not one.known)
    return Asked(mine, others, turn, links)


def parties(actor: Actor, case: CaseView) -> tuple[PartyView, ...]:
    """Who takes part; nobody is asked after where there is one applicant."""
    return queries.parties(actor, case.id) if catalogue.standard(case.standard_id).parties else ()


def sides(case: CaseView, seats: Sequence[PartyView]) -> Sides:
    """Who is who in the case; nobody has a name where there is one applicant."""
    return Sides(case.viewer, {one.who: one.role_name for one in seats if one.who})


@dataclass(frozen=True)
class Common:
    """What concerns all parties, as their page shows it."""

    answers: tuple[tuple[str, str], ...]
    typed: tuple[Control, ...]
    fetched: tuple[Control, ...]


def common(actor: Actor, case: CaseView) -> Common:
    """The situation in words, and the values that the viewer may see."""
    seen, standard = queries.common(actor, case.id), catalogue.standard(case.standard_id)
    asked_for = situations.asked(standard, seen.answers)
    answers = tuple((one.ask, one.options[seen.answers[one.id]]) for one in asked_for if one.id in seen.answers)
    fields = [one for one in values.fields(standard, seen.answers) if one.id in seen.values]
    controls = forms.controls(fields, seen.values, {})
    return Common(answers, *(tuple(one for one in controls if one.fetched == side) for side in (False, True)))
