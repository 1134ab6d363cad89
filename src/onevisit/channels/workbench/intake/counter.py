"""A case at the counter: its materials one by one, what is still missing, the parties, and the acts that are possible now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from onevisit.access import Actor, Duty, Hidden
from onevisit.cases import actions, documents, prefill, queries, sources
from onevisit.cases.documents import Paper
from onevisit.cases.queries import Attached, Contents, Turn
from onevisit.catalogue import queries as catalogue
from onevisit.catalogue.queries import ItemView
from onevisit.channels.ui.forms import Problem
from onevisit.channels.workbench import changes
from onevisit.channels.workbench.intake import filling
from onevisit.channels.workbench.intake.here import Matters, Standing, matter
from onevisit.channels.workbench.login import needs_login
from onevisit.core import ways
from onevisit.core.definition import Material
from onevisit.core.values import is_given_back, materials
from onevisit.deliveries import queries as deliveries
from onevisit.identity.login import ActorRequest
from onevisit.papers import qr
from onevisit.payments import queries as bills

SHARED = "shared:"
EDITABLE = ("draft", "received", "noticed")
"""Stages in which papers are still laid on the counter; later only what is owed."""
WAYS: Mapping[str, str] = {"licence": "存入电子证照", "courier": "快递", "door": "送上门", "pickup": "到窗口领取"}


@dataclass(frozen=True)
class Row:
    """A material on the checklist: where it stands in words, and what the clerk can tick of it.

    `state`: fetched, waiting, down, handed, promised, missing, may-follow, later; `shown` how it was shown.
    """

    material: Material
    state: str
    words: str
    files: tuple[Attached, ...]
    shown: str

    @property
    def by_hand(self) -> bool:
        """Whether the applicant hands it in, or a paper stands in for its source that is down."""
        instead = sources.is_sourced(self.material) and (self.state == "down" or bool(self.shown))
        return instead or (self.material.source == "applicant" and not is_given_back(self.material))

    @property
    def by_promise(self) -> bool:
        """Whether his signed commitment stands for it."""
        return self.material.source == "commitment"

    @property
    def there(self) -> bool:
        """Whether nothing more is needed of it now."""
        return self.state in ("fetched", "handed", "promised", "later")


def rows(actor: Actor, now: Matters, held: Contents) -> tuple[Row, ...]:
    """The checklist: every material of the situation; of a group one that is there is enough."""
    asked = materials(now.matter.standard, held.answers)
    found = _reachable(actor, now, held, [_row(actor, now, held, one) for one in asked])
    enough = {one.material.one_of for one in found if one.material.one_of and one.there}
    return tuple(one for one in found if one.there or one.material.one_of not in enough)


def _reachable(actor: Actor, now: Matters, held: Contents, found: list[Row]) -> list[Row]:
    """The rows; of those that wait, the ones whose source is down say so: a paper may stand in for it."""
    if not any(one.state == "waiting" for one in found):
        return found
    down = {one.id for one in sources.unreachable(actor, now.case.id, held.answers)}
    words = "来源没有应答，可以先收纸质的，系统接着催问"
    return [replace(one, state="down", words=words) if one.material.id in down and not one.there else one for one in found]


def _row(actor: Actor, now: Matters, held: Contents, one: Material) -> Row:
    files = tuple(a for a in held.attachments if a.material == one.id)
    shown = held.handed.get(one.id, {}).get("how", "")
    return Row(one, *_state(actor, now, one, files, shown), files, shown)


def _state(actor: Actor, now: Matters, one: Material, files: Sequence[Attached], shown: str) -> tuple[str, str]:
    if is_given_back(one):
        return "later", "领取结果时交回"
    if shown or files:
        words = "，".join(filter(None, (actions.SHOWN.get(shown, ""), f"{len(files)}个文件" if files else "")))
        return ("promised" if one.source == "commitment" else "handed"), words
    if one.source == "commitment":
        return "missing", "要签告知承诺书"
    if one.source != "applicant":
        return _fetched(actor, now, one)
    return ("may-follow", "可以容缺，以后补交") if one.tolerance else ("missing", "还没有交")


def _fetched(actor: Actor, now: Matters, one: Material) -> tuple[str, str]:
    """Whether the source has answered yet."""
    if not one.source.startswith(SHARED):
        return "fetched", "从电子证照库调取"
    try:
        asked = prefill.latest(actor, now.case.id, one.source.removeprefix(SHARED))
    except Hidden:
        asked = None
    if asked is not None and asked.state == "answered":
        return "fetched", f"已调取：{asked.source_name}"
    return "waiting", "还没有取到，收件后接着核验"


def lacking(now: Matters, held: Contents, listed: Sequence[Row]) -> tuple[Problem, ...]:
    """What is still open of a draft: questions, fields, papers; receipt needs the questions only."""
    open_now = filling.Sheet(now.matter.standard, held).faults()
    found = [Problem(f"{now.address}/fill#f-{fault.field.lstrip('?')}", fault.message) for fault in open_now]
    missing = [row for row in listed if row.state == "missing"]
    return (*found, *(Problem(f"#m-{row.material.id}", f"“{row.material.name}”：{row.words}。") for row in missing))


@dataclass(frozen=True)
class Confirming:
    """A step that parties do: those who stand there and whose turn it is, and who else is waited for."""

    turn: Turn
    here: tuple[Standing, ...]
    others: tuple[str, ...]


def confirming(actor: Actor, now: Matters) -> tuple[Confirming, ...]:
    """The steps that wait for the visitor, for who stands beside him, or for somebody who has not come yet."""
    turns = queries.turns(actor, now.case.id)
    known = {one.who for one in queries.parties(actor, now.case.id) if one.known} if turns else set()
    return tuple(_confirming(now, turn, known) for turn in turns)


def _confirming(now: Matters, turn: Turn, known: set[str]) -> Confirming:
    """Who is at nobody's place yet may take one that nobody has; where there are no parties it is the applicant's turn."""
    if not turn.others:
        return Confirming(turn, tuple(one for one in now.present if one.whose == now.case.applicant), ())
    wanted = {one.who for one in turn.others if one.known}
    free = [one for one in turn.others if not one.known]
    new = [one for one in now.present if one.whose not in known][: len(free)]
    here = tuple(one for one in now.present if one.whose in wanted or one in new)
    there = {one.whose for one in here}
    away = [one for one in turn.others if one.known and one.who not in there] + free[len(new) :]
    return Confirming(turn, here, tuple(f"{one.role_name}{one.name}" for one in away))


@dataclass(frozen=True)
class Copy:
    """A paper to print, and in whose copy: `of` names him where it is not the visitor's."""

    paper: Paper
    visit: str
    of: str


