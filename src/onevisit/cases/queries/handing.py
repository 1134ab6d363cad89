"""How the applicant wants his result: what is offered, what he chose, what he typed, whether he may still change it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from onevisit.access import Actor
from onevisit.cases.models import Case
from onevisit.cases.queries.contents import Contents, contents
from onevisit.cases.queries.gate import row
from onevisit.catalogue import queries as catalogue
from onevisit.core import stages, ways
from onevisit.core.values import Fault
from onevisit.deliveries import queries as deliveries


@dataclass(frozen=True, slots=True)
class Choice:
    """The ways that are offered in this situation; `kind` the one chosen, or empty where it must be; `typed` the address.

    `old`: the papers to be given back for the result, by name. `faults`: what is still wrong with what stands there.
    """

    offered: tuple[str, ...]
    kind: str
    typed: Mapping[str, str]
    old: tuple[str, ...]
    faults: tuple[Fault, ...]
    is_open: bool

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to ask."""
        return self.is_open and (len(self.offered) > 1 or self.needs_address)

    @property
    def needs_address(self) -> bool:
        """Whether one of the ways leads to an address."""
        return any(way in ways.TO_AN_ADDRESS for way in self.offered)


def delivery_choice(actor: Actor, case_id: str) -> Choice:
    """The choice, for whoever may read what the case holds; a draft's is shown as it was typed."""
    held = contents(actor, case_id)
    found = row(case_id)
    return choice(found.standard_id, held, not is_delivering(found))


def choice(standard_id: int, held: Contents, is_open: bool) -> Choice:
    """The choice of a case whose contents are known."""
    standard, answers, chosen = catalogue.standard(standard_id), held.answers, held.delivery
    offered = ways.ways(standard, answers)
    wrong = ways.faults(standard, answers, chosen, settings.CLOCK().date())
    unsure = any(one.field == ways.CHOICE for one in wrong) or (not chosen and "licence" not in offered and len(offered) > 1)
    return Choice(
        offered,
        "" if unsure else ways.way(standard, answers, chosen),
        chosen.get("address") or {},
        tuple(one.name for one in ways.surrendered(standard, answers)),
        tuple(wrong),
        is_open,
    )


def is_delivering(case: Case) -> bool:
    """Whether the house has begun to bring the result, or there is nothing more to bring."""
    steps = [task for task in case.tasks.all() if task.does == "deliver"]
    begun = any(task.closed_at or deliveries.of_step(str(case.public_id), task.step) for task in steps)
    return begun or case.stage in stages.ENDS
