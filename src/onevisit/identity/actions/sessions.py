"""Logging in and out (登录). Only the demo's one click is here so far; a national platform comes as another function."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest

from onevisit.access import Actor, Hidden
from onevisit.identity.login import BACKEND, remember
from onevisit.identity.models import Account
from onevisit.ledger.actions import Entry, append


@transaction.atomic
def log_in_demo(request: HttpRequest, name: str) -> Actor:
    """The request is logged in as that demo account, in a new session; only in a demo. Raises Hidden elsewhere."""
    row = (
        Account.objects.filter(login=name, demo=True, is_active=True).select_related("stream").first() if settings.DEMO else None
    )
    if row is None:
        raise Hidden(f"account {name}")
    login(request, row, backend=BACKEND)
    actor = remember(request, row)
    append(row.stream, actor, [Entry("account.entered")])
    return actor


def confirm_demo(request: HttpRequest) -> None:
    """The second factor of the demo, one click: the session is fresh for five minutes. Raises Hidden outside of a demo."""
    if not settings.DEMO or not isinstance(request.user, Account) or not request.user.demo:
        raise Hidden("confirm")
    request.session.cycle_key()
    remember(request, request.user)


def log_out(request: HttpRequest) -> None:
    """Nobody is logged in, and the session is gone from the server."""
    logout(request)
