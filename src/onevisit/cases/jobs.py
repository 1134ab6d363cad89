"""The worker's side of cases: what the house does next, what silence brings about, what lapses."""

from django.conf import settings

from onevisit.cases import actions, chasing, invitations, queries
from onevisit.cases import follow as following
from onevisit.cases.models import Case
from onevisit.ledger import jobs


@jobs.task("onevisit.cases.jobs.follow")
def follow(case_id: str) -> None:
    """Every step that the house can do now is done."""
    following.follow(case_id)


@jobs.periodic("onevisit.cases.jobs.silence", "* * * * *")
def silence(timestamp: int) -> None:
    """Cases whose notice period ended without a word are accepted, from the day on which they were received (视为受理)."""
    due = Case.objects.filter(stage="received", notice_due_at__lte=settings.CLOCK()).order_by("notice_due_at")
    for case_id in due.values_list("public_id", flat=True)[:500]:
        actions.accept_by_silence(str(case_id))


@jobs.task("onevisit.cases.jobs.accept_together")
def accept_together(actor_id: str, cases: list[str]) -> None:
    """The lot that nobody called off is accepted (批量受理)."""
    actions.accept_together(actor_id, cases)


@jobs.periodic("onevisit.cases.jobs.lapses", "7 * * * *")
def lapses(timestamp: int) -> None:
    """Cases whose corrections, owed papers or parties did not come by their day lapse (失效)."""
    today = settings.CLOCK().astimezone(settings.ZONE).date()
    waiting = Case.objects.filter(stage="noticed", defects__mended_at=None, defects__until__lt=today)
    owing = Case.objects.filter(stage="accepted", owed__supplied_at=None, owed__until__lt=today)
    parts = {"tasks__hands": "applicant", "tasks__does__in": list(queries.PARTS), "tasks__closed_at": None}
    apart = Case.objects.filter(stage="received", **parts, tasks__opened_at__lte=settings.CLOCK() - queries.PATIENCE)
    for case_id in {one for late in (waiting, owing, apart) for one in late.values_list("public_id", flat=True)[:500]}:
        actions.lapse(str(case_id))


@jobs.periodic("onevisit.cases.jobs.reminders", "17 9 * * *")
def reminders(timestamp: int) -> None:
    """Parties who have not confirmed are reminded (催办)."""
    invitations.remind()


@jobs.periodic("onevisit.cases.jobs.outages", "* * * * *")
def outages(timestamp: int) -> None:
    """Sources that were down when an office needed them are asked again; those that answer are down no longer."""
    chasing.chase()
