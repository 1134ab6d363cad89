"""The row of a case, whose it is, and how the gate sees it."""

from uuid import UUID

from onevisit.access import Actor, Hidden, Target
from onevisit.cases.models import Case
from onevisit.core import stages


def row(case_id: str) -> Case:
    """The row of this id; `Hidden` if there is none. For this room's own modules: what leaves it is a view."""
    try:
        found = Case.objects.filter(public_id=UUID(case_id)).first()
    except ValueError:
        found = None
    if found is None:
        raise Hidden()
    return found


def owner(actor: Actor) -> str:
    """Whose cases this actor files: who is acted for, else oneself."""
    return actor.on_behalf_of or actor.organisation or actor.person


def target(case: Case) -> Target:
    """What `access.require` is asked about. A draft is before no office yet: only its applicant sees it."""
    division, department = ("", "") if case.stage == "draft" else (case.division, case.department)
    return Target(
        "case",
        id=str(case.public_id),
        division=division,
        department=department,
        owner=str(case.applicant),
        open=case.stage not in stages.ENDS,
        item=case.item_key,
    )
