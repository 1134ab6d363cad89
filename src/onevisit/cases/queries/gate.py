"""The row of a case, whose it is, and how the gate sees it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast
from uuid import UUID

from onevisit.access import Actor, Duty, Hidden, Target, may
from onevisit.cases.models import Case, Task
from onevisit.catalogue import queries as catalogue
from onevisit.catalogue.queries import ItemView
from onevisit.city import queries as city
from onevisit.core import stages
from onevisit.identity import mandates
from onevisit.identity.mandates import MandateView
from onevisit.ledger import rows
from onevisit.ledger.models import Stream

READ = "FROM cases_case JOIN ledger_stream ON ledger_stream.id = cases_case.stream_id WHERE cases_case."
MARK = "cases_case.xmin || ' ' || cases_case.ctid"
"""Which version of the row it is: another, as soon as anything of it was stored."""


def row(case_id: str) -> Case:
    """The row of this id; `Hidden` if there is none. For this room's own modules: what leaves it is a view."""
    try:
        found = read("public_id = %s", UUID(case_id))
    except ValueError:
        found = None
    if found is None:
        raise Hidden()
    return found


def read(which: str, value: UUID | int) -> Case | None:
    """The row of which this holds, with its stream and the mark of its version; None if there is none."""
    for case, stream, mark in rows.fetch((Case, Stream), READ + which, [value], MARK):
        case.stream, case.mark = stream, mark
        return cast(Case, case)
    return None


def known_tasks(case: Case) -> list[Task]:
    """The case's tasks, asked for once for each row that is read."""
    if "tasks" not in vars(case).get("_prefetched_objects_cache", {}):
        remember(case, list(case.tasks.all()))
    return list(case.tasks.all())


def remember(case: Case, known: Sequence[Task]) -> None:
    """These are the case's tasks: `case.tasks.all()` asks for nothing."""
    rows_of = case.tasks.all()
    rows_of._result_cache = list(known)
    vars(case).setdefault("_prefetched_objects_cache", {})["tasks"] = rows_of


def owner(actor: Actor) -> str:
    """Whose cases this actor files: who is acted for, else oneself."""
    return actor.on_behalf_of or actor.organisation or actor.person


def own(actor: Actor) -> tuple[str, ...]:
    """As whom this actor can be a party: whom he acts for, else his firm and he himself."""
    return tuple(filter(None, (actor.on_behalf_of,) if actor.on_behalf_of else (actor.organisation, actor.person)))


def standing(case: Case, actor: Actor) -> str:
    """As whom this actor stands in the case: its applicant, another party, or empty for whoever is neither."""
    return next((one for one in own(actor) if one == str(case.applicant) or one in case.jointly), "")


def target(case: Case, actor: Actor | None = None) -> Target:
    """What `access.require` is asked about. A draft is before no office: only its applicant sees it, and who holds it.

    For an officer it is the case where he has to do with it: at the office of one of its steps, else at its own.
    """
    department, division = _office(case, actor)
    return Target(
        "case",
        id=str(case.public_id),
        division=division,
        department=department,
        owner=str(case.applicant),
        jointly=frozenset(case.jointly),
        open=case.stage not in stages.ENDS,
        item=case.item_key,
    )


def at(case: Case, task: Task) -> Target:
    """The case as the gate sees it where this step of it is done."""
    return replace(target(case), department=task.department, division=task.division)


def beginning(actor: Actor, item: ItemView, visitor: str, owner: str) -> Target:
    """An application that is not there yet, as the gate sees it: at the office where this officer would meet it.

    It is held by whoever holds the `visitor`; `owner` is he, or the firm that he acts for.
    """
    draft = Case(
        stage="draft", standard_id=item.standard_id, item_key=item.key, division=item.division_code, department=item.department_id
    )  # fmt: skip
    department, division = _meets(draft, actor)
    return Target("case", visitor, division, department, owner=owner, item=item.key)


def entrusted(actor: Actor, case_id: str) -> MandateView | None:
    """The mandate by which this officer accepts the case, if he has one."""
    return mandates.mandate(actor, target(row(case_id), actor))


def may_begin(actor: Actor, item: ItemView, visitor: str) -> bool:
    """Whether this officer may begin such an application for the visitor whom he holds."""
    return may(actor, Duty.CASE_CREATE, beginning(actor, item, visitor, visitor))


def _office(case: Case, actor: Actor | None) -> tuple[str, str]:
    """Department and division before which the actor meets the case."""
    own = (case.department, case.division)
    if actor is None or actor.kind != "officer":
        return ("", "") if case.stage == "draft" else own
    if case.stage == "draft" and str(case.public_id) not in actor.holds:
        return "", ""
    return _meets(case, actor)


def _meets(case: Case, actor: Actor) -> tuple[str, str]:
    """The case's own office if he belongs to it, else that of a step that is his; its own again for a stranger."""
    own = (case.department, case.division)
    offices = [(grant.department, grant.division) for grant in actor.grants]
    if any(_covers(office, own) for office in offices):
        return own
    known = {(task.department, task.division) for task in known_tasks(case)} if case.pk else set()
    there = next((one for one in sorted(known) if any(_covers(office, one) for office in offices)), None)
    coming = offices if case.stage == "draft" or str(case.public_id) in actor.holds else []
    return there or next((one for one in coming if _will_reach(case, one)), own)


def _will_reach(case: Case, office: tuple[str, str]) -> bool:
    """Whether a window step below the item's own level can be done at this office: until acceptance it may be handed in there."""
    department, division = office
    if case.stage not in ("draft", "received", "noticed"):
        return False
    if not department or not city.within(division, case.division):
        return False
    levels = {step.level for step in catalogue.standard(case.standard_id).process if step.by == "window" and step.level}
    return any(city.at_level(division, one) == division and city.body(case.department, one) == department for one in levels)


def _covers(office: tuple[str, str], of: tuple[str, str]) -> bool:
    return all(not mine or mine == theirs for mine, theirs in zip(office, of, strict=True))
