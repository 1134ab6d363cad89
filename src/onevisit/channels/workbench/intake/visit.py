"""A visit: who stands there, his drafts and cases, what he can begin here, his results; until he leaves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from onevisit.access import Actor, Hidden, Refused
from onevisit.cases import prefill
from onevisit.cases import queries as cases
from onevisit.catalogue import queries as catalogue
from onevisit.channels.ui import forms
from onevisit.channels.ui.forms import Problem
from onevisit.channels.workbench.intake import reason
from onevisit.channels.workbench.intake.here import Here, here
from onevisit.channels.workbench.login import needs_login
from onevisit.city import queries as city
from onevisit.deliveries import queries as deliveries
from onevisit.halls import actions, queries
from onevisit.halls.actions import Wish
from onevisit.identity import limits
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest

USUAL, HITS = 9, 9
"""How many items have a key of their own."""


@dataclass(frozen=True)
class Offered:
    """An item that can be begun here, and what it is called; `key_number` is pressed for it."""

    key: str
    name: str
    promise: str
    key_number: int


@require_safe
@needs_login
def show(request: ActorRequest, visit: UUID) -> HttpResponse:
    """The visitor and everything that can be done for him; `q` looks for an item in people's words."""
    return _page(request, here(request.actor, visit), ())


def _page(request: ActorRequest, now: Here, problems: Sequence[Problem]) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    mine = queries.visitor_cases(request.actor, now.visit.id)
    shown = {
        "stand": now,
        "cases": mine,
        "touched": now.visit.cases,
        "items": _found(request.actor, now, words) if words else _usual(request.actor, now),
        "words": words,
        "firms": [identity.organisation(one) for one in sorted(queries.owners(now.visit.person) - {now.visit.person})],
        "ready": [one for case in mine for one in deliveries.of_case(request.actor, case.id) if not one.is_over],
        "problems": problems,
    }
    return render(request, "workbench/intake/visit.html", shown, status=422 if problems else 200)


def _division(now: Here) -> str:
    return city.hall(now.visit.hall).division


def _usual(actor: Actor, now: Here) -> tuple[Offered, ...]:
    """What is done most often in this hall, filled up with what is new."""
    division = _division(now)
    keys = dict.fromkeys((*queries.usual(now.visit.hall, USUAL), *(one.key for one in catalogue.hot(division, USUAL))))
    listed = {one.key: (one.name, one.promise) for one in catalogue.listed(list(keys), division) if one.guided}
    return _offered(actor, now, [(key, *listed[key]) for key in keys if key in listed])


def _found(actor: Actor, now: Here, words: str) -> tuple[Offered, ...]:
    return _offered(
        actor, now, [(hit.listed.key, hit.name, hit.promise) for hit in catalogue.search(words, _division(now), HITS)]
    )


def _offered(actor: Actor, now: Here, found: Sequence[tuple[str, str, str]]) -> tuple[Offered, ...]:
    """Those that this clerk may begin for the visitor."""
    division = _division(now)
    allowed = [one for one in found if _may_begin(actor, now, one[0], division)]
    return tuple(Offered(*one, number) for number, one in enumerate(allowed[:USUAL], 1))


def _may_begin(actor: Actor, now: Here, key: str, division: str) -> bool:
    try:
        item = catalogue.item(key, division)
    except catalogue.NoItem:
        return False
    return cases.may_begin(actor, item, now.visit.person)


@require_POST
@needs_login
def begin(request: ActorRequest, visit: UUID) -> HttpResponse:
    """The visitor's draft of the item, prefilled: a new one or the one that he has; a second press finds it too."""
    now = here(request.actor, visit)

    def wanted(why: str) -> str:
        wish = Wish(request.POST.get("item", ""), forms.answers(request.POST), request.POST.get("on_behalf", ""), why)
        return actions.begin(request.actor, now.visit.id, wish).id

    return _taken_up(request, now, wanted)


@require_POST
@needs_login
def open_case(request: ActorRequest, visit: UUID, case: UUID) -> HttpResponse:
    """A draft or case of his is taken up: the visit counts for it."""
    now = here(request.actor, visit)

    def wanted(why: str) -> str:
        actions.take_up(request.actor, now.visit.id, str(case), why)
        return str(case)

    return _taken_up(request, now, wanted)


@require_POST
@needs_login
def bring(request: ActorRequest, visit: UUID) -> HttpResponse:
    """The case with the number that the visitor shows, in which he takes part."""
    now = here(request.actor, visit)
    with limits.guess(limits.Use("case-number", request.actor.id)) as guess:
        try:
            return _taken_up(request, now, lambda why: actions.bring(request.actor, now.visit.id, _digits(request), why))
        except Hidden:
            guess.missed = True
            text = "没有找到这个编号的办件，或者这位群众不是它的当事人。请核对编号，至少填末12位。"
            return _page(request, now, (Problem("f-digits", text),))


def _digits(request: ActorRequest) -> str:
    return request.POST.get("digits", "")[:60]


def _taken_up(request: ActorRequest, now: Here, act: Callable[[str], str]) -> HttpResponse:
    """The case's page; above the promise the page that asks for the reason first."""
    try:
        case = act(request.POST.get("reason", ""))
    except Refused as refused:
        if refused.code not in reason.ASKED:
            raise
        return reason.ask(request, now, refused)
    holder = identity.actor_of(request.actor.id, request.actor.via)  # he holds the case only since this very request
    if cases.case(holder, case).stage != "draft":
        return redirect("counter", visit=now.visit.id, case=case)
    prefill.fetch(holder, case)
    return redirect("window-fill", visit=now.visit.id, case=case)


@require_POST
@needs_login
def leave(request: ActorRequest, visit: UUID) -> HttpResponse:
    """The visit is over, and the window free for the next one."""
    actions.leave(request.actor, str(visit))
    return redirect("window")
