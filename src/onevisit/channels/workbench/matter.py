"""A case as the workbench looks at it: who has which step, and what this officer may do with it now."""

from dataclasses import dataclass

from onevisit.access import Actor, Duty
from onevisit.cases import queries
from onevisit.cases.queries import CaseView, Work
from onevisit.catalogue import queries as catalogue
from onevisit.core.definition import Standard, Step
from onevisit.core.rework import unrolled
from onevisit.core.state import State
from onevisit.identity import queries as identity


@dataclass(frozen=True)
class Matter:
    """What every page of a case needs."""

    actor: Actor
    case: CaseView
    standard: Standard
    state: State
    open: tuple[Work, ...]

    @property
    def mine(self) -> Work | None:
        """The step that this officer has taken."""
        return next((one for one in self.open if one.claimed_by == self.actor.id), None)

    @property
    def step(self) -> Step | None:
        """The definition of that step."""
        steps = unrolled(self.standard.process)
        return next((step for step in steps if self.mine and step.id == self.mine.step), None)

    def may(self, duty: Duty) -> bool:
        """Whether the gate would let him."""
        return queries.may(self.actor, self.case.id, duty)

    def colleagues(self) -> tuple[identity.OfficerView, ...]:
        """Who works at the offices at which this officer works, he himself left out."""
        offices = {(g.department, g.division) for g in self.actor.grants if g.department and g.division}
        found = {one.account: one for office in sorted(offices) for one in identity.officers(*office)}
        return tuple(one for one in found.values() if one.account != self.actor.id)


def opened(actor: Actor, case_id: str) -> Matter:
    """The case, for an officer who may read it."""
    view = queries.at_desk(actor, case_id)
    state = queries.state(actor, case_id)
    return Matter(actor, view, catalogue.standard(view.standard_id), state, queries.open_steps(actor, case_id))
