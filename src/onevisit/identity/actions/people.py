"""Persons and organisations are recorded, accounts opened, officers appointed.

Numbers are checked by `core.identifiers` and stored in their normal form, sealed; the same person is never recorded twice.
"""

from dataclasses import dataclass
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from onevisit.access import Actor, Duty, Hidden, Refused, Target, require
from onevisit.city.models import DepartmentOffice
from onevisit.core.identifiers import identify
from onevisit.identity import queries
from onevisit.identity.models import Account, Officer, OfficerGrant, Organisation, Person
from onevisit.ledger.actions import Entry, append, open_stream


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to record; `kind` as in `onevisit identify`."""

    name: str
    number: str
    kind: str = "citizen"
    phone: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A log-in to open: of a person, for an organisation if he or she acts for one."""

    login: str
    kind: str
    person: str = ""
    organisation: str = ""
    title: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class NewOfficer:
    """The account that becomes an officer, and of which office."""

    account: str
    department: str
    division: str
    title: str


@transaction.atomic
def found_person(actor: Actor, new: NewPerson) -> str:
    """The public id of the person with this number, recorded now if there was none. Raises Refused for a wrong number."""
    require(actor, Duty.ACCOUNT_CREATE, Target("person"))
    return recorded_person(new)


@transaction.atomic
def found_organisation(actor: Actor, name: str, credit_code: str, *, demo: bool = False) -> str:
    """The public id of the organisation with this credit code, recorded now if there was none. Refused if it is wrong."""
    require(actor, Duty.ACCOUNT_CREATE, Target("organisation"))
    return recorded_organisation(name, credit_code, demo=demo)


@transaction.atomic
def found_account(actor: Actor, new: NewAccount) -> str:
    """The public id of a new account, without any role. Raises Refused if the log-in name is taken."""
    require(actor, Duty.ACCOUNT_CREATE, Target("account"))
    return str(opened_account(actor, new).public_id)


@transaction.atomic
def found_officer(actor: Actor, new: NewOfficer) -> None:
    """The account belongs to an officer of that office from now on, still without any role."""
    require(actor, Duty.ACCOUNT_CREATE, Target("account", new.account))
    appointed(actor, new)


@transaction.atomic
def end_officer(actor: Actor, account: str) -> None:
    """The officer left: no role, no log-in, and sessions that are open end at their next request (S7)."""
    require(actor, Duty.GRANT_REVOKE, Target("account", account))
    row, now = officer_of(account), settings.CLOCK()
    OfficerGrant.objects.filter(officer=row, since__lte=now, until__isnull=True).update(until=now)
    Officer.objects.filter(pk=row.pk).update(until=now)
    Account.objects.filter(pk=row.account_id).update(is_active=False)
    append(row.account.stream, actor, [Entry("officer.left", {"account": account})])


def recorded_person(new: NewPerson) -> str:
    identity = identify(new.number, new.kind, settings.CLOCK().date())
    if not identity.valid or identity.normal is None:
        raise Refused("wrong-number", "；".join(problem.message for problem in identity.problems), "请核对证件号码后重新填写。")
    known = queries.person_with(identity.normal, new.kind)
    if known:
        return known
    public_id = uuid4()
    Person.objects.create(
        public_id=public_id, owner_key=public_id, name=new.name.strip(), number=identity.normal, number_kind=new.kind,
        number_index=queries.number_index(new.kind, identity.normal), phone=new.phone or None,
        phone_index=queries.phone_index(new.phone) if new.phone else None, demo=new.demo, created_at=settings.CLOCK(),
    )  # fmt: skip
    return str(public_id)


def recorded_organisation(name: str, credit_code: str, *, demo: bool) -> str:
    identity = identify(credit_code, "uscc", settings.CLOCK().date())
    if not identity.valid:
        raise Refused(
            "wrong-code", "；".join(problem.message for problem in identity.problems), "请核对统一社会信用代码后重新填写。"
        )
    row, _ = Organisation.objects.get_or_create(
        credit_code=identity.normal, defaults={"name": name.strip(), "demo": demo, "created_at": settings.CLOCK()}
    )
    return str(row.public_id)


def opened_account(actor: Actor, new: NewAccount) -> Account:
    if Account.objects.filter(login=new.login).exists():
        raise Refused("login-taken", f"登录名{new.login}已被使用。", "请换一个登录名。")
    row = Account(
        login=new.login, kind=new.kind, title=new.title, demo=new.demo,
        person=Person.objects.get(public_id=new.person) if new.person else None,
        organisation=Organisation.objects.get(public_id=new.organisation) if new.organisation else None,
        created_at=settings.CLOCK(), stream=open_stream("account"),
    )  # fmt: skip
    row.set_unusable_password()
    row.save()
    append(row.stream, actor, [Entry("account.opened", {"account": str(row.public_id), "kind": row.kind})])
    return row


def appointed(actor: Actor, new: NewOfficer) -> Officer:
    account = locked_account(new.account)
    office = DepartmentOffice.objects.filter(department=new.department, division__code=new.division).first()
    if office is None:
        raise Refused("no-office", f"区划{new.division}没有部门{new.department}的机构。", "请先建立这个机构。")
    row = Officer.objects.create(account=account, office=office, title=new.title, since=settings.CLOCK())
    append(account.stream, actor, [Entry("officer.appointed", {"account": new.account, "office": str(office.public_id)})])
    return row


def officer_of(account: str) -> Officer:
    row = Officer.objects.select_related("account__stream").filter(account__public_id=account).first()
    if row is None:
        raise Hidden(f"officer {account}")
    return row


def locked_account(public_id: str) -> Account:
    return Account.objects.select_for_update(of=("self",)).select_related("stream").get(public_id=public_id)
