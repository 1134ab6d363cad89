"""People with accounts, for tests that speak HTTP within the process: applicants of the demo, officers of the small city."""

from dataclasses import dataclass

from django.db import transaction
from django.test import Client
from tests.cases.ground import NEAR

from onevisit.access import SYSTEM, Actor, Grant
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.identity.actions.grants import NewGrant, proposed
from onevisit.identity.actions.people import appointed, opened_account
from onevisit.identity.login import BACKEND
from onevisit.identity.models import Account, OfficerGrant


@dataclass(frozen=True)
class Somebody:
    """An account, logged in."""

    account: Account | None
    http: Client

    @property
    def actor(self) -> Actor:
        """Who acts, as of now."""
        return people.actor(self.account)


def nobody() -> Somebody:
    """Whoever has not logged in."""
    return Somebody(None, Client())


@transaction.atomic
def applicant(key: str) -> Somebody:
    """A person of the demo."""
    row = _row(key)
    person = identity.people.recorded_person(identity.NewPerson(row.name, row.number, phone=row.phone, demo=True))
    return _entered(opened_account(SYSTEM, identity.NewAccount(key, "applicant", person, "", row.title, demo=True)))


@transaction.atomic
def officer(key: str, role: str = "", department: str = "market", division: str = NEAR) -> Somebody:
    """An officer of an office, with one role or none."""
    row = _row(key)
    person = identity.people.recorded_person(identity.NewPerson(row.name, row.number, demo=True))
    account = opened_account(SYSTEM, identity.NewAccount(key, "officer", person, "", row.title, demo=True))
    held = appointed(SYSTEM, identity.NewOfficer(str(account.public_id), department, division, row.title))
    narrow = (department, division) if role not in ("editor", "publisher") else ("", "")
    if role:
        proposed(SYSTEM, held, NewGrant(str(account.public_id), role, *narrow))
    return _entered(account)


def _row(key: str) -> people.DemoPerson:
    return next(one for one in people.demo_people() if one.key == key)


def _entered(account: Account) -> Somebody:
    http = Client()
    http.force_login(account, backend=BACKEND)
    return Somebody(account, http)


def end(officer: Somebody) -> None:
    """The officer's roles end now."""
    assert officer.account is not None
    held = OfficerGrant.objects.filter(officer__account=officer.account).values_list("public_id", flat=True)
    for public_id in held:
        identity.end_grant(Actor("x", "officer", grants=(Grant("security-admin"),)), str(public_id))
