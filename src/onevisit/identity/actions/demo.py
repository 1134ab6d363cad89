"""The demo's people and stand-ins: loaded by the operator at the shell, in the name of the house, and only in a demo."""

from collections.abc import Iterable
from dataclasses import asdict

from django.conf import settings
from django.db import transaction

from onevisit.access import SYSTEM, Refused
from onevisit.city import queries as city
from onevisit.identity import mandates
from onevisit.identity.actions import people
from onevisit.identity.actions.grants import NewGrant, proposed
from onevisit.identity.actions.people import NewAccount, NewOfficer, NewPerson
from onevisit.identity.actions.systems import NewPeer
from onevisit.identity.models import Account, Peer
from onevisit.identity.queries import DemoPerson
from onevisit.ledger.actions import Entry, append

NARROW = frozenset({"window", "acceptor", "reviewer", "joint", "chief", "head", "registrar", "regulator", "source-owner"})
"""Roles of the demo that speak of one office's own matters."""
GENERAL = "services"
"""The department whose window clerks sit at general windows: any department's matters, in their own hall (综合窗口)."""


@transaction.atomic
def load_demo(rows: Iterable[DemoPerson]) -> int:
    """The demo's people with their accounts and roles, whoever is missing; the number of accounts. Refused elsewhere."""
    _only_in_demo()
    for row in rows:
        _load(row)
    return Account.objects.filter(demo=True).count()


@transaction.atomic
def found_demo_peer(name: str, title: str, port: int, host: str = "127.0.0.1") -> None:
    """A stand-in at this address, with the key `demo-<name>`; only in a demo, where no second person is asked."""
    _only_in_demo()
    columns = asdict(NewPeer(name, title, host, port, f"demo-{name}", "http", private=True))
    Peer.objects.update_or_create(name=name, defaults={**columns, "demo": True, "proposed_by": SYSTEM.id})


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Refused("not-a-demo", "演示数据只能装入演示环境。", "请设置 ONEVISIT_DEMO=1 后再试。")


def _load(row: DemoPerson) -> None:
    person = people.recorded_person(NewPerson(row.name, row.number, phone=row.phone, demo=True))
    if row.kind == "person" or Account.objects.filter(login=row.key).exists():
        return
    firm = people.recorded_organisation(row.organisation, row.credit_code, demo=True) if row.credit_code else ""
    account = people.opened_account(SYSTEM, NewAccount(row.key, row.kind, person, firm, row.title, demo=True))
    if row.kind != Account.Kind.OFFICER:
        return
    officer = people.appointed(SYSTEM, NewOfficer(str(account.public_id), row.department, row.division, row.title))
    for role in row.role.split():
        made = proposed(SYSTEM, officer, _grant(str(account.public_id), role, row))
        append(account.stream, SYSTEM, [Entry("grant.given", {"grant": str(made.public_id), "role": role})])


def _grant(account: str, role: str, row: DemoPerson) -> NewGrant:
    """The role as this person of the demo has it: of his hall, of his office, of the items that a mandate names, or of all."""
    if role == "hall-manager" or (role == "window" and row.department == GENERAL):
        return NewGrant(account, role, hall=_hall(row))
    mandate = next((one for one in mandates.demo_mandates() if (one.key, one.role) == (row.key, role)), None)
    if mandate is not None:
        return NewGrant(account, role, row.department, row.division, mandate.items, document=mandate.document, seal=mandate.seal)
    return NewGrant(account, role, *((row.department, row.division) if role in NARROW else ()))


def _hall(row: DemoPerson) -> str:
    """The hall of the officer's own division; Refused if there is none: a role of no hall would be one of all halls."""
    found = next((one.id for one in city.halls(row.division) if one.division == row.division), "")
    if not found:
        raise Refused("no-hall", f"区划{row.division}没有政务服务大厅。", "请先建立大厅。")
    return found