def copies(actor: Actor, now: Matters) -> tuple[Copy, ...]:
    """The papers of the visitor, and those beside him whose own copies they are."""
    found: list[Copy] = []
    for nth, one in enumerate(now.present):
        listed = documents.papers(actor, now.case.id, one.whose)
        found += [Copy(paper, one.visit, one.person.name if nth else "") for paper in listed if not nth or paper.to == one.whose]
    return tuple(found)


def parts(actor: Actor, now: Matters) -> dict[str, Any]:
    """The page's parts by name."""
    held = queries.contents(actor, now.case.id)
    listed, stage = rows(actor, now, held), now.case.stage
    accepting = next((one for one in now.matter.open if one.does == "accept"), None)
    papers, turns = copies(actor, now), confirming(actor, now)
    to_pay = [one for one in bills.bills_of_case(now.case.id) if one.state == "open"]
    coming = [one for one in deliveries.of_case(actor, now.case.id) if not one.is_over]
    may_accept = accepting is not None and stage == "received" and now.matter.may(Duty.CASE_ACCEPT)
    return {
        "now": now,
        "case": now.case,
        "rows": listed,
        "shown": actions.SHOWN,
        "editable": stage in EDITABLE,
        "by_hand": any(row.by_hand or row.by_promise for row in listed),
        "lacking": lacking(now, held, listed) if stage == "draft" else (),
        "renewed": held.renewed if stage == "draft" else (),
        "choice": queries.delivery_choice(actor, now.case.id),
        "ways": WAYS,
        "address": ways.ADDRESS,
        "confirming": turns,
        "may_accept": may_accept,
        "mandate": queries.entrusted(actor, now.case.id),
        "back_office": stage == "received" and not may_accept and not turns,
        "may_notify": _may_notify(now),
        "may_turn_away": stage in ("received", "noticed") and now.matter.may(Duty.CASE_REFUSE),
        "owed": [one for one in queries.owed(actor, now.case.id) if one.supplied_at is None],
        "bills": to_pay,
        "deliveries": coming,
        "form": "take-in" if stage == "draft" else "laid",
        "acting": may_accept or bool(turns) or now.case.to_mend or any(not one.moving for one in coming),
        "moves": bool(to_pay or now.case.waiting_for),
        "papers": papers,
        "first": _to_print(now, papers),
        "account": queries.account(actor, now.case.id),
        "rail": queries.rail(actor, now.case.id),
        "seen": changes.mark(now.matter),
        "guide": _guide(now),
    }


def _guide(now: Matters) -> ItemView | None:
    """The guide that hangs out here now, by its revision; None where the item is offered no more."""
    try:
        return catalogue.item(now.case.item_key, now.case.division)
    except Hidden:
        return None


def _to_print(now: Matters, copies: Sequence[Copy]) -> str:
    """The paper that is wanted now: the receipt of what was received in this visit, else the first that he has not got."""
    papers = [one.paper for one in copies if not one.of]
    fresh = now.case.received_at is not None and now.case.received_at >= now.here.visit.since
    receipt = next((one.name for one in papers if one.kind == "receipt" and fresh), "")
    return receipt or next((one.name for one in papers if one.served_at is None), "")


def _may_notify(now: Matters) -> bool:
    duty = Duty.CASE_RENOTIFY if now.matter.state.notices else Duty.CASE_NOTIFY
    return now.case.stage == "received" and now.matter.may(duty)


def page(request: ActorRequest, now: Matters, problems: Sequence[Problem] = (), status: int = 0) -> HttpResponse:
    """The page, with what is wrong on top; what was typed in its forms comes back."""
    changed = changes.since(request, now.matter) if status == 409 else ()
    shown = {**parts(request.actor, now), "problems": problems, "changed": changed, "typed": request.POST}
    return render(request, "workbench/intake/counter.html", shown, status=status or (422 if problems else 200))


@require_safe
@needs_login
def show(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """The case at the counter."""
    return page(request, matter(request.actor, visit, case))


@require_safe
@needs_login
def paper(request: ActorRequest, visit: UUID, case: UUID, name: str) -> HttpResponse:
    """A paper of the case to print, in the copy of one who stands there."""
    now = matter(request.actor, visit, case)
    content = documents.paper(request.actor, now.case.id, name, now.copy_of(request.GET.get("copy", "")))
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or "inline"
    return response


@require_safe
@needs_login
def pay_code(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """The address at which the visitor pays with his own telephone, as a code to scan."""
    now = matter(request.actor, visit, case)
    return HttpResponse(qr.svg(f"{settings.BASE_URL}/cases/{now.case.id}/pay"), content_type="image/svg+xml")
