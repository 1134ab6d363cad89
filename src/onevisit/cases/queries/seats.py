"""The parties of a case (当事人): who takes part, whose turn it is, and what each may see of it.

An applicant's step is done by himself, or by every person of the parties that it names; who has not done his part holds the step.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from onevisit import access
from onevisit.access import Actor, Duty, Hidden
from onevisit.cases.models import Case, Party, Task
from onevisit.cases.queries.gate import known_tasks, own, row, standing, target
from onevisit.catalogue import queries as catalogue
from onevisit.core import identifiers, process, stages
from onevisit.core import parties as apart
from onevisit.core.definition import Standard, Step
from onevisit.core.rework import unrolled
from onevisit.identity import queries as identity
from onevisit.identity.personal import purpose

PARTS: Mapping[str, str] = {"submit": "确认", "verify": "核验身份"}
"""What each person of a party does for himself: apply or confirm, and have his identity verified."""
PATIENCE = timedelta(days=30)
"""How long a step waits for a party before the case lapses: as long as a draft lives."""
LAST = 1 << 63
"""Where a step stands that opens in this very act: after those that were open before."""
DISAGREES = "disagree"
"""The outcome under which an opinion keeps why a party does not agree."""


@dataclass(frozen=True, slots=True)
class PartyView:
    """Somebody who takes part: what his party is called, his name as a mask, and whether he has confirmed.

    `known`: an account may open the case as him; until then it is `id` by which he joins. `objection`: why he does not agree.
    """

    id: str
    who: str
    role: str
    role_name: str
    name: str
    known: bool
    confirmed_at: datetime | None
    objection: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """An applicant's step that is open: whether it is the viewer's turn, and of whom else it waits. `until`: then it lapses."""

    step: str
    does: str
    name: str
    mine: bool
    others: tuple[PartyView, ...]
    until: datetime


def expected(case: Case, standard: Standard, task: Task) -> set[str]:
    """Whose part the step needs: every person's of its parties, or the one applicant's; who is not known yet has his row's id."""
    wanted = apart.roles(step_of(standard, task.step))
    if not wanted:
        return {str(case.applicant)}
    return {_of(party) for party in case.parties.all() if party.role in wanted}


def lacking(case: Case, standard: Standard, task: Task) -> set[str]:
    """Who has not done his part of the step yet."""
    return expected(case, standard, task) - set(task.confirmed)


def waiting(case: Case) -> list[Task]:
    """The open steps that applicant and parties do for themselves, in order."""
    open_now = [task for task in known_tasks(case) if task.closed_at is None and task.hands == "applicant"]
    return sorted((task for task in open_now if task.does in PARTS), key=lambda task: task.pk or LAST)


def step_of(standard: Standard, step: str) -> Step:
    """The step of this id, a later attempt too."""
    return next(one for one in unrolled(standard.process) if one.id == step)


def parties(actor: Actor, case_id: str) -> tuple[PartyView, ...]:
    """Who takes part in the case, in the order in which the form names them; none where there is one applicant."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    return _views(actor, found, catalogue.standard(found.standard_id), list(found.parties.order_by("id")))


def turns(actor: Actor, case_id: str) -> tuple[Turn, ...]:
    """The steps that wait for an applicant or a party, and of each whether it waits for whoever asks."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    if found.stage in stages.ENDS or not waiting(found):
        return ()
    standard, me = catalogue.standard(found.standard_id), standing(found, actor)
    views = _views(actor, found, standard, list(found.parties.order_by("id")))
    return tuple(_turn(found, standard, task, me, views) for task in waiting(found))


def _turn(case: Case, standard: Standard, task: Task, me: str, views: Sequence[PartyView]) -> Turn:
    left = lacking(case, standard, task)
    others = tuple(one for one in views if (one.who or one.id) in left - {me})
    name = process.name(step_of(standard, task.step))
    return Turn(task.step, task.does, name, me in left, others, task.opened_at + PATIENCE)


def waits_for(case: Case, standard: Standard, task: Task, me: str) -> str:
    """Whom an open applicant's step waits for, as the viewer knows them; empty where it is the only applicant."""
    left = lacking(case, standard, task)
    if me in left or not left:
        return "您" if me else ""
    named = [party.role for party in sorted(case.parties.all(), key=lambda party: party.pk) if _of(party) in left]
    return apart.words(standard, dict.fromkeys(named))


def whose(case: Case, standard: Standard, step: str, me: str) -> str:
    """Who does an applicant's step, as the viewer knows them: 您, or the names of the parties; empty if it is the only one's."""
    wanted = apart.roles(step_of(standard, step))
    if not wanted:
        return "您" if me == str(case.applicant) else ""
    mine = {party.role for party in case.parties.all() if me and _of(party) == me}
    named = [role for role in wanted if role not in mine]
    own_part = ["您"] if mine.intersection(wanted) else []
    return "和".join([*own_part, *([apart.words(standard, named)] if named else [])])


