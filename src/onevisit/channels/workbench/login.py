"""Staff log in here; in the demo by one click on an officer. A real city takes its own staff accounts with a second factor."""

from collections.abc import Sequence
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import render

from onevisit.access import RIGHTS, Denied, Duty, who_may
from onevisit.channels.ui.sessions import View, guard
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest

HANDLING = frozenset(role for role, rights in RIGHTS.items() if {Duty.CASE_TAKE, Duty.WINDOW_OPEN} & {r.duty for r in rights})
"""The roles that handle cases or sit at a window, and so have pages here."""


def people(request: ActorRequest, wanted: str, carried: Sequence[tuple[str, str]]) -> HttpResponse:
    """The log-in page of the demo's officers; `carried` waits behind it."""
    officers = [one for one in identity.demo_accounts() if one.kind == "officer" and HANDLING & set(one.role.split())]
    return render(request, "workbench/login.html", {"officers": officers, "next": wanted, "carried": carried})


def needs_login(view: View) -> View:
    """The view of an officer: who is not logged in is asked to be, anybody else is told who may."""

    @wraps(view)
    def of_officers(request: ActorRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.actor.kind != "officer":
            raise Denied(Duty.CASE_TAKE, who_may(Duty.CASE_TAKE))
        return view(request, *args, **kwargs)

    return guard("/workbench/login", people)(of_officers)
