"""Reading notices: the inbox, what was said in a case. All results are frozen."""

from dataclasses import dataclass
from datetime import datetime

from onevisit import access
from onevisit.access import Actor, Duty, Hidden, Target
from onevisit.notices.models import Notice

PAGE = 50


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice; `has_paper` says whether it can be had as a printed form."""

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


def inbox(actor: Actor, limit: int = PAGE) -> tuple[NoticeView, ...]:
    """The newest notices to whom the actor acts for."""
    owner = _owner(actor)
    return tuple(view(row) for row in Notice.objects.filter(to=owner).order_by("-at", "-id")[:limit]) if owner else ()


def unread(actor: Actor) -> int:
    """How many notices to whom the actor acts for nobody has opened yet."""
    owner = _owner(actor)
    return Notice.objects.filter(to=owner, read_at=None).count() if owner else 0


def of_case(actor: Actor, case: str) -> tuple[NoticeView, ...]:
    """What was said in the case, oldest first, as far as the actor may read it."""
    rows = Notice.objects.filter(case=case).order_by("at", "id")
    return tuple(view(row) for row in rows if access.may(actor, Duty.NOTICE_READ, target(row)))


def notice(actor: Actor, public_id: str) -> NoticeView:
    """One notice, for whoever may read it; raises `Hidden` else."""
    found = row(public_id)
    access.require(actor, Duty.NOTICE_READ, target(found))
    return view(found)


def row(public_id: str) -> Notice:
    """The row of this notice; raises `Hidden` if there is none. For this room's actions."""
    found = Notice.objects.filter(public_id=public_id).first()
    if found is None:
        raise Hidden(f"notice {public_id}")
    return found


def target(of: Notice) -> Target:
    """What `access.require` is asked about."""
    return Target("notice", id=str(of.public_id), owner=str(of.to))


def view(of: Notice) -> NoticeView:
    """The row as a frozen record."""
    return NoticeView(
        str(of.public_id), str(of.case), str(of.to), of.kind, Notice.Kind(of.kind).label, of.title, of.body, of.link, of.at,
        of.read_at, of.sheet is not None,
    )  # fmt: skip


def _owner(actor: Actor) -> str:
    owner = actor.on_behalf_of or actor.organisation or actor.person
    if owner:
        access.require(actor, Duty.NOTICE_READ, Target("notice", owner=owner))
    return owner