@dataclass(frozen=True, slots=True)
class Common:
    """What concerns all parties of a case: the situation, and the values that are nobody's own; of the viewer also his."""

    answers: Mapping[str, str]
    values: Mapping[str, Mapping[str, Any]]


def common(actor: Actor, case_id: str) -> Common:
    """What a party may see of the case; the applicant can see who looked. Raises `Hidden` for whoever is no party of it."""
    found = row(case_id)
    access.require(actor, Duty.CASE_READ, target(found, actor))
    me = standing(found, actor)
    if not me:
        raise Hidden(f"case {case_id}")
    code = "own" if me == str(found.applicant) else "handle"
    with transaction.atomic(), purpose(actor, code, subject=str(found.applicant), case=case_id):
        data = found.data.reveal()
    role = next((party.role for party in found.parties.all() if str(party.who) == me), "")
    shown = {field.id for field in apart.shared(catalogue.standard(found.standard_id), role)}
    return Common(data["answers"], {name: value for name, value in data["values"].items() if name in shown})


def invitation(actor: Actor, party_id: str) -> tuple[str, str, bool]:
    """The case, what its item is called, and whether whoever asks has joined already; raises `Hidden` unless he is meant."""
    try:
        found = Party.objects.select_related("case").filter(public_id=UUID(party_id)).first()
    except ValueError:
        found = None
    if found is None or not meant(actor, found):
        raise Hidden(f"party {party_id}")
    return str(found.case.public_id), found.case.item_name, found.who is not None


def meant(actor: Actor, party: Party) -> str:
    """As whom the actor is the party: he himself or his firm, by the number that the form gave; empty if he is not."""
    if actor.kind != "applicant":
        return ""
    one = str(party.who or "") or holder(party)
    return one if one in own(actor) else ""


def holder(party: Party) -> str:
    """The person or organisation that has this party's number, or empty; compared by blind index."""
    case = party.case
    if party.number is None:
        return ""
    with transaction.atomic(), purpose(access.SYSTEM, "handle", subject=str(case.applicant), case=str(case.public_id)):
        number = party.number.reveal()
    return known_by(party.kind, number)


def known_by(kind: str, number: str) -> str:
    """The public id of whoever has this number in normal form, an organisation or a person, or empty."""
    if kind == "organisation":
        return identity.organisation_with(number)
    return identity.person_with(number, identifiers.identify(number, None, settings.CLOCK().date()).kind or "")


def everybody(case: Case) -> tuple[str, ...]:
    """Whose case it is, the applicant first."""
    return (str(case.applicant), *sorted(case.jointly))


def of_party(case: Case, role: str) -> tuple[str, ...]:
    """The persons of a party who are known, whoever filed first; the applicant where there are no parties."""
    known = [str(party.who) for party in case.parties.order_by("id") if party.role == role and party.who]
    return tuple(known) or (str(case.applicant),)


def payer(case: Case, task: Task) -> str:
    """Who pays in this step: whoever filed, if it is his party's or nobody's in particular, else the first of the other party."""
    rows = sorted(case.parties.all(), key=lambda party: party.pk)
    known = [str(party.who) for party in rows if party.role == task.party and party.who]
    return str(case.applicant) if not known or str(case.applicant) in known else known[0]


def _views(actor: Actor, case: Case, standard: Standard, rows: Iterable[Party]) -> tuple[PartyView, ...]:
    found = list(rows)
    objections = _objections(actor, case, found)
    return tuple(
        PartyView(
            str(party.public_id), str(party.who or ""), party.role, apart.words(standard, [party.role]), _name(party),
            party.who is not None, party.confirmed_at, objections.get(_of(party), ""),
        )
        for party in found
    )  # fmt: skip


def _name(party: Party) -> str:
    """The name as a mask; a firm's is public."""
    if party.who:
        return identity.shown_name(str(party.who))
    return party.name.mask() if party.name is not None else ""


def _objections(actor: Actor, case: Case, rows: Sequence[Party]) -> dict[str, str]:
    """Why those who have not confirmed do not agree, where they said so."""
    open_now = {_of(party) for party in rows if party.confirmed_at is None}
    said = [one for one in case.opinions.filter(outcome=DISAGREES).order_by("id") if one.on in open_now] if open_now else []
    if not said:
        return {}
    code = "own" if standing(case, actor) == str(case.applicant) else "handle"
    with transaction.atomic(), purpose(actor, code, subject=str(case.applicant), case=str(case.public_id)):
        return {one.on: one.text.reveal() for one in said if one.text is not None}


def _of(party: Party) -> str:
    return str(party.who or party.public_id)
