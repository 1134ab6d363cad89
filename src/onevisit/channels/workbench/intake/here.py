"""Who stands at the window now, and one matter of his: what every page of a visit begins with."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from onevisit.access import Actor, Duty, Hidden, Refused
from onevisit.cases import actions, prefill
from onevisit.cases import queries as cases
from onevisit.catalogue import queries as catalogue
from onevisit.channels.workbench.matter import Matter
from onevisit.halls import queries
from onevisit.halls.queries import VisitView
from onevisit.identity import queries as identity
from onevisit.identity.queries import PersonView


@dataclass(frozen=True)
class Companion:
    """Another party who stands there too, with a visit of his own."""

    visit: VisitView
    person: PersonView


@dataclass(frozen=True)
class Here:
    """The open visit of this clerk, the person who stands there, and who stands beside him."""

    actor: Actor
    visit: VisitView
    person: PersonView
    beside: tuple[Companion, ...] = ()

    @property
    def address(self) -> str:
        """Where the visit's pages are."""
        return f"/workbench/window/visits/{self.visit.id}"


def here(actor: Actor, visit: UUID) -> Here:
    """The visit, which is still open; raises Hidden for somebody else's and Refused once it is over."""
    found = queries.visit(actor, str(visit))
    if found.until is not None or found.recorded_by != actor.id:
        raise Refused("visit-over", "这次接待已经结束。", "请回到“窗口”，重新接待这位群众。")
    beside = tuple(Companion(one, identity.person(actor, one.person)) for one in queries.companions(actor, found.id))
    return Here(actor, found, identity.person(actor, found.person), beside)


@dataclass(frozen=True)
class Standing:
    """One who stands at the window, and as whom he takes part in the case: himself or his firm."""

    visit: str
    person: PersonView
    whose: str


@dataclass(frozen=True)
class Matters:
    """A case on which the clerk works in this visit; `present`: the visitor and who else of its parties stands there."""

    here: Here
    matter: Matter
    present: tuple[Standing, ...]

    @property
    def whose(self) -> str:
        """As whom the visitor takes part in it."""
        return self.present[0].whose

    def copy_of(self, visit: str) -> str:
        """Whose copy of a paper is meant: that of the one who stands there with this visit, else the visitor's."""
        return next((one.whose for one in self.present if one.visit == visit), self.whose)

    @property
    def case(self) -> cases.CaseView:
        """The case itself."""
        return self.matter.case

    @property
    def address(self) -> str:
        """Where the case's pages in this visit are."""
        return f"{self.here.address}/cases/{self.case.id}"


def matter(actor: Actor, visit: UUID, case: UUID) -> Matters:
    """The case, once it has been taken up in this visit, a draft on the version that is in force now; raises Hidden else."""
    there = here(actor, visit)
    if str(case) not in there.visit.cases:
        raise Hidden(f"case {case}")
    view = _of_today(actor, cases.case(actor, str(case)))
    state, steps = cases.state(actor, view.id), cases.open_steps(actor, view.id)
    return Matters(there, Matter(actor, view, catalogue.standard(view.standard_id), state, steps), _present(there, view.id))


def _of_today(actor: Actor, view: cases.CaseView) -> cases.CaseView:
    """The case; a draft whose rules have changed goes over to the new ones, and what it needs from now on is fetched."""
    if not actions.overtaken(view) or not cases.may(actor, view.id, Duty.CASE_CREATE):
        return view
    renewed = actions.renew(actor, view.id)
    prefill.fetch(actor, view.id)
    return renewed


def _present(there: Here, case: str) -> tuple[Standing, ...]:
    """The visitor, then those beside him who take part in this case."""
    found = [Standing(there.visit.id, there.person, queries.whose(case, there.visit.person))]
    for one in there.beside:
        with suppress(Hidden):
            found.append(Standing(one.visit.id, one.person, queries.whose(case, one.visit.person)))
    return tuple(found)
