"""What a list or a page shows of a case, and who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from onevisit import access
from onevisit.access import Actor, Duty
from onevisit.cases.models import Case, Task
from onevisit.cases.queries.gate import known_tasks, own, owner, row, standing, target
from onevisit.cases.queries.seats import PARTS, lacking, payer
from onevisit.cases.queries.seats import waiting as open_parts
from onevisit.catalogue import queries as catalogue
from onevisit.core import stages

COPIED = (
    "item_key", "item_name", "division", "office_name", "stage", "outcome", "version", "standard_id",
    "received_at", "accepted_at", "due_at", "legal_due_at", "decided_at", "concluded_at", "updated_at",
)  # fmt: skip
"""What a view takes from the row as it is."""


PAY = "等您缴费"
"""What is open beside everything else: the review does not wait for a fee that is due before the decision."""


@dataclass(frozen=True)
class CaseView:
    """What a list or a page's head shows of a case; no personal value. `with_system`: a department's own system has it."""

    id: str
    number: str
    item_key: str
    item_name: str
    division: str
    office_name: str
    stage: str
    stage_name: str
    outcome: str
    version: int
    applicant: str
    standard_id: int
    received_at: datetime | None
    accepted_at: datetime | None
    due_at: datetime | None
    legal_due_at: datetime | None
    decided_at: datetime | None
    concluded_at: datetime | None
    updated_at: datetime
    waiting_for: str = ""
    with_people: bool = False
    to_mend: bool = False
    with_system: bool = False
    viewer: str = ""
    in_parts: bool = False

    @property
    def other(self) -> bool:
        """Whether another party looks at it, not whoever filed it."""
        return self.viewer not in ("", self.applicant)

    @property
    def yours(self) -> bool:
        """Whether it waits for whoever looks at it."""
        return self.stage == "draft" or self.stage_name.startswith("等您")

    @property
    def short(self) -> str:
        """The last twelve digits, as people quote the number."""
        return self.number[-12:]


def case(actor: Actor, case_id: str) -> CaseView:
    """The case, for whoever may read it."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    return view(found, standing(found, actor))


def at_desk(actor: Actor, case_id: str) -> CaseView:
    """The case, for an officer who takes such cases and may read this one."""
    access.require(actor, Duty.CASE_TAKE, target(row(case_id), actor))
    return case(actor, case_id)


def view(found: Case, me: str = "") -> CaseView:
    """The row as a page shows it to `me`, its applicant or another party; empty for whoever handles it."""
    tasks = _open_tasks(found)
    waiting = next((t.waiting_for for t in tasks if t.waiting_for and t.does != "deliver"), "")
    people = any(t.hands not in ("system", "applicant") for t in tasks)
    return CaseView(
        id=str(found.public_id),
        number=found.number or "",
        stage_name=_stage_name(found, tasks, me),
        applicant=str(found.applicant),
        **{name: getattr(found, name) for name in COPIED},
        waiting_for=waiting,
        with_system=any(t.waiting_for and t.does not in ("verify", "deliver") for t in tasks),
        with_people=people,
        to_mend=_to_mend(found) and me in ("", str(found.applicant)),
        viewer=me,
        in_parts=found.stage not in stages.ENDS and bool(open_parts(found)),
    )


def _open_tasks(found: Case) -> list[Task]:
    """The case's open tasks, in one query, or none where they were fetched with it."""
    return [task for task in known_tasks(found) if task.closed_at is None]


def _to_mend(found: Case) -> bool:
    """Whether the applicant has something to mend: before acceptance by the stage, after it by the open pause."""
    asked = any(pause["reason"] == "correction" and not pause["end"] for pause in found.state.get("pauses", ()))
    return found.stage == "noticed" or (found.stage == "accepted" and asked)


def _stage_name(found: Case, tasks: Sequence[Task], me: str) -> str:
    other = bool(me) and me != str(found.applicant)
    if _to_mend(found):
        return "等对方补正" if other else "等您补正"
    if found.stage in ("decided", "concluded") and found.outcome == "refuse":
        return "不予办理"
    part = _part(found, tasks, me) if found.stage in ("received", "accepted") else ""
    if part:
        return part
    if found.stage == "accepted" and me and _paying(found, tasks, me) == PAY:
        return PAY
    if found.stage == "decided":
        return _paying(found, tasks, me) or _coming(found, tasks, me) or "正在出证"
    return stages.STAGE_NAMES[found.stage]


def _part(found: Case, tasks: Sequence[Task], me: str) -> str:
    """What applicant and parties still do for themselves: 您 if it is the viewer's turn, 对方 where it waits for others only."""
    left = [(task.does, lacking(found, catalogue.standard(found.standard_id), task)) for task in open_parts(found)]
    mine = next((does for does, who in left if me and me in who), "")
    if mine:
        return f"等您{PARTS[mine]}"
    others = {does for does, who in left if who}
    return f"等{'对方' if me else '当事人'}{PARTS[min(others)]}" if others else ""


def _paying(found: Case, tasks: Sequence[Task], me: str) -> str:
    """Whether a payment is open, and whose it is."""
    paying = next((task for task in tasks if task.does == "pay"), None)
    if paying is None:
        return ""
    return PAY if me in ("", payer(found, paying)) else "等对方缴费"


def _coming(found: Case, tasks: Sequence[Task], me: str) -> str:
    """Whom a result that is on its way waits for: 您 where it is the applicant."""
    waits = next((task.waiting_for for task in tasks if task.does == "deliver"), "")
    whom = "您" if me == str(found.applicant) else "对方" if me else "申请人"
    return f"等{waits.replace('您', whom)}" if waits else ""


def mine(actor: Actor, limit: int = 50, before: datetime | None = None) -> tuple[CaseView, ...]:
    """The cases and drafts of the applicant, and those in which he is a party, newest first."""
    me = [UUID(one) for one in own(actor)]
    found = Case.objects.filter(Q(applicant=UUID(owner(actor))) | Q(parties__who__in=me)).distinct()
    found = found.exclude(stage="withdrawn", number=None).prefetch_related("tasks", "parties")
    if before:
        found = found.filter(updated_at__lt=before)
    return tuple(view(one, standing(one, actor)) for one in found.order_by("-updated_at")[:limit])


def draft(actor: Actor, item_key: str, division: str) -> CaseView | None:
    """The open draft for this item, if there is one (继续上次)."""
    if not owner(actor) or not f"{item_key}{division}".isprintable():
        return None
    found = Case.objects.filter(applicant=UUID(owner(actor)), item_key=item_key, division=division, stage="draft").first()
    return view(found) if found else None
