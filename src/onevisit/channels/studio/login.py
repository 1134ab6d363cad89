"""Editors and publishers log in here; in the demo by one click. A real city takes its own accounts with a second factor."""

from collections.abc import Sequence
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import render

from onevisit.access import Denied, Duty, who_may
from onevisit.channels.ui.look import EDITING
from onevisit.channels.ui.sessions import View, guard
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest


def people(request: ActorRequest, wanted: str, carried: Sequence[tuple[str, str]]) -> HttpResponse:
    """The log-in page of the demo's editors; `carried` waits behind it."""
    editors = [one for one in identity.demo_accounts() if one.kind == "officer" and EDITING & set(one.role.split())]
    return render(request, "studio/login.html", {"editors": editors, "next": wanted, "carried": carried})


def needs_login(view: View) -> View:
    """The view of an editor or publisher: who is not logged in is asked to be, anybody else is told who may."""

    @wraps(view)
    def of_editors(request: ActorRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not EDITING & {grant.role for grant in request.actor.grants}:
            raise Denied(Duty.GUIDE_DRAFT, who_may(Duty.GUIDE_DRAFT))
        return view(request, *args, **kwargs)

    return guard("/studio/login", people)(of_editors)
