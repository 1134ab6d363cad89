"""Reading notices: the inbox, what was said in a case, which papers it served. All results are frozen."""

from dataclasses import dataclass, replace
from datetime import datetime

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Target
from onevisit.notices.models import Notice

PAGE = 50


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice; `has_paper` says whether it can be had as a printed form, `number` is what that bears (文书编号).

    `how` and `served_at`: how and when it reached its recipient (送达), empty until it did.
    """

    id: str
    case: str
    to: str
    kind: str
    kind_name: str
    title: str
    body: str
    link: str
    at: datetime
    read_at: datetime | None
    has_paper: bool
    paper_name: str
    number: str
    how: str
    how_name: str
    served_at: datetime | None


def inbox(actor: Actor, limit: int = PAGE) -> tuple[NoticeView, ...]:
    """The newest notices to whom the actor acts for."""
    owner = _owner(actor)
    rows = Notice.objects.select_related("writ").filter(to=owner).order_by("-at", "-id") if owner else ()
    return tuple(view(row) for row in rows[:limit])


def unread(actor: Actor) -> int:
    """How many notices to whom the actor acts for nobody has opened yet."""
    owner = _owner(actor)
    return Notice.objects.filter(to=owner, read_at=None).count() if owner else 0


def of_case(actor: Actor, case: str, at: Target | None = None) -> tuple[NoticeView, ...]:
    """What was said in the case, oldest first, as far as the actor may read it; `at` is where an officer meets the case."""
    rows = Notice.objects.select_related("writ").filter(case=case).order_by("at", "id")
    return tuple(view(row) for row in rows if access.may(actor, Duty.NOTICE_READ, target(row, at)))


def served(case: str, to: str, kind: str) -> tuple[NoticeView, ...]:
    """The papers of this kind that were served on somebody in the case, oldest first, for the house itself."""
    rows = Notice.objects.select_related("writ").filter(case=case, to=to, kind=kind, writ__isnull=False)
    return tuple(view(row) for row in rows.order_by("at", "id"))


def notice(actor: Actor, public_id: str) -> NoticeView:
    """One notice, for whoever may read it; raises `Hidden` else."""
    found = row(public_id)
    access.require(actor, Duty.NOTICE_READ, target(found))
    return view(found)


def row(public_id: str) -> Notice:
    """The row of this notice; raises `Hidden` if there is none. For this room's actions."""
    found = Notice.objects.select_related("writ").filter(public_id=public_id).first()
    if found is None:
        raise Hidden(f"notice {public_id}")
    return found


def target(of: Notice, at: Target | None = None) -> Target:
    """What `access.require` is asked about: who holds the case holds its papers; `at` is the case where an officer meets it."""
    if at is None or at.id != str(of.case):
        return Target("notice", id=str(of.case), owner=str(of.to))
    return replace(at, kind="notice", owner=str(of.to), jointly=at.jointly | {at.owner} - {str(of.to)})


def view(of: Notice) -> NoticeView:
    """The row as a frozen record."""
    return NoticeView(
        str(of.public_id), str(of.case), str(of.to), of.kind, of.Kind(of.kind).label, of.title, of.body, of.link, of.at,
        of.read_at, of.sheet is not None, of.writ.name if of.writ else "", of.writ.number if of.writ else "",
        of.how, of.How(of.how).label if of.how else "", of.served_at,
    )  # fmt: skip


def _owner(actor: Actor) -> str:
    owner = actor.on_behalf_of or actor.organisation or actor.person
    if owner:
        access.require(actor, Duty.NOTICE_READ, Target("notice", owner=owner))
    return owner
