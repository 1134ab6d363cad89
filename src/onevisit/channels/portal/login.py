"""A page that needs a person sends whoever has not logged in to the log-in page; what he wanted, and what he sent, comes back."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render

from onevisit.channels.ui.look import EDITING
from onevisit.channels.ui.sessions import guard
from onevisit.identity import queries as identity
from onevisit.identity.login import ActorRequest

HANDLING = frozenset({"window", "acceptor", "reviewer", "joint", "chief", "head", "registrar"})
"""The roles that handle cases: their pages are the workbench's."""


def people(request: ActorRequest, wanted: str, carried: Sequence[tuple[str, str]]) -> HttpResponse:
    """The log-in page of the demo: its people by what they do here; `carried` waits behind it."""
    everybody = identity.demo_accounts()
    groups = [
        ("申请人", [p for p in everybody if p.kind == "applicant"]),
        ("工作人员", [p for p in everybody if HANDLING & set(p.role.split())]),
        ("编写、公布办事指南的人", [p for p in everybody if EDITING & set(p.role.split())]),
    ]
    listed = {p.key for _, chosen in groups for p in chosen}
    others = [p for p in everybody if p.key not in listed]
    shown = {"groups": groups, "others": others, "next": wanted, "carried": carried}
    return render(request, "portal/login.html", shown)


needs_login = guard("/login", people)
