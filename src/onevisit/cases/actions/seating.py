"""Who takes part in a case (当事人) has his seat when it is filed: the filer, and everybody whom its form names.

不动产登记暂行条例 art. 14: where the law asks that both apply, both are in the case, each by his own number.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from onevisit.access import Actor, Refused
from onevisit.cases import queries
from onevisit.cases.models import Case, Party, Task
from onevisit.cases.queries import seats
from onevisit.core import identifiers, values
from onevisit.core import parties as apart
from onevisit.core.definition import Standard
from onevisit.core.parties import Named
from onevisit.core.state import Event
from onevisit.core.values import Fault

FIRM = "uscc"


def faults(row: Case, standard: Standard, data: Mapping[str, Any], *, at_window: bool = False) -> list[Fault]:
    """What is wrong with the parties that the form names: nobody, no number, the filer himself, one person twice.

    At a window whoever comes with his card needs no number beforehand.
    """
    named = apart.named(standard, data["answers"], data["values"])
    own = apart.filer(standard)
    there = {one.party for one in named} | {own}
    lacking = [one for one in apart.taking_part(standard, data["answers"]) if one not in there]
    found = [Fault("", f"没有写{apart.words(standard, [one])}是谁，不能申报。") for one in lacking if not at_window]
    seen = {str(row.applicant)}
    for one in named:
        kind, number = _read(one.number)
        who = seats.known_by(kind, number) or number if number else ""
        wrong = _wrong(one, who, seen, at_window)
        found += [Fault(one.field, wrong.format(who=_called(standard, one, own)))] if wrong else []
        seen.add(who)
    return found


def _wrong(one: Named, who: str, seen: set[str], at_window: bool) -> str:
    """What is wrong with somebody whom the form names; `who` is empty where his number is none."""
    if not one.number:
        return "" if at_window else "还不知道{who}的证件号码。请再取一次；取不到的，请一起到窗口办。"
    if not who:
        return "{who}的证件号码不对，请核对后再提交。"
    return "{who}不能是申请人自己，也不能写两遍。" if who in seen else ""


def seat(actor: Actor, row: Case, standard: Standard, data: Mapping[str, Any]) -> list[Event]:
    """Everybody who takes part has his row, the filer first; an event for each who is invited. None where there is one applicant.

    Raises `Refused` for an officer who would handle his own matter.
    """
    own, now = apart.filer(standard), settings.CLOCK()
    if not own:
        return []
    Party.objects.create(
        case=row, owner_key=row.public_id, role=own, kind=row.applicant_kind, who=row.applicant, confirmed_at=now
    )
    named = apart.named(standard, data["answers"], data["values"])
    written = {one.party for one in named} | {own}
    named += tuple(Named(one, "", "") for one in apart.taking_part(standard, data["answers"]) if one not in written)
    made = [_seated(row, one, now) for one in named]
    row.jointly = sorted(str(party.who) for party in made if party.who)
    if actor.kind == "officer" and actor.person and actor.person in row.jointly:
        raise Refused("own-matter", "您不能办理自己或本单位的事项。", "请交由其他工作人员办理。")
    return [Event("party.invited", now, told(party)) for party in made]


def _seated(row: Case, one: Named, now: datetime) -> Party:
    kind, number = _read(one.number)
    who = seats.known_by(kind, number) if number else ""
    made = Party(
        case=row, owner_key=row.public_id, role=one.party, kind=kind, who=UUID(who) if who else None, invited_at=now,
    )  # fmt: skip
    made.name, made.number, made.phone = one.name or None, number or None, one.phone or None
    made.save()
    return made


def begun(row: Case, standard: Standard) -> list[Event]:
    """The filer's own part of a step that others of his party still have to do."""
    own = apart.filer(standard)
    task = next((one for one in queries.waiting(row) if one.does == "submit" and one.party == own), None) if own else None
    return [parted(row, task, str(row.applicant))] if task else []


def parted(row: Case, task: Task, one: str) -> Event:
    """The person has done his part of the step."""
    task.confirmed = sorted({*task.confirmed, one})
    if task.pk:
        row.writes.change(task, ["confirmed"])
    row.parties.filter(who=one, confirmed_at=None).update(confirmed_at=settings.CLOCK())
    return Event("party.confirmed", settings.CLOCK(), {"step": task.step, "who": one})


def told(party: Party) -> dict[str, str]:
    """What an event says of a party: references, no value."""
    return {"party": str(party.public_id), "role": party.role, "who": str(party.who or "")}


def _read(text: str) -> tuple[str, str]:
    """Kind and normal form of a party's number; no number where it is none that a person or firm can have."""
    found = identifiers.identify(text, None, settings.CLOCK().date()) if text else None
    if found is None or not found.valid or found.normal is None or found.kind not in {*values.PERSONAL, FIRM}:
        return "person", ""
    return ("organisation" if found.kind == FIRM else "person"), found.normal


def _called(standard: Standard, one: Named, own: str) -> str:
    name = apart.words(standard, [one.party])
    return f"共同的{name}" if one.party == own else name
