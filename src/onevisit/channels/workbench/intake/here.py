"""Who stands at the window now, and one matter of his: what every page of a visit begins with."""

from dataclasses import dataclass
from uuid import UUID

from onevisit.access import Actor, Hidden, Refused
from onevisit.cases import queries as cases
from onevisit.catalogue import queries as catalogue
from onevisit.channels.workbench.matter import Matter
from onevisit.halls import queries
from onevisit.halls.queries import VisitView
from onevisit.identity import queries as identity
from onevisit.identity.queries import PersonView


@dataclass(frozen=True)
class Here:
    """The open visit of this clerk and the person who stands there."""

    actor: Actor
    visit: VisitView
    person: PersonView

    @property
    def address(self) -> str:
        """Where the visit's pages are."""
        return f"/workbench/window/visits/{self.visit.id}"


def here(actor: Actor, visit: UUID) -> Here:
    """The visit, which is still open; raises Hidden for somebody else's and Refused once it is over."""
    found = queries.visit(actor, str(visit))
    if found.until is not None or found.recorded_by != actor.id:
        raise Refused("visit-over", "这次接待已经结束。", "请回到“窗口”，重新接待这位群众。")
    return Here(actor, found, identity.person(actor, found.person))


@dataclass(frozen=True)
class Matters:
    """A case on which the clerk works in this visit; `whose`: as whom the visitor takes part in it."""

    here: Here
    matter: Matter
    whose: str

    @property
    def case(self) -> cases.CaseView:
        """The case itself."""
        return self.matter.case

    @property
    def address(self) -> str:
        """Where the case's pages in this visit are."""
        return f"{self.here.address}/cases/{self.case.id}"


def matter(actor: Actor, visit: UUID, case: UUID) -> Matters:
    """The case, once it has been taken up in this visit; raises Hidden else."""
    there = here(actor, visit)
    if str(case) not in there.visit.cases:
        raise Hidden(f"case {case}")
    view = cases.case(actor, str(case))
    state, steps = cases.state(actor, view.id), cases.open_steps(actor, view.id)
    whose = queries.whose(view.id, there.visit.person)
    return Matters(there, Matter(actor, view, catalogue.standard(view.standard_id), state, steps), whose)
